"""Knows how what phones tell of half-written words is read and kept; knows nothing of what becomes of them.

A phone tells what is new since we last said how far we are. Each draft has an id and a time: whatever comes late or
twice changes nothing. What a phone never tells of again stays: the phone may be lost.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from msgspec import structs

from pwa.access.queries.phones import get_phone
from pwa.care.changes.change_schema import CHANGE_SCHEMAS
from pwa.care.documents.half_written import form_of
from pwa.care.queries.drafts import DraftRow, Settled, list_of_others, set_drafts, settle_drafts
from pwa.care.sync.copied_phones import is_proved
from pwa.care.sync.log_record import number, text
from pwa.database import Transaction
from pwa.words import Drafts, Json, Push, cleaned, is_id, is_time

ABOUT = ("visit_id", "citizen", "label")


def read_draft(raw: object, person_id: str, phone_id: str, received_at: str) -> DraftRow | None:
    """What came of one draft; None if it has no id. What could not be opened is kept as it came."""
    if not isinstance(raw, Mapping) or not is_id(raw.get("id")):
        return None
    at = _time(raw.get("at")) or received_at
    return DraftRow(
        person_id, raw["id"], phone_id, number(raw.get("n")), at, received_at, json.dumps(_content(raw))
    )


def as_change(raw: Mapping[str, object]) -> Json:
    """The change that the words would have become, as it is held; without an id, for it may still become one.

    What could not be opened stays sealed.
    """
    if is_closed(raw):
        return {"id": "", "n": 0, "sealed": text(raw["sealed"])}
    name, args = form_of(_content(raw))
    return {"name": name, "args": args, "draft": text(raw.get("id"))}


def is_closed(raw: Mapping[str, object]) -> bool:
    """Whether it came sealed, and could not be opened."""
    return "text" not in raw and bool(text(raw.get("sealed")))


def _content(raw: Mapping[str, object]) -> Json:
    if not isinstance(raw.get("text"), str):
        return {"sealed": text(raw.get("sealed"))}
    name, args = text(raw.get("name")), raw.get("args")
    about = raw.get("about")
    told = about if isinstance(about, Mapping) else {}
    return {
        "field": text(raw.get("field")),
        "name": name if name in CHANGE_SCHEMAS else "write_note",
        "args": {
            key: value
            for key, value in (args.items() if isinstance(args, Mapping) else ())
            if text(key) and isinstance(value, str) and text(value)
        },
        "text": cleaned(str(raw["text"])),
        "since": _time(raw.get("since")),
        "about": {**{key: text(told.get(key)) for key in ABOUT}, "starts_at": _time(told.get("starts_at"))},
        **_basis(raw.get("basis")),
    }


def _basis(told: object) -> Json:
    """What stood there when it was begun; an older phone does not say."""
    if not isinstance(told, Mapping):
        return {}
    over = told.get("over")
    return {"basis": {"version": number(told.get("version")), "over": over if is_id(over) else ""}}


def _time(value: object) -> str | None:
    return value if isinstance(value, str) and is_time(value) else None


class Told(NamedTuple):
    """What a phone has told of half-written words: whose they are, when it came, and whether it was shown that she is there."""

    person_id: str
    phone_id: str
    received_at: str
    drafts: Drafts
    is_open: bool


async def save_drafts(tx: Transaction, told: Iterable[Told]) -> None:
    """Keep what phones have told. What comes with the cookie alone, or less, stands beside what other phones have told."""
    rows: list[DraftRow] = []
    gone: list[Settled] = []
    for person_id, phone_id, received_at, drafts, is_open in told:
        read = [read_draft(raw, person_id, phone_id, received_at) for raw in drafts.rows]
        kept = [row for row in read if row]
        if is_open:
            rows += kept
        elif kept:
            await _save_beside(tx, person_id, phone_id, kept)
        for id, at in _gone(drafts.gone, received_at):
            gone += [Settled(at, "gone", phone_id, person_id, each) for each in (id, beside(id, phone_id))]
    if rows:
        await set_drafts(tx, rows)
    if gone:
        await settle_drafts(tx, gone)


async def _save_beside(tx: Transaction, person_id: str, phone_id: str, rows: list[DraftRow]) -> None:
    """Nobody has shown that she is there: what is of another phone is not replaced, and both stay."""
    await set_drafts(tx, rows, of_others=False)
    others = await list_of_others(tx, person_id, phone_id, {row.id for row in rows})
    if of_others := [row._replace(id=beside(row.id, phone_id)) for row in rows if row.id in others]:
        await set_drafts(tx, of_others)


def beside(draft_id: str, phone_id: str) -> str:
    """By which id a phone's words stand beside another's of the same id: the same each time, so that it goes along."""
    return str(uuid5(UUID(draft_id), phone_id))


async def settling_own(tx: Transaction, person_id: str, push: Push, now: datetime) -> Push:
    """A push that tells of no drafts as gone but the phone's own; of none, if the phone does not prove which it is.

    Then it is not acknowledged how far it is: it says all of it again when its vault is open, and nothing comes twice.
    """
    drafts = push.drafts
    ids = {id for id, _ in _gone(drafts.gone, "")} if drafts else set()
    if not (drafts and ids):
        return push
    known = await get_phone(tx, push.phone)
    is_itself = known and known.person_id == person_id and await is_proved(tx, known, push, now)
    known_of = await list_of_others(tx, person_id, push.phone if is_itself else None, ids)
    others = {id for id, settled_at in known_of.items() if settled_at is None}
    if not others:
        return push
    own = [raw for raw in drafts.gone if not (isinstance(raw, Mapping) and raw.get("id") in others)]
    return structs.replace(push, drafts=Drafts(0, drafts.rows, own))


def _gone(raw: Iterable[object], received_at: str) -> list[tuple[str, str]]:
    """By a clock that nobody believes it is gone now: never is it kept as if it had not been told."""
    told = [each for each in raw if isinstance(each, Mapping)]
    return [(each["id"], _time(each.get("at")) or received_at) for each in told if is_id(each.get("id"))]
