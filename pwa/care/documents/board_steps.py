"""Knows what of a visit's answers a leader is told at a glance; knows no other part of the board and no page."""

import re
from collections.abc import Mapping
from typing import Any, TypedDict

REASONS = frozenset({"Ville ikke", "For træt eller syg", "Ikke tid", "Noget manglede"})
"""The reasons that a carer chooses instead of writing one (templates/carer/_answers.html). A board says these; her own words
stand on the visit's page, where whoever reads them is asked why.
"""

ROW = re.compile("[0-9a-f]{12}")
"""The id of a row of a repeating group, as changes/filled_in.py makes it."""


class LeftOut(TypedDict):
    """A step that somebody said was not done. `reason` is one that is chosen, or "" where there is none or it `has_words`."""

    step: str
    reason: str
    has_words: bool


class StepsTold(TypedDict):
    """Steps by their labels. `left_out` are those that are answered by themselves, such as medicine, and were not done;
    `unanswered` those of them without an answer, which "as planned" does not give, and what must be filled in and is not;
    `not_done` all others that were not done; `differing` those that carers answered or filled in differently, unseen. What must be
    filled in counts among the steps once the visit is finished (board_filled.py).
    """

    steps_total: int
    steps_answered: int
    left_out: list[LeftOut]
    unanswered: list[str]
    not_done: list[str]
    differing: list[str]


def steps_told(body: Mapping[str, Any]) -> StepsTold:
    """What a row and a page say of a visit's steps."""
    steps, filled = body["steps"], body.get("told", {"needed": 0, "missing": [], "differing": None})
    differing = _differing_places(body) if filled["differing"] is None else filled["differing"]
    missing = len(filled["missing"])
    return {
        "steps_total": len(steps) + filled["needed"],
        "steps_answered": sum(step["answer"] is not None for step in steps) + filled["needed"] - missing,
        "left_out": [_left_out(step) for step in steps if step["answer"] == "not_done" and _by_itself(step)],
        "unanswered": [
            *(step["label"] for step in steps if step["answer"] is None and _must_be_answered(step)),
            *filled["missing"],
        ],
        "not_done": [
            step["label"] for step in steps if step["answer"] == "not_done" and not _by_itself(step)
        ],
        "differing": [*(step["label"] for step in steps if step["differing"]), *differing],
    }


def _by_itself(step: Mapping[str, Any]) -> bool:
    return bool(step.get("by_itself"))


def _must_be_answered(step: Mapping[str, Any]) -> bool:
    """Whether it is missed where it has no answer. What is asked under a condition may not have been asked."""
    return _by_itself(step) and not step.get("conditional")


def _differing_places(body: Mapping[str, Any]) -> list[str]:
    """The checklist's name where two have filled in differently, unseen, of a visit that is not finished: its labels
    are not read.

    Rows that each has added are no difference.
    """
    said = [one["said"] or [""] for entry in body.get("filled", ()) for one in entry["differing"]]
    return (
        [body["checklist"]["name"]]
        if any(not ROW.fullmatch(str(each)) for some in said for each in some)
        else []
    )


def _left_out(step: Mapping[str, Any]) -> LeftOut:
    reason = step["reason"]
    is_chosen = reason in REASONS
    return {
        "step": step["label"],
        "reason": reason if is_chosen else "",
        "has_words": bool(reason) and not is_chosen,
    }
