"""Knows what of a visit's answers a leader is told at a glance; knows no other part of the board and no page."""

from collections.abc import Mapping
from typing import Any, TypedDict

REASONS = frozenset({"Ville ikke", "For træt eller syg", "Ikke tid", "Noget manglede"})
"""The reasons that a carer chooses instead of writing one (templates/carer/_answers.html). A board says these; her own words
stand on the visit's page, where whoever reads them is asked why.
"""


class LeftOut(TypedDict):
    """A step that somebody said was not done. `reason` is one that is chosen, or "" where there is none or it `has_words`."""

    step: str
    reason: str
    has_words: bool


class StepsTold(TypedDict):
    """Steps by their labels. `left_out` are those that are answered by themselves, such as medicine, and were not done;
    `unanswered` those of them without an answer, which "as planned" does not give; `not_done` all others that were not done;
    `differing` those that carers answered differently, unseen.
    """

    steps_total: int
    steps_answered: int
    left_out: list[LeftOut]
    unanswered: list[str]
    not_done: list[str]
    differing: list[str]


def steps_told(body: Mapping[str, Any]) -> StepsTold:
    """What a row and a page say of a visit's steps."""
    steps = body["steps"]
    return {
        "steps_total": len(steps),
        "steps_answered": sum(step["answer"] is not None for step in steps),
        "left_out": [_left_out(step) for step in steps if step["answer"] == "not_done" and _by_itself(step)],
        "unanswered": [step["label"] for step in steps if step["answer"] is None and _by_itself(step)],
        "not_done": [
            step["label"] for step in steps if step["answer"] == "not_done" and not _by_itself(step)
        ],
        "differing": [step["label"] for step in steps if step["differing"]],
    }


def _by_itself(step: Mapping[str, Any]) -> bool:
    return bool(step.get("by_itself"))


def _left_out(step: Mapping[str, Any]) -> LeftOut:
    reason = step["reason"]
    is_chosen = reason in REASONS
    return {
        "step": step["label"],
        "reason": reason if is_chosen else "",
        "has_words": bool(reason) and not is_chosen,
    }
