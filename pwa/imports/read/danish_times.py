"""Knows days and clock times as Danes write them, and where Copenhagen's clock skips or repeats an hour."""

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache

from pwa.words import DENMARK, EARLIEST, LATEST, N_

DAY = re.compile(r"(?P<day>\d{1,2})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{4})")
ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")
HALF = "sommertid|vintertid|normaltid"  # of the year; the last two are the same
TIME = re.compile(rf"(?P<hour>\d{{1,2}})[.:](?P<minute>\d{{2}})(?:[.:]00)?(?: ?(?P<half>{HALF}))?")


class NotATime(ValueError):
    """A day or a time that cannot be; carries an English message id."""


@lru_cache(4096)
def read_day(text: str) -> date:
    """23-11-2026, 23/11/2026, 23.11.2026 or 2026-11-23; raises NotATime."""
    found = DAY.fullmatch(text) or ISO_DAY.fullmatch(text)
    if not found:
        raise NotATime(N_("“%(written)s” is not a date. Write it as 23-11-2026."))
    year, month, day = (int(found[part]) for part in ("year", "month", "day"))
    try:
        if EARLIEST <= year <= LATEST:
            return date(year, month, day)
    except ValueError:
        pass
    raise NotATime(N_("The date “%(written)s” does not exist."))


@lru_cache(65536)
def read_time(day: date, text: str) -> datetime:
    """The moment, in UTC, of a clock time such as 07.30 on that day in Copenhagen; raises NotATime.

    In the night when summer time ends the hour from two to three comes twice: the first (summer time) is
    meant unless `vintertid` stands after the time. In the night when it starts that hour does not exist.
    """
    found = TIME.fullmatch(text.lower())
    if not found:
        raise NotATime(N_("“%(written)s” is not a time of day. Write it as 07.30."))
    hour, minute, half = int(found["hour"]), int(found["minute"]), found["half"]
    if hour > 23 or minute > 59:
        raise NotATime(N_("The time “%(written)s” does not exist."))
    local = datetime.combine(day, time(hour, minute), DENMARK)
    if local.astimezone(UTC).astimezone(DENMARK).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NotATime(N_("“%(written)s” does not exist that night: the clock goes from 02.00 to 03.00."))
    if half in ("vintertid", "normaltid"):
        local = local.replace(fold=1)
    if half and bool(local.dst()) != (half == "sommertid"):
        raise NotATime(N_("“%(written)s” does not fit the date: it is the other half of the year."))
    return local.astimezone(UTC)
