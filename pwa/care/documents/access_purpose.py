"""Knows why somebody may look at a visit, as far as the plan tells; knows nothing of how it is written down."""

from collections.abc import Collection
from datetime import datetime

from pwa.access.queries.people import team_ids_in_scope
from pwa.audit.offline_views import Purpose
from pwa.audit.queries import find_said
from pwa.care.documents.visit import CARER, window
from pwa.care.queries.citizens import list_citizens_of_visits, list_own_citizens
from pwa.care.queries.visits import list_planned
from pwa.database import Transaction
from pwa.words import Person, begin_of, day_of, to_text

ASKED: tuple[Purpose, ...] = ("substitute", "handover", "overview", "other")
"""What somebody who opens something outside the own route can answer."""


async def purpose_of(tx: Transaction, person: Person, visit_ids: Collection[str], now: datetime) -> Purpose:
    """Why somebody looks at visits: planned there; visiting the citizen these days; a colleague in the team; else unsaid.

    Unsaid it is too of another team's, which a phone can have kept from before, or can only say.
    """
    if await list_planned(tx, person.id, visit_ids) >= set(visit_ids):
        return "own_route"
    if not any(role.name == "carer" for role in person.roles):
        return "not_said"
    at = await list_citizens_of_visits(tx, visit_ids)
    citizens = {citizen_id for _, citizen_id, _ in at}
    if citizens and citizens <= await list_own_citizens(tx, person.id, *window(day_of(now))):
        return "handover"
    own = await team_ids_in_scope(tx, person, CARER)
    return "substitute" if {team_id for team_id, _, _ in at} <= own else "not_said"


async def purpose_said(
    tx: Transaction, person: Person, visit_id: str, citizen_id: str, now: datetime
) -> tuple[Purpose, str]:
    """Why a leader or an organiser looks at a visit: planned there, or what was said today about this citizen."""
    if await list_planned(tx, person.id, [visit_id]):
        return "own_route", ""
    said = await find_said(tx, person.id, citizen_id, to_text(begin_of(day_of(now))))
    return (said["purpose"], said["words"]) if said else ("not_said", "")
