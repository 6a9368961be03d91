"""Knows how what a plan would do is counted, day by day and team by team; knows no database and no words."""

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from pwa.imports.apply.plan_diff import VisitChange
from pwa.imports.apply.plan_there import Cell

StopCode = Literal[
    "cancel",
    "move",
    "change",
    "citizens",
    "times",
    "checklists",
    "numbers",
    "dates",
    "new-numbers",
    "same-minute",
    "new-teams",
    "names",
    "leave",
    "rights",
]
"""Of a plan, and from new-teams on of a list of employees."""


class Counts(Struct):
    """Visits by what becomes of them: new; at another time, day or team; otherwise other; gone; the same."""

    added: int = 0
    moved: int = 0
    changed: int = 0
    cancelled: int = 0
    unchanged: int = 0


class DayOfTeam(Struct, kw_only=True):
    """One team's day. `there` stand now and `after` stand then; what is moved is counted where it goes, `moved_away` where it
    leaves.
    """

    day: str
    team_id: str
    team: str
    there: int = 0
    counts: Counts
    moved_away: int = 0
    after: int = 0

    def loses(self) -> None:
        """A visit goes to another day or team."""
        self.moved_away += 1
        self.after -= 1


class Stop(Struct, frozen=True):
    """Why somebody has to say yes first: `number` is what the yes has to name, `params` fill the message's places.

    `said` is the number of a yes that was given and is of something else.
    """

    code: StopCode
    number: int
    message: str
    params: Mapping[str, str | int]
    said: int | None = None


class PlanSummary(Struct):
    """What a file would do, against what is there. `days` in order."""

    counts: Counts
    days: list[DayOfTeam]
    stops: list[Stop] = []

    @property
    def there(self) -> int:
        """How many visits stand on the days and in the teams that the file speaks for."""
        return sum(each.there for each in self.days)


def summarize(
    changes: Iterable[VisitChange], standing: Mapping[Cell, int], team_names: Mapping[str, str]
) -> PlanSummary:
    """Count; `standing` are the visits that are there, by day and team."""
    cells: dict[Cell, DayOfTeam] = {}

    def cell(day: str, team_id: str) -> DayOfTeam:
        found = cells.get((day, team_id))
        if found is None:
            team, there = team_names.get(team_id, ""), standing.get((day, team_id), 0)
            found = DayOfTeam(day=day, team_id=team_id, team=team, there=there, counts=Counts(), after=there)
            cells[day, team_id] = found
        return found

    total = Counts()
    for change in changes:
        visit, before = change.visit, change.before
        comes_to = cell(visit.day, visit.team_id)
        for counts in (total, comes_to.counts):
            setattr(counts, change.what, getattr(counts, change.what) + 1)
        stood_on = before.day if before and not before.cancelled_at else None
        comes_to.after += (change.after is not None) - (stood_on == visit.day)
        if stood_on not in (None, visit.day):
            cell(stood_on, visit.team_id).loses()
        for left in change.elsewhere:
            cell(left.day, left.team_id).loses()
    days = sorted(cells.values(), key=lambda each: (each.day, each.team.casefold(), each.team_id))
    return PlanSummary(total, days)
