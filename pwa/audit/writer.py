"""Knows how what somebody looked at comes into the access log before it is shown; knows no pages and no reasons.

Those who look at the same moment share one transaction, as those who write do. What a phone's sync brings is noted
once per person, visit and hour, in one entry that names the visits: ten thousand phones cost next to nothing.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct
from msgspec.structs import replace

from pwa.audit.chain import append_entries, assign_sequence
from pwa.audit.queries import Entry
from pwa.database import Database, Transaction
from pwa.logs import log, what_and_where
from pwa.problems import Unavailable
from pwa.words import Clock, NewId, Person, is_id, is_time, to_text

MOST_IN_A_BATCH = 400
LONGEST_WORDS = 200
HOUR = len("2026-11-23T07")

Purpose = Literal["own_route", "substitute", "handover", "overview", "control", "other", "not_said"]
"""overview: a team's day, by whoever answers for it. control: the data-protection officer's own looking."""

ListCitizens = Callable[[Transaction, Collection[str]], Awaitable[list[tuple[str, str, str]]]]
"""Whom visits are to: (team_id, citizen_id, visit_id) of the visits with these ids, in order."""

PurposeOf = Callable[[Transaction, Person, Collection[str], datetime], Awaitable[Purpose]]
"""Why somebody looks at the visits with these ids at this moment."""


class AccessEvent(Struct, frozen=True, kw_only=True):
    """Somebody looks at something. `visit_ids` are what is looked at; `team_ids` where there is no one visit.

    `citizens` are (team_id, citizen_id) where there is a citizen and no visit. `what` is a word of the schema.
    """

    kind: str
    what: str
    purpose: Purpose
    visit_ids: Collection[str] = ()
    team_ids: Collection[str] = ()
    citizens: Collection[tuple[str, str]] = ()
    day: str = ""
    words: str = ""


class Access(NamedTuple):
    """Who looks, signed in as whom, at what, on which phone."""

    person: Person
    sign_in_id: str
    look: AccessEvent
    phone_id: str = ""


def sync_access(visit_ids: Collection[str]) -> AccessEvent:
    """What a sync brings to a phone."""
    return AccessEvent(kind="read", what="sync", purpose="own_route", visit_ids=visit_ids)


class AccessLog:
    """The way into the access log for everything that one process shows.

    It is told who a visit is to, and why somebody looks at it, by functions that know visits.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        new_id: NewId,
        list_citizens: ListCitizens,
        purpose_of: PurposeOf,
    ) -> None:
        self._database = database
        self._list_citizens = list_citizens
        self._purpose_of = purpose_of
        self._clock = clock
        self._new_id = new_id
        self._waiting: list[Entry] = []
        self._came = 0
        self._tried = 0
        self._turn = asyncio.Lock()
        self._chaining: asyncio.Task[None] | None = None
        self._has_more = False
        self._hour = ""
        self._noted: dict[tuple[str, str], set[str]] = {}

    async def record_access(
        self, person: Person, sign_in_id: str, look: AccessEvent, phone_id: str = ""
    ) -> None:
        """Write down that somebody looks, now. It is durable when this is done.

        A disk that is full keeps nobody from reading: then the entry waits here, and is written with the next.
        """
        self._waiting.append(self._entry(person, sign_in_id, look, phone_id))
        self._came += 1
        await self._written(self._came)

    async def record_hourly(
        self, person: Person, sign_in_id: str, look: AccessEvent, phone_id: str = ""
    ) -> None:
        """The same, but only what this person has not looked at in this hour."""
        new = self._not_recorded(person, look)
        self.remember(person, look)
        if new:
            await self.record_access(person, sign_in_id, new, phone_id)

    async def write_within(self, tx: Transaction, seen: Iterable[Access]) -> None:
        """The same in a transaction of those who will look; once it is durable each look is to be remembered."""
        new = [one._replace(look=look) for one in seen if (look := self._not_recorded(one.person, one.look))]
        if new:
            await self._write(tx, [self._entry(*one) for one in new])

    def remember(self, person: Person, look: AccessEvent) -> None:
        """That it need not be noted once more in this hour."""
        self._recorded_by(person, look).update(_named(look))

    def _not_recorded(self, person: Person, look: AccessEvent) -> AccessEvent | None:
        noted = self._recorded_by(person, look)
        if noted.issuperset(_named(look)):
            return None
        return replace(look, visit_ids=[each for each in look.visit_ids if each not in noted])

    def _recorded_by(self, person: Person, look: AccessEvent) -> set[str]:
        hour = to_text(self._clock())[:HOUR]
        if hour != self._hour:
            self._hour, self._noted = hour, {}
        return self._noted.setdefault((person.id, look.what), set())

    def _entry(self, person: Person, sign_in_id: str, look: AccessEvent, phone_id: str) -> Entry:
        """An entry that does not know its citizens yet."""
        now = to_text(self._clock())
        teams = look.team_ids or (
            [] if look.visit_ids or look.citizens else {r.team_id for r in person.roles}
        )
        about = [
            *(["", "", visit_id] for visit_id in sorted(look.visit_ids)),
            *([team_id, citizen_id, ""] for team_id, citizen_id in sorted(look.citizens)),
            *([team_id, "", ""] for team_id in sorted(teams)),
        ]
        return Entry(
            self._new_id(), now, now, look.kind, look.what, look.day, person.id, sign_in_id, phone_id,
            look.purpose, look.words[:LONGEST_WORDS], json.dumps(about),
        )  # fmt: skip

    async def _written(self, number: int) -> None:
        """Wait until so many have been tried; each waits for those before it, and for nobody who comes later."""
        async with self._turn:
            while number > self._tried:
                await self._write_batch()

    async def _write_batch(self) -> bool:
        """Write those that wait when it is their turn; whether they are written. What is not goes on waiting."""
        batch: list[Entry] = []

        async def write(tx: Transaction) -> None:
            batch[:] = self._waiting[:MOST_IN_A_BATCH]
            await self._write(tx, batch)

        try:
            await self._database.write(write)
        except Unavailable as error:
            log.error(
                "the access log could not be written", count=len(self._waiting), **what_and_where(error)
            )
            self._tried = self._came
            return False
        del self._waiting[: len(batch)]
        self._tried = max(self._tried, self._came - len(self._waiting))
        self._begin_chaining()
        return True

    async def _write(self, tx: Transaction, batch: list[Entry]) -> None:
        await append_entries(tx, await self._with_citizens(tx, batch))
        if not self._database.is_shared:
            while await assign_sequence(tx):
                pass

    async def _chain(self) -> None:
        """Give places until there is nothing without; whoever comes next goes on where this fails."""
        with suppress(Unavailable):
            while self._has_more:
                self._has_more = False
                while await self._database.write(assign_sequence):
                    pass

    async def receive_views(
        self, person: Person, sign_in_id: str, phone_id: str, reads: Iterable[tuple[str, str]]
    ) -> int:
        """What was read on a phone without a network, see _append_views. Raises Unavailable: it can be sent again."""
        reads, now = list(reads), self._clock()

        async def take(tx: Transaction) -> int:
            taken = await self._append_views(tx, person, sign_in_id, phone_id, reads, now)
            if not self._database.is_shared:
                await assign_sequence(tx, len(reads))
            return taken

        taken = await self._database.write(take)
        self._begin_chaining()
        return taken

    async def _with_citizens(self, tx: Transaction, entries: Collection[Entry]) -> list[Entry]:
        """The entries, with the team and citizen of each visit that they name. A visit that nobody knows has neither."""
        abouts = [json.loads(entry.about) for entry in entries]
        named = {visit_id for about in abouts for _, _, visit_id in about if visit_id}
        known: dict[str, list[list[str]]] = {}
        for team_id, citizen_id, visit_id in await self._list_citizens(tx, named) if named else []:
            known.setdefault(visit_id, []).append([team_id, citizen_id, visit_id])
        found = ([all_of for each in about for all_of in known.get(each[2], [each])] for about in abouts)
        return [
            replace(entry, about=json.dumps(about, separators=(",", ":")))
            for entry, about in zip(entries, found, strict=True)
        ]

    async def _append_views(
        self, tx: Transaction, person: Person, sign_in_id: str, phone_id: str, reads: Iterable[tuple[str, str]],
        now: datetime,
    ) -> int:  # fmt: skip
        """Write down what was read on a phone without a network: (visit_id, at) each; how many were taken in.

        However often they are sent they stand there once per person, visit and hour. A time that is none, or has not
        come yet, is now. What names no visit is left out.
        """
        reads = [
            (visit_id, at if is_time(at) and at <= to_text(now) else to_text(now))
            for visit_id, at in reads
            if is_id(visit_id)
        ]
        citizens = await self._list_citizens(tx, {visit_id for visit_id, _ in reads})
        known = {visit_id: (team_id, citizen_id) for team_id, citizen_id, visit_id in citizens}
        entries: dict[str, Entry] = {}
        purposes: dict[str, Purpose] = {}
        for visit_id, at in reads:
            if visit_id not in known:
                continue
            if visit_id not in purposes:
                purposes[visit_id] = await self._purpose_of(tx, person, [visit_id], now)
            purpose = purposes[visit_id]
            id = str(uuid5(NAMESPACE_URL, f"read:{person.id}:{visit_id}:{at[:HOUR]}:{purpose}"))
            about = json.dumps([[*known[visit_id], visit_id]], separators=(",", ":"))
            entries.setdefault(id, Entry(
                id, at, to_text(now), "read", "offline", "", person.id, sign_in_id, phone_id, purpose, "", about
            ))  # fmt: skip
        await append_entries(tx, entries.values())
        return len(entries)

    def _begin_chaining(self) -> None:
        """Where many write, entries get their places afterwards. What comes while some do makes it go on."""
        self._has_more = self._database.is_shared
        if self._has_more and (self._chaining is None or self._chaining.done()):
            self._chaining = asyncio.create_task(self._chain())

    async def close(self) -> None:
        """Write what waits, and give it its place."""
        async with self._turn:
            while self._waiting and await self._write_batch():
                pass
        if self._chaining:
            await self._chaining


def _named(look: AccessEvent) -> Collection[str]:
    """What is noted once."""
    return look.visit_ids or [look.day]
