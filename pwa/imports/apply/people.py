"""Knows how a list of employees becomes people with roles in teams; knows no files."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from pwa.access.documents.person import person_of
from pwa.access.queries import roles, teams
from pwa.access.queries.access_resets import get_last_reset
from pwa.access.queries.people import find_person
from pwa.access.rules.roles import give_role
from pwa.database import Database, Transaction
from pwa.database.lists import in_parts
from pwa.imports.apply.imported import NOTHING_CHOSEN, SILENT, Chosen, Imported, Telling
from pwa.imports.apply.lists import Became, Left, left_by, write_list
from pwa.imports.apply.people_diff import RANK, Employee, Place, compare_people, is_of_the_list
from pwa.imports.apply.turns import Turn
from pwa.imports.read.mistakes import Mistake
from pwa.imports.read.people_file import PeopleFile
from pwa.words import N_, NewId, Role, to_text

MUST_BE_LET_IN = N_(
    "%(name)s has a new role, which whoever let %(name)s in could not give. All ways in have ended. Somebody who may "
    "give the role must make a new code."
)
TRIED_AT_ONCE = 100
"""So many employees are tried in one transaction, beside those who give roles."""


async def import_people(
    turn: Turn, file: PeopleFile, new_id: NewId, chosen: Chosen = NOTHING_CHOSEN, telling: Telling = SILENT
) -> Imported:
    """Add and change teams and people. Raises NotImported before anything is written, and TurnLost.

    Whoever the list names gets exactly the roles that it says, and keeps what a person here has given beside it.
    Whoever it does not name is left alone: half a list must not lock anybody out. A team that it does not place stays
    where it stands. `warnings` name whom it gives a role that whoever let them in could not give, and which team stands
    under no other from now on.
    """
    now, left = turn.clock(), left_by(turn)
    async with turn.database.snapshot() as tx:
        compared = await compare_people(tx, file, now, chosen.skip_bad, left)
    left = await write_list(turn, compared, left, partial(_write, now), new_id, telling)
    compared.imported.warnings += tuple(_must_be_let_in(file, left.rows))
    return compared.imported


async def try_people(database: Database, file: PeopleFile, now: datetime, skip_bad: bool) -> Imported:
    """What a list would do. Raises NotImported.

    Whose ways in would end is only known by doing it: of those who are there, some at a time, which is taken back.
    """
    left = Left()
    async with database.snapshot() as tx:
        compared = await compare_people(tx, file, now, skip_bad, left)
    places = [each for each in compared.others if isinstance(each, Place)]
    known = [each for each in compared.others if isinstance(each, Employee) and each.was_there]
    givers = [each for each in known if each.rank < RANK.index("carer")]
    rest = [each for each in known if each.rank >= RANK.index("carer")]
    for some in in_parts(rest, TRIED_AT_ONCE) if rest else [[]]:
        await _try(database, [*places, *givers, *some], left, now)
    compared.imported.warnings += tuple(_must_be_let_in(file, left.rows))
    return compared.imported


class _Tried(Exception):
    """Raised to have it taken back."""


async def _try(database: Database, some: Iterable[Place | Employee], left: Left, now: datetime) -> None:
    try:
        async with database.transaction() as tx:
            for each in some:
                await _write(now, tx, each, left)
            raise _Tried
    except _Tried:
        pass


def _must_be_let_in(file: PeopleFile, rows: Iterable[int]) -> Iterable[Mistake]:
    names = {row.row: row.name for row in file.rows}
    return [Mistake(MUST_BE_LET_IN, {"name": names[row]}, row) for row in sorted(rows) if row in names]


async def _write(now: datetime, tx: Transaction, each: Place | Employee, left: Left) -> Became:
    if isinstance(each, Place):
        await teams.set_team(tx, each.team_id, each.name, each.parent_id)
        return Became("")
    return await _set_person(tx, each, now, left)


async def _set_person(tx: Transaction, employee: Employee, now: datetime, left: Left) -> Became:
    before = await find_person(tx, employee.id)
    is_called = bool(employee.phone or (before and before.phone))
    was_leading = await _leading(tx, employee.id) if is_called else {}
    changed = await roles.set_person(
        tx, employee.id, employee.name, employee.rows[0].language, employee.phone
    )
    is_other = await _set_roles(tx, employee, now) or bool(changed)
    if before and await get_last_reset(tx, employee.id) == to_text(now):
        left.rows.add(employee.rows[0].row)
    leading = await _leading(tx, employee.id) if is_called else {}
    if changed or leading != was_leading:
        left.teams.update(was_leading, leading)
    if before and before.name != employee.name:
        left.people.add(employee.id)
    return Became(
        "added" if before is None else "changed" if is_other else "unchanged", [person_of(employee.id)]
    )


async def _leading(tx: Transaction, person_id: str) -> dict[str, tuple[str, str | None]]:
    """The teams that somebody leads, from when until when."""
    held = await roles.list_roles(tx, person_id)
    return {row["team_id"]: (row["starts_at"], row["ends_at"]) for row in held if row["name"] == "leader"}


async def _set_roles(tx: Transaction, employee: Employee, now: datetime) -> bool:
    """Whether somebody's roles are other than they were. What a person here has given is not the list's to take."""
    wanted = employee.wanted(now)
    is_other = False
    for row in await roles.list_roles(tx, employee.id):
        role = Role(row["name"], row["team_id"])
        if role not in wanted and is_of_the_list(row):
            is_other = bool(await roles.end_role(tx, employee.id, role, to_text(now))) or is_other
    for role, period in wanted.items():
        is_other = await give_role(tx, employee.id, role, period, now) or is_other
    return is_other
