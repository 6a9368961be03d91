"""Knows how far a phone is with its documents, as a text that phones keep and show; knows nothing of what they may hold."""

import base64
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from pwa.care.documents.visit import window
from pwa.database import Transaction
from pwa.documents import queries as documents
from pwa.documents.queries import Listed

WHOLE, IN_PARTS, WITH_CITIZENS = 1, 2, 3
"""Forms of a cursor; the first two are of before there were citizens' own pages. Another form is another server's: everything is
sent again.
"""
CITIZEN = "citizen-"
"""What begins the id of the document of a citizen's own page."""
OF_A_CITIZEN = 6
"""So many signs tell one citizen from another in a cursor."""

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

    `part` if it is on its way from there. `citizens` are those whose own pages it was given, or was to be: one that it needs for the
    first time is older than that. None if it was given none yet, by an older server.
    """

    day: str
    heads: Heads = field(default_factory=dict)
    digest: str = ""
    part: Part | None = None
    citizens: Set[str] | None = None

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
            or (row.id.startswith(CITIZEN) and short_of(row) not in (self.citizens or ()))
        ]

    def of_known_epochs(self, heads: Heads) -> "Cursor":
        """This cursor if the server could have given it; one that has seen nothing if not."""
        for team_id, (epoch, seq) in self.heads.items():
            if team_id in heads and (epoch != heads[team_id][0] or seq > heads[team_id][1]):
                return Cursor(self.day)
        return self


def short_of(row: Listed) -> str:
    """A citizen as a cursor names her."""
    return base64.urlsafe_b64encode(sha256(row.id.encode()).digest()).decode()[:OF_A_CITIZEN]


def write_cursor(cursor: Cursor) -> str:
    """A cursor as text; a phone reads nothing in it."""
    whole = (cursor.day, cursor.heads, cursor.digest)
    content: tuple[object, ...] = (WHOLE, *whole)
    if cursor.citizens is not None:
        content = (WITH_CITIZENS, *whole, cursor.part, "".join(sorted(cursor.citizens)))
    elif cursor.part:
        content = (IN_PARTS, *whole, cursor.part)
    return base64.urlsafe_b64encode(msgspec.json.encode(content, order="sorted")).decode()


def read_cursor(text: str | None, today: date) -> Cursor:
    """The cursor that was written; one that has seen nothing if there is none, or it makes no sense."""
    try:
        form, day, heads, digest, *more = msgspec.json.decode(base64.urlsafe_b64decode(text or ""))
        date.fromisoformat(day)
        part = _read_part(*more[0]) if more and more[0] else None
        if form in (WHOLE, IN_PARTS, WITH_CITIZENS):
            citizens = _read_citizens(*more[1:]) if form == WITH_CITIZENS else None
            return Cursor(day, _read_heads(heads), str(digest), part, citizens)
    except (msgspec.DecodeError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        pass
    return Cursor(today.isoformat())


def _read_heads(heads: Mapping[object, tuple[object, Any]]) -> Heads:
    return {str(team_id): (str(epoch), int(seq)) for team_id, (epoch, seq) in heads.items()}


def _read_citizens(named: str) -> Set[str]:
    return frozenset(named[first : first + OF_A_CITIZEN] for first in range(0, len(named), OF_A_CITIZEN))


def _read_part(day: str, heads: Mapping[object, tuple[object, Any]], last: object) -> Part:
    return Part(day, _read_heads(heads), str(last))


async def was_given_elsewhere(tx: Transaction, cursor: str | None, today: date) -> bool:
    """Whether a cursor is none of this database's as it is: the phone got it before a backup was restored."""
    before = read_cursor(cursor, today)
    return before.of_known_epochs(await documents.list_heads(tx, before.heads)) is not before
