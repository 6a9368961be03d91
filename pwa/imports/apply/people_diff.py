"""Knows what a list of employees would do to who is there: read in a snapshot, nothing is written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from pwa.access.queries import roles, teams
from pwa.access.queries.people import KnownPerson, list_known_people
from pwa.access.rules.invitations import MUNICIPALITY
from pwa.access.rules.roles import Period, is_given, period_of
from pwa.database import Row, Transaction
from pwa.imports.apply.imported import begin
from pwa.imports.apply.lists import Compared, Left
from pwa.imports.read.mistakes import Mistake
from pwa.imports.read.people_file import PeopleFile, PersonRow, TeamRow, goes_round
from pwa.words import N_, Role, RoleName

RANK: tuple[RoleName, ...] = ("administrator", "organiser", "leader", "carer", "dpo")
STANDS_ALONE = N_(
    "“%(team)s” stands under no other team. Whoever is above sees nothing of it. If it stands under one, write so in "
    "overgruppe."
)
NUMBER_STAYS = N_(
    "%(name)s has another number that somebody has written in Hånd. It stays. To have the list's, remove it on the "
    "person's page."
)


@dataclass(frozen=True, slots=True)
class Place:
    """A team, what it is called, and which it stands under."""

    team_id: str
    name: str
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class Employee:
    """All rows of one employee, who `was_there` or is new."""

    rows: Sequence[PersonRow]
    was_there: bool

    @property
    def id(self) -> str:
        """Ours."""
        return self.rows[0].person.id

    @property
    def phone(self) -> str | None:
        """The first number of the rows; "" for none, None if the file has no such column."""
        return next((row.phone for row in self.rows if row.phone), self.rows[0].phone)

    @property
    def name(self) -> str:
        """All rows have the same."""
        return self.rows[0].name

    @property
    def rank(self) -> int:
        """Of the highest role: who gives roles stands before those who get them."""
        return min(RANK.index(row.role) for row in self.rows)

    def wanted(self, now: datetime) -> dict[Role, Period]:
        """What the list says that somebody may do, and for how long."""
        return {Role(row.role, row.team.id): period_of(row.first_day, row.last_day, now) for row in self.rows}


def is_called_otherwise(employee: Employee, known: KnownPerson) -> bool:
    """Whether the list has another number than the one that stands here; a file without the column has none."""
    return employee.phone not in (None, known.phone)


@dataclass(frozen=True, slots=True)
class There:
    """Who is there, the roles that nobody has ended, and what teams are called; by id."""

    people: Mapping[str, KnownPerson]
    held: Mapping[str, Sequence[Row]]
    team_names: Mapping[str, str]


class Whole(NamedTuple):
    """All that a list says, beside who is there."""

    places: Sequence[Place]
    employees: Sequence[Employee]
    there: There


async def compare_people(
    tx: Transaction, file: PeopleFile, now: datetime, skip_bad: bool, left: Left
) -> tuple[Compared[Place | Employee], Whole]:
    """What a list would do. Raises NotImported.

    Teams come first, parents before children; then whoever gives roles before the rest: a team under another name has its
    leader before its carers (rules/vouching.py). `left` is told which teams there were.
    """
    imported = begin(file.errors, file.warnings, skip_bad)
    parents = await teams.list_parents(tx)
    if left.parents is None:
        left.parents = parents
    there = There(await list_known_people(tx), await roles.list_roles_of_all(tx), await teams.list_names(tx))
    places = _places(file.teams, parents, _above_all(file.teams, left.parents, there.held))
    imported.warnings += tuple(_alone(places, left.parents))
    changed = [place for place in places if _is_other_place(place, there, parents)]
    renamed = {
        place.team_id
        for place in changed
        if place.team_id in parents and place.name != there.team_names[place.team_id]
    }
    others: list[Place | Employee] = [*changed]
    employees = _employees(file.rows, there)
    for employee in employees:
        known = there.people.get(employee.id)
        if known and known.phone_by_id and employee.phone and is_called_otherwise(employee, known):
            imported.warnings += (
                Mistake(NUMBER_STAYS, {"name": employee.name}, employee.rows[0].row, "telefon"),
            )
        is_other = not is_as_said(employee, there, now)
        imported.count(employee.was_there, is_other)
        if is_other or any(row.team.id in renamed for row in employee.rows):
            others.append(employee)
    return Compared(imported, others), Whole(places, employees, there)


def _above_all(
    rows: Iterable[TeamRow], before: Mapping[str, str | None], held: Mapping[str, Sequence[Row]]
) -> str | None:
    """The team that stands above all that is to come: the one that `invite` made before there was a list, so that its
    administrator sees the whole. There was no other, and nobody but administrators is in it; a list may name it, if it puts it
    under no other.
    """
    parents = {row.team.id: row.parent for row in rows}
    if len(before) != 1:
        return None
    [only] = before
    if only in parents and (only != MUNICIPALITY.id or parents[only]):
        return None
    names = {row["name"] for rows_of_one in held.values() for row in rows_of_one if row["team_id"] == only}
    return only if names == {"administrator"} else None


def _places(rows: Iterable[TeamRow], before: Mapping[str, str | None], above: str | None) -> list[Place]:
    """Where each team is to stand; of two places that would go round, the list's counts. New ones that it places nowhere
    stand under `above`.
    """
    rows = list(rows)
    parents = {**before, **{row.team.id: row.parent.id for row in rows if row.parent}}
    places: list[Place] = []
    for row in rows:
        if row.parent is None and goes_round(row.team.id, parents):
            parents[row.team.id] = None
        parent_id = parents.get(row.team.id) or (
            None if row.team.id in before or row.team.id == above else above
        )
        places.append(Place(row.team.id, row.team.number, parent_id))
    return places


def _alone(places: Iterable[Place], before: Mapping[str, str | None]) -> Iterable[Mistake]:
    """Teams that stand under no other from now on; unless there was none before."""
    for place in places:
        is_news = place.team_id not in before or before[place.team_id] is not None
        if before and place.parent_id is None and is_news:
            yield Mistake(STANDS_ALONE, {"team": place.name})


def _is_other_place(place: Place, there: There, parents: Mapping[str, str | None]) -> bool:
    was = there.team_names.get(place.team_id), parents.get(place.team_id)
    return was != (place.name, place.parent_id)


def _employees(rows: Iterable[PersonRow], there: There) -> list[Employee]:
    by_person: dict[str, list[PersonRow]] = defaultdict(list)
    for row in rows:
        by_person[row.person.id].append(row)
    employees = [Employee(rows, id in there.people) for id, rows in by_person.items()]
    return sorted(employees, key=lambda employee: employee.rank)


def is_as_said(employee: Employee, there: There, now: datetime) -> bool:
    """Whether somebody is and may do by now what the list says."""
    known = there.people.get(employee.id)
    if known is None or is_named_otherwise(employee, known):
        return False
    held: dict[Role, list[Row]] = defaultdict(list)
    for row in there.held.get(employee.id, ()):
        held[Role(row["name"], row["team_id"])].append(row)
    wanted = employee.wanted(now)
    if any(is_of_the_list(row) for role, rows in held.items() if role not in wanted for row in rows):
        return False
    return all(is_given(held[role], period, now) for role, period in wanted.items())


def is_named_otherwise(employee: Employee, known: KnownPerson) -> bool:
    """Whether the list gives somebody another name, or says another number than it said last: that is kept also where what was
    written here stays.
    """
    return known.name != employee.name or (employee.phone is not None and employee.phone != known.list_phone)


def is_of_the_list(role: Row) -> bool:
    """Whether a list gave a role: what a person here has given, or a claim, is not the list's to take."""
    return role["given_by_id"] is None and role["rule_id"] is None
