"""Knows what phones are given at a sync: newer documents and the list of what they may hold; no changes."""

import base64
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple

import msgspec

from pwa.care.documents.guide import readable_by
from pwa.care.documents.visit import window
from pwa.database import Transaction
from pwa.database.lists import Key, in_parts
from pwa.documents import queries as documents
from pwa.documents.queries import Listed
from pwa.documents.stored import wrap
from pwa.words import Person, day_of

VISIT, PERSON = "visit-", "person-"
AT_ONCE = 256
"""So many documents are read together."""
FORM = 1
"""Of the cursor. Another form is another server's: everything is sent again."""


Heads = Mapping[str, tuple[str, int]]
"""Of each team the epoch and the newest number."""


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
    heads: Heads = field(default_factory=dict)
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

    def of_known_epochs(self, heads: Heads) -> "Cursor":
        """This cursor if the server could have given it; one that has seen nothing if not."""
        for team_id, (epoch, seq) in self.heads.items():
            if team_id in heads and (epoch != heads[team_id][0] or seq > heads[team_id][1]):
                return Cursor(self.day)
        return self


def write_cursor(cursor: Cursor) -> str:
    """A cursor as text; a phone reads nothing in it."""
    content = msgspec.json.encode((FORM, cursor.day, cursor.heads, cursor.digest), order="sorted")
    return base64.urlsafe_b64encode(content).decode()


def read_cursor(text: str | None, today: date) -> Cursor:
    """The cursor that was written; one that has seen nothing if there is none, or it makes no sense."""
    try:
        form, day, heads, digest = msgspec.json.decode(base64.urlsafe_b64decode(text or ""))
        date.fromisoformat(day)
        known = {str(team_id): (str(epoch), int(seq)) for team_id, (epoch, seq) in heads.items()}
        if form == FORM:
            return Cursor(day, known, str(digest))
    except (msgspec.DecodeError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        pass
    return Cursor(today.isoformat())


async def was_given_elsewhere(tx: Transaction, cursor: str | None, today: date) -> bool:
    """Whether a cursor is none of this database's as it is: the phone got it before a backup was restored."""
    before = read_cursor(cursor, today)
    return before.of_known_epochs(await documents.list_heads(tx, before.heads)) is not before


class Asking(NamedTuple):
    """Whose phone asks, how far it is, and when."""

    person: Person
    cursor: str | None
    now: datetime


@dataclass(slots=True)
class Phone:
    """A phone that asks: how far it is, what it may hold today and which of that it lacks.

    `after` is how far it will be; None while it has everything.
    """

    person: Person
    cursor: str | None
    today: date
    before: Cursor
    readable: Collection[str] = ()
    held: list[Listed] = field(default_factory=list)
    lacking: list[Listed] = field(default_factory=list)
    after: Cursor | None = None

    @property
    def wanted(self) -> set[str]:
        """The teams whose numbers are in its cursor."""
        return {*self.readable, *(row.team_id for row in self.held)}

    @property
    def ids(self) -> list[str]:
        """Of all that it may hold."""
        return sorted(row.id for row in self.held)

    def has_everything(self, heads: Heads) -> bool:
        """Whether nothing has happened, in any team of its cursor's, since that was given today.

        Everybody's number is always among them, and moves on when anything is planned: a visit in a team that is
        new to this phone is noticed by that.
        """
        before = self.before
        now = {team_id: heads[team_id] for team_id in before.heads if team_id in heads}
        is_todays = before.day == self.today.isoformat() and documents.EVERYBODY in before.heads
        return bool(self.cursor) and is_todays and now == before.heads

    def compare(self, heads: Heads) -> None:
        """Find out what it lacks, once it is known what it may hold."""
        now = {team_id: heads[team_id] for team_id in self.wanted if team_id in heads}
        digest = sha256("\n".join(self.ids).encode()).hexdigest()[:16]
        self.after = Cursor(self.today.isoformat(), now, digest)
        self.before = self.before.of_known_epochs(now)
        self.lacking = self.before.lacking(self.held)

    def answer(self, texts: Mapping[Key, str]) -> Pull:
        """What it is given."""
        if self.after is None:
            return Pull(self.cursor, [], None)
        keys = sorted(row.key for row in self.lacking)
        return Pull(
            write_cursor(self.after),
            [texts[key] for key in keys if key in texts],
            None if self.before.digest == self.after.digest else self.ids,
            [row.id.removeprefix(VISIT) for row in self.lacking if row.id.startswith(VISIT)],
        )


async def pull(tx: Transaction, person: Person, cursor: str | None, now: datetime) -> Pull:
    """What this phone lacks, the list of all that it may hold, and the cursor for next time.

    Run it in a snapshot of its own after the push is committed.
    """
    [pulled] = await pull_all(tx, [Asking(person, cursor, now)])
    return pulled


async def pull_all(tx: Transaction, asking: Iterable[Asking]) -> list[Pull]:
    """The same for several phones. Where nobody else writes, it may be run before what they pushed is committed."""
    todays = [(person, cursor, day_of(now)) for person, cursor, now in asking]
    phones = [Phone(person, cursor, today, read_cursor(cursor, today)) for person, cursor, today in todays]
    known = {team_id for phone in phones for team_id in phone.before.heads}
    heads = await documents.list_heads(tx, known) if known else {}
    behind = [phone for phone in phones if not phone.has_everything(heads)]
    if behind:
        await _find_held(tx, behind)
        if new := set().union(*(phone.wanted for phone in behind)) - known:
            heads |= await documents.list_heads(tx, new)
    for phone in behind:
        phone.compare(heads)
    texts = await _texts(tx, {row.key for phone in behind for row in phone.lacking})
    return [phone.answer(texts) for phone in phones]


async def _find_held(tx: Transaction, phones: Sequence[Phone]) -> None:
    """What each of these may hold: the visits within its days, the guides that are readable, the person's own."""
    readable = await readable_by(tx, [phone.person for phone in phones])
    visits: defaultdict[tuple[date, str], list[Listed]] = defaultdict(list)
    for today in {phone.today for phone in phones}:
        carer_ids = {phone.person.id for phone in phones if phone.today == today}
        for carer_id, row in await documents.list_visits_of_carers(tx, carer_ids, *window(today)):
            visits[today, carer_id].append(row)
    guides: defaultdict[str, list[Listed]] = defaultdict(list)
    for row in await documents.list_guides_of_teams(tx, set().union(*readable.values())):
        guides[row.team_id].append(row)
    own_ids = {f"{PERSON}{phone.person.id}" for phone in phones}
    own = {row.id: [row] for row in await documents.list_of_everybody(tx, own_ids)}
    for phone in phones:
        phone.readable = readable[phone.person.id]
        phone.held = [
            *visits[phone.today, phone.person.id],
            *(guide for team_id in phone.readable for guide in guides[team_id]),
            *own.get(f"{PERSON}{phone.person.id}", []),
        ]


async def _texts(tx: Transaction, keys: Collection[Key]) -> dict[Key, str]:
    """Stored documents as phones get them."""
    parts = in_parts(sorted(keys), AT_ONCE)
    return {row.key: wrap(row) for part in parts for row in await documents.list_documents(tx, part)}
