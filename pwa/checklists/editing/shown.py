"""Knows what the editor's page shows of a draft: its steps as one list, each with what can be done to it; knows no page."""

from collections.abc import Mapping, Sequence
from typing import Any

from pwa.checklists.editing.edits import PLANNED, Definition, Step, can_move, fields_of, kinds_for, walk
from pwa.checklists.editing.findings import Findings
from pwa.checklists.editing.sentences import (
    OPERATORS,
    Row,
    Say,
    offered_by,
    rows_of,
    sentence,
    words_of,
)
from pwa.checklists.mistakes import KINDS, in_words
from pwa.checklists.steps import DATED, GROUPS, MOST_STEPS
from pwa.words import N_

ADDED = (
    "who", "yes_no", "choice", "number", "short_text", "long_text", "date", "time", "date_time", "photo", "signature",
    "information", "group", "repeating_group",
)  # fmt: skip
"""What can be added, in the order in which it is offered."""
NAMES = {
    **KINDS,
    "who": N_("who did it"),
    "photo": N_("photo"),
    "information": N_("information, nothing to answer"),
}
IMPORTED = {
    "calculated": N_("Its answer is calculated."),
    "first": N_("It begins with an answer."),
    "valid_when": N_("The answer is checked by a rule."),
    "pattern": N_("The answer must fit a pattern."),
    "hidden": N_("It is out of sight."),
    "read_only": N_("It is read only."),
    "picture": N_("It has a picture."),
}
"""What an import can have brought, and cannot be changed here."""
LEVELS = 4


def steps_of(definition: Definition, opened: str, findings: Findings, say: Say) -> list[dict[str, Any]]:
    """Every step in order, as a row; the one that is opened with all that can be changed."""
    found: list[dict[str, Any]] = []

    def add(steps: Sequence[Step], level: int) -> None:
        for step in steps:
            found.append(_row(step, level, definition, step["id"] == opened, findings, say))
            add(step.get("steps", ()), level + 1)

    add(definition["steps"], 0)
    assert len(found) <= MOST_STEPS * 2
    return found


def _row(
    step: Step, level: int, definition: Definition, is_open: bool, findings: Findings, say: Say
) -> dict[str, Any]:
    tree = step.get("shown_when")
    return {
        "id": step["id"],
        "label": step["label"],
        "kind": step["kind"],
        "kind_word": say(NAMES[step["kind"]]),
        "level": min(level, LEVELS),
        "is_group": step["kind"] in GROUPS,
        "is_open": is_open,
        "required": bool(step.get("required")),
        "shown_when": "" if tree is None else sentence(tree, definition, say) or say(N_("a condition from the file")),
        "mistakes": [
            f"{each.place}: {_said(each.message, each.params, say)}" if each.place else _said(each.message, each.params, say)
            for each in findings.get(step["id"], ())
        ],
        "ways": can_move(definition, step["id"]),
        "opened": _opened(step, definition, say) if is_open else None,
    }  # fmt: skip


def _said(message: str, params: Mapping[str, str | int], say: Say) -> str:
    return say(message) % in_words(params, say)


def _opened(step: Step, definition: Definition, say: Say) -> dict[str, Any]:
    fields, rows = fields_of(step), rows_of(step.get("shown_when"))
    return {
        "fields": fields,
        "names": ",".join(fields),
        "kinds": [{"kind": kind, "word": say(NAMES[kind])} for kind in kinds_for(step)],
        "planned": PLANNED,
        "is_dated": step["kind"] in DATED,
        "input": {"date": "date", "time": "time", "date_time": "text"}.get(step["kind"], "text"),
        "imported": [say(words) for name, words in IMPORTED.items() if step.get(name)],
        "joined": rows.joined if rows else "",
        "rows": [
            _condition(place, row, step, definition, say) for place, row in enumerate(rows.rows)
        ] if rows else [],
        "is_read_only": rows is None,
        "asked": [{"id": each["id"], "label": each["label"] or "…"} for each in _askable(step, definition)],
    }  # fmt: skip


def _askable(step: Step, definition: Definition) -> list[Step]:
    """The steps that a condition of this one can ask for."""
    inside = {each["id"] for each in walk([step])}
    return [
        each for each in walk(definition["steps"]) if each["id"] not in inside and each["kind"] in OPERATORS
    ]


def _condition(place: int, row: Row, of: Step, definition: Definition, say: Say) -> dict[str, Any]:
    asked = next((each for each in walk(definition["steps"]) if each["id"] == row.step_id), None)
    operators = OPERATORS.get(asked["kind"], ()) if asked else ()
    offered = offered_by(asked) if asked else []
    is_choice = bool(asked and asked["kind"] == "choice")
    return {
        "place": place,
        "step_id": row.step_id,
        "is_gone": asked is None,
        "operator": row.operator,
        "operators": [{"name": name, "word": say(words_of(asked, name))} for name in operators] if asked else [],
        "has_value": row.operator not in ("answered", "unanswered"),
        "value": row.value,
        "offered": [{"value": value, "word": word if is_choice else say(word)} for value, word in offered],
        "input": {"date": "date", "time": "time"}.get(asked["kind"], "text") if asked else "text",
        "is_number": bool(asked and asked["kind"] == "number"),
        "unit": asked.get("unit", "") if asked else "",
    }  # fmt: skip
