"""Knows how phones' pushes become judged changes, from the first look to the answer in one place because its order matters.

Two parts: what is read, found out and judged, which writes nothing; and what comes of that, which is written. Both are
done in one transaction; or the first ahead of it, on a snapshot (judged_ahead.py). Knows no HTTP.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import structs

from pwa.access.queries import phones
from pwa.access.queries.phones import Contact
from pwa.care.changes.permissions import is_planned_with
from pwa.care.documents.refresh import visit_of
from pwa.care.documents.visit import window
from pwa.care.sync.arrival import Arrival, Heard, Received
from pwa.care.sync.copied_phones import copy_of, save_copy
from pwa.care.sync.gaps import receive_numbers, used_before
from pwa.care.sync.half_written import Told, as_change, is_closed, save_drafts
from pwa.care.sync.hear import MILLISECOND, KnownPhones, bind, hear, read_phones
from pwa.care.sync.judge import judge, judge_and_write, write_judged
from pwa.care.sync.judge_safely import draft_touched, fates_of, judge_safely, of_these, save_touched
from pwa.care.sync.limits import added_by, added_by_drafts, count
from pwa.care.sync.log_record import read_log_record
from pwa.care.sync.pull import NOTE_DAYS
from pwa.care.sync.submission import Batch, Submission
from pwa.database import Transaction
from pwa.documents.store import DocumentRef, Draft
from pwa.words import Drafts, NewId, day_of, to_text


@dataclass(frozen=True, slots=True)
class Judged:
    """Pushes that are judged: by what, and what is to be written of it. Nothing is written yet."""

    arrivals: Sequence[Arrival]
    known: KnownPhones
    heard: Sequence[Heard]
    batch: Batch
    visits: Sequence[Draft]


async def receive_pushes(tx: Transaction, arrivals: Sequence[Arrival], new_id: NewId) -> list[Received]:
    """Judge every change of some pushes, each alone, as if one came after the other, and stamp what they changed.

    They are prepared. No phone and no sign-in may be among them twice. Raises what stops any of them, and what the database says if it
    refuses a row: then nothing of them has happened, and each is to be received by itself.
    """
    return await write_pushes(tx, await judge_pushes(tx, arrivals, new_id), new_id)


async def judge_pushes(tx: Transaction, arrivals: Sequence[Arrival], new_id: NewId) -> Judged:
    """The first part. Raises TooMuchLately, NotAsDescribed, PhoneBoundToAnother, Unavailable."""
    known = await read_phones(tx, arrivals)
    heard = await hear(tx, arrivals, known, new_id)
    submissions = submissions_of(heard)
    batch = await judge(tx, submissions)
    return Judged(arrivals, known, heard, batch, await draft_touched(submissions))


async def write_pushes(tx: Transaction, judged: Judged, new_id: NewId) -> list[Received]:
    """The second part, by what still holds. Changes nothing of what was judged: it may be done again."""
    await bind(tx, judged.arrivals, judged.known, judged.heard)
    await write_judged(tx, judged.batch, submissions_of(judged.heard))
    return await _answer(tx, judged.heard, judged.visits, new_id)


async def receive_push(tx: Transaction, arrival: Arrival, new_id: NewId) -> Received:
    """Both for one push. If the database refuses a row, the change that it comes of is held, the others go on.

    Raises TooMuchLately, NotAsDescribed, PhoneBoundToAnother or Unavailable for the push as a whole: then
    nothing of it has happened, and all of it can be sent again.
    """
    known = await read_phones(tx, [arrival])
    [heard] = await hear(tx, [arrival], known, new_id)
    await bind(tx, [arrival], known, [heard])
    [submission] = heard.submissions
    heard.submissions = await judge_safely(tx, submission)
    [received] = await _answer(tx, [heard], await draft_touched(heard.submissions), new_id)
    return received


def submissions_of(heard: Sequence[Heard]) -> list[Submission]:
    """What some pushes bring to be judged."""
    return [submission for one in heard for submission in one.submissions]


async def _count(tx: Transaction, heard: Sequence[Heard]) -> None:
    """How much more has come of each person."""
    if not heard:
        return
    added = added_by(submissions_of(heard))
    for one in heard:
        person_id, held_as = one.arrival.carer.id, one.submissions[0].sender.held_as
        for what, number in added_by_drafts(one.arrival.push.drafts, held_as).items():
            added[person_id, what] += number
        added[person_id, "phones"] += one.is_new or bool(one.new_phone)
    await count(tx, heard[0].levels, added, max(one.arrival.now for one in heard))


async def _answer(
    tx: Transaction, heard: Sequence[Heard], visits: Sequence[Draft], new_id: NewId
) -> list[Received]:
    """What came of pushes whose changes are written, once their documents are stamped and their numbers noted."""
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
    note_days = max((one.arrival.note_days for one in heard), default=NOTE_DAYS)
    saved = await save_touched(tx, submissions_of(heard), visits, new_id, note_days)
    stored = {row.key: row for row in saved.rows}
    return [
        Received(
            fates_of(one.submissions),
            missing,
            of_these(one.submissions, saved.changed),
            highest,
            _draft_n(one),
            one.known.revoked_as,
            own_visit_ids=_own_visit_ids(one, saved.changed),
            new_phone=one.new_phone,
            heard_before=one.known.heard_at,
            stored=stored,
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
    phone = copy_of(heard.known, heard.arrival, heard.numbers, new_id)
    await save_copy(tx, heard.arrival, phone, heard.known)
    arrival = heard.arrival._replace(push=structs.replace(heard.arrival.push, phone=phone.id))
    return Heard(arrival, phone, [], heard.skew, heard.submissions, heard.levels, copied=heard.known)


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
        await judge_and_write(tx, [Submission(sender, held, [None] * len(held))])


def _own_visit_ids(heard: Heard, changed: Sequence[DocumentRef]) -> list[str]:
    carer, _, now, *_ = heard.arrival
    first_day, last_day = window(day_of(now))
    touched = [visit for submission in heard.submissions for visit in submission.touched.values()]
    return [
        visit.key[1]
        for visit in touched
        if is_planned_with(visit, carer.id)
        and first_day <= visit.planned.plan["day"] <= last_day
        and visit_of(visit) in changed
    ]


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
