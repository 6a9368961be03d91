"""Knows how carers come to a visit and go; knows nothing of what is done in between."""

from pwa.changes.doing import Doing
from pwa.database import Transaction
from pwa.queries.attendances import add_attendance


async def start_visit(tx: Transaction, doing: Doing) -> None:
    """The carer is there."""
    await _attend(tx, doing, "start")


async def finish_visit(tx: Transaction, doing: Doing) -> None:
    """The carer is done."""
    await _attend(tx, doing, "finish")


async def _attend(tx: Transaction, doing: Doing, kind: str) -> None:
    await add_attendance(
        tx, doing.team_id, doing.visit_id, doing.change.id, kind, doing.at, doing.received_at, doing.carer.id
    )
