"""Knows how a deviation from the plan is reported."""

from pwa.care.changes.context import ChangeContext
from pwa.words import Deviation


def report_deviation(context: ChangeContext) -> Deviation:
    """Say what did not go as planned, and why."""
    return Deviation(
        change_id=context.change.id,
        kind=context.needed("kind"),
        text=context.text("text"),
        reported_at=context.at,
        received_at=context.received_at,
        by_id=context.carer.id,
        by_name=context.carer.name,
    )
