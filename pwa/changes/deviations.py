"""Knows how a deviation from the plan is reported."""

from pwa.changes.doing import Doing
from pwa.words import Deviation


def report_deviation(doing: Doing) -> Deviation:
    """Say what did not go as planned, and why."""
    return Deviation(
        change_id=doing.change.id,
        kind=doing.needed("kind"),
        text=doing.text("text"),
        reported_at=doing.at,
        received_at=doing.received_at,
        by_id=doing.carer.id,
        by_name=doing.carer.name,
    )
