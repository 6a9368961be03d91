"""Knows what each change adds of what is to be followed up at a visit; knows no database, and not who may."""

from pwa.care.changes.visit_changes import ChangeContext
from pwa.written import Matter


def report_observation(context: ChangeContext) -> Matter:
    """Say that something is other than usual with the citizen."""
    return _matter(context, "observation", context.needed("area"))


def _matter(context: ChangeContext, kind: str, about: str) -> Matter:
    return Matter(
        change_id=context.change.id,
        kind=kind,
        about=about,
        text=context.text("text"),
        to_id=None,
        due_on=None,
        part_id=None,
        at=context.at,
        received_at=context.received_at,
        by_id=context.carer.id,
        by_name=context.carer.name,
    )
