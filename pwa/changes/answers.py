"""Knows how steps are answered. Every answer is kept; which one is shown is folded from all of them."""

from pwa.changes.doing import Doing
from pwa.problems import UnknownStep
from pwa.words import Answer


def answer_step(doing: Doing) -> Answer:
    """Say who did a step, or take that back. Raises UnknownStep."""
    step_id = doing.needed("step_id")
    if not any(step.id == step_id for step in doing.visit.planned.steps):
        raise UnknownStep
    return _answer(doing, step_id, doing.change.args["answer"])


def answer_as_planned(doing: Doing) -> Answer:
    """Answer every step that has no answer as it was planned."""
    return _answer(doing, None, None)


def _answer(doing: Doing, step_id: str | None, answer: str | None) -> Answer:
    return Answer(
        change_id=doing.change.id,
        step_id=step_id,
        answer=answer,
        reason=doing.text("reason"),
        at=doing.at,
        received_at=doing.received_at,
        by_id=doing.carer.id,
        by_name=doing.carer.name,
        # A phone that says it has seen more than there is would settle every disagreement to come.
        seen=min(doing.change.seen, doing.visit.version),
        version=None,
    )
