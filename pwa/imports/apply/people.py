"""Knows how a list of employees becomes people with roles in teams; knows no files."""

from collections import defaultdict
from datetime import datetime

from pwa.access.documents.person import person_of
from pwa.access.queries import roles, teams
from pwa.access.queries.access_resets import get_last_reset
from pwa.access.queries.people import find_person
from pwa.access.rules.roles import give_role, period_of
from pwa.care.documents.refresh import refresh, visits_under
from pwa.care.documents.visit import window
from pwa.care.queries import visits
from pwa.database import Transaction
from pwa.documents.store import DocumentRef
from pwa.imports.apply.imported import Imported, begin
from pwa.imports.read.mistakes import Mistake
from pwa.imports.read.people_file import PeopleFile, PersonRow, TeamRow, goes_round
from pwa.words import N_, NewId, Role, RoleName, day_of, to_text

RANK: tuple[RoleName, ...] = ("administrator", "organiser", "leader", "carer", "dpo")
MUST_BE_LET_IN = N_(
    "%(name)s has a new role, which whoever let %(name)s in could not give. All ways in have ended. Somebody who may "
    "give the role must make a new code."
)

STANDS_ALONE = N_(
    "“%(team)s” stands under no other team. Whoever is above sees nothing of it. If it stands under one, write so in "
    "overgruppe."
)


async def import_people(
    tx: Transaction, file: PeopleFile, now: datetime, new_id: NewId, skip_bad: bool = False
) -> Imported:
    """Add and change teams and people. Raises NotImported.

    Whoever the list names gets exactly the roles that it says, and keeps what a person here has given beside it.
    Whoever it does not name is left alone: half a list must not lock anybody out. A team that it does not place stays
    where it stands. `warnings` name whom it gives a role that whoever let them in could not give, and which team stands
    under no other from now on.
    """
    imported = begin(file.errors, file.warnings, skip_bad)
    imported.warnings += await _set_teams(tx, file.teams)
    by_person: dict[str, list[PersonRow]] = defaultdict(list)
    for person in file.rows:
        by_person[person.person.id].append(person)
    # Whoever gives roles comes first: a team under another name has its leader before its carers (rules/vouching.py).
    for rows in sorted(by_person.values(), key=lambda rows: min(RANK.index(row.role) for row in rows)):
        await _set_person(tx, imported, rows, now)
    imported.things = await refresh(tx, imported.things, new_id)
    return imported


async def _set_teams(tx: Transaction, rows: tuple[TeamRow, ...]) -> tuple[Mistake, ...]:
    """Names and places; of two places that would go round, the list's counts."""
    before = await teams.list_parents(tx)
    parents = before | {row.team.id: row.parent.id for row in rows if row.parent}
    alone: list[Mistake] = []
    for row in rows:
        if row.parent is None and goes_round(row.team.id, parents):
            parents[row.team.id] = None
        parent_id = parents.get(row.team.id)
        is_news = row.team.id not in before or before[row.team.id] is not None
        if before and parent_id is None and is_news:
            alone.append(Mistake(STANDS_ALONE, {"team": row.team.number}))
        await teams.set_team(tx, row.team.id, row.team.number, parent_id)
    return tuple(alone)


async def _set_person(tx: Transaction, imported: Imported, rows: list[PersonRow], now: datetime) -> None:
    person_id, name = rows[0].person.id, rows[0].name
    before = await find_person(tx, person_id)
    phone = next((row.phone for row in rows if row.phone), rows[0].phone)
    is_called = bool(phone or (before and before.phone))
    was_leading = await _leading(tx, person_id) if is_called else {}
    changed = await roles.set_person(tx, person_id, name, rows[0].language, phone)
    is_other = await _set_roles(tx, person_id, rows, now) or bool(changed)
    if await get_last_reset(tx, person_id) == to_text(now):
        imported.warnings += (Mistake(MUST_BE_LET_IN, {"name": name}, rows[0].row),)
    leading = await _leading(tx, person_id) if is_called else {}
    if changed or leading != was_leading:
        imported.things += await visits_under(tx, {*was_leading, *leading}, now)
    if before and before.name != name:
        planned = await visits.list_visits_of_person(tx, person_id, window(day_of(now))[0])
        imported.things += [DocumentRef(visit["team_id"], "visit", visit["id"]) for visit in planned]
    imported.count(before is not None, is_other)
    imported.things.append(person_of(person_id))


async def _leading(tx: Transaction, person_id: str) -> dict[str, tuple[str, str | None]]:
    """The teams that somebody leads, from when until when."""
    held = await roles.list_roles(tx, person_id)
    return {row["team_id"]: (row["starts_at"], row["ends_at"]) for row in held if row["name"] == "leader"}


async def _set_roles(tx: Transaction, person_id: str, rows: list[PersonRow], now: datetime) -> bool:
    """Whether somebody's roles are other than they were. What a person here has given is not the list's to take."""
    wanted = {Role(row.role, row.team.id): row for row in rows}
    is_other = False
    for row in await roles.list_roles(tx, person_id):
        role = Role(row["name"], row["team_id"])
        if role not in wanted and row["given_by_id"] is None and row["rule_id"] is None:
            is_other = bool(await roles.end_role(tx, person_id, role, to_text(now))) or is_other
    for role, each in wanted.items():
        period = period_of(each.first_day, each.last_day, now)
        is_other = await give_role(tx, person_id, role, period, now) or is_other
    return is_other
