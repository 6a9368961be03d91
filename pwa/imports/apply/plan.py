"""Knows how a day's plan moves, adds and cancels visits; knows no files.

What was written at a visit stays, whatever a later plan says: visits are cancelled, never deleted, and a
checklist in progress keeps its steps (sync.md, law 9).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from pwa.access.queries import roles, teams
from pwa.care.documents.refresh import refresh
from pwa.care.documents.visit import window
from pwa.care.queries import answers, attendances, guides, visits
from pwa.checklists import queries as checklists
from pwa.database import Row, Transaction
from pwa.database.lists import Key
from pwa.documents.store import DocumentRef
from pwa.imports.apply.imported import Imported, begin
from pwa.imports.apply.plan_changes import PlanNotices, begin_notices
from pwa.imports.read.mistakes import Mistake
from pwa.imports.read.plan_file import PlanFile, PlanRow
from pwa.words import N_, Json, NewId, day_of, to_text
from pwa.written import VisitStep


@dataclass(frozen=True, slots=True)
class Planned:
    """A row of the plan and the visit that it means: its id, and how it was planned before, if it was."""

    row: PlanRow
    id: str
    before: Row | None


async def import_plan(
    tx: Transaction, plan: PlanFile, now: datetime, new_id: NewId, skip_bad: bool = False
) -> Imported:
    """Plan what the file says. Raises NotImported; with `skip_bad` the rows that are right are planned."""
    wrong = await find_unknown(tx, plan.rows)
    imported = begin([*plan.errors, *wrong], plan.warnings, skip_bad)
    bad = {mistake.row for mistake in wrong}
    standing: set[str] = set()
    notices = await begin_notices(tx, now, new_id)
    for row in plan.rows:
        if row.row in bad:
            standing |= ids_of(row.visit.id, [row.team.id])
            continue
        planned = await find_visit(tx, row)
        standing.add(planned.id)
        await plan_visit(tx, imported, notices, planned, now)
        await cancel_elsewhere(tx, imported, notices, planned, now)
    if plan.may_cancel:
        team_ids = {team_id for _, team_id in plan.covers}
        standing = standing.union(*(ids_of(base, team_ids) for base in plan.spared))
        await cancel_missing(tx, imported, notices, plan, standing, now)
    imported.things += await notices.save(tx)
    imported.things = await refresh(tx, imported.things, new_id)
    return imported


async def find_unknown(tx: Transaction, rows: Iterable[PlanRow]) -> list[Mistake]:
    """What the rows name and nobody has imported."""
    known_teams = set(await teams.list_known_team_ids(tx))
    people = await roles.list_known_person_ids(tx)
    known_guides = await guides.list_known_guide_ids(tx)
    lists: dict[str, bool] = {}
    mistakes: list[Mistake] = []
    for row in rows:
        if row.checklist.id not in lists:
            lists[row.checklist.id] = await checklists.get_newest(tx, row.checklist.id) is not None
        unknown = [
            (row.team.id not in known_teams, N_("The team is not known. Import the employees first."), "gruppe"),
            (not lists[row.checklist.id], N_("The checklist is not known. Import the checklists first."), "tjekliste"),
            (any(guide.id not in known_guides for guide in row.guides),
             N_("There is no guide for this aid. Import the guides first."), "hjælpemidler"),
            *((carer.id not in people, N_("The employee is not known. Import the employees first."), column)
              for carer, column in zip(row.carers, ("medarbejder", "medarbejder 2"), strict=False)),
        ]  # fmt: skip
        mistakes += [
            Mistake(message, row=row.row, column=column) for is_so, message, column in unknown if is_so
        ]
    return mistakes


def id_in_team(base: str, team_id: str) -> str:
    """The id of a visit in another team than the one that had it first: what was written stays where it was."""
    return str(uuid5(UUID(base), team_id))


def ids_of(base: str, team_ids: Iterable[str]) -> set[str]:
    """The ids that a visit may have had in these teams."""
    return {base, *(id_in_team(base, team_id) for team_id in team_ids)}


async def find_visit(tx: Transaction, row: PlanRow) -> Planned:
    """The visit that a row means: the one of this number in this team, or a new one."""
    for visit_id in (row.visit.id, id_in_team(row.visit.id, row.team.id)):
        if before := await visits.get_visit(tx, row.team.id, visit_id):
            return Planned(row, visit_id, before)
    is_taken = bool(await visits.list_teams_of_visit(tx, row.visit.id))
    return Planned(row, id_in_team(row.visit.id, row.team.id) if is_taken else row.visit.id, None)


async def plan_visit(
    tx: Transaction, imported: Imported, notices: PlanNotices, planned: Planned, now: datetime
) -> None:
    """Add the visit, or make it what the row says."""
    row, before, team_id, visit_id = planned.row, planned.before, planned.row.team.id, planned.id
    newest = await checklists.get_newest(tx, row.checklist.id)
    assert newest is not None
    has_new_list = before is None or await takes_checklist(tx, before, newest, now)
    checklist = newest if has_new_list else before and list_of(before)
    assert checklist is not None
    plan = {**columns_of(row, checklist), **row.contacts}
    carers, aids = [carer.id for carer in row.carers], [guide.id for guide in row.guides]
    if before is None:
        # A file without the columns says nothing of numbers: what is known of this citizen holds for one visit more.
        plan = {**await visits.find_contacts(tx, team_id, row.citizen.id, row.day), **plan}
        await visits.add_visit(tx, team_id, visit_id, plan)
    elif not await is_as_planned(tx, before, plan, carers, aids):
        await visits.set_visit(tx, team_id, visit_id, plan)
    else:
        return imported.count(was_there=True, is_other=False)
    known = None if before is None else await snapshot_of(tx, notices, before)
    await visits.set_carers(tx, team_id, visit_id, row.day, carers)
    await visits.set_guides(tx, team_id, visit_id, aids)
    if has_new_list:
        await visits.remove_steps(tx, team_id, visit_id, to_text(now))
        await visits.add_steps(tx, team_id, visit_id, await own_steps(tx, visit_id, newest))
    notices.notice(team_id, visit_id, known, notices.snapshot(plan, carers, cancelled=False))
    imported.count(before is not None, is_other=True)
    imported.things.append(DocumentRef(team_id, "visit", visit_id))
    return None


async def snapshot_of(tx: Transaction, notices: PlanNotices, visit: Row) -> Json:
    """What is told of a visit as it is planned now."""
    carers = await visits.list_carers(tx, [(visit["team_id"], visit["id"])])
    cancelled = visit["cancelled_at"] is not None
    return notices.snapshot(visit, [carer["id"] for _, carer in carers], cancelled=cancelled)


def list_of(before: Row) -> Row:
    """The checklist that a visit has."""
    return {"name": before["checklist_name"], "version": before["checklist_version"]}


def columns_of(row: PlanRow, checklist: Row) -> dict[str, str | int]:
    """What the plan says, by visits.COLUMNS."""
    return {
        "number": row.visit.number.casefold(),
        "day": row.day,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "minutes": row.minutes,
        "citizen_id": row.citizen.id,
        "citizen_name": row.citizen_name,
        "address": row.address,
        "door": row.door,
        "bring": row.bring,
        "checklist_name": checklist["name"],
        "checklist_version": checklist["version"],
    }


async def takes_checklist(tx: Transaction, before: Row, newest: Row, now: datetime) -> bool:
    """Whether a planned visit gets the newest version of the plan's checklist in place of what it has.

    Not once something is written there. And a newer version of the same list only while no phone can have
    the visit yet, so that nobody answers a step that is gone.
    """
    if list_of(before) == {"name": newest["name"], "version": newest["version"]}:
        return False
    if before["checklist_name"] == newest["name"] and before["day"] <= window(day_of(now))[1]:
        return False
    key = before["team_id"], before["id"]
    return not await answers.list_answers(tx, [key]) and not await attendances.list_attendances(tx, [key])


async def is_as_planned(
    tx: Transaction, before: Row, plan: dict[str, str | int], carers: list[str], aids: list[str]
) -> bool:
    """Whether the visit is planned like this already."""
    key = before["team_id"], before["id"]
    return (
        before["cancelled_at"] is None
        and all(before[name] == value for name, value in plan.items())
        and [carer["id"] for _, carer in await visits.list_carers(tx, [key])] == carers
        and [guide["id"] for _, guide in await visits.list_guides(tx, [key])] == aids
    )


async def own_steps(tx: Transaction, visit_id: str, checklist: Row) -> list[VisitStep]:
    """The visit's own copy of a checklist's steps: the same copy, the same ids.

    They begin as the visit's id does, which packs well, and are told apart by their last twelve digits.
    """
    steps = await checklists.list_steps(tx, checklist["id"], checklist["version"])
    return [
        VisitStep(
            f"{visit_id[:24]}{uuid5(UUID(visit_id), step.id).hex[-12:]}",
            step.label,
            step.help,
            step.planned,
            None,
            step.by_itself,
        )
        for step in steps
    ]


async def cancel_elsewhere(
    tx: Transaction, imported: Imported, notices: PlanNotices, planned: Planned, now: datetime
) -> None:
    """A visit that has moved to another team is cancelled in the one that it left, where it is told who has it now."""
    row = planned.row
    for other in await visits.list_visits_of_number(tx, row.visit.number.casefold()):
        if other["id"] != planned.id and other["cancelled_at"] is None:
            plan = columns_of(row, {"name": "", "version": 0})
            moved_to = notices.snapshot(plan, [carer.id for carer in row.carers], cancelled=False)
            await cancel(tx, imported, notices, (other["team_id"], other["id"]), now, moved_to)


async def cancel_missing(
    tx: Transaction,
    imported: Imported,
    notices: PlanNotices,
    plan: PlanFile,
    standing: set[str],
    now: datetime,
) -> None:
    """Visits of the days and teams that the file speaks for, and that it no longer has."""
    for day, team_id in sorted(plan.covers):
        for visit_id in await visits.list_standing_visit_ids(tx, team_id, day):
            if visit_id not in standing:
                await cancel(tx, imported, notices, (team_id, visit_id), now)


async def cancel(
    tx: Transaction,
    imported: Imported,
    notices: PlanNotices,
    key: Key,
    now: datetime,
    moved_to: Json | None = None,
) -> None:
    """Cancel a visit that stands; `moved_to` is how it is planned in another team."""
    team_id, visit_id = key
    visit = await visits.get_visit(tx, team_id, visit_id)
    if visit and await visits.set_cancelled(tx, team_id, visit_id, to_text(now)):
        known = await snapshot_of(tx, notices, visit)
        after = moved_to or {**known, "cancelled": True}
        notices.notice(team_id, visit_id, known, after, elsewhere=moved_to is not None)
        imported.cancelled += 1
        imported.things.append(DocumentRef(team_id, "visit", visit_id))
