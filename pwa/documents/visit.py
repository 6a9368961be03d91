"""Knows a visit's document: how it is built from its rows, and who may see it when; knows no phones."""

from datetime import date, datetime, timedelta

from pwa.database import Transaction
from pwa.documents.fold import Json, Written, fold
from pwa.documents.stored import Built, load
from pwa.problems import NotFound
from pwa.queries import answers, attendances, deviations, documents, notes, visits
from pwa.queries.people import team_ids_in_scope
from pwa.words import Person, RoleName, day_of

DAYS_BACK = 1
DAYS_AHEAD = 2

CARER: tuple[RoleName, ...] = ("carer",)
LEADING: tuple[RoleName, ...] = ("leader", "organiser")


def window(today: date) -> tuple[str, str]:
    """The first and the last day that a carer may see: no more than is needed (security.md)."""
    return (today - timedelta(DAYS_BACK)).isoformat(), (today + timedelta(DAYS_AHEAD)).isoformat()


async def build_visit(tx: Transaction, team_id: str, visit_id: str) -> Built:
    """The document as it should be now, from everything that is planned and written."""
    visit = await visits.get_visit(tx, team_id, visit_id)
    if visit is None:
        raise NotFound
    steps = await visits.list_steps(tx, team_id, visit_id)
    written = Written(
        await attendances.list_attendances(tx, team_id, visit_id),
        await answers.list_answers(tx, team_id, visit_id),
        await notes.list_notes(tx, team_id, visit_id),
        await deviations.list_deviations(tx, team_id, visit_id),
        await attendances.list_taken_back(tx, team_id, visit_id),
    )
    body: Json = {
        "visit_id": visit_id,
        "day": visit["day"],
        "starts_at": visit["starts_at"],
        "ends_at": visit["ends_at"],
        "minutes": visit["minutes"],
        "team": {"id": team_id, "name": visit["team_name"]},
        "citizen": {"id": visit["citizen_id"], "name": visit["citizen_name"]},
        "address": visit["address"],
        "door": visit["door"],
        "bring": visit["bring"],
        "carers": await visits.list_carers(tx, team_id, visit_id),
        "checklist": {"name": visit["checklist_name"], "version": visit["checklist_version"]},
        "guides": await visits.list_guides(tx, team_id, visit_id),
        "cancelled_at": visit["cancelled_at"],
        **fold(steps, written),
    }
    keep_until = date.fromisoformat(visit["day"]) + timedelta(DAYS_BACK)
    return Built(f"visit-{visit_id}", body, visit["day"], keep_until.isoformat())


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
    return team_id in own or await visits.is_planned(tx, team_id, visit_id, person.id)


def list_days(today: date) -> list[str]:
    """The days within a carer's reach, sorted."""
    first = today - timedelta(DAYS_BACK)
    return [(first + timedelta(number)).isoformat() for number in range(DAYS_BACK + DAYS_AHEAD + 1)]


async def list_visit_documents(tx: Transaction, carer: Person, day: str) -> list[Json]:
    """The documents of a carer's own visits of a day, each with its version, by start."""
    rows = await documents.list_visits_of_carer(tx, carer.id, day, day)
    found: list[Json] = []
    for team_id in sorted({row["team_id"] for row in rows}):
        ids = [row["id"] for row in rows if row["team_id"] == team_id]
        found += [load(row) for row in await documents.list_bodies(tx, team_id, ids)]
    return sorted(found, key=lambda visit: (str(visit["starts_at"]), str(visit["visit_id"])))
