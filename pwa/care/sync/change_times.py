"""Knows when changes happened, as far as their phone's clock can be checked; knows nothing of what they say.

A clock is believed where it fits between what is known on both sides: the number before, the contact before, and the
arrival. Where it does not, the change is put where it can have been, with its distance to its neighbours, and marked.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta, Struct

from pwa.words import EARLIEST, LATEST, is_time, read_clock, to_moment, to_text

SLACK = timedelta(minutes=5)
"""What two clocks that are right may differ by, and how far ahead a corrected clock may be."""

LONGEST_AWAY = timedelta(days=31)
"""No two changes whose clock is unknown are put further apart: a clock that begins in 1970 is right at some moment."""

CLOCK = "Haand-Clock"
"""What a phone knows of how its clock was set. A header, because a server of before reads on over it."""
CLOCK_ENDS = "Haand-Clock-Ends"
"""What a phone knows of how each run of its clock ended. Beside the other, so that an older server understands that one."""
LONGEST = 8_000


SkewMs = Annotated[int, Meta(ge=-(10**13), le=10**13)]
"""Three hundred years and more: what a datetime can still be moved by."""


class ClockRun(NamedTuple):
    """Changes that were made before the phone's clock was set: their numbers, and what was known of the clock then.

    `skew_ms` is to be added to it, None if nobody knows; `after` is the contact before, by the server's clock.
    """

    first_n: int
    last_n: int
    skew_ms: SkewMs | None
    after: str | None


class RunEnd(NamedTuple):
    """When an earlier run of a phone's clock was over, by the server's clock, and its skew by then, None if nobody knows.

    Since when it had that skew nobody knows: a clock that is put ahead looks to a phone as if it had slept. So what is
    put by it is marked all the same.
    """

    first_n: int
    last_n: int
    at: str
    skew_ms: SkewMs | None


class PhoneClock(NamedTuple):
    """What is known of a phone's clock when a push arrives.

    `skew` is to be added to it now, `before` what was at the contact before (None: there was none). Numbers above
    `highest_n` come after `since`.
    """

    skew: timedelta
    now: datetime
    before: timedelta | None = None
    highest_n: int = 0
    since: datetime | None = None
    runs: Sequence[ClockRun] = ()
    ends: Sequence[RunEnd] = ()


class ChangeTime(Struct, frozen=True, gc=False):
    """When a change happened, by the server's clock. With `latest_at` it is uncertain: between that and `earliest_at`."""

    at: str
    earliest_at: str | None = None
    latest_at: str | None = None


class Dated(Struct):
    """A change while its time is being found; `raw` is what the phone's clock said, `at` what is certain."""

    n: int
    raw: datetime
    run: ClockRun | None
    is_set_since: bool
    end: RunEnd | None = None
    at: datetime | None = None
    earliest: datetime | None = None
    latest: datetime | None = None


def read_runs(header: str | None) -> Sequence[ClockRun]:
    """What a phone says of earlier runs of its clock; nothing, if that is not understood."""
    try:
        runs = RUNS.decode(header.encode()) if header and len(header) <= LONGEST else []
    except (msgspec.DecodeError, UnicodeEncodeError):
        return []
    return [run if run.after is None or is_time(run.after) else run._replace(after=None) for run in runs]


def read_ends(header: str | None) -> Sequence[RunEnd]:
    """What a phone says of how those runs ended; nothing, if that is not understood."""
    try:
        ends = ENDS.decode(header.encode()) if header and len(header) <= LONGEST else []
    except (msgspec.DecodeError, UnicodeEncodeError):
        return []
    return [end for end in ends if is_time(end.at)]


RUNS = msgspec.json.Decoder(list[ClockRun])
ENDS = msgspec.json.Decoder(list[RunEnd])


def find_times(said: Sequence[tuple[int, str | None]], clock: PhoneClock) -> list[ChangeTime | None]:
    """When each of a push's changes happened: (n, by the phone's clock) each. None for what is no time."""
    return _as_said(said, clock) or _as_can_be(said, clock)


def _as_said(said: Sequence[tuple[int, str | None]], clock: PhoneClock) -> list[ChangeTime | None] | None:
    """What the phone said, moved by its skew, where nothing speaks against its clock: so it is nearly always.

    The numbers rise, the times do not fall, they fit between the contact before and now, and the clock was not set between
    these. None where anything is otherwise; then it is found out one by one, which here would come to the same.
    """
    if clock.runs or not said or (clock.before is not None and abs(clock.before - clock.skew) > SLACK):
        return None
    try:
        moments = [read_clock(at or "") for _, at in said]
        first, last = moments[0] + clock.skew, moments[-1] + clock.skew
    except (ValueError, OverflowError):
        return None
    in_order = zip(said, said[1:], moments, moments[1:], strict=False)
    if any(n >= next_n or at > next_at for (n, _), (next_n, _), at, next_at in in_order):
        return None
    if first.year < EARLIEST or (clock.since is not None and first < clock.since - SLACK):
        return None
    if last.year > LATEST or last > clock.now + SLACK:
        return None
    if not clock.skew:
        return [ChangeTime(at or "") for _, at in said]
    return [ChangeTime(to_text(moment + clock.skew)) for moment in moments]


def _as_can_be(said: Sequence[tuple[int, str | None]], clock: PhoneClock) -> list[ChangeTime | None]:
    dated = {place: _dated(n, at, clock) for place, (n, at) in enumerate(said) if at and _can_be_said(at)}
    in_order = sorted(dated.values(), key=lambda one: one.n)
    later = clock.now - clock.skew
    for one in reversed(in_order):
        if one.run is None:
            # A later number says an earlier time, or the phone itself does now.
            one.is_set_since = one.raw - SLACK > later
            later = min(later, one.raw)
    _believe(in_order, clock)
    _doubt_earlier_runs(in_order)
    _place_the_rest(in_order, clock)
    return [_written(dated[place]) if place in dated else None for place in range(len(said))]


def _can_be_said(at: str) -> bool:
    try:
        read_clock(at)
    except ValueError:
        return False
    return True


def _dated(n: int, at: str, clock: PhoneClock) -> Dated:
    run = next((run for run in clock.runs if run.first_n <= n <= run.last_n), None)
    end = next((end for end in clock.ends if end.first_n <= n <= end.last_n), None) if run else None
    return Dated(n, read_clock(at), run, is_set_since=False, end=end)


def _believe(in_order: Sequence[Dated], clock: PhoneClock) -> None:
    """Give those a time whose clock is known, and fits."""
    both = []
    for one in in_order:
        by_before, by_now = _by(one, clock.before, clock), _by(one, clock.skew, clock)
        if one.run is not None:
            known = one.run.skew_ms
            at = None if known is None else _by(one, timedelta(milliseconds=known), clock)
            is_over = one.end is not None and at is not None and at > to_moment(one.end.at) + SLACK
            one.at = None if is_over else at
        elif one.is_set_since or by_before is None or by_now is None:
            one.at = by_before if one.is_set_since else by_now or by_before
        elif abs(by_before - by_now) <= SLACK:
            one.at = by_now
        else:
            both.append((one, by_before, by_now))
    # The clock was set at one moment between the contacts: what comes before one of the old clock is of the old clock.
    skews = [(each.n, each.at - each.raw) for each in in_order if each.at and each.run is None]
    for one, by_before, by_now in both:
        if any(n > one.n and clock.before is not None and skew == clock.before for n, skew in skews):
            one.at = by_before
        elif any(n < one.n and skew == clock.skew for n, skew in skews):
            one.at = by_now
        else:
            one.at, one.earliest, one.latest = by_now, min(by_before, by_now), max(by_before, by_now)


def _doubt_earlier_runs(in_order: Sequence[Dated]) -> None:
    """Of an earlier run, what comes after a later number was not made by the clock that was measured."""
    later: datetime | None = None
    for one in reversed(in_order):
        if one.run is not None and one.at is not None and later is not None and one.at > later + SLACK:
            one.at = None
        if one.at is not None:
            later = one.at if later is None else min(later, one.at)


def _by(one: Dated, skew: timedelta | None, clock: PhoneClock) -> datetime | None:
    """The change's time by a clock that was so far off, if it fits between what is known."""
    if skew is None:
        return None
    try:
        at = one.raw + skew
    except OverflowError:
        return None
    since = _since(one, clock)
    fits = (
        EARLIEST <= at.year <= LATEST and at <= clock.now + SLACK and (since is None or at >= since - SLACK)
    )
    return at if fits else None


def _since(one: Dated, clock: PhoneClock) -> datetime | None:
    """The moment before which it cannot have been."""
    if one.run is not None:
        return to_moment(one.run.after) if one.run.after else None
    return clock.since if one.n > clock.highest_n else None


def _place_the_rest(in_order: Sequence[Dated], clock: PhoneClock) -> None:
    """Put those without a time between their neighbours, as they lie to each other, as late as can be."""
    groups = [
        (is_certain, list(some)) for is_certain, some in groupby(in_order, lambda one: one.at is not None)
    ]
    for place, (is_certain, group) in enumerate(groups):
        if is_certain:
            continue
        before = groups[place - 1][1][-1].at if place else None
        after = groups[place + 1][1][0].at if place + 1 < len(groups) else None
        first = max((each for each in (before, _since(group[0], clock)) if each is not None), default=None)
        latest = min(after or clock.now, clock.now)
        was_ahead = None  # The run whose clock was not right any more at a later number.
        for one in reversed(group):
            last = _last(one, first, latest)
            as_now, at_end = (_if_between(_by(one, skew, clock), first, last) for skew in _skews(one, clock))
            if as_now is None:
                was_ahead = one.end
            at = at_end if at_end is not None and was_ahead == one.end else as_now or at_end
            if at is None:
                at = last - min(max(group[-1].raw - one.raw, timedelta(0)), LONGEST_AWAY)
                at = min(last, at if first is None else max(first, at))
            one.at, one.earliest, one.latest = at, first, max(last, at)


def _skews(one: Dated, clock: PhoneClock) -> tuple[timedelta, timedelta | None]:
    """What there is to choose from: the clock as it is now, and as it was when the change's run was over."""
    at_end = one.end.skew_ms if one.end else None
    return clock.skew, None if at_end is None else timedelta(milliseconds=at_end)


def _last(one: Dated, first: datetime | None, latest: datetime) -> datetime:
    """The moment after which it cannot have been."""
    over = min(latest, to_moment(one.end.at)) if one.end else latest
    return latest if first is not None and over < first else over


def _if_between(at: datetime | None, first: datetime | None, last: datetime) -> datetime | None:
    return at if at is not None and at <= last and (first is None or at >= first) else None


def _written(one: Dated) -> ChangeTime:
    assert one.at is not None
    if one.latest is None:
        return ChangeTime(to_text(one.at))
    earliest_at = to_text(one.earliest) if one.earliest else None
    return ChangeTime(to_text(one.at), earliest_at, to_text(one.latest))
