"""Knows what phones are given at a sync: newer documents and the list of what they may hold; no changes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple

from pwa.care.documents.bodies import with_bodies
from pwa.care.documents.checklist import list_checklists_of
from pwa.care.documents.guide import readable_by
from pwa.care.documents.visit import window
from pwa.care.sync.cursors import CITIZEN, Cursor, Heads, Part, read_cursor, short_of, write_cursor
from pwa.checklists.definitions import list_ids
from pwa.database import Transaction
from pwa.database.lists import Key, in_parts
from pwa.documents import queries as documents
from pwa.documents.queries import Listed, ListedCitizen, Stored
from pwa.documents.stored import wrap
from pwa.words import Person, day_of

VISIT, OWN = "visit-", ("person-", "plan-", "settled-")
FIRST = (*OWN, "checklist-")
"""What begins the documents' ids; OWN is what one person alone is told."""
AT_ONCE = 256
"""So many documents are read together."""
MOST_DOCUMENTS = 40
"""In an answer: a slow line keeps each part that it has brought. A day's visits are among the first."""
MOST_SINCE = 200
"""With more documents of a team's since its cursor a phone is looked up as a whole, which then is less work."""
NOTE_DAYS = 14
"""Unless a setting says otherwise (HAAND_NOTE_DAYS)."""

NONE_STORED: Mapping[Key, Stored] = MappingProxyType({})


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


class Asking(NamedTuple):
    """Whose phone asks, how far it is, and when; and of how many days citizens' own pages tell."""

    person: Person
    cursor: str | None
    now: datetime
    note_days: int = NOTE_DAYS


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
    citizens: list[ListedCitizen] = field(default_factory=list)
    lacking: list[Listed] = field(default_factory=list)
    after: Cursor | None = None
    more: bool = False
    note_days: int = NOTE_DAYS

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
        return self._is_todays and now == before.heads

    def may_hold_the_same(self, heads: Heads, checklist_ids: Set[str]) -> bool:
        """Whether its list is that of its cursor, once it is known whose guides its person may read.

        A list becomes another with the day, with what is planned or may be read, which moves everybody's number, and
        with what its person has seen of the plan, which moves that one's. With the hour only roles begin and end: so
        the teams of its cursor must be those that can be read now, beside the checklists, which are their own teams.
        """
        before, own = self.before.heads, self.person.id
        if not self._is_todays or not before.keys() <= heads.keys():
            return False
        if any(heads.get(whose) != before.get(whose) for whose in (documents.EVERYBODY, own)):
            return False
        teams = {team_id for team_id in self.readable if team_id in heads}
        if not teams <= before.keys() or not before.keys() - teams - {own} <= checklist_ids:
            return False
        return all(
            heads[team_id][0] == epoch and 0 <= heads[team_id][1] - seq <= MOST_SINCE
            for team_id, (epoch, seq) in before.items()
        )

    @property
    def _is_todays(self) -> bool:
        """Whether it was given everything, today."""
        before = self.before
        is_whole = bool(self.cursor) and not before.part and before.citizens is not None
        return is_whole and before.day == self.today.isoformat() and documents.EVERYBODY in before.heads

    def compare(self, heads: Heads) -> None:
        """Find out what it lacks, once it is known what it may hold."""
        now = {team_id: heads[team_id] for team_id in self.wanted if team_id in heads}
        digest = sha256("\n".join(self.ids).encode()).hexdigest()[:16]
        self.before = self.before.of_known_epochs(now)
        citizens = frozenset(short_of(row) for row in self.held if row.id.startswith(CITIZEN))
        self._compare(now, digest, citizens)

    def compare_newer(self, heads: Heads) -> None:
        """The same where its list is that of its cursor, and of that only what is newer is known."""
        now = {team_id: heads[team_id] for team_id in self.before.heads}
        self._compare(now, self.before.digest, self.before.citizens)

    def _compare(self, now: Heads, digest: str, citizens: Set[str] | None) -> None:
        today = self.today.isoformat()
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
            self.after = Cursor(today, part.heads, digest, citizens=citizens)

    def answer(self, texts: Mapping[Key, str]) -> Pull:
        """What it is given."""
        if self.after is None:
            return Pull(self.cursor, [], None)
        keys = sorted(row.key for row in self.lacking)
        return Pull(
            write_cursor(self.after),
            [texts[key] for key in keys if key in texts],
            None if self.before.digest == self.after.digest else self.ids,
            self._visit_ids(),
            self.more,
        )

    def _visit_ids(self) -> list[str]:
        """Of all that it is given something of. A citizen's own page counts as a visit to her."""
        given = {row.id: None for row in self.lacking}
        visits = [id.removeprefix(VISIT) for id in given if id.startswith(VISIT)]
        visits += [one.visit_id for one in self.citizens if one.listed.id in given]
        return list(dict.fromkeys(visits))


def _order(row: Listed, today: str) -> str:
    """What is needed first comes first: the phone's carer, what visits are filled in by, today, citizens' own pages, the other
    days, guides.
    """
    rank = 0 if row.id.startswith(FIRST) else 1 if row.day == today else 2 if row.day else 3
    if row.id.startswith(CITIZEN):
        return f"1.5 {row.id} {row.team_id}"
    return f"{rank} {row.id} {row.team_id}"


async def pull(
    tx: Transaction, person: Person, cursor: str | None, now: datetime, note_days: int = NOTE_DAYS
) -> Pull:
    """What this phone lacks, the list of all that it may hold, and the cursor for next time.

    Run it in a snapshot of its own after the push is committed.
    """
    [pulled] = await pull_all(tx, [Asking(person, cursor, now, note_days)])
    return pulled


async def pull_all(
    tx: Transaction, asking: Iterable[Asking], stored: Mapping[Key, Stored] = NONE_STORED
) -> list[Pull]:
    """The same for several phones. Where nobody else writes, it may be run before what they pushed is committed.

    `stored` are documents as they were just written: they are not read again, unless they are newer by now.
    """
    todays = [(person, cursor, day_of(now), days) for person, cursor, now, days in asking]
    phones = [
        Phone(person, cursor, today, read_cursor(cursor, today), note_days=days)
        for person, cursor, today, days in todays
    ]
    known = {team_id for phone in phones for team_id in (*phone.before.heads, phone.person.id)}
    heads = await documents.list_heads(tx, known) if known else {}
    behind = [phone for phone in phones if not phone.has_everything(heads)]
    if behind:
        await _look_up(tx, behind, heads)
    texts = await _texts(tx, {row.key: row for phone in behind for row in phone.lacking}, stored)
    return [phone.answer(texts) for phone in phones]


async def _look_up(tx: Transaction, phones: Sequence[Phone], heads: Heads) -> None:
    """What each of these lacks. `heads` are those of their cursors, and of their persons."""
    readable = await readable_by(tx, [phone.person for phone in phones])
    for phone in phones:
        phone.readable = readable[phone.person.id]
    heads = {**heads, **await _list_more_heads(tx, set().union(*readable.values()), heads)}
    checklist_ids = await list_ids(tx)
    same: list[Phone] = []
    others: list[Phone] = []
    for phone in phones:
        (same if phone.may_hold_the_same(heads, checklist_ids) else others).append(phone)
    if same:
        await _find_changed(tx, same, heads)
        for phone in same:
            phone.compare_newer(heads)
    if others:
        await _find_held(tx, others)
        heads = {**heads, **await _list_more_heads(tx, set().union(*(one.wanted for one in others)), heads)}
        for phone in others:
            phone.compare(heads)


async def _list_more_heads(tx: Transaction, team_ids: Set[str], heads: Heads) -> Heads:
    new = team_ids - heads.keys()
    return await documents.list_heads(tx, new) if new else {}


async def _find_changed(tx: Transaction, phones: Sequence[Phone], heads: Heads) -> None:
    """The visits, and the citizens visited, that each of these may hold, as it did, and whose documents are newer than its cursor."""
    for today in {phone.today for phone in phones}:
        of_today = [phone for phone in phones if phone.today == today]
        since: dict[str, int] = {}
        for phone in of_today:
            for team_id, (_, seq) in phone.before.heads.items():
                if seq < heads[team_id][1]:
                    since[team_id] = min(seq, since.get(team_id, seq))
        carer_ids = {phone.person.id for phone in of_today}
        visits: defaultdict[str, list[Listed]] = defaultdict(list)
        for carer_id, row in await documents.list_newer_visits_of_carers(
            tx, since, carer_ids, *window(today)
        ):
            visits[carer_id].append(row)
        first_told = (today - timedelta(max(phone.note_days for phone in of_today))).isoformat()
        citizens: defaultdict[str, list[ListedCitizen]] = defaultdict(list)
        for one in await documents.list_newer_citizens_of_carers(tx, since, window(today), first_told):
            citizens[one.carer_id].append(one)
        for phone in of_today:
            phone.citizens = citizens[phone.person.id]
            phone.held = [*visits[phone.person.id], *(one.listed for one in phone.citizens)]


async def _find_held(tx: Transaction, phones: Sequence[Phone]) -> None:
    """What each of these may hold: the visits within its days with their checklists and citizens, the guides that are readable, the person's own."""
    visits: defaultdict[tuple[date, str], list[Listed]] = defaultdict(list)
    citizens: defaultdict[tuple[date, str], list[ListedCitizen]] = defaultdict(list)
    for today in {phone.today for phone in phones}:
        carer_ids = {phone.person.id for phone in phones if phone.today == today}
        for carer_id, row in await documents.list_visits_of_carers(tx, carer_ids, *window(today)):
            visits[today, carer_id].append(row)
        since = (today - timedelta(max(phone.note_days for phone in phones))).isoformat()
        for one in await documents.list_citizens_of_carers(tx, carer_ids, window(today), since):
            citizens[today, one.carer_id].append(one)
    guides: defaultdict[str, list[Listed]] = defaultdict(list)
    for row in await documents.list_guides_of_teams(tx, set().union(*(phone.readable for phone in phones))):
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
        phone.citizens = citizens[phone.today, phone.person.id]
        phone.held = [
            *visits[phone.today, phone.person.id],
            *(one.listed for one in phone.citizens),
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


async def _texts(tx: Transaction, rows: Mapping[Key, Listed], stored: Mapping[Key, Stored]) -> dict[Key, str]:
    """Stored documents as phones get them."""
    here = [row for key, row in stored.items() if key in rows and row.version == rows[key].version]
    texts = {row.key: wrap(row) for row in here if row.has_body}
    for part in in_parts(sorted(rows.keys() - texts.keys()), AT_ONCE):
        for row in await with_bodies(tx, await documents.list_documents(tx, part)):
            texts[row.key] = wrap(row)
    return texts
