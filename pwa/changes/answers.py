"""Knows how steps are answered. Every answer is kept; which one is shown is folded from all of them."""

from pwa.changes.doing import Doing
from pwa.database import Transaction
from pwa.problems import UnknownStep
from pwa.queries import answers, documents, visits
from pwa.words import Answer


async def answer_step(tx: Transaction, doing: Doing) -> None:
    """Say who did a step, or take that back. Raises UnknownStep."""
    step_id = doing.needed("step_id")
    if not await visits.has_step(tx, doing.team_id, doing.visit_id, step_id):
        raise UnknownStep
    await _add(tx, doing, step_id, doing.change.args["answer"])


async def answer_as_planned(tx: Transaction, doing: Doing) -> None:
    """Answer every step that has no answer as it was planned."""
    await _add(tx, doing, None, None)


async def _add(tx: Transaction, doing: Doing, step_id: str | None, answer: str | None) -> None:
    document = await documents.get_document(tx, doing.team_id, f"visit-{doing.visit_id}")
    # A phone that says it has seen more than there is would settle every disagreement to come.
    seen = min(doing.change.seen, document["version"] if document else 0)
    await answers.add_answer(
        tx,
        doing.team_id,
        doing.visit_id,
        Answer(
            change_id=doing.change.id,
            step_id=step_id,
            answer=answer,
            reason=doing.text("reason"),
            at=doing.at,
            received_at=doing.received_at,
            by_id=doing.carer.id,
            by_name=doing.carer.name,
            seen=seen,
            version=None,
        ),
    )
