"""Knows how a day and a time are written in Copenhagen for somebody who reads Danish or English.

The words and their order are messages; this says only which. Twin: service_worker/jinja/dates.js; both run
tests/cases/filters.json.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pwa.templating.translation import translate
from pwa.words import N_

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


def _local(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(COPENHAGEN)


def _day(day_or_moment: str) -> date:
    return date.fromisoformat(day_or_moment) if len(day_or_moment) == 10 else _local(day_or_moment).date()


def write_time(moment: str, language: str) -> str:
    """`2026-11-23T06:42:00.000Z` as 07.42 or 07:42."""
    local = _local(moment)
    return translate("%(hour)s:%(minute)s", language, hour=f"{local.hour:02}", minute=f"{local.minute:02}")


def write_weekday(day_or_moment: str, language: str) -> str:
    """The day of the week, as mandag or Monday."""
    return translate(WEEKDAYS[_day(day_or_moment).weekday()], language)


def write_date(day_or_moment: str, language: str) -> str:
    """A day, as mandag 23. november or Monday 23 November."""
    day = _day(day_or_moment)
    weekday = write_weekday(day_or_moment, language)
    month = translate(MONTHS[day.month - 1], language)
    return translate("%(weekday)s %(day)s %(month)s", language, weekday=weekday, day=day.day, month=month)


def write_short_date(day_or_moment: str, language: str) -> str:
    """A day, as 23. nov. or 23 Nov."""
    day = _day(day_or_moment)
    return translate(
        "%(day)s %(month)s", language, day=day.day, month=translate(SHORT_MONTHS[day.month - 1], language)
    )


def write_since(moment: str, now: str, language: str) -> str:
    """A moment seen from now: the time today, "yesterday" and the time, else the day and the time."""
    time = write_time(moment, language)
    day, today = _day(moment), _day(now)
    if day == today:
        return time
    if day == today - timedelta(days=1):
        return translate("yesterday %(time)s", language, time=time)
    return translate("%(date)s %(time)s", language, date=write_short_date(moment, language), time=time)
