"""Knows days from 1900, moments from 1970, both to 2299, and times of day, and counts with them; knows no steps.

Days and moments are counted from 1970; a moment's day is the one in Copenhagen. Twin: service_worker/checklists/days.js; both
run tests/cases/checklist_trees.json.
"""

import re
from datetime import date
from datetime import datetime as python_datetime
from typing import Literal, NamedTuple

from pwa.words import DENMARK

Unit = Literal["years", "months", "weeks", "days", "hours", "minutes", "seconds"]
DatedKind = Literal["date", "time", "date_time"]

DATED_KINDS: tuple[DatedKind, ...] = ("date", "time", "date_time")
DAY = 24 * 60 * 60 * 1000
EPOCH = date(1970, 1, 1).toordinal()
FIRST_DAY = date(1900, 1, 1).toordinal() - EPOCH
LAST_DAY = date(2299, 12, 31).toordinal() - EPOCH
LIMITS = {"date": (FIRST_DAY, LAST_DAY), "time": (0, DAY - 1), "date_time": (0, (LAST_DAY + 1) * DAY - 1)}
LENGTHS = {"weeks": 7 * DAY, "days": DAY, "hours": DAY // 24, "minutes": 60_000, "seconds": 1000}
MONTHS = {"years": 12, "months": 1}
DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]{1,3}))?)?")


class Dated(NamedTuple):
    """A day (`at` counts days), a time of day or a moment (`at` counts milliseconds)."""

    kind: DatedKind
    at: int


def read_dated(kind: DatedKind, text: str) -> Dated | None:
    """What is written as 2026-11-23, 07:31[:02[.004]] or both, 2026-11-23T07:31:02.004Z; None for what does not exist."""
    if kind == "date":
        return _known("date", _read_day(text))
    if kind == "time":
        return _known("time", _read_time(text))
    day, _, time = text.partition("T")
    days, milliseconds = _read_day(day), _read_time(time.removesuffix("Z"))
    if days is None or milliseconds is None or not time.endswith("Z"):
        return None
    return _known("date_time", days * DAY + milliseconds)


def _known(kind: DatedKind, at: int | None) -> Dated | None:
    """What lies in the years that are counted with."""
    if at is None:
        return None
    first, last = LIMITS[kind]
    return Dated(kind, at) if first <= at <= last else None


def _read_day(text: str) -> int | None:
    if not (found := DATE.fullmatch(text)):
        return None
    year, month, day = map(int, found.groups())
    exists = 1900 <= year <= 2299 and 1 <= month <= 12 and 1 <= day <= days_of_month(year, month)
    return date(year, month, day).toordinal() - EPOCH if exists else None


def _read_time(text: str) -> int | None:
    if not (found := TIME.fullmatch(text)):
        return None
    hours, minutes, seconds, parts = found.groups(default="0")
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(parts.ljust(3, "0"))


def days_of_month(year: int, month: int) -> int:
    """28 to 31."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def dated_text(dated: Dated) -> str:
    """As read_dated reads it; a time of day without the seconds that it does not have."""
    if dated.kind == "date":
        return date.fromordinal(dated.at + EPOCH).isoformat()
    if dated.kind == "time":
        written = _write_time(dated.at)
        return written[:5] if dated.at % 60_000 == 0 else written[:8] if dated.at % 1000 == 0 else written
    return f"{dated_text(Dated('date', dated.at // DAY))}T{_write_time(dated.at % DAY)}Z"


def _write_time(at: int) -> str:
    seconds, parts = divmod(at, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{parts:03}"


def day_of(dated: Dated) -> Dated | None:
    """The day, of a moment the one in Copenhagen; None of a time of day."""
    if dated.kind == "date_time":
        there = python_datetime.fromtimestamp(dated.at // 1000, DENMARK)
        return _known("date", there.date().toordinal() - EPOCH)
    return dated if dated.kind == "date" else None


def parts_of(dated: Dated) -> tuple[int, int, int] | None:
    """Year, month and day."""
    day = day_of(dated)
    if day is None:
        return None
    there = date.fromordinal(day.at + EPOCH)
    return there.year, there.month, there.day


def shifted(dated: Dated, count: int, unit: str) -> Dated | None:
    """So much later. A day that a month does not have becomes its last one; a moment moves by what a clock counts."""
    if dated.kind == "time" or abs(count) > 10_000_000:
        return None
    if dated.kind == "date_time":
        return _known("date_time", dated.at + count * LENGTHS[unit]) if unit in LENGTHS else None
    if unit in ("weeks", "days"):
        return _known("date", dated.at + count * LENGTHS[unit] // DAY)
    if unit not in MONTHS:
        return None
    there = date.fromordinal(dated.at + EPOCH)
    years, month = divmod(there.year * 12 + there.month - 1 + count * MONTHS[unit], 12)
    if not 1900 <= years <= 2299:
        return None
    moved = date(years, month + 1, min(there.day, days_of_month(years, month + 1)))
    return _known("date", moved.toordinal() - EPOCH)


def between(start: Dated, end: Dated, unit: str) -> int | None:
    """How many whole units have gone by, below zero when the end comes first; None of two kinds."""
    if start.kind != end.kind:
        return None
    if unit in MONTHS:
        if start.kind != "date":
            return None
        return -_months(end, start, unit) if end.at < start.at else _months(start, end, unit)
    length = LENGTHS[unit]
    gone = (end.at - start.at) * (DAY if start.kind == "date" else 1)
    return gone // length if gone >= 0 else -(-gone // length)


def _months(start: Dated, end: Dated, unit: str) -> int:
    earlier, later = date.fromordinal(start.at + EPOCH), date.fromordinal(end.at + EPOCH)
    months = (later.year - earlier.year) * 12 + later.month - earlier.month - (later.day < earlier.day)
    return months // MONTHS[unit]
