"""Knows how carers come to a visit and go; knows nothing of what is done in between."""

from typing import Literal

from pwa.changes.doing import Doing
from pwa.words import Attendance


def start_visit(doing: Doing) -> Attendance:
    """The carer is there."""
    return _attendance(doing, "start")


def finish_visit(doing: Doing) -> Attendance:
    """The carer is done."""
    return _attendance(doing, "finish")


def _attendance(doing: Doing, kind: Literal["start", "finish"]) -> Attendance:
    carer = doing.carer
    return Attendance(doing.change.id, kind, doing.at, doing.received_at, carer.id, carer.name)
