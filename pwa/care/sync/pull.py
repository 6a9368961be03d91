"""Knows what phones are given at a sync: newer documents and the list of what they may hold; no changes."""

import base64
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from pwa.care.documents.bodies import with_bodies
from pwa.care.documents.checklist import list_checklists_of
from pwa.care.documents.guide import readable_by
from pwa.care.documents.visit import window
from pwa.database import Transaction
from pwa.database.lists import Key, in_parts
from pwa.documents import queries as documents
from pwa.documents.queries import Listed
from pwa.documents.stored import wrap
from pwa.words import Person, day_of

VISIT, OWN = "visit-", ("person-", "plan-", "settled-")
FIRST = (*OWN, "checklist-")
"""What begins the documents' ids; OWN is what one person alone is told."""
AT_ONCE = 256
"""So many documents are read together."""
MOST_DOCUMENTS = 40
"""In an answer: a slow line keeps each part that it has brought. A day's visits are among the first."""
WHOLE, IN_PARTS = 1, 2
"""Forms of a cursor. Another form is another server's: everything is sent again."""


Heads = Mapping[str, tuple[str, int]]
"""Of each team the epoch and the newest number."""


@dataclass(frozen=True, slots=True)
class Pull:
    """`documents` are ready JSON; `ids` is None when the phone's list is still right.

    `visit_ids` are the visits among the documents. `more` if there are, or may be, documents left that it lacks.
    """

    cursor: str | None
    documents: list[str]
    ids: list[str] | None
    visit_ids: list[str] = field(default_factory=list)
    more: bool = False


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
    more: bool = False

    @property
    def wanted(self) -> set[str]:
        """The teams whose numbers are in its cursor; its person's own number is one of them."""
        return {self.person.id, *self.readable, *(row.team_id for row in self.held)}

    @property
    def ids(self) -> list[str]:
        """Of all that it may hold."""
        return sorted(row.id for row in self.held)

    def has_everything(self, heads: Heads) -> bool:
        """Whether nothing has happened, in any team of its cursor's, since that was given today.

        Everybody's number is always among them, and moves on when anything is planned: a visit in a team that is
        new to this phone is noticed by that. So is the first that its person alone is told.
        """
        before = self.before
        now = {team_id: heads[team_id] for team_id in {*before.heads, self.person.id} if team_id in heads}
        if before.part:
            return False
        is_todays = before.day == self.today.isoformat() and documents.EVERYBODY in before.heads
        return bool(self.cursor) and is_todays and now == before.heads

    def compare(self, heads: Heads) -> None:
        """Find out what it lacks, once it is known what it may hold."""
        now = {team_id: heads[team_id] for team_id in self.wanted if team_id in heads}
        digest = sha256("\n".join(self.ids).encode()).hexdigest()[:16]
        self.before, today = self.before.of_known_epochs(now), self.today.isoformat()
        part = self.before.part
        if part is None or part.day != today:
            part = Part(today, now, "")
        left = sorted((_order(row, today), row) for row in self.before.lacking(self.held))
        left = [(order, row) for order, row in left if order > part.last]
        self.more = len(left) > MOST_DOCUMENTS
        self.lacking = [row for _, row in left[:MOST_DOCUMENTS]]
        if self.more:
            part = part._replace(last=left[MOST_DOCUMENTS - 1][0])
            self.after = replace(self.before, digest=digest, part=part)
        else:
            # What has changed while the parts were on their way is asked for at once: some of it the phone sent itself.
            self.more = part.heads != now
            self.after = Cursor(today, part.heads, digest)

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
            self.more,
        )


def _order(row: Listed, today: str) -> str:
    """What is needed first comes first: the phone's carer, what visits are filled in by, today, the other days, guides."""
    rank = 0 if row.id.startswith(FIRST) else 1 if row.day == today else 2 if row.day else 3
    return f"{rank} {row.id} {row.team_id}"


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
    known = {team_id for phone in phones for team_id in (*phone.before.heads, phone.person.id)}
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
    """What each of these may hold: the visits within its days with their checklists, the guides that are readable, the person's own."""
    readable = await readable_by(tx, [phone.person for phone in phones])
    visits: defaultdict[tuple[date, str], list[Listed]] = defaultdict(list)
    for today in {phone.today for phone in phones}:
        carer_ids = {phone.person.id for phone in phones if phone.today == today}
        for carer_id, row in await documents.list_visits_of_carers(tx, carer_ids, *window(today)):
            visits[today, carer_id].append(row)
    guides: defaultdict[str, list[Listed]] = defaultdict(list)
    for row in await documents.list_guides_of_teams(tx, set().union(*readable.values())):
        guides[row.team_id].append(row)
    own_keys = {key for phone in phones for key in _own_keys(phone.person.id)}
    own = {row.id: row for row in await documents.list_of_keys(tx, own_keys)}
    checklists = await list_checklists_of(
        tx,
        {
            phone.person.id: [
                (row.team_id, row.id.removeprefix(VISIT)) for row in visits[phone.today, phone.person.id]
            ]
            for phone in phones
        },
    )
    for phone in phones:
        phone.readable = readable[phone.person.id]
        phone.held = [
            *visits[phone.today, phone.person.id],
            *checklists.get(phone.person.id, ()),
            *(guide for team_id in phone.readable for guide in guides[team_id]),
            *_own(own, phone),
        ]


def _own_keys(person_id: str) -> list[Key]:
    """Of the documents that are about one person; see documents/store.py."""
    return [(person_id, f"{kind}{person_id}") for kind in OWN]


def _own(own: Mapping[str, Listed], phone: Phone) -> Iterator[Listed]:
    """The person's own documents; what tells of days goes with the last of them, and is no visit that enters a window."""
    first, _ = window(phone.today)
    for kind in OWN:
        row = own.get(f"{kind}{phone.person.id}")
        if row and (row.day is None or row.day >= first):
            yield row._replace(day=None)


async def _texts(tx: Transaction, keys: Collection[Key]) -> dict[Key, str]:
    """Stored documents as phones get them."""
    parts = in_parts(sorted(keys), AT_ONCE)
    return {
        row.key: wrap(row)
        for part in parts
        for row in await with_bodies(tx, await documents.list_documents(tx, part))
    }
