"""Knows how far a phone is with its documents, as a text that phones keep and show; knows nothing of what they may hold."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import msgspec

from pwa.care.documents.visit import window
from pwa.database import Transaction
from pwa.documents import queries as documents
from pwa.documents.queries import Listed

WHOLE, IN_PARTS = 1, 2
"""Forms of a cursor. Another form is another server's: everything is sent again."""

Heads = Mapping[str, tuple[str, int]]
"""Of each team the epoch and the newest number."""


class Part(NamedTuple):
    """What a phone was given of more than one answer holds: all up to `last`, by `_order`. Where it will be with the
    last part: the day and the heads when it was given the first. What has changed since comes after that.
    """

    day: str
    heads: Heads
    last: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a phone is: per team the epoch and newest number, the day that was, and its list's digest.

    `part` if it is on its way from there.
    """

    day: str
    heads: Heads = field(default_factory=dict)
    digest: str = ""
    part: Part | None = None

    def lacking(self, rows: Iterable[Listed]) -> list[Listed]:
        """The documents whose version a phone with this cursor was not given yet.

        What a phone may hold is a moving window of days: a visit planned last week enters it today with an
        old number. So what it has must not only be old, it must have been in the window that day.
        """
        first, last = window(date.fromisoformat(self.day))
        return [
            row
            for row in rows
            if row.version > self.heads.get(row.team_id, ("", 0))[1]
            or not (row.day is None or first <= row.day <= last)
        ]

    def of_known_epochs(self, heads: Heads) -> "Cursor":
        """This cursor if the server could have given it; one that has seen nothing if not."""
        for team_id, (epoch, seq) in self.heads.items():
            if team_id in heads and (epoch != heads[team_id][0] or seq > heads[team_id][1]):
                return Cursor(self.day)
        return self


def write_cursor(cursor: Cursor) -> str:
    """A cursor as text; a phone reads nothing in it."""
    whole = (cursor.day, cursor.heads, cursor.digest)
    content = (IN_PARTS, *whole, cursor.part) if cursor.part else (WHOLE, *whole)
    return base64.urlsafe_b64encode(msgspec.json.encode(content, order="sorted")).decode()


def read_cursor(text: str | None, today: date) -> Cursor:
    """The cursor that was written; one that has seen nothing if there is none, or it makes no sense."""
    try:
        form, day, heads, digest, *parts = msgspec.json.decode(base64.urlsafe_b64decode(text or ""))
        date.fromisoformat(day)
        part = _read_part(*parts[0]) if parts else None
        if form in (WHOLE, IN_PARTS):
            return Cursor(day, _read_heads(heads), str(digest), part)
    except (msgspec.DecodeError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        pass
    return Cursor(today.isoformat())


def _read_heads(heads: Mapping[object, tuple[object, Any]]) -> Heads:
    return {str(team_id): (str(epoch), int(seq)) for team_id, (epoch, seq) in heads.items()}


def _read_part(day: str, heads: Mapping[object, tuple[object, Any]], last: object) -> Part:
    return Part(day, _read_heads(heads), str(last))


async def was_given_elsewhere(tx: Transaction, cursor: str | None, today: date) -> bool:
    """Whether a cursor is none of this database's as it is: the phone got it before a backup was restored."""
    before = read_cursor(cursor, today)
    return before.of_known_epochs(await documents.list_heads(tx, before.heads)) is not before
