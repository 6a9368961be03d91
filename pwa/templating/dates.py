"""Knows how a day and a time are written in Copenhagen for somebody who reads Danish or English.

The words and their order are messages; this says only which. What is no moment of ours is said to be unknown, and
stops no page. Twin: service_worker/jinja/dates.js; both run tests/cases/filters.json.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps
from zoneinfo import ZoneInfo

from pwa.templating.translation import translate
from pwa.words import EARLIEST, LATEST, N_

COPENHAGEN = ZoneInfo("Europe/Copenhagen")

WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip

MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"),
    N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip

SHORT_MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip


MOMENT = re.compile(r"(\d{4})-\d\d-\d\d(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?Z)?", re.ASCII)


def is_known(day_or_moment: str) -> bool:
    """Whether this is a day or a moment that can be written: one that exists, from 2020 to 2099."""
    found = MOMENT.fullmatch(day_or_moment)
    if not found or not EARLIEST <= int(found[1]) <= LATEST:
        return False
    try:
        date.fromisoformat(day_or_moment[:10])
    except ValueError:
        return False
    return True


def _total(write: Callable[..., str]) -> Callable[..., str]:
    """The same, for any text. The first argument is the language, those after it days and moments."""

    @wraps(write)
    def written(language: str, *moments: str) -> str:
        known = all(is_known(moment) for moment in moments)
        return write(language, *moments) if known else translate(N_("time unknown"), language)

    return written


def _local(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(COPENHAGEN)


def _day(day_or_moment: str) -> date:
    return date.fromisoformat(day_or_moment) if len(day_or_moment) == 10 else _local(day_or_moment).date()


@_total
def write_time(language: str, moment: str) -> str:
    """`2026-11-23T06:42:00.000Z` as 07.42 or 07:42; in the hour that comes twice also whether it is summer time."""
    local = _local(moment)
    time = translate("%(hour)s:%(minute)s", language, hour=f"{local.hour:02}", minute=f"{local.minute:02}")
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return time
    return translate(
        N_("%(time)s winter time") if local.fold else N_("%(time)s summer time"), language, time=time
    )


@_total
def write_time_on(language: str, moment: str, day_or_moment: str) -> str:
    """A moment beside a day: its time, and its date too if it is not that day."""
    time = write_time(language, moment)
    if _day(moment) == _day(day_or_moment):
        return time
    date = write_short_date(language, moment, day_or_moment)
    return translate("%(date)s %(time)s", language, date=date, time=time)


@_total
def write_weekday(language: str, day_or_moment: str) -> str:
    """The day of the week, as mandag or Monday."""
    return translate(WEEKDAYS[_day(day_or_moment).weekday()], language)


@_total
def write_date(language: str, day_or_moment: str, now: str | None = None) -> str:
    """A day, as mandag 23. november or Monday 23 November; with its year if that is not the year of now."""
    day = _day(day_or_moment)
    weekday, month = write_weekday(language, day_or_moment), translate(MONTHS[day.month - 1], language)
    written = translate("%(weekday)s %(day)s %(month)s", language, weekday=weekday, day=day.day, month=month)
    return _with_year(written, day, now)


@_total
def write_full_date(language: str, day_or_moment: str) -> str:
    """A day with its year always, as mandag 23. november 2026 or Monday 23 November 2026."""
    return f"{write_date(language, day_or_moment)} {_day(day_or_moment).year}"


@_total
def write_short_date(language: str, day_or_moment: str, now: str | None = None) -> str:
    """A day, as 23. nov. or 23 Nov; with its year if that is not the year of now."""
    day = _day(day_or_moment)
    month = translate(SHORT_MONTHS[day.month - 1], language)
    return _with_year(translate("%(day)s %(month)s", language, day=day.day, month=month), day, now)


def _with_year(written: str, day: date, now: str | None) -> str:
    return written if now is None or _day(now).year == day.year else f"{written} {day.year}"


@_total
def write_since(language: str, moment: str, now: str) -> str:
    """A moment seen from now: the time today, "yesterday" and the time, else the day and the time."""
    time = write_time(language, moment)
    day, today = _day(moment), _day(now)
    if day == today:
        return time
    if day == today - timedelta(days=1):
        return translate("yesterday %(time)s", language, time=time)
    return translate("%(date)s %(time)s", language, date=write_short_date(language, moment, now), time=time)
