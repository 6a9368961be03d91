"""Knows how a list of employees becomes people with roles in teams; knows no files."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Literal

from pwa.access.documents.person import person_of
from pwa.access.queries import roles, teams
from pwa.access.queries.access_resets import list_vouched_for
from pwa.access.queries.people import KnownPerson, list_people
from pwa.access.queries.roles import OtherRole
from pwa.access.rules.roles import how_to_give
from pwa.access.rules.vouching import reset_if_beyond
from pwa.database import Database, Row, Transaction
from pwa.database.lists import in_parts
from pwa.imports.apply.imported import NOTHING_CHOSEN, SILENT, Chosen, Imported, Stopped, Telling
from pwa.imports.apply.lists import Became, Compared, Left, left_by, write_list
from pwa.imports.apply.people_diff import (
    RANK,
    Employee,
    Place,
    Whole,
    compare_people,
    is_named_otherwise,
    is_of_the_list,
)
from pwa.imports.apply.people_summary import PeopleSummary, judge_people, summarize_people
from pwa.imports.apply.said_yes import said_now, still_said, yes_with
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
    """Add and change teams and people. Raises NotImported and Stopped before anything is written, and TurnLost.

    Whoever the list names gets exactly the roles that it says, and keeps what a person here has given beside it.
    Whoever it does not name is left alone: half a list must not lock anybody out. A team that it does not place stays
    where it stands. `warnings` name whom it gives a role that whoever let them in could not give, and which team stands
    under no other from now on.
    """
    now, left = turn.clock(), left_by(turn)
    left.said = still_said(left.said, now, telling)
    async with turn.database.snapshot() as tx:
        compared, whole = await compare_people(tx, file, now, chosen.skip_bad, left)
    telling.summary(_judged(compared, whole, now, chosen, left))
    left.said |= said_now(chosen, now)
    left = await write_list(turn, compared, left, partial(_write, now), new_id, telling)
    compared.imported.warnings += tuple(_must_be_let_in(file, left.rows))
    return compared.imported


def _judged(
    compared: Compared[Place | Employee], whole: Whole, now: datetime, chosen: Chosen, left: Left
) -> PeopleSummary:
    """What it would do, by name. Raises Stopped."""
    imported, summary = compared.imported, summarize_people(whole.employees, whole.places, whole.there, now)
    imported.summary = summary
    if chosen.limits:
        summary.stops = judge_people(summary, chosen.limits, yes_with(chosen, left.said))
    if summary.stops:
        stops = [Mistake(stop.message, stop.params) for stop in summary.stops]
        raise Stopped(summary, stops, imported.warnings)
    return summary


async def try_people(
    database: Database, file: PeopleFile, now: datetime, chosen: Chosen = NOTHING_CHOSEN, telling: Telling = SILENT
) -> Imported:  # fmt: skip
    """What a list would do. Raises NotImported, and Stopped if it asks something.

    Whose ways in would end is only known by doing it: of those who are there, some at a time, which is taken back.
    """
    left = Left()
    async with database.snapshot() as tx:
        compared, whole = await compare_people(tx, file, now, chosen.skip_bad, left)
    telling.summary(_judged(compared, whole, now, chosen, left))
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
            await _write(now, tx, list(some), left)
            raise _Tried
    except _Tried:
        pass


def _must_be_let_in(file: PeopleFile, rows: Iterable[int]) -> Iterable[Mistake]:
    names = {row.row: row.name for row in file.rows}
    return [Mistake(MUST_BE_LET_IN, {"name": names[row]}, row) for row in sorted(rows) if row in names]


async def _write(
    now: datetime, tx: Transaction, some: Sequence[Place | Employee], left: Left
) -> list[Became]:
    """Teams stand before employees."""
    places = [each for each in some if isinstance(each, Place)]
    for each in places:
        await teams.set_team(tx, each.team_id, each.name, each.parent_id)
    employees = [each for each in some if isinstance(each, Employee)]
    return [Became("") for _ in places] + (await _set_people(tx, employees, now, left) if employees else [])


async def _set_people(
    tx: Transaction, employees: Sequence[Employee], now: datetime, left: Left
) -> list[Became]:
    """What is there is read in a few statements, and what is other is written in a few."""
    ids = [each.id for each in employees]
    before, held = await list_people(tx, ids), await roles.list_roles_of(tx, ids)
    named = [each for each in employees if _is_other(each, before.get(each.id))]
    await roles.set_people(tx, [(each.id, each.name, each.rows[0].language, each.phone) for each in named])
    changed = {each.id for each in named}
    others = {each.id: _other_roles(each, held.get(each.id, []), now) for each in employees}
    await roles.set_roles(tx, [other for of_one, _ in others.values() for other in of_one])
    left.rows.update(await _reset(tx, [each for each in employees if each.id in before], others, now))
    called = {each.id for each in employees if each.phone or (each.id in before and before[each.id].phone)}
    held_now = await roles.list_roles_of(tx, called) if called else {}
    became: list[Became] = []
    for each in employees:
        was = before.get(each.id)
        if each.id in called:
            was_leading, leading = _leading(held.get(each.id, [])), _leading(held_now.get(each.id, []))
            if each.id in changed or leading != was_leading:
                left.teams.update(was_leading, leading)
        if was and was.name != each.name:
            left.people.add(each.id)
        is_other = each.id in changed or bool(others[each.id][0])
        what: Literal["added", "changed", "unchanged"] = "changed" if is_other else "unchanged"
        became.append(Became("added" if was is None else what, [person_of(each.id)]))
    return became


def _is_other(employee: Employee, known: KnownPerson | None) -> bool:
    """Whether somebody is new, or has another name or number."""
    return known is None or is_named_otherwise(employee, known)


def _leading(held: Iterable[Row]) -> dict[str, tuple[str, str | None]]:
    """The teams that somebody leads, from when until when."""
    return {row["team_id"]: (row["starts_at"], row["ends_at"]) for row in held if row["name"] == "leader"}


def _other_roles(
    employee: Employee, held: Iterable[Row], now: datetime
) -> tuple[list[OtherRole], list[Role]]:
    """Which roles of somebody become other, and which come that they did not have. What a person here has given is not the list's
    to take.
    """
    wanted, others, new = employee.wanted(now), list[OtherRole](), list[Role]()
    has = {Role(row["name"], row["team_id"]): row for row in held}
    for role, row in has.items():
        if role not in wanted and is_of_the_list(row):
            others.append(OtherRole(employee.id, role, ended_at=to_text(now)))
    for role, period in wanted.items():
        giving = how_to_give([has[role]] if role in has else [], period, now)
        if giving is None:
            continue
        others.append(OtherRole(employee.id, role, giving.ended_at, giving.starts_at, period.ends_at))
        if giving.is_new:
            new.append(role)
    return others, new


async def _reset(
    tx: Transaction,
    known: Sequence[Employee],
    others: Mapping[str, tuple[list[OtherRole], list[Role]]],
    now: datetime,
) -> set[int]:
    """End the ways in of those whom somebody let in who could not give what they have got; gives their rows."""
    got_new = [each for each in known if others[each.id][1]]
    if not got_new:
        return set()
    vouched_for = await list_vouched_for(tx, [each.id for each in got_new])
    rows: set[int] = set()
    for each in got_new:
        if each.id in vouched_for:
            ended = [await reset_if_beyond(tx, each.id, role, now) for role in others[each.id][1]]
            if any(ended):
                rows.add(each.rows[0].row)
    return rows
