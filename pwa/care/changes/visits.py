"""Knows how carers come to a visit and go; knows nothing of what is done in between."""

from typing import Literal

from pwa.care.changes.context import ChangeContext
from pwa.words import Attendance


def start_visit(context: ChangeContext) -> Attendance:
    """The carer is there."""
    return _attendance(context, "start")


def finish_visit(context: ChangeContext) -> Attendance:
    """The carer is done."""
    return _attendance(context, "finish")


def _attendance(context: ChangeContext, kind: Literal["start", "finish"]) -> Attendance:
    carer = context.carer
    return Attendance(context.change.id, kind, context.at, context.received_at, carer.id, carer.name)
