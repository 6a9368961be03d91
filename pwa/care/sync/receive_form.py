"""Knows how a form of a page, or a second try, becomes a judged change; knows no HTTP."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from pwa.care.changes.change_schema import CHANGE_SCHEMAS
from pwa.care.queries import change_log
from pwa.care.sync.change_times import PhoneClock, find_times
from pwa.care.sync.judge import Sender, Submission
from pwa.care.sync.log_record import read_log_record
from pwa.care.sync.receive import Received, fates_of, judge_safely, save_touched
from pwa.database import Transaction
from pwa.problems import NotFound
from pwa.words import NewId, Person, to_text


async def receive_form(
    tx: Transaction, carer: Person, name: str, form: Mapping[str, str], now: datetime, new_id: NewId
) -> Received:
    """Judge a change that came as a form from a page. Raises NotFound for an unknown change, Unavailable.

    A form has only texts: an empty answer means null, an absent new id is made here, `seen` is a field, and `over` is for the phone.
    """
    if name not in CHANGE_SCHEMAS:
        raise NotFound
    args: dict[str, str | None] = {
        field: value for field, value in form.items() if field not in ("seen", "over")
    }
    for field, arg in CHANGE_SCHEMAS[name].args.items():
        if arg.form == "new_id" and not args.get(field):
            args[field] = new_id()
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
    return await _receive_one(tx, carer, change, now, new_id)


async def retry_attention(
    tx: Transaction, carer: Person, change_id: str, now: datetime, new_id: NewId
) -> Received:
    """Judge the content of a refused or held change again, as a new change. Raises NotFound, Unavailable.

    It keeps its time, except where that was what was wrong.
    """
    old = await change_log.get_sent(tx, carer.id, change_id)
    sent = json.loads(old["sent"]) if old else None
    if old is None or not isinstance(sent, dict):
        raise NotFound
    at = old["at"] if old["at"] and old["at"] <= to_text(now) else to_text(now)
    await change_log.set_attention_read(tx, carer.id, change_id, to_text(now))
    return await _receive_one(tx, carer, {**sent, "id": new_id(), "n": 0, "at": at}, now, new_id)


async def _receive_one(
    tx: Transaction, carer: Person, change: object, now: datetime, new_id: NewId
) -> Received:
    record = read_log_record(change, carer.id)
    times = find_times([(record.n, record.at)], PhoneClock(timedelta(0), now))
    submission = Submission(Sender(carer, None, to_text(now)), [record], times)
    submissions = await judge_safely(tx, submission)
    return Received(fates_of(submissions), [], await save_touched(tx, submissions, new_id))
