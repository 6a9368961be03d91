"""Knows how somebody confirms who has which role, and when that must be done again; knows no page."""

from datetime import datetime, timedelta

from pwa.access.queries import reviews
from pwa.access.rules.grants import Grants, can_grant
from pwa.access.rules.roles import list_roles_left
from pwa.database import Transaction
from pwa.logs import log
from pwa.problems import NotFound
from pwa.words import to_text


def due_before(now: datetime, every_days: int) -> str:
    """What was confirmed last, or given, before then is overdue."""
    return to_text(now - timedelta(days=every_days))


async def confirm_roles(tx: Transaction, grants: Grants, person_id: str, by_id: str, now: datetime) -> None:
    """Say by name that somebody still needs the roles that one could give. Nobody says so of themselves.

    Raises NotFound when there are none.
    """
    held = await list_roles_left(tx, person_id, now) if person_id != by_id else []
    own = [role for role in held if can_grant(grants, role)]
    if not own:
        raise NotFound
    for role in own:
        await reviews.add_review(tx, person_id, role, by_id, to_text(now))
    log.info("roles were confirmed", person=person_id, by=by_id)
