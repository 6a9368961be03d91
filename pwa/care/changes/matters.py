"""Knows what each change adds of what is to be followed up at a visit; knows no database, and not who may."""

from pwa.care.changes.visit_changes import ChangeContext
from pwa.care.problems import UnknownEvent
from pwa.written import Matter, MatterSaid


def report_observation(context: ChangeContext) -> Matter:
    """Say that something is other than usual with the citizen."""
    return _matter(context, "observation", context.needed("area"))


def report_event(context: ChangeContext) -> Matter:
    """Say that something unintended happened, and who was hurt or could have been."""
    return _matter(context, "event", context.needed("hurt"))


def class_event(context: ChangeContext) -> MatterSaid:
    """Say how serious an own event was. Raises UnknownEvent."""
    return _said(context, "class", context.needed("class"))


def tell_event(context: ChangeContext) -> MatterSaid:
    """Say what happened at an own event, where, or what is proposed. Raises UnknownEvent."""
    return _said(context, context.needed("part"), context.needed("text"))


def _said(context: ChangeContext, kind: str, said: str) -> MatterSaid:
    event_id, carer = context.needed("event_id"), context.carer
    if not any(
        row.change_id == event_id and row.kind == "event" and row.by_id == carer.id
        for row in context.visit.written.matters
    ):
        raise UnknownEvent
    return MatterSaid(
        context.change.id, event_id, kind, said, context.at, context.received_at, carer.id, carer.name
    )


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
