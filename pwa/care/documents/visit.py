"""Knows a visit's document: how it is built from its rows, and who may see it when; knows no phones."""

from datetime import date, datetime, timedelta

from pwa.access.queries.people import team_ids_in_scope
from pwa.care.documents.fold import fold
from pwa.care.documents.visit_rows import VisitRows
from pwa.care.queries import plan_changes, visits
from pwa.database import Transaction
from pwa.documents import queries as documents
from pwa.documents.stored import Built, load
from pwa.problems import NotFound
from pwa.words import Json, Person, RoleName, day_of, to_moment, to_text

DAYS_BACK = 1
DAYS_AHEAD = 2
NEAR = timedelta(hours=6)
"""A shift goes on over midnight: what is so near stands on one page."""

CARER: tuple[RoleName, ...] = ("carer",)
LEADING: tuple[RoleName, ...] = ("leader", "organiser")


def window(today: date) -> tuple[str, str]:
    """The first and the last day that a carer may see: no more than is needed (security.md)."""
    return (today - timedelta(DAYS_BACK)).isoformat(), (today + timedelta(DAYS_AHEAD)).isoformat()


def build_visit(visit: VisitRows) -> Built:
    """The document as it should be now, from everything that is planned and written."""
    (team_id, visit_id), planned = visit.key, visit.planned
    plan = planned.plan
    body: Json = {
        "visit_id": visit_id,
        "day": plan["day"],
        "starts_at": plan["starts_at"],
        "ends_at": plan["ends_at"],
        "minutes": plan["minutes"],
        "team": {"id": team_id, "name": plan["team_name"]},
        "citizen": {"id": plan["citizen_id"], "name": plan["citizen_name"]},
        "address": plan["address"],
        "door": plan["door"],
        "bring": plan["bring"],
        "carers": planned.carers,
        "checklist": {"name": plan["checklist_name"], "version": plan["checklist_version"]},
        "guides": planned.guides,
        "contacts": planned.contacts,
        "cancelled_at": plan["cancelled_at"],
        **fold(planned.steps, visit.written),
    }
    keep_until = date.fromisoformat(plan["day"]) + timedelta(DAYS_BACK)
    return Built(f"visit-{visit_id}", body, plan["day"], keep_until.isoformat())


async def visit_document(tx: Transaction, person: Person, visit_id: str, now: datetime) -> Json:
    """A visit's document with its version, if this person may see it now; raises NotFound.

    A leader or organiser sees every visit in scope; a carer sees the team's, and those planned with the
    carer, within the window of days.
    """
    for team_id in await visits.list_teams_of_visit(tx, visit_id):
        document = await documents.get_document(tx, team_id, f"visit-{visit_id}")
        if document and await may_see(tx, person, team_id, visit_id, day_of(now)):
            return load(document)
    raise NotFound


async def may_see(tx: Transaction, person: Person, team_id: str, visit_id: str, today: date) -> bool:
    """Whether this visit is this person's business today."""
    if team_id in await team_ids_in_scope(tx, person, LEADING):
        return True
    visit = await visits.get_visit(tx, team_id, visit_id)
    first, last = window(today)
    if visit is None or not first <= visit["day"] <= last:
        return False
    own = await team_ids_in_scope(tx, person, CARER)
    if team_id in own or await visits.is_planned(tx, team_id, visit_id, person.id):
        return True
    return await plan_changes.is_unseen(tx, team_id, visit_id, person.id)


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
    found = [load(row) for row in await documents.list_documents(tx, [row.key for row in rows])]
    return sorted(found, key=lambda visit: (str(visit["starts_at"]), str(visit["visit_id"])))
