"""Knows a condition as a leader writes it in a list, “Er der skader? = ja”: reads it, and writes ours so where that is enough."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pwa.checklists.compiling import Refused, Tree, no_step, unlike
from pwa.checklists.decimals import read_typed
from pwa.checklists.outline import Outline
from pwa.words import N_

WRITTEN = re.compile(
    r"(?P<step>.+?)\s*(?P<operator><=|>=|!=|≠|≤|≥|=|<|>)\s*(?P<value>[^=<>≠≤≥!]+)", re.DOTALL
)
OPERATORS = {"≠": "!=", "≤": "<=", "≥": ">="}
TRUTH = {"ja": True, "nej": False}
WHO = {
    "selv": "alone", "sammen": "together", "medarbejder": "carer", "teknologi": "technology", "ikke gjort": "not_done",
    "ikke relevant": "not_relevant",
}  # fmt: skip

Step = Mapping[str, Any]


def read_condition(written: str, steps: Mapping[str, Sequence[Step]]) -> Tree:
    """The tree of a condition; `steps` are those of the list by their folded texts. Raises Refused."""
    found = WRITTEN.fullmatch(written.strip())
    if not found:
        raise Refused(
            N_("“%(written)s” is no condition. Write the text of another line, = and an answer."),
            written=written[:60],
        )
    named = steps.get(found["step"].strip().casefold(), [])
    if not named:
        raise no_step(found["step"].strip())
    if len(named) > 1:
        raise Refused(N_("The line “%(step)s” stands several times."), step=found["step"].strip()[:60])
    operator = OPERATORS.get(found["operator"], found["operator"])
    value = _value(named[0], found["value"].strip())
    if operator not in ("=", "!=") and named[0]["kind"] != "number":
        raise unlike(named[0]["kind"], operator)
    return {operator: [{"answer": named[0]["id"]}, value]}


def _value(step: Step, written: str) -> Tree:
    said, kind = written.casefold(), step["kind"]
    value: Tree = None
    if kind == "yes_no":
        value = TRUTH.get(said)
    elif kind == "who":
        value = WHO.get(said)
    elif kind == "choice":
        value = next((each["value"] for each in step["options"] if each["label"].casefold() == said), None)
    elif kind == "number":
        number = read_typed(written)
        value = number and {"number": number}
    elif kind in ("short_text", "long_text"):
        value = written
    if value is None:
        raise Refused(
            N_("“%(written)s” is no answer to “%(step)s”."), written=written[:40], step=step["label"][:60]
        )
    return value


def write_condition(tree: Tree, outline: Outline, steps: Mapping[str, Sequence[Step]]) -> str:
    """A condition as a leader writes it, "" if it is none that can be read again; `steps` are by_label of the outline."""
    if not isinstance(tree, dict):
        return ""
    [(operator, given)] = tree.items()
    if (
        operator not in ("=", "!=", "<", "<=", ">", ">=")
        or not isinstance(given[0], dict)
        or "answer" not in given[0]
    ):
        return ""
    step = outline[given[0]["answer"]].step
    value = given[1]
    words: dict[Any, str] = {}
    if step.kind == "yes_no":
        words = {answer: word for word, answer in TRUTH.items()}
    elif step.kind == "who":
        words = {answer: word for word, answer in WHO.items()}
    elif step.kind == "choice":
        words = {option.value: option.label for option in step.options}
    written = (
        words.get(value, "")
        if isinstance(value, bool | str)
        else str(value.get("number", "")).replace(".", ",")
    )
    if not written or step.kind not in ("yes_no", "who", "choice", "number"):
        return ""
    said = f"{step.label} {operator} {written}"
    try:
        return said if read_condition(said, steps) == tree else ""
    except Refused:
        return ""


def by_label(outline: Outline) -> Mapping[str, Sequence[Step]]:
    """The steps of a checklist by their folded texts."""
    steps: dict[str, list[Step]] = {}
    for placed in outline.values():
        steps.setdefault(placed.step.label.casefold(), []).append(placed.step.model_dump(mode="json"))
    return steps
