"""Knows how a form of a page, or a second try, becomes a judged change; knows no HTTP."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from pwa.care.changes.change_schema import CHANGE_SCHEMAS
from pwa.care.changes.filled_in import OF_THE_FORM, read_filled_in
from pwa.care.problems import ClockWrong
from pwa.care.queries import change_log
from pwa.care.queries.change_log import Unapplied
from pwa.care.queries.drafts import set_drafts
from pwa.care.sync.arrival import Received
from pwa.care.sync.change_times import ClockRun, PhoneClock, find_times
from pwa.care.sync.judge_safely import draft_touched, fates_of, judge_safely, save_touched
from pwa.care.sync.limits import added_by, check_levels, count, read_levels
from pwa.care.sync.log_record import read_log_record
from pwa.care.sync.pull import NOTE_DAYS
from pwa.care.sync.standing_now import say_what_stands
from pwa.care.sync.submission import Sender, Submission
from pwa.care.sync.undone_words import find_undone_words
from pwa.database import Transaction
from pwa.problems import NotFound
from pwa.words import NewId, Person, read_clock, to_moment, to_text

OF_THE_PAGE = MappingProxyType(
    {
        "seen": "The version of the document that was looked at.",
        "over": "For the phone: which text a correction was begun on.",
        "drawn_on": "The day on which the page was drawn. A visit of another day is asked about before it is started, unless "
        "its page was drawn on the day that it is now.",
        "off_list": "For the phone: since when the page says that the visit is not on the carer's list any more, or empty.",
    }
)
"""Fields that are no arguments of a change, and what they say."""


async def receive_form(
    tx: Transaction,
    carer: Person,
    name: str,
    form: Mapping[str, str],
    now: datetime,
    new_id: NewId,
    note_days: int = NOTE_DAYS,
) -> Received:
    """Judge a change that came as a form from a page. Raises NotFound for an unknown change, TooMuchLately, Unavailable,
    and what read_filled_in says.

    A form has only texts: an empty answer means null, an absent new id is made here, `seen` is a field, `over` is for the
    phone, and `drawn_on` and `off_list` say what its page said. The words that it undoes are half-written again.
    """
    if name not in CHANGE_SCHEMAS:
        raise NotFound
    form = await say_what_stands(tx, name, form)
    args: dict[str, Any] = {field: value for field, value in form.items() if field not in OF_THE_PAGE}
    for field, arg in CHANGE_SCHEMAS[name].args.items():
        if arg.form == "new_id" and not args.get(field):
            args[field] = new_id()
        if arg.form == "values":
            args = {each: value for each, value in args.items() if each not in OF_THE_FORM}
            args[field] = read_filled_in(form, new_id)
        if arg.optional and args.get(field) == "":
            del args[field]
        if arg.nullable and args.get(field) == "":
            args[field] = None
    seen = form.get("seen", "0")
    count = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 16 else 0
    change = {
        "id": new_id(),
        "n": 0,
        "name": name,
        "v": CHANGE_SCHEMAS[name].v,
        "at": to_text(now),
        "seen": count,
        "args": args,
    }
    undone = await find_undone_words(tx, carer, name, args, to_text(now), new_id)
    clock = PhoneClock(timedelta(0), now)
    received = await _receive_all(tx, carer, [change], clock, now, new_id, note_days=note_days)
    if undone and received.fates[0].problem is None:
        await set_drafts(tx, [undone])
    return received


async def retry_attention(
    tx: Transaction, carer: Person, change_id: str, now: datetime, new_id: NewId, note_days: int = NOTE_DAYS
) -> Received:
    """Judge the content of a refused or held change again, as a new change. Raises NotFound, Unavailable.

    It keeps its time, except where that was what was wrong: then all that its phone has of that goes together.
    """
    old = await change_log.get_unapplied(tx, carer.id, change_id)
    if old is None:
        raise NotFound
    if old.problem == ClockWrong.__name__:
        rows = await change_log.list_unread_of_problem(tx, carer.id, old.phone_id, old.problem)
        return await _retry(tx, carer, *_of_their_time(rows, now), now, new_id, note_days)
    at = old.at if old.at and old.at <= to_text(now) else to_text(now)
    return await _retry(tx, carer, [(old, at)], PhoneClock(timedelta(0), now), now, new_id, note_days)


def _of_their_time(
    rows: Sequence[Unapplied], now: datetime
) -> tuple[list[tuple[Unapplied, str]], PhoneClock]:
    """They keep their distances, and none was later than it arrived: nobody knows more. Twin: retry in attention.js."""
    arrived = [to_moment(row.received_at) for row in rows]
    said = [_said_at(row) or arrival for row, arrival in zip(rows, arrived, strict=True)]
    late = max([timedelta(0), *(at - arrival for at, arrival in zip(said, arrived, strict=True))])
    runs = [ClockRun(1, len(rows), None, None)]
    clock = PhoneClock(timedelta(0), min(now, max(arrived, default=now)), runs=runs)
    return [(row, to_text(at - late)) for row, at in zip(rows, said, strict=True)], clock


def _said_at(row: Unapplied) -> datetime | None:
    """What the phone's clock said; None if that cannot be told."""
    sent = json.loads(row.sent)
    try:
        return read_clock(sent["at"])
    except (TypeError, KeyError, ValueError):
        return None


async def _retry(
    tx: Transaction, carer: Person, rows: Sequence[tuple[Unapplied, str]], clock: PhoneClock, now: datetime,
    new_id: NewId, note_days: int,
) -> Received:  # fmt: skip
    """These at these times, as new changes. Each is read from now on, so that a second tap sends nothing."""
    changes, retries = [], {}
    for row, at in rows:
        sent = json.loads(row.sent)
        if not isinstance(sent, dict):
            raise NotFound
        if await change_log.set_attention_read(tx, carer.id, row.id, to_text(now)):
            changes.append(sent | {"id": new_id(), "n": 0, "at": at})
            retries[changes[-1]["id"]] = row.id
    return await _receive_all(tx, carer, changes, clock, now, new_id, retries, note_days)


async def _receive_all(
    tx: Transaction,
    carer: Person,
    changes: Sequence[object],
    clock: PhoneClock,
    now: datetime,
    new_id: NewId,
    retries: Mapping[str, str] = MappingProxyType({}),
    note_days: int = NOTE_DAYS,
) -> Received:
    levels = await read_levels(tx, {carer.id})
    check_levels(levels, carer.id, ("changes", "characters", "held"), now)
    records = [read_log_record(change, carer.id) for change in changes]
    times = find_times([(place, record.at) for place, record in enumerate(records, 1)], clock)
    submission = Submission(Sender(carer, None, to_text(now)), records, times, retries=retries)
    submissions = await judge_safely(tx, submission)
    await count(tx, levels, added_by(submissions), now)
    saved = await save_touched(tx, submissions, await draft_touched(submissions), new_id, note_days)
    return Received(fates_of(submissions), [], saved.changed)
