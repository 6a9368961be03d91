"""Knows what a phone is given at a sync: newer documents and the list of what it may hold; no changes."""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from pwa.database import Transaction
from pwa.documents.guide import readable_team_ids
from pwa.documents.stored import wrap
from pwa.documents.visit import window
from pwa.queries import documents
from pwa.queries.documents import Listed
from pwa.words import Person, day_of

VISIT = "visit-"
FORM = 1
"""Of the cursor. Another form is another server's: everything is sent again."""


@dataclass(frozen=True, slots=True)
class Pull:
    """`documents` are ready JSON; `ids` is None when the phone's list is still right.

    `visit_ids` are the visits among the documents.
    """

    cursor: str | None
    documents: list[str]
    ids: list[str] | None
    visit_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a phone is: per team the epoch and newest number, the day that was, and its list's digest."""

    day: str
    heads: dict[str, tuple[str, int]] = field(default_factory=dict)
    digest: str = ""

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

    def of_known_epochs(self, heads: dict[str, tuple[str, int]]) -> "Cursor":
        """This cursor if the server could have given it; one that has seen nothing if not."""
        for team_id, (epoch, seq) in self.heads.items():
            if team_id in heads and (epoch != heads[team_id][0] or seq > heads[team_id][1]):
                return Cursor(self.day)
        return self


def write_cursor(cursor: Cursor) -> str:
    """A cursor as text; a phone reads nothing in it."""
    content = json.dumps([FORM, cursor.day, cursor.heads, cursor.digest], separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode()


def read_cursor(text: str | None, today: date) -> Cursor:
    """The cursor that was written; one that has seen nothing if there is none, or it makes no sense."""
    try:
        form, day, heads, digest = json.loads(base64.urlsafe_b64decode(text or ""))
        date.fromisoformat(day)
        known = {str(team_id): (str(epoch), int(seq)) for team_id, (epoch, seq) in heads.items()}
        if form == FORM:
            return Cursor(day, known, str(digest))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, binascii.Error):
        pass
    return Cursor(today.isoformat())


async def was_given_elsewhere(tx: Transaction, cursor: str | None, today: date) -> bool:
    """Whether a cursor is none of this database's as it is: the phone got it before a backup was restored."""
    before = read_cursor(cursor, today)
    return before.of_known_epochs(await documents.list_heads(tx, before.heads)) is not before


async def pull(tx: Transaction, person: Person, cursor: str | None, now: datetime) -> Pull:
    """What this phone lacks, the list of all that it may hold, and the cursor for next time.

    Run it in a snapshot of its own after the push is committed.
    """
    today = day_of(now)
    before = read_cursor(cursor, today)
    heads = await documents.list_heads(tx, before.heads) if before.heads else {}
    if cursor and _has_everything(before, heads, today):
        return Pull(cursor, [], None)
    first, last = window(today)
    readable = await readable_team_ids(tx, person)
    held = await documents.list_held(tx, person.id, first, last, readable)
    wanted = {*readable, *(row.team_id for row in held)}
    if new := wanted - before.heads.keys():
        heads |= await documents.list_heads(tx, new)
    heads = {team_id: head for team_id, head in heads.items() if team_id in wanted}
    ids = sorted(row.id for row in held)
    digest = sha256("\n".join(ids).encode()).hexdigest()[:16]
    before = before.of_known_epochs(heads)
    lacking = before.lacking(held)
    return Pull(
        write_cursor(Cursor(today.isoformat(), heads, digest)),
        await _wrapped(tx, lacking),
        None if before.digest == digest else ids,
        [row.id.removeprefix(VISIT) for row in lacking if row.id.startswith(VISIT)],
    )


def _has_everything(cursor: Cursor, heads: dict[str, tuple[str, int]], today: date) -> bool:
    """Whether nothing has happened, in any team of this cursor's, since it was given today. `heads` are theirs now.

    Everybody's number is always among them, and moves on when anything is planned: a visit in a team that is new to
    this phone is noticed by that.
    """
    return cursor.day == today.isoformat() and documents.EVERYBODY in cursor.heads and heads == cursor.heads


async def _wrapped(tx: Transaction, rows: list[Listed]) -> list[str]:
    found = await documents.list_documents(tx, [(row.team_id, row.id) for row in rows]) if rows else []
    return [wrap(row) for row in sorted(found, key=lambda row: (row["team_id"], row["id"]))]
