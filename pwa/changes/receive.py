"""Knows how a phone's push, a form or a second try becomes judged changes; knows no HTTP."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pwa.changes.described import DESCRIBED
from pwa.changes.gaps import receive_numbers
from pwa.changes.judge import Desk, Sender, hold, judge, make_sender
from pwa.changes.kept import Kept, keep
from pwa.changes.restored import comes_too_early
from pwa.changes.skew import measure
from pwa.database import Row, Transaction
from pwa.documents.stamping import Thing, draft, draft_visit, store
from pwa.logs import log, what_and_where
from pwa.problems import NotFound, PhoneBoundToAnother, TooManyChanges, Unavailable
from pwa.queries import log_of_changes, phones
from pwa.queries.documents import EVERYBODY
from pwa.queries.phones import RevokedAs, Stretch
from pwa.words import Fate, NewId, Person, Push, to_text

MOST_CHANGES = 500
MILLISECOND = timedelta(milliseconds=1)
LATELY = timedelta(seconds=20)
"""A contact so soon after another is not noted: boards count silence in minutes."""


@dataclass(frozen=True, slots=True)
class Received:
    """The fates in the order of the changes, the numbers that never came, and whose documents changed.

    `heard_n` is the highest number of this phone that has come. No fates at all: a number before these comes first.
    `revoked_as` says how the phone was shut out, if it was: then it gets nothing new, and is told to wipe itself.
    """

    fates: list[Fate]
    missing: list[Stretch]
    changed: list[Thing]
    heard_n: int = 0
    revoked_as: RevokedAs | None = None


async def receive_push(tx: Transaction, carer: Person, push: Push, now: datetime, new_id: NewId) -> Received:
    """Judge every change of a push, each alone, and stamp what they changed.

    Raises TooManyChanges, NotAsDescribed, PhoneBoundToAnother or Unavailable for the push as a whole: then
    nothing of it has happened, and all of it can be sent again.
    """
    if len(push.changes) > MOST_CHANGES:
        raise TooManyChanges
    known = await _bound_phone(tx, carer, push, now)
    skew = measure(push.now, now, known["skew_ms"] * MILLISECOND)
    revoked_as = known["revoked_as"]
    sender = make_sender(carer, push.phone, skew, now, is_shut_out=revoked_as is not None)
    changes = [keep(raw, carer.id) for raw in push.changes]
    if await comes_too_early(tx, push, known["highest_n"], [kept.n for kept in changes], now):
        changes = []
    desks = await _judge(tx, sender, changes)
    gaps = await phones.list_gaps(tx, push.phone)
    highest, missing = receive_numbers(known["highest_n"], gaps, [kept.n for kept in changes])
    if missing != gaps:
        await phones.set_gaps(tx, push.phone, missing)
    await phones.set_heard(
        tx, push.phone, carer.id, push.sign_in_id, push.build, to_text(now), skew // MILLISECOND, highest
    )
    return Received(_fates(desks), missing, await _stamp(tx, desks, new_id), highest, revoked_as)


async def heard_already(tx: Transaction, carer: Person, push: Push, now: datetime) -> Received | None:
    """What a push comes to that brings nothing, from a phone of which we know all: nothing has to be written.

    None if it must be received: it has changes, or the phone is new, or otherwise than it was, or was not
    heard for a while. Raises NotAsDescribed.
    """
    known = await phones.get_phone(tx, push.phone)
    if push.changes or known is None or known["heard_at"] <= to_text(now - LATELY) or known["replaced_at"]:
        return None
    if known["revoked_as"]:
        return None
    skew = measure(push.now, now, known["skew_ms"] * MILLISECOND) // MILLISECOND
    as_known = [known[name] for name in ("person_id", "sign_in_id", "build", "skew_ms")]
    if as_known != [carer.id, push.sign_in_id, push.build, skew]:
        return None
    return Received([], await phones.list_gaps(tx, push.phone), [], known["highest_n"])


async def heard_unnoted(tx: Transaction, carer: Person, push: Push) -> Received | None:
    """What a push comes to that brings nothing, while nothing can be written: that it came is noted the next time.

    None if it has changes, or the phone is not known as this carer's.
    """
    known = await phones.get_phone(tx, push.phone)
    if push.changes or known is None or known["person_id"] != carer.id or known["revoked_as"]:
        return None
    return Received([], await phones.list_gaps(tx, push.phone), [], known["highest_n"])


async def _bound_phone(tx: Transaction, carer: Person, push: Push, now: datetime) -> Row:
    """The phone, bound to this carer and this sign-in; raises PhoneBoundToAnother."""
    known = await phones.get_phone(tx, push.phone)
    if known is None:
        await phones.add_phone(tx, push.phone, carer.id, push.sign_in_id, push.build, to_text(now))
        known = {
            "person_id": carer.id,
            "sign_in_id": push.sign_in_id,
            "skew_ms": 0,
            "highest_n": 0,
            "revoked_as": None,
        }
    if known["person_id"] != carer.id:
        raise PhoneBoundToAnother
    await phones.set_replaced(tx, push.phone, push.sign_in_id, to_text(now))
    return known


async def _judge(tx: Transaction, sender: Sender, changes: Sequence[Kept]) -> list[Desk]:
    """All together; one at a time if the database refuses something, which is a mistake of ours in one of them."""
    try:
        async with tx.savepoint():
            return [await judge(tx, sender, changes)]
    except Unavailable:
        raise
    except Exception as error:
        log.error("a push could not be written as a whole", **what_and_where(error))
    return [await _judge_alone(tx, sender, kept) for kept in changes]


async def _judge_alone(tx: Transaction, sender: Sender, kept: Kept) -> Desk:
    try:
        async with tx.savepoint():
            return await judge(tx, sender, [kept])
    except Unavailable:
        raise
    except Exception as error:
        log.error("a change was not handled", change=kept.id, **what_and_where(error))
    return await hold(tx, sender, kept)


def _fates(desks: Iterable[Desk]) -> list[Fate]:
    return [fate for desk in desks for fate in desk.fates]


async def _stamp(tx: Transaction, desks: Iterable[Desk], new_id: NewId) -> list[Thing]:
    visits = {key: visit for desk in desks for key, visit in desk.touched.items()}
    drafts = [draft_visit(visit) for visit in visits.values()]
    for person_id in {desk.sender.person.id for desk in desks if desk.language}:
        drafts.append(await draft(tx, Thing(EVERYBODY, "person", person_id)))
    return await store(tx, drafts, new_id)


async def receive_form(
    tx: Transaction, carer: Person, name: str, form: Mapping[str, str], now: datetime, new_id: NewId
) -> Received:
    """Judge a change that came as a form from a page. Raises NotFound for an unknown change, Unavailable.

    A form has only texts: an empty answer means null, an absent new id is made here, `seen` is a field.
    """
    if name not in DESCRIBED:
        raise NotFound
    args: dict[str, str | None] = {field: value for field, value in form.items() if field != "seen"}
    for field, arg in DESCRIBED[name].args.items():
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
        "v": DESCRIBED[name].v,
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
    old = await log_of_changes.get_sent(tx, carer.id, change_id)
    sent = json.loads(old["sent"]) if old else None
    if old is None or not isinstance(sent, dict):
        raise NotFound
    at = old["at"] if old["at"] and old["at"] <= to_text(now) else to_text(now)
    await log_of_changes.set_attention_read(tx, carer.id, change_id, to_text(now))
    return await _receive_one(tx, carer, {**sent, "id": new_id(), "n": 0, "at": at}, now, new_id)


async def _receive_one(
    tx: Transaction, carer: Person, change: object, now: datetime, new_id: NewId
) -> Received:
    desks = await _judge(tx, make_sender(carer, None, timedelta(0), now), [keep(change, carer.id)])
    return Received(_fates(desks), [], await _stamp(tx, desks, new_id))
