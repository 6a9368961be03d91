"""Knows why somebody may look at a visit, as far as the plan tells; knows nothing of how it is written down."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from pwa.database import Transaction
from pwa.documents.visit import window
from pwa.queries import access_log
from pwa.words import Person, begin_of, day_of, to_text

Purpose = Literal["own_route", "substitute", "handover", "overview", "control", "other", "not_said"]
"""overview: a team's day, by whoever answers for it. control: the data-protection officer's own looking."""

ASKED: tuple[Purpose, ...] = ("substitute", "handover", "overview", "other")
"""What somebody who opens something outside the own route can answer."""


async def purpose_of(tx: Transaction, person: Person, visit_ids: Collection[str], now: datetime) -> Purpose:
    """Why somebody looks at visits: planned there; visiting the citizen these days; a colleague in the team; else unsaid."""
    if await access_log.list_planned(tx, person.id, visit_ids) >= set(visit_ids):
        return "own_route"
    if not any(role.name == "carer" for role in person.roles):
        return "not_said"
    citizens = {citizen_id for _, citizen_id, _ in await access_log.list_citizens(tx, visit_ids)}
    if citizens and citizens <= await access_log.list_own_citizens(tx, person.id, *window(day_of(now))):
        return "handover"
    return "substitute"


async def purpose_said(
    tx: Transaction, person: Person, visit_id: str, citizen_id: str, now: datetime
) -> tuple[Purpose, str]:
    """Why a leader or an organiser looks at a visit: planned there, or what was said today about this citizen."""
    if await access_log.list_planned(tx, person.id, [visit_id]):
        return "own_route", ""
    said = await access_log.find_said(tx, person.id, citizen_id, to_text(begin_of(day_of(now))))
    return (said["purpose"], said["words"]) if said else ("not_said", "")
