"""Knows who may see a visit's document, and when; knows no phones."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from pwa.access.queries.people import team_ids_in_scope
from pwa.care.documents.bodies import with_bodies
from pwa.care.documents.short_form import load_visit
from pwa.care.documents.visit_body import DAYS_BACK
from pwa.care.queries import plan_changes, visits
from pwa.database import Transaction
from pwa.database.lists import Key
from pwa.documents import queries as documents
from pwa.problems import NotFound
from pwa.words import Json, Person, RoleName, day_of, to_moment, to_text

DAYS_AHEAD = 2
AT_ONCE = 500
NEAR = timedelta(hours=6)
"""A shift goes on over midnight: what is so near stands on one page."""

CARER: tuple[RoleName, ...] = ("carer",)
LEADING: tuple[RoleName, ...] = ("leader", "organiser")


def window(today: date) -> tuple[str, str]:
    """The first and the last day that a carer may see: no more than is needed (security.md)."""
    return (today - timedelta(DAYS_BACK)).isoformat(), (today + timedelta(DAYS_AHEAD)).isoformat()


async def visit_document(tx: Transaction, person: Person, visit_id: str, now: datetime) -> Json:
    """A visit's document with its version, if this person may see it now; raises NotFound.

    A leader or organiser sees every visit in scope; a carer sees the team's, and those planned with the
    carer, within the window of days.
    """
    found = await visit_documents(tx, person, [visit_id], now)
    if visit_id not in found:
        raise NotFound
    return found[visit_id]


async def is_only_led(tx: Transaction, person: Person, visit: Mapping[str, Any]) -> bool:
    """Whether this person reads the visit as its leader or organiser and does nothing there: it is no carer's page that opens."""
    if not any(role.name in LEADING for role in person.roles):
        return False
    if any(each["id"] == person.id for each in visit["carers"]):
        return False
    return visit["team"]["id"] not in await team_ids_in_scope(tx, person, CARER)


async def visit_documents(
    tx: Transaction, person: Person, visit_ids: Collection[str], now: datetime
) -> dict[str, Json]:
    """The same of those of these visits that this person may see now, by id, in a few statements."""
    found: dict[str, Json] = {}
    ids = sorted(set(visit_ids))
    for first in range(0, len(ids), AT_ONCE):
        days = await visits.list_days_of_visits(tx, ids[first : first + AT_ONCE])
        seen = await _list_seen(tx, person, days, day_of(now))
        rows = await documents.list_documents(tx, [(team_id, f"visit-{id}") for team_id, id in seen])
        for row in await with_bodies(tx, sorted(rows, key=lambda row: row.team_id)):
            found.setdefault(row.id.removeprefix("visit-"), load_visit(row))
    return found


async def _list_seen(
    tx: Transaction, person: Person, days: Collection[tuple[Key, str]], today: date
) -> set[Key]:
    """Those of these visits that are this person's business today."""
    leads = await team_ids_in_scope(tx, person, LEADING)
    first, last = window(today)
    seen = {key for key, _ in days if key[0] in leads}
    near = {key for key, day in days if first <= day <= last} - seen
    own = await team_ids_in_scope(tx, person, CARER) if near else ()
    seen |= {key for key in near if key[0] in own}
    if others := near - seen:
        seen |= await visits.list_keys_planned(tx, person.id, others)
        seen |= await plan_changes.list_keys_unseen(tx, person.id, others - seen)
    return seen


def list_days(today: date) -> list[str]:
    """The days within a carer's reach, sorted."""
    first = today - timedelta(DAYS_BACK)
    return [(first + timedelta(number)).isoformat() for number in range(DAYS_BACK + DAYS_AHEAD + 1)]


def goes_on(visit: Json, now: str) -> bool:
    """Whether a visit of the day before is not over yet: somebody is there, or it was to end a few hours ago and
    nobody has come.
    """
    is_over = visit["finished_at"] or visit["cancelled_at"]
    lately = to_text(to_moment(now) - NEAR)
    return not is_over and (visit["started_at"] is not None or str(visit["ends_at"]) > lately)


def begins_soon(visit: Json, now: str) -> bool:
    """Whether a visit of the day after is of the same shift."""
    return str(visit["starts_at"]) <= to_text(to_moment(now) + NEAR)


async def list_visit_documents(tx: Transaction, carer: Person, day: str) -> list[Json]:
    """The documents of a carer's own visits of a day, each with its version, by start."""
    rows = [row for _, row in await documents.list_visits_of_carers(tx, [carer.id], day, day)]
    found = map(
        load_visit, await with_bodies(tx, await documents.list_documents(tx, [row.key for row in rows]))
    )
    return sorted(found, key=lambda visit: (str(visit["starts_at"]), str(visit["visit_id"])))
