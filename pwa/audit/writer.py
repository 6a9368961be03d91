"""Knows how what somebody looked at comes into the access log before it is shown; knows no pages and no reasons.

Those who look at the same moment share one transaction, as those who write do. What a phone's sync brings is noted
once per person, visit and hour, in one entry that names the visits: ten thousand phones cost next to nothing.
"""

import asyncio
import json
from collections.abc import Collection, Iterable
from functools import partial

from msgspec.structs import asdict, replace

from pwa.audit.access_event import Access, AccessEvent, about, named, with_citizens
from pwa.audit.chain import append_entries, assign_sequence
from pwa.audit.offline_views import (
    HOUR,
    ListCitizens,
    PurposeOf,
    Read,
    Reader,
    has_too_many,
    list_views,
)
from pwa.audit.queries import Entry, add_set_aside
from pwa.database import Database, Transaction
from pwa.logs import log, what_and_where
from pwa.problems import NotHandled, Unavailable
from pwa.words import Clock, NewId, Person, cleaned, to_text

MOST_IN_A_BATCH = 400
MOST_WAITING = 5000
"""So many wait while nothing can be written. Then nothing more is shown that would have to be remembered."""
LONGEST_WORDS = 200


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
        self._forgotten: set[str] = set()
        self._logged = 0
        self._hour = ""
        self._noted: dict[tuple[str, str], set[str]] = {}

    async def record_access(
        self, person: Person, sign_in_id: str, look: AccessEvent, phone_id: str = ""
    ) -> None:
        """Write down that somebody looks, now. It is durable when this is done.

        A disk that is full keeps nobody from reading: then the entry waits here, and is written with the next. What
        can neither be written nor set aside nor wait is not shown: raises NotHandled, Unavailable.
        """
        if len(self._waiting) >= MOST_WAITING:
            async with self._turn:
                is_written = await self._write_batch()
            if not is_written:
                raise Unavailable
        entry = self._entry(person, sign_in_id, look, phone_id)
        self._waiting.append(entry)
        self._came += 1
        await self._written(self._came)
        if entry.id in self._forgotten:
            self._forgotten.discard(entry.id)
            raise NotHandled

    async def record_hourly(
        self, person: Person, sign_in_id: str, look: AccessEvent, phone_id: str = ""
    ) -> None:
        """The same, but only what this person has not looked at in this hour. What is not written is not remembered."""
        if new := self._not_recorded(person, look):
            await self.record_access(person, sign_in_id, new, phone_id)
        self.remember(person, look)

    async def write_within(self, tx: Transaction, seen: Iterable[Access]) -> None:
        """The same in a transaction of those who will look; once it is durable each look is to be remembered."""
        new = [one._replace(look=look) for one in seen if (look := self._not_recorded(one.person, one.look))]
        if new:
            await self._write(tx, [self._entry(*one) for one in new])

    def remember(self, person: Person, look: AccessEvent) -> None:
        """That it need not be noted once more in this hour."""
        self._recorded_by(person, look).update(named(look))

    def _not_recorded(self, person: Person, look: AccessEvent) -> AccessEvent | None:
        noted = self._recorded_by(person, look)
        if noted.issuperset(named(look)):
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
        return Entry(
            self._new_id(), now, now, look.kind, look.what, look.day, person.id, sign_in_id, phone_id,
            look.purpose, cleaned(look.words)[:LONGEST_WORDS], json.dumps(about(person, look)),
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
            self._let_wait(error)
            return False
        except Exception as error:
            if not batch:
                # Refused before it was tried: none of these entries is at fault.
                self._let_wait(error)
                return False
            log.error("a batch of the access log was refused", count=len(batch), **what_and_where(error))
            return await self._write_each(list(batch))
        self._take_off(len(batch))
        return True

    async def _write_each(self, batch: Collection[Entry]) -> bool:
        """One by one, where the database refuses one of them: that one is set aside, and holds up nobody else."""
        for entry in batch:
            try:
                await self._database.write(partial(self._append, batch=[entry]))
            except Unavailable as error:
                self._let_wait(error)
                return False
            except Exception as error:
                if not await self._set_aside(entry, error):
                    return False
            self._take_off(1)
        if self._database.writes_alone:
            await self._assign_safely()
        return True

    async def _assign_safely(self) -> bool:
        """Give places, as far as that goes: what is written down is durable without one, and `verify` misses it."""
        try:
            while await self._database.write(assign_sequence):
                pass
        except Exception as error:
            log.error("the access log could not be chained", **what_and_where(error))
            return False
        return True

    async def _set_aside(self, entry: Entry, why: Exception) -> bool:
        """Keep what the log cannot take where an operator finds it (verify); False if it goes on waiting."""
        log.error("an entry was set aside", row=entry.id, person=entry.person_id, **what_and_where(why))
        content, at = json.dumps(asdict(entry)), to_text(self._clock())
        try:
            await self._database.write(
                lambda tx: add_set_aside(tx, entry.id, at, type(why).__name__, content)
            )
        except Unavailable as error:
            self._let_wait(error)
            return False
        except Exception as error:
            log.error("an entry could not be kept", row=entry.id, **what_and_where(error))
            self._forgotten.add(entry.id)
        return True

    def _let_wait(self, error: Exception) -> None:
        """Nothing can be written just now. Who looked is at least in the server's log, by ids, if the process ends so."""
        log.error("the access log could not be written", count=len(self._waiting), **what_and_where(error))
        for entry in self._waiting[self._logged :]:
            log.error(
                "an entry of the access log waits", row=entry.id, person=entry.person_id, how=entry.what
            )
        self._logged = len(self._waiting)
        self._tried = self._came

    def _take_off(self, count: int) -> None:
        """The first of those that wait are where they belong."""
        del self._waiting[:count]
        self._logged = max(0, self._logged - count)
        self._tried = max(self._tried, self._came - len(self._waiting))
        self._begin_chaining()

    async def _append(self, tx: Transaction, batch: list[Entry]) -> None:
        await append_entries(tx, await with_citizens(tx, batch, self._list_citizens))

    async def _write(self, tx: Transaction, batch: list[Entry]) -> None:
        await self._append(tx, batch)
        if self._database.writes_alone:
            while await assign_sequence(tx):
                pass

    async def _chain(self) -> None:
        """Give places until there is nothing without; whoever comes next goes on where this fails."""
        while self._has_more:
            self._has_more = False
            if not await self._assign_safely():
                return

    async def receive_views(
        self, person: Person, sign_in_id: str, phone_id: str, reads: Iterable[Read], since: str
    ) -> int | None:
        """What was read on a phone without a network since its last contact, see list_views; how many are taken in.

        None if there are more than anybody reads, or they are not durable: they can be sent again another day. Raises
        Unavailable likewise.
        """
        reads, now = list(reads), self._clock()
        entries: list[Entry] = []

        async def take(tx: Transaction) -> bool:
            entries[:] = []
            if await has_too_many(tx, person, now, since):
                return False
            reader = Reader(person, sign_in_id, phone_id, now, since)
            entries[:] = await list_views(tx, reader, reads, self._list_citizens, self._purpose_of)
            await append_entries(tx, entries)
            if self._database.writes_alone:
                await assign_sequence(tx, len(reads))
            return True

        try:
            if not await self._database.write(take):
                log.warning("more looks than anybody has", phone=phone_id, count=len(reads))
                return None
        except Unavailable:
            raise
        except Exception as error:
            log.error("looks were refused", phone=phone_id, count=len(entries), **what_and_where(error))
            if not entries or not await self._keep(entries):
                return None
        self._begin_chaining()
        return len(entries)

    async def _keep(self, entries: Collection[Entry]) -> bool:
        """Write these with those that wait; whether each is durable, or set aside. What is not is not kept here either."""
        ids = {entry.id for entry in entries}
        self._waiting += entries
        self._came += len(entries)
        await self._written(self._came)
        async with self._turn:
            is_kept = ids.isdisjoint(self._forgotten) and not any(one.id in ids for one in self._waiting)
            self._forgotten -= ids
            self._waiting = [one for one in self._waiting if one.id not in ids]
            self._logged = min(self._logged, len(self._waiting))
        return is_kept

    def _begin_chaining(self) -> None:
        """Where many write, entries get their places afterwards. What comes while some do makes it go on."""
        self._has_more = not self._database.writes_alone
        if self._has_more and (self._chaining is None or self._chaining.done()):
            self._chaining = asyncio.create_task(self._chain())

    async def close(self) -> None:
        """Write what waits, and give it its place."""
        async with self._turn:
            while self._waiting and await self._write_batch():
                pass
        if self._chaining:
            await self._chaining
