"""Knows how phones' pushes become judged changes, from the first look to the answer in one place because its order matters.

Knows no HTTP.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import structs

from pwa.access.queries import phones
from pwa.access.queries.phones import Contact, Phone, RevokedAs, Stretch
from pwa.access.queries.roles import get_last_team
from pwa.care.problems import PhoneBoundToAnother, PhoneShutOut
from pwa.care.sync.change_times import PhoneClock, find_times, read_ends, read_runs
from pwa.care.sync.clock_skew import measure
from pwa.care.sync.copied_phones import add_copy, is_proved
from pwa.care.sync.gaps import receive_numbers, used_before
from pwa.care.sync.half_written import Told, as_change, is_closed, save_drafts
from pwa.care.sync.judge import AT_A_TIME, judge, yield_to_others
from pwa.care.sync.judge_safely import fates_of, judge_safely, of_these, save_touched
from pwa.care.sync.limits import (
    Levels,
    added_by,
    added_by_drafts,
    check_levels,
    count,
    needed_for,
    read_levels,
)
from pwa.care.sync.log_record import LogRecord, read_log_record
from pwa.care.sync.pull import Pull
from pwa.care.sync.restored import comes_too_early
from pwa.care.sync.retries import read_retries
from pwa.care.sync.submission import Sender, Submission
from pwa.database import Transaction
from pwa.documents.store import DocumentRef
from pwa.problems import Problem
from pwa.words import Drafts, Fate, NewId, Person, Push, to_moment, to_text

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Received:
    """The fates in the order of the changes, the numbers that never came, and whose documents changed.

    `heard_n` is the highest number of this phone that has come, `draft_n` that of its half-written words. No fates at all: a number before these comes first.
    `revoked_as` says how the phone was shut out, if it was: then it gets nothing new, and is told to wipe itself.
    `pulled` is what else the phone is given, None if that was not looked up; `is_recorded` if it is in the access log.
    `new_phone` is the id by which the phone goes from here on, if another phone has its own. `heard_before` is when the
    phone was heard last before this; "" of a form.
    """

    fates: list[Fate]
    missing: list[Stretch]
    changed: list[DocumentRef]
    heard_n: int = 0
    draft_n: int = 0
    revoked_as: RevokedAs | None = None
    pulled: Pull | None = None
    is_recorded: bool = False
    new_phone: str | None = None
    heard_before: str = ""


class Arrival(NamedTuple):
    """A push, whose it is, when it arrived, and why all of it is held, if no sign-in speaks for it any more.

    `gives`: whether it was shown that the carer is there. Only then is its phone given what it lacks, and do half-written
    words take the place of another phone's. `records` are the push's changes once it is prepared.
    """

    carer: Person
    push: Push
    now: datetime
    held_as: type[Problem] | None = None
    gives: bool = True
    records: tuple[LogRecord, ...] | None = None


async def prepare(arrival: Arrival) -> Arrival:
    """With its changes as the log keeps them: what can be known of them before anybody has the database.

    Between some of them whoever else waits for this process has a turn.
    """
    carer, push, *_ = arrival
    records: list[LogRecord] = []
    for number, raw in enumerate(push.changes, 1):
        records.append(read_log_record(raw, carer.id))
        if number % AT_A_TIME == 0:
            await yield_to_others()
    return arrival._replace(records=tuple(records))


@dataclass(slots=True)
class Heard:
    """A push whose phone is known: what was known of it, how far its clock is off, and its changes to be judged."""

    arrival: Arrival
    known: Phone
    gaps: list[Stretch]
    skew: timedelta
    submissions: list[Submission]
    levels: Levels
    new_phone: str | None = None
    is_new: bool = False  # the phone was never heard before

    @property
    def new_numbers(self) -> list[int]:
        """Of the changes that came for the first time."""
        return [number for submission in self.submissions for number in submission.new_numbers]

    @property
    def numbers(self) -> list[int]:
        """Of the changes that are judged."""
        return [record.n for submission in self.submissions for record in submission.changes]

    def time_of(self, n: int) -> str | None:
        """When the change of this number happened; None if it is not among them."""
        for submission in self.submissions:
            for record, time in zip(submission.changes, submission.times, strict=True):
                if record.n == n and time is not None:
                    return time.at
        return None


async def receive_pushes(tx: Transaction, arrivals: Sequence[Arrival], new_id: NewId) -> list[Received]:
    """Judge every change of some pushes, each alone, as if one came after the other, and stamp what they changed.

    They are prepared. No phone and no sign-in may be among them twice. Raises what stops any of them, and what the database says if it
    refuses a row: then nothing of them has happened, and each is to be received by itself.
    """
    heard = await _hear(tx, arrivals, new_id)
    await judge(tx, [submission for one in heard for submission in one.submissions])
    return await _answer(tx, heard, new_id)


async def receive_push(tx: Transaction, arrival: Arrival, new_id: NewId) -> Received:
    """The same for one push. If the database refuses a row, the change that it comes of is held, the others go on.

    Raises TooMuchLately, NotAsDescribed, PhoneBoundToAnother or Unavailable for the push as a whole: then
    nothing of it has happened, and all of it can be sent again.
    """
    [heard] = await _hear(tx, [arrival], new_id)
    [submission] = heard.submissions
    heard.submissions = await judge_safely(tx, submission)
    [received] = await _answer(tx, [heard], new_id)
    return received


async def _hear(tx: Transaction, arrivals: Sequence[Arrival], new_id: NewId) -> list[Heard]:
    """The phones, bound to these carers and sign-ins. Raises PhoneBoundToAnother, NotAsDescribed."""
    by_phone = {arrival.push.phone: arrival for arrival in arrivals}
    known = await phones.list_phones(tx, by_phone)
    gaps = await phones.list_gaps(tx, known) if known else {}
    bring = {
        one.carer.id for one in arrivals if one.push.phone not in known or one.push.changes or one.push.drafts
    }
    levels = await read_levels(tx, bring)
    heard = [
        await _hear_one(tx, arrival, known.get(phone_id), gaps.get(phone_id, []), levels, new_id)
        for phone_id, arrival in by_phone.items()
    ]
    new = [arrival for phone_id, arrival in by_phone.items() if phone_id not in known]
    await phones.add_phones(
        tx,
        [
            (push.phone, carer.id, push.sign_in_id, push.build, to_text(now), push.secret_hash)
            for carer, push, now, *_ in new
        ],
    )
    sign_in_ids = {arrival.push.sign_in_id for arrival in arrivals}
    await phones.set_replaced(tx, by_phone, sign_in_ids, to_text(max(arrival.now for arrival in arrivals)))
    return heard


async def _hear_one(
    tx: Transaction, arrival: Arrival, known: Phone | None, gaps: list[Stretch], levels: Levels, new_id: NewId
) -> Heard:
    carer, push, now, held_as, _, records = arrival
    assert records is not None, "prepare() first"
    before = known
    known = known or Phone(
        push.phone, carer.id, push.sign_in_id, push.build, to_text(now), skew_ms=0, highest_n=0
    )
    if known.person_id != carer.id:
        raise PhoneBoundToAnother
    new_phone = None
    # What speaks for a phone that was shut out was looked at before: no copy of it is a phone that was not.
    if before and held_as is not PhoneShutOut and not await is_proved(tx, before, push, now):
        check_levels(levels, carer.id, needed_for(push, held_as, is_new=True), now)
        numbers = [record.n for record in records]
        known = before = await add_copy(tx, carer, push, now, before, numbers, new_id)
        gaps, new_phone = [], known.id
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
    return Heard(arrival, known, gaps, skew, [submission], levels, new_phone, is_new=before is None)


async def _count(tx: Transaction, heard: Sequence[Heard]) -> None:
    """How much more has come of each person."""
    if not heard:
        return
    added = added_by(submission for one in heard for submission in one.submissions)
    for one in heard:
        person_id, held_as = one.arrival.carer.id, one.submissions[0].sender.held_as
        for what, number in added_by_drafts(one.arrival.push.drafts, held_as).items():
            added[person_id, what] += number
        added[person_id, "phones"] += one.is_new or bool(one.new_phone)
    await count(tx, heard[0].levels, added, max(one.arrival.now for one in heard))


def _clock_of(push: Push, now: datetime, skew: timedelta, before: Phone | None) -> PhoneClock:
    runs, ends = read_runs(push.clock), read_ends(push.clock_ends)
    if before is None:
        return PhoneClock(skew, now, runs=runs, ends=ends)
    since = to_moment(before.latest_at) if before.latest_at else None
    if since and since > now:
        since = None  # It was our clock that was ahead then.
    return PhoneClock(skew, now, before.skew_ms * MILLISECOND, before.highest_n, since, runs, ends)


async def _answer(tx: Transaction, heard: Sequence[Heard], new_id: NewId) -> list[Received]:
    """What came of pushes whose changes are judged, once their documents are stamped and their numbers noted."""
    heard = [await _told_apart(tx, one, new_id) if _is_copy(one) else one for one in heard]
    numbered = [receive_numbers(one.known.highest_n, one.gaps, one.numbers) for one in heard]
    both = list(zip(heard, numbered, strict=True))
    gaps = {one.arrival.push.phone: missing for one, (_, missing) in both if missing != one.gaps}
    if gaps:
        await phones.set_gaps(tx, gaps)
    await save_drafts(
        tx, [_told(one.arrival, drafts) for one in heard if (drafts := one.arrival.push.drafts)]
    )
    for one in heard:
        await _hold_drafts(tx, one)
    await _count(tx, heard)
    await phones.set_heard(tx, [_contact(one, highest) for one, (highest, _) in both])
    changed = await save_touched(tx, [submission for one in heard for submission in one.submissions], new_id)
    return [
        Received(
            fates_of(one.submissions),
            missing,
            of_these(one.submissions, changed),
            highest,
            _draft_n(one),
            one.known.revoked_as,
            new_phone=one.new_phone,
            heard_before=one.known.heard_at,
        )
        for one, (highest, missing) in both
    ]


def _is_copy(heard: Heard) -> bool:
    """Whether this is another phone than the one whose numbers these are: all that is on one was copied to it."""
    if heard.known.revoked_as or heard.arrival.held_as:
        return False
    return used_before(heard.known.highest_n, heard.gaps, heard.new_numbers)


async def _told_apart(tx: Transaction, heard: Heard, new_id: NewId) -> Heard:
    """The same from a phone of its own, so that it is noticed of both what never came.

    It goes on with its own numbers, and what it had before it was copied is not missing.
    """
    carer, push, now, *_ = heard.arrival
    phone = await add_copy(tx, carer, push, now, heard.known, heard.numbers, new_id)
    arrival = heard.arrival._replace(push=structs.replace(push, phone=phone.id))
    return Heard(arrival, phone, [], heard.skew, heard.submissions, heard.levels, phone.id)


def _told(arrival: Arrival, drafts: Drafts) -> Told:
    return Told(arrival.carer.id, arrival.push.phone, to_text(arrival.now), drafts, is_open=arrival.gives)


async def _hold_drafts(tx: Transaction, heard: Heard) -> None:
    """Half-written words that nobody can open, or whose carer cannot come back to them, are held: others look at them."""
    drafts = heard.arrival.push.drafts
    if not drafts:
        return
    sender = heard.submissions[0].sender
    is_over = sender.held_as is not None and not sender.person.roles
    held = [
        read_log_record(as_change(raw), sender.person.id)
        for raw in drafts.rows
        if isinstance(raw, Mapping) and (is_closed(raw) or (is_over and isinstance(raw.get("text"), str)))
    ]
    if held:
        await judge(tx, [Submission(sender, held, [None] * len(held))])


def _draft_n(heard: Heard) -> int:
    drafts = heard.arrival.push.drafts
    return max(heard.known.draft_n, drafts.n) if drafts else heard.known.draft_n


def _contact(heard: Heard, highest: int) -> Contact:
    carer, push, now, *_ = heard.arrival
    skew_ms = heard.skew // MILLISECOND
    latest_at = heard.time_of(highest)
    return Contact(
        push.sign_in_id,
        push.build,
        to_text(now),
        skew_ms,
        highest,
        latest_at,
        _draft_n(heard),
        push.secret_hash,
        push.phone,
        carer.id,
    )
