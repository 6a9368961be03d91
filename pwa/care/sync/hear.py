"""Knows which phone a push is of, whether there is room for it and when its changes happened; judges nothing.

First it is read and found out (`hear`), which writes nothing; what comes of that is written by `bind`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec import structs

from pwa.access.queries import phones
from pwa.access.queries.phones import Phone, Stretch
from pwa.access.queries.roles import get_last_team
from pwa.care.problems import PhoneBoundToAnother, PhoneShutOut
from pwa.care.sync.arrival import Arrival, Heard
from pwa.care.sync.change_times import PhoneClock, find_times, read_ends, read_runs
from pwa.care.sync.clock_skew import measure
from pwa.care.sync.copied_phones import copy_of, is_proved, save_copy
from pwa.care.sync.judge import yield_to_others
from pwa.care.sync.limits import Levels, check_levels, needed_for, read_levels
from pwa.care.sync.log_record import LogRecord
from pwa.care.sync.restored import comes_too_early
from pwa.care.sync.retries import read_retries
from pwa.care.sync.submission import Sender, Submission
from pwa.database import Transaction
from pwa.words import NewId, Push, to_moment, to_text

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class KnownPhones:
    """What is known of some pushes' phones, and how much their carers have sent lately."""

    phones: Mapping[str, Phone]
    gaps: Mapping[str, list[Stretch]]
    levels: Levels


async def read_phones(tx: Transaction, arrivals: Sequence[Arrival]) -> KnownPhones:
    """In a transaction that writes the phones are nobody else's until its end."""
    known = await phones.list_phones(tx, {arrival.push.phone for arrival in arrivals})
    gaps = await phones.list_gaps(tx, known) if known else {}
    bring = {
        one.carer.id for one in arrivals if one.push.phone not in known or one.push.changes or one.push.drafts
    }
    return KnownPhones(known, gaps, await read_levels(tx, bring))


async def hear(
    tx: Transaction, arrivals: Sequence[Arrival], known: KnownPhones, new_id: NewId
) -> list[Heard]:
    """What came, each of its phone. Raises PhoneBoundToAnother, NotAsDescribed, TooMuchLately."""
    return [await _hear_one(tx, arrival, known, new_id) for arrival in arrivals]


async def bind(
    tx: Transaction, arrivals: Sequence[Arrival], known: KnownPhones, heard: Sequence[Heard]
) -> None:
    """The phones are these carers' and came with these sign-ins, from here on."""
    for one in heard:
        if one.copied:
            await save_copy(tx, one.arrival, one.known, one.copied)
    new = [arrival for arrival in arrivals if arrival.push.phone not in known.phones]
    await phones.add_phones(
        tx,
        [
            (push.phone, carer.id, push.sign_in_id, push.build, to_text(now), push.secret_hash)
            for carer, push, now, *_ in new
        ],
    )
    phone_ids = {arrival.push.phone for arrival in arrivals}
    sign_in_ids = {arrival.push.sign_in_id for arrival in arrivals}
    await phones.set_replaced(tx, phone_ids, sign_in_ids, to_text(max(arrival.now for arrival in arrivals)))


async def _hear_one(tx: Transaction, arrival: Arrival, phones: KnownPhones, new_id: NewId) -> Heard:
    carer, push, now, held_as, _, records, _ = arrival
    assert records is not None, "prepare() first"
    before, gaps, levels = phones.phones.get(push.phone), phones.gaps.get(push.phone, []), phones.levels
    known = before or Phone(
        push.phone, carer.id, push.sign_in_id, push.build, to_text(now), skew_ms=0, highest_n=0
    )
    if known.person_id != carer.id:
        raise PhoneBoundToAnother
    copied = None
    # What speaks for a phone that was shut out was looked at before: no copy of it is a phone that was not.
    if before and held_as is not PhoneShutOut and not await is_proved(tx, before, push, now):
        check_levels(levels, carer.id, needed_for(push, held_as, is_new=True), now)
        copied = before
        known = before = copy_of(copied, arrival, [record.n for record in records], new_id)
        gaps = []
        arrival = arrival._replace(push=(push := structs.replace(push, phone=known.id)))
    held_as = PhoneShutOut if known.revoked_as else held_as
    check_levels(levels, carer.id, needed_for(push, held_as, is_new=before is None), now)
    skew = measure(push.now, now, known.skew_ms * MILLISECOND)
    changes: Sequence[LogRecord] = records
    if await comes_too_early(tx, push, known.highest_n, [record.n for record in changes], now):
        changes = []
    await yield_to_others()
    times = find_times([(record.n, record.at) for record in changes], _clock_of(push, now, skew, before))
    home = await get_last_team(tx, carer.id) if held_as and not carer.roles else None
    sender = Sender(carer, push.phone, to_text(now), held_as, home)
    submission = Submission(sender, changes, times, retries=read_retries(push.retries))
    return Heard(arrival, known, gaps, skew, [submission], levels, copied, is_new=before is None)


def _clock_of(push: Push, now: datetime, skew: timedelta, before: Phone | None) -> PhoneClock:
    runs, ends = read_runs(push.clock), read_ends(push.clock_ends)
    if before is None:
        return PhoneClock(skew, now, runs=runs, ends=ends)
    since = to_moment(before.latest_at) if before.latest_at else None
    if since and since > now:
        since = None  # It was our clock that was ahead then.
    return PhoneClock(skew, now, before.skew_ms * MILLISECOND, before.highest_n, since, runs, ends)
