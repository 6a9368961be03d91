"""Knows how steps are answered. Every answer is kept; which one is shown is folded from all of them."""

from pwa.care.changes.context import ChangeContext
from pwa.care.problems import UnknownStep
from pwa.words import Answer


def answer_step(context: ChangeContext) -> Answer:
    """Say who did a step, or take that back. Raises UnknownStep."""
    step_id = context.needed("step_id")
    if not any(step.id == step_id for step in context.visit.planned.steps):
        raise UnknownStep
    return _answer(context, step_id, context.change.args["answer"])


def answer_as_planned(context: ChangeContext) -> Answer:
    """Answer every step that has no answer as it was planned."""
    return _answer(context, None, None)


def _answer(context: ChangeContext, step_id: str | None, answer: str | None) -> Answer:
    return Answer(
        change_id=context.change.id,
        step_id=step_id,
        answer=answer,
        reason=context.text("reason"),
        at=context.at,
        received_at=context.received_at,
        by_id=context.carer.id,
        by_name=context.carer.name,
        # A phone that says it has seen more than there is would settle every disagreement to come.
        seen=min(context.change.seen, context.visit.version),
        version=None,
    )
