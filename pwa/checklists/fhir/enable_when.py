"""Knows FHIR's enableWhen: all seven operators, any and all, nested and in rows. Source: Questionnaire.item.enableWhen of R4 and R5.

Answers of items that are not enabled count as absent, and `!=` is true without an answer: so it is in our language too.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pwa.checklists.compiling import (
    Refused,
    Tree,
    all_of,
    any_of,
    by_link,
    dated_tree,
    no_step,
    none_of,
    number,
    number_tree,
    unknown,
    unlike,
)
from pwa.checklists.outline import Outline, Placed
from pwa.checklists.steps import DATED, TEXTS
from pwa.words import N_

Json = Mapping[str, Any]
ORDERS = (">", "<", ">=", "<=")
ANSWERED = {
    "answerBoolean": ("yes_no",),
    "answerDecimal": ("number",),
    "answerInteger": ("number",),
    "answerQuantity": ("number",),
    "answerDate": ("date",),
    "answerDateTime": ("date_time",),
    "answerTime": ("time",),
    "answerString": (*TEXTS, "choice"),
    "answerCoding": ("choice",),
}
"""The kinds of steps that each kind of answer can be compared with."""


def compile_enable_when(conditions: Sequence[Json], behavior: str | None, outline: Outline, at: str) -> Tree:
    """When the item `at` is enabled. Raises Refused."""
    if len(conditions) > 1 and behavior not in ("any", "all"):
        raise Refused(N_("It is not said whether all conditions must be true, or any of them."))
    trees = [_condition(condition, outline, at) for condition in conditions]
    return any_of(trees) if behavior == "any" else all_of(trees)


def _condition(condition: Json, outline: Outline, at: str) -> Tree:
    link, operator = str(condition.get("question")), condition.get("operator")
    placed = by_link(outline).get(link)
    if placed is None:
        raise no_step(link)
    if placed.kind in ("group", "information"):
        raise unlike(placed.kind, str(operator))
    answers = nearest(placed, outline, at)
    if operator == "exists":
        if not isinstance(condition.get("answerBoolean"), bool):
            raise unknown("exists")
        there = {"exists": [answers]}
        return there if condition["answerBoolean"] else none_of(there)
    if operator not in ("=", "!=", *ORDERS):
        raise unknown(str(operator))
    if operator in ORDERS and placed.kind not in ("number", *DATED):
        raise unlike(placed.kind, str(operator))
    return {str(operator): [answers, _answer(condition, placed)]}


def nearest(placed: Placed, outline: Outline, at: str) -> Tree:
    """The answers to the question that is nearest: in the same rows, else in the row before, else in the row after."""
    here = outline[at].repeats
    shared = 0
    while (
        placed.repeats[shared : shared + 1]
        and placed.repeats[shared : shared + 1] == here[shared : shared + 1]
    ):
        shared += 1
    order = list(outline)
    tree: Tree = {"answer": placed.step.id}
    for group in placed.repeats[shared:][::-1]:
        comes_before = order.index(group) < order.index(at)
        row = {"count": [{"answer": group}]} if comes_before else number(1)
        tree = {"each": [group, {"=": [{"row": group}, row]}, tree]}
    return tree


def _answer(condition: Json, placed: Placed) -> Tree:
    named = [name for name in condition if name.startswith("answer")]
    if len(named) != 1 or named[0] not in ANSWERED:
        raise unknown(", ".join(named) or "answer[x]")
    [name] = named
    if placed.kind not in ANSWERED[name]:
        raise unlike(placed.kind, name)
    said = condition[name]
    if name == "answerCoding":
        return coded(said, placed)
    if name == "answerQuantity":
        return _quantity(said, placed)
    if placed.kind in DATED:
        return dated_tree(placed.kind, str(said))  # type: ignore[arg-type]  # one of DATED
    return number_tree(plain_number(said)) if placed.kind == "number" else said


def coded(coding: Json, placed: Placed) -> str:
    """The answer that a coding is, also of a value set whose options are not there. Raises Refused for one that could be two."""
    code, system = str(coding.get("code")), str(coding.get("system") or "")
    alike = [option for option in placed.step.options if option.value in (code, f"{option.system}|{code}")]
    found = [option for option in alike if system in ("", option.system)]
    if len(found) > 1:
        raise Refused(
            N_("“%(code)s” is more than one option of “%(step)s”."),
            code=code[:60],
            step=placed.step.link[:60],
        )
    if found:
        return found[0].value
    # An option of another system with this code is not the answer that is meant.
    return f"{system}|{code}" if alike else code


def _quantity(said: Json, placed: Placed) -> Tree:
    units = [said[key] for key in ("unit", "code") if said.get(key)]
    if placed.step.unit not in units and (units or placed.step.unit):
        raise unlike(placed.step.unit or "1", str(units[0] if units else "1"))
    return number_tree(plain_number(said.get("value")))


def plain_number(said: object) -> str:
    """A number of JSON as our language writes it."""
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise unknown(str(said))
    return f"{said:.15f}".rstrip("0").rstrip(".") if isinstance(said, float) else str(said)
