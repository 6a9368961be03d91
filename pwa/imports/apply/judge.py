"""Knows when what a plan would do is so unusual that somebody has to say yes first: no database, no clock, no writing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import msgspec

from pwa.imports.apply.judge_rows import (
    judge_checklists,
    judge_citizens,
    judge_new_visits,
    judge_numbers,
    judge_times,
)
from pwa.imports.apply.plan_diff import VisitChange
from pwa.imports.apply.plan_summary import DayOfTeam, PlanSummary, Stop, StopCode
from pwa.imports.read.plan_file import PlanRow
from pwa.words import DENMARK, N_, to_moment

CANCEL = N_(
    "%(number)d visits that are planned would be cancelled, because the file has them no more, among them %(most)d of %(there)d on "
    "%(day)s%(where)s. Is the file whole?"
)
MOVE = N_(
    "%(number)d visits would come to another day or another team, among them %(most)d of %(there)d on %(day)s, %(team)s. Are "
    "the dates and the teams right?"
)
DATES = N_(
    "%(number)d visits would come to a day before %(first)s or after %(last)s; in row %(row)d it is %(day)s. Is the year "
    "right?"
)
NEW_NUMBERS = N_(
    "Not one of the visit numbers is known (rows: %(number)d), although %(there)d visits are planned on the same days. Is "
    "the file from another system, or are its numbers written otherwise?"
)
SAME_MINUTE = N_(
    "%(number)d times an employee is to begin at two addresses at the same minute: rows %(row)d and %(other)d, employee "
    "%(employee)s, %(day)s at %(time)s."
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What passes without a question.

    Up to `cancel_few` visits may be cancelled, and up to `cancel_percent` of those that are there: of a team's day, of a
    day, of the whole file. As many may leave a team's day for another day or team. Days may lie so many back or ahead. So many times may an employee begin twice at a minute.
    Of a team's day, and of the file, `cancel_few` and `change_percent` of the visits that are known may get another citizen, name or
    address, and `time_percent` begin at another hour.
    """

    cancel_percent: int = 10
    cancel_few: int = 5
    days_back: int = 14
    days_ahead: int = 120
    same_minute: int = 0
    change_percent: int = 10
    time_percent: int = 50


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Yes:
    """What somebody has said yes to, each with its exact number; `at_most` what was said yes to before a crash."""

    exactly: Mapping[StopCode, int] = field(default_factory=dict)
    at_most: Mapping[StopCode, int] = field(default_factory=dict)

    def covers(self, stop: Stop) -> bool:
        """Whether this is what was said yes to."""
        return self.exactly.get(stop.code) == stop.number or stop.number <= self.at_most.get(stop.code, -1)


NO = Yes()


def judge(
    changes: Sequence[VisitChange],
    summary: PlanSummary,
    citizens: Iterable[tuple[str, str, str]],
    today: date,
    limits: Limits,
    yes: Yes,
) -> list[Stop]:
    """Why not to go on, unless it is in the `yes`. `citizens` (team_id, id, name) are those of the last days."""
    found = (
        _cancelled(summary, limits),
        _moved_away(summary, limits),
        judge_citizens(changes, limits.cancel_few, limits.change_percent),
        judge_new_visits(changes, citizens, limits.cancel_few, limits.change_percent),
        judge_times(changes, limits.cancel_few, limits.time_percent),
        judge_checklists(changes, limits.cancel_few, limits.change_percent),
        judge_numbers(changes, limits.cancel_few, limits.change_percent),
        _dates(changes, today, limits),
        _new_numbers(changes, summary, limits),
        _same_minute(changes, limits),
    )
    return [
        Stop(stop.code, stop.number, stop.message, stop.params, yes.exactly.get(stop.code))
        for stop in found
        if stop and not yes.covers(stop)
    ]


def _cancelled(summary: PlanSummary, limits: Limits) -> Stop | None:
    """Looked at in each team's day, in each day and in all: a file that was cut lacks much of the last of something."""
    days: dict[str, list[DayOfTeam]] = defaultdict(list)
    spoken_for = [each for each in summary.days if any(msgspec.structs.astuple(each.counts))]
    for each in spoken_for:
        days[each.day].append(each)
    parts = [*([each] for each in spoken_for), *days.values(), spoken_for]
    far = [(_count(part), part) for part in parts if _is_much(*_count(part), limits)]
    if not far:
        return None
    (most, there), part = max(far, key=lambda each: (each[0][0] / each[0][1], each[0]))
    first, last = _written(part[0].day), _written(part[-1].day)
    day = first if first == last else f"{first} – {last}"
    where = f", {part[0].team}" if len(part) == 1 else ""
    params: dict[str, str | int] = {"most": most, "there": there, "day": day, "where": where}
    return _stop("cancel", summary.counts.cancelled, CANCEL, params)


def _count(part: Iterable[DayOfTeam]) -> tuple[int, int]:
    cancelled, there = 0, 0
    for each in part:
        cancelled, there = cancelled + each.counts.cancelled, there + each.there
    return cancelled, there


def _is_much(cancelled: int, there: int, limits: Limits) -> bool:
    return cancelled > max(limits.cancel_few, there * limits.cancel_percent / 100)


def _moved_away(summary: PlanSummary, limits: Limits) -> Stop | None:
    """Looked at in each team's day: a wrong month, or a column out of place, takes away what was planned there."""
    far = [each for each in summary.days if _is_much(each.moved_away, each.there, limits)]
    if not far:
        return None
    worst = max(far, key=lambda each: (each.moved_away / max(each.there, 1), each.moved_away))
    params: dict[str, str | int] = {
        "most": worst.moved_away, "there": worst.there, "day": _written(worst.day), "team": worst.team,
    }  # fmt: skip
    return _stop("move", sum(each.moved_away for each in summary.days), MOVE, params)


def _dates(changes: Iterable[VisitChange], today: date, limits: Limits) -> Stop | None:
    first = (today - timedelta(limits.days_back)).isoformat()
    last = (today + timedelta(limits.days_ahead)).isoformat()
    far = [
        change.row
        for change in changes
        if change.row and change.what != "unchanged" and not first <= change.row.day <= last
    ]
    if not far:
        return None
    params: dict[str, str | int] = {
        "first": _written(first), "last": _written(last), "row": far[0].row, "day": _written(far[0].day),
    }  # fmt: skip
    return _stop("dates", len(far), DATES, params)


def _new_numbers(changes: Iterable[VisitChange], summary: PlanSummary, limits: Limits) -> Stop | None:
    rows = [change for change in changes if change.row]
    is_known = any(change.before or change.elsewhere for change in rows)
    if is_known or summary.there <= limits.cancel_few:
        return None
    return _stop("new-numbers", len(rows), NEW_NUMBERS, {"there": summary.there})


def _same_minute(changes: Iterable[VisitChange], limits: Limits) -> Stop | None:
    """Two citizens of one home are visited at once; two homes are not. What stands in the plan already is not asked again."""
    begins: dict[tuple[str, str], list[VisitChange]] = defaultdict(list)
    for change in changes:
        for carer in change.row.carers if change.row else ():
            begins[change.visit.starts_at, carer.id].append(change)
    twice = [each for each in begins.values() if _is_new_and_apart(each)]
    if len(twice) <= limits.same_minute:
        return None
    rows = [change.row for change in twice[0] if change.row]
    one = rows[0]
    other = next(row for row in rows if _home(row) != _home(one))
    both = [carer for carer in one.carers if carer in other.carers]
    params: dict[str, str | int] = {
        "row": one.row, "other": other.row, "employee": both[0].number if both else "",
        "day": _written(one.day), "time": f"{to_moment(one.starts_at).astimezone(DENMARK):%H.%M}",
    }  # fmt: skip
    return _stop("same-minute", len(twice), SAME_MINUTE, params)


def _is_new_and_apart(changes: Sequence[VisitChange]) -> bool:
    homes = {_home(change.row) for change in changes if change.row}
    return len(homes) > 1 and any(change.what != "unchanged" for change in changes)


def _home(row: PlanRow) -> str:
    return row.address.casefold()


def _written(day: str) -> str:
    """A day as files write it."""
    return f"{date.fromisoformat(day):%d-%m-%Y}"


def _stop(code: StopCode, number: int, message: str, params: Mapping[str, str | int]) -> Stop:
    return Stop(code, number, message, {"number": number, **params})
