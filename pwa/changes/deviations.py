"""Knows how a deviation from the plan is reported."""

from pwa.changes.doing import Doing
from pwa.database import Transaction
from pwa.queries.deviations import add_deviation
from pwa.words import Deviation


async def report_deviation(tx: Transaction, doing: Doing) -> None:
    """Say what did not go as planned, and why."""
    await add_deviation(
        tx,
        doing.team_id,
        doing.visit_id,
        Deviation(
            change_id=doing.change.id,
            kind=doing.needed("kind"),
            text=doing.text("text"),
            reported_at=doing.at,
            received_at=doing.received_at,
            by_id=doing.carer.id,
            by_name=doing.carer.name,
        ),
    )
