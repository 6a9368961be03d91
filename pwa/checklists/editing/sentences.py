"""Knows conditions as sentences, “vis kun hvis Har spist er nej”: which trees are such, what is chosen in each, and back.

A condition of comparisons joined by and, or by or, can be changed. What else an import has brought is read as a sentence where
it is one, kept as it is, and never guessed at.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pwa.checklists.decimals import read_typed
from pwa.checklists.editing.edits import Definition, Step, walk
from pwa.checklists.steps import DATED, TEXTS
from pwa.words import N_

Say = Callable[[str], str]
MOST_ROWS = 12
CHOSEN = ("=", "!=", "answered", "unanswered")
ORDERED = ("=", "!=", ">=", "<=", ">", "<", "answered", "unanswered")
OPERATORS: Mapping[str, Sequence[str]] = {
    "who": CHOSEN,
    "yes_no": ("=", "answered", "unanswered"),
    "choice": CHOSEN,
    **dict.fromkeys(("number", *DATED), ORDERED),
    **dict.fromkeys(TEXTS, CHOSEN),
    **dict.fromkeys(("photo", "signature", "repeating_group"), ("answered", "unanswered")),
}
"""What can be asked of a step of each kind; of the others nothing."""
WORDS = {
    "=": N_("is"),
    "!=": N_("is not"),
    ">=": N_("is at least"),
    "<=": N_("is at most"),
    ">": N_("is more than"),
    "<": N_("is less than"),
    "answered": N_("is answered"),
    "unanswered": N_("is not answered"),
}
OF_TIME = {
    ">=": N_("is not before"),
    "<=": N_("is not after"),
    ">": N_("is after"),
    "<": N_("is before"),
}
ANSWERS = {
    "true": N_("yes"),
    "false": N_("no"),
    "alone": N_("the citizen alone"),
    "together": N_("together"),
    "carer": N_("the carer"),
    "technology": N_("technology"),
    "not_done": N_("not done"),
    "not_relevant": N_("not relevant"),
}
WHO = tuple(ANSWERS)[2:]
GONE = N_("a step that is gone")
NOTHING = "…"


class Row(NamedTuple):
    """One comparison: the step's id, an operator of WORDS, and the value as a form says it."""

    step_id: str
    operator: str
    value: str


class Rows(NamedTuple):
    """A condition that can be changed here; `joined` is "and" or "or"."""

    joined: str
    rows: list[Row]


def rows_of(tree: object) -> Rows | None:
    """The comparisons of a condition; None of one that can only be read."""
    if tree is None:
        return Rows("and", [])
    joined, parts = "and", [tree]
    if isinstance(tree, dict) and len(tree) == 1 and (name := next(iter(tree))) in ("and", "or"):
        joined, parts = name, list(tree[name])
    rows = [_row(part) for part in parts]
    if len(rows) > MOST_ROWS or any(row is None for row in rows):
        return None
    return Rows(joined, [row for row in rows if row])


def _row(tree: object) -> Row | None:
    if not isinstance(tree, dict) or len(tree) != 1:
        return None
    [(name, given)] = tree.items()
    if name == "not" and isinstance(given, list) and len(given) == 1:
        inner = _row(given[0])
        return Row(inner.step_id, "unanswered", "") if inner and inner.operator == "answered" else None
    if not isinstance(given, list) or not given or not isinstance(given[0], dict):
        return None
    step_id = given[0].get("answer") if len(given[0]) == 1 else None
    if not isinstance(step_id, str):
        return None
    if name == "exists" and len(given) == 1:
        return Row(step_id, "answered", "")
    if name not in WORDS or len(given) != 2:
        return None
    value = _value_of(given[1])
    return None if value is None else Row(step_id, name, value)


def _value_of(tree: object) -> str | None:
    if isinstance(tree, bool):
        return "true" if tree else "false"
    if isinstance(tree, str):
        return tree
    if isinstance(tree, dict) and len(tree) == 1:
        [(name, said)] = tree.items()
        if name in ("number", *DATED) and isinstance(said, str):
            return said.replace(".", ",", 1) if name == "number" else said
    return None


def tree_of(rows: Rows, definition: Definition) -> object:
    """The condition that a form says; None is none. What its step cannot be compared with becomes its first answer."""
    steps = {step["id"]: step for step in walk(definition["steps"])}
    parts = [_part(row, steps[row.step_id]) for row in rows.rows if row.step_id in steps]
    parts += [_comparison(row, row.value) for row in rows.rows if row.step_id not in steps]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {rows.joined if rows.joined == "or" else "and": parts}


def _part(row: Row, step: Step) -> object:
    operators = OPERATORS.get(step["kind"], ())
    operator = row.operator if row.operator in operators else next(iter(operators), "answered")
    if operator in ("answered", "unanswered"):
        asked: object = {"exists": [{"answer": step["id"]}]}
        return {"not": [asked]} if operator == "unanswered" else asked
    return _comparison(row._replace(operator=operator), value_for(step, row.value))


def _comparison(row: Row, value: object) -> object:
    return {row.operator if row.operator in tuple(WORDS)[:6] else "=": [{"answer": row.step_id}, value]}


def value_for(step: Step, said: str) -> object:
    """What a form says, as the step's kind has it."""
    kind = step["kind"]
    if kind == "number":
        return {"number": read_typed(said) or said.strip()}
    if kind in DATED:
        return {kind: said.strip()}
    offered = [value for value, _ in offered_by(step)]
    chosen = said if said in offered or not offered else offered[0]
    return chosen == "true" if kind == "yes_no" else chosen


def offered_by(step: Step) -> list[tuple[str, str]]:
    """The values that a step can be compared with, and the English message or the label of each; none where it is typed."""
    if step["kind"] == "yes_no":
        return [(name, ANSWERS[name]) for name in ("true", "false")]
    if step["kind"] == "who":
        return [(name, ANSWERS[name]) for name in WHO]
    return [(option["value"], option["label"]) for option in step.get("options", ())]


def is_unfinished(tree: object) -> bool:
    """Whether a comparison of the condition has nothing to compare with yet."""
    rows = rows_of(tree)
    return any(
        not row.value.strip() for row in (rows.rows if rows else ()) if row.operator in tuple(WORDS)[:6]
    )


def sentence(tree: object, definition: Definition, say: Say) -> str:
    """A condition in words; "" where it is more than comparisons."""
    steps = {step["id"]: step for step in walk(definition["steps"])}
    return _said(tree, steps, say) or ""


def _said(tree: object, steps: Mapping[str, Step], say: Say, within: str = "") -> str | None:
    if isinstance(tree, dict) and len(tree) == 1:
        [(name, given)] = tree.items()
        if name in ("and", "or") and isinstance(given, list):
            parts = [_said(part, steps, say, name) for part in given]
            if not all(parts):
                return None
            said = f" {say(N_('and')) if name == 'and' else say(N_('or'))} ".join(filter(None, parts))
            return f"({said})" if within and within != name else said
    row = _row(tree)
    return _sentence_of(row, steps.get(row.step_id), say) if row else None


def _sentence_of(row: Row, step: Step | None, say: Say) -> str:
    named = f"“{(step['label'] or NOTHING) if step else say(GONE)}”"
    word = say(
        OF_TIME.get(row.operator, WORDS[row.operator])
        if step and step["kind"] in DATED
        else WORDS[row.operator]
    )
    if row.operator in ("answered", "unanswered"):
        return f"{named} {word}"
    return f"{named} {word} {_word_of(row.value, step, say)}"


def _word_of(value: str, step: Step | None, say: Say) -> str:
    if step and step["kind"] in ("yes_no", "who"):
        return say(ANSWERS.get(value, value))
    if step and step["kind"] == "choice":
        labels = {option["value"]: option["label"] for option in step.get("options", ())}
        return f"“{labels.get(value, value)}”"
    if step and step["kind"] == "date":
        return "-".join(reversed(value.split("-"))) or NOTHING
    unit = f" {step['unit']}" if step and step.get("unit") and value else ""
    return (value or NOTHING) + unit


def words_of(step: Mapping[str, Any], operator: str) -> str:
    """The English message of an operator at a step."""
    return OF_TIME.get(operator, WORDS[operator]) if step["kind"] in DATED else WORDS[operator]
