"""Knows what a list of employees would do, by name, and when that is so unusual that somebody has to say yes first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain

from msgspec import Struct

from pwa.access.rules.first_administrators import folded
from pwa.database import Row
from pwa.imports.apply.judge import Limits, Yes
from pwa.imports.apply.people_diff import Employee, Place, There, is_of_the_list
from pwa.imports.apply.plan_summary import Stop, StopCode
from pwa.imports.read.people_file import ROLE_WORDS
from pwa.words import N_, Role, RoleName, to_text

NEW_TEAMS = N_(
    "%(number)d teams would be new, such as “%(team)s”, beside those that there are (%(there)d). Is the column with the teams right?"
)
NAMES = N_(
    "%(number)d employees would have another name (known ones in the file: %(there)d), such as row %(row)d: “%(before)s” → “%(after)s”. "
    "Are the columns right?"
)
LEAVE = N_(
    "%(number)d employees would leave a team (known ones in the file: %(there)d), such as row %(row)d: “%(name)s” leaves “%(team)s”. Are "
    "the teams right?"
)
RIGHTS = N_(
    "%(number)d employees would get a role with more rights (all in the file: %(there)d), such as row %(row)d: “%(name)s”, %(role)s. Are "
    "the roles right?"
)

NEW_NUMBERS = N_(
    "%(number)d employees who would be new have the name of somebody who is there by another number (all in the file: %(there)d), such as "
    "row %(row)d: “%(name)s” with the number “%(new)s”. Are the numbers written as before?"
)


class Renamed(Struct, frozen=True):
    """Somebody with another name than before."""

    row: int
    before: str
    after: str


class Leaving(Struct, frozen=True):
    """Somebody, by the name of before, who has no role of the list's any more in some teams, and has now in others: none if
    they only leave.
    """

    row: int
    name: str
    teams: list[str]
    come_to: list[str]


class NewRole(Struct, frozen=True):
    """Somebody who gets a role with more rights than a carer's. `is_more` if they have had none of its name."""

    row: int
    person_id: str
    name: str
    role: RoleName
    team: str
    is_more: bool


class Namesake(Struct, frozen=True):
    """Somebody new who has the name of somebody who is there."""

    row: int
    name: str
    number: str


class PeopleSummary(Struct):
    """What a list would do beside adding employees: every name of it, in the file's order."""

    new_teams: list[str]
    renamed: list[Renamed]
    leaving: list[Leaving]
    new_roles: list[NewRole]
    known: int
    employees: int
    teams: int
    """How many there are before it."""
    stops: list[Stop] = []
    namesakes: list[Namesake] = []


def summarize_people(
    employees: Iterable[Employee], places: Sequence[Place], there: There, now: datetime
) -> PeopleSummary:
    """Compare by name; what a person here has given is nothing that a list takes."""
    employees = list(employees)
    names = {**there.team_names, **{place.team_id: place.name for place in places}}
    known = [each for each in employees if each.was_there]
    new_teams = [place.name for place in places if place.team_id not in there.team_names]
    renamed = [
        Renamed(each.rows[0].row, there.people[each.id].name, each.name)
        for each in known
        if there.people[each.id].name != each.name
    ]
    leaving, new_roles = list[Leaving](), list[NewRole]()
    for each in employees:
        held, wanted = _in_force(there.held.get(each.id, ()), now), _wanted(each, now)
        by_list = {role.team_id for role, row in held.items() if is_of_the_list(row)}
        comes_to = {role.team_id for role in wanted}
        if left := by_list - comes_to:
            came = comes_to - {role.team_id for role in held}
            name = there.people[each.id].name if each.was_there else each.name
            leaving.append(Leaving(each.rows[0].row, name, _named(left, names), _named(came, names)))
        had = {role.name for role in held}
        new_roles += [
            NewRole(row, each.id, each.name, role.name, names.get(role.team_id, ""), role.name not in had)
            for role, row in wanted.items()
            if role.name != "carer" and role not in held
        ]
    there_already = {folded(each.name) for each in there.people.values()}
    namesakes = [
        Namesake(each.rows[0].row, each.name, each.rows[0].person.number)
        for each in employees
        if not each.was_there and folded(each.name) in there_already
    ]
    return PeopleSummary(
        new_teams,
        sorted(renamed, key=lambda each: each.row),
        sorted(leaving, key=lambda each: each.row),
        sorted(new_roles, key=lambda each: each.row),
        len(known),
        len(employees),
        len(there.team_names),
        namesakes=sorted(namesakes, key=lambda each: each.row),
    )


def _in_force(held: Iterable[Row], now: datetime) -> dict[Role, Row]:
    at = to_text(now)
    return {
        Role(row["name"], row["team_id"]): row
        for row in held
        if row["ends_at"] is None or row["ends_at"] > at
    }


def _wanted(employee: Employee, now: datetime) -> dict[Role, int]:
    """Each role that has not run out, and its row."""
    at = to_text(now)
    rows = {Role(row.role, row.team.id): row.row for row in employee.rows}
    return {
        role: rows[role]
        for role, period in employee.wanted(now).items()
        if period.ends_at is None or period.ends_at > at
    }


def _named(team_ids: Iterable[str], names: Mapping[str, str]) -> list[str]:
    return sorted(names.get(id, "") for id in team_ids)


def judge_people(summary: PeopleSummary, limits: Limits, yes: Yes) -> list[Stop]:
    """Why not to go on, unless it is in the `yes`. The first list is asked nothing: there is nothing to compare it with."""
    if not summary.known and summary.teams <= 1:
        return []
    found = chain(
        _namesakes(summary, limits),
        _new_teams(summary, limits),
        _changed(summary, limits),
        _rights(summary, limits),
    )
    return [
        Stop(stop.code, stop.number, stop.message, stop.params, yes.exactly.get(stop.code))
        for stop in found
        if not yes.covers(stop)
    ]


def _namesakes(summary: PeopleSummary, limits: Limits) -> Iterable[Stop]:
    if len(summary.namesakes) > max(limits.cancel_few, summary.employees * limits.change_percent / 100):
        first = summary.namesakes[0]
        yield _stop(
            "new-numbers", len(summary.namesakes), NEW_NUMBERS, there=summary.employees, row=first.row, name=first.name, new=first.number
        )  # fmt: skip


def _new_teams(summary: PeopleSummary, limits: Limits) -> Iterable[Stop]:
    if len(summary.new_teams) > limits.cancel_few:
        yield _stop(
            "new-teams", len(summary.new_teams), NEW_TEAMS, team=summary.new_teams[0], there=summary.teams
        )


def _changed(summary: PeopleSummary, limits: Limits) -> Iterable[Stop]:
    most = max(limits.cancel_few, summary.known * limits.change_percent / 100)
    if len(summary.renamed) > most:
        first = summary.renamed[0]
        yield _stop(
            "names", len(summary.renamed), NAMES, there=summary.known, row=first.row, before=first.before, after=first.after,
        )  # fmt: skip
    if len(summary.leaving) > most:
        left = summary.leaving[0]
        yield _stop(
            "leave", len(summary.leaving), LEAVE, there=summary.known, row=left.row, name=left.name, team=left.teams[0]
        )  # fmt: skip


def _rights(summary: PeopleSummary, limits: Limits) -> Iterable[Stop]:
    more = {each.person_id: each for each in reversed(summary.new_roles) if each.is_more}
    if len(more) > max(limits.cancel_few, summary.employees * limits.change_percent / 100):
        first = min(more.values(), key=lambda each: each.row)
        yield _stop(
            "rights", len(more), RIGHTS, there=summary.employees, row=first.row, name=first.name, role=ROLE_WORDS[first.role]
        )  # fmt: skip


def _stop(code: StopCode, number: int, message: str, **params: str | int) -> Stop:
    return Stop(code, number, message, {"number": number, **params})
