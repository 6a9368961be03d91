"""Knows what is kept of a change however odd it is, and whether it has a form that we know; knows no database."""

import json
from collections.abc import Mapping
from hashlib import sha256

import msgspec

from pwa.care.changes.change_schema import is_plain
from pwa.care.sync.validate import validate
from pwa.logs import log, what_and_where
from pwa.problems import NotHandled, Problem
from pwa.words import LARGEST, Change, cleaned, is_id


class LogRecord(msgspec.Struct, frozen=True, gc=False):
    """A change as the log keeps it, understood or not. What is not usable is "", 0 or None, and is in `sent`.

    `said_id` is what the phone calls it, usable or not: the answer needs it. `change` is what is to be carried out,
    in today's form, or the problem of which it will be refused or held.
    """

    change: Change | type[Problem]
    id: str
    said_id: str
    digest: str
    n: int
    name: str
    at: str | None
    visit_id: str | None
    words: str
    sent: str


def read_log_record(raw: object, person_id: str) -> LogRecord:
    """What came, in a form that the log can hold. The digest is over the sender and all that was sent."""
    change = _change_of(raw)
    if isinstance(change, Change) and isinstance(raw, Change):
        return _of_understood(raw, change, person_id)
    id, n, name, at, args = _fields_of(raw)
    sent = written_out(raw)
    visit_id = args.get("visit_id")
    return LogRecord(
        change=change,
        id=id if is_id(id) else "",
        said_id=text(id),
        digest=digest_of(person_id, sent),
        n=number(n),
        name=text(name),
        at=text(at) or None,
        visit_id=visit_id if is_id(visit_id) else None,
        words=words_of(args),
        sent=sent,
    )


def _of_understood(raw: Change, change: Change, person_id: str) -> LogRecord:
    """The same: its id, its number, its name and its time are as they should be (validate.py), and so is its visit's id."""
    sent = written_out(raw)
    return LogRecord(
        change,
        raw.id,
        raw.id,
        digest_of(person_id, sent),
        raw.n,
        raw.name,
        raw.at,
        change.args.get("visit_id"),
        words_of(raw.args),
        sent,
    )


def _change_of(raw: object) -> Change | type[Problem]:
    try:
        return validate(raw)
    except Problem as problem:
        return type(problem)
    except Exception as error:
        log.error("a change was not handled", **what_and_where(error))
        return NotHandled


def _fields_of(raw: object) -> tuple[object, object, object, object, Mapping[str, object]]:
    if isinstance(raw, Change):
        return raw.id, raw.n, raw.name, raw.at, raw.args
    fields = raw if isinstance(raw, dict) else {}
    args = fields.get("args")
    return (
        fields.get("id"),
        fields.get("n"),
        fields.get("name"),
        fields.get("at"),
        args if isinstance(args, dict) else {},
    )


def digest_of(person_id: str, sent: str) -> str:
    """SHA-256 over sender and content: tells a repeat from an id used twice, and shows a log that was damaged."""
    return sha256(f"{person_id}{sent}".encode()).hexdigest()


def written_out(raw: object) -> str:
    """What was sent as JSON, the same text however its keys were ordered. Half a character is kept as \\ud800."""
    try:
        return msgspec.json.encode(raw, order="sorted").decode()
    except UnicodeEncodeError:
        return json.dumps(raw, sort_keys=True, separators=(",", ":"))


def number(value: object) -> int:
    """A count, or 0 for what is none. True is no number."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST else 0


def text(value: object) -> str:
    """A text that a database can hold, or "" for what is none."""
    return value if isinstance(value, str) and is_plain(value) else ""


def words_of(args: Mapping[str, object]) -> str:
    """What the carer wrote: the text, the reason or the answer; of an unknown change, whatever is no id."""
    if "values" in args and (words := _of_list(args["values"])):
        return words
    for name in ("text", "reason", "answer"):
        if words := _writing(args.get(name)):
            return words
    return "\n".join(filter(None, (_writing(value) for value in args.values() if not is_id(value))))


def _writing(value: object) -> str:
    return cleaned(value) if isinstance(value, str) else ""


def _of_list(values: object) -> str:
    """What is written in what was filled in: texts, and own words beside options."""
    parts = values if isinstance(values, list) else []
    texts = [part.get("other") if isinstance(part, dict) else part for part in parts]
    return "\n".join(filter(None, map(_writing, texts)))
