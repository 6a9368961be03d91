"""Lives days in a database, one after the other, as a municipality does: a plan comes in, every carer's phone delivers its day,
and beside the night what can be made anew is removed. All by the program's own code, without HTTP, with the clock of each day.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path

import msgspec

from bench.offline_day import AT_A_VISIT, offline_day
from bench.phone import BUILD, Visit
from bench.problems import BenchStopped
from pwa.access.queries.people import get_person, list_people_by_role
from pwa.audit.writer import AccessLog
from pwa.care.documents.access_purpose import purpose_of
from pwa.care.documents.compaction import compact_visits
from pwa.care.documents.short_form import load_visit
from pwa.care.queries.board import list_visits_of_day
from pwa.care.queries.citizens import list_citizens_of_visits
from pwa.care.sync.arrival import Arrival
from pwa.care.sync.push_batcher import PushBatcher
from pwa.database import Database, open_database
from pwa.demo.plan import write_demo, write_plan
from pwa.imports.apply.imported import Chosen
from pwa.imports.import_files import import_files
from pwa.words import Change, Person, Push, new_id, to_text

EVENING = time(22, tzinfo=UTC)
UNASKED = Chosen(limits=None)


@dataclass
class Carrier:
    """A carer's phone."""

    carer: Person
    id: str = field(default_factory=new_id)
    sign_in_id: str = field(default_factory=new_id)
    n: int = 0
    cursor: str | None = None


class Municipality:
    """So many carers with so many visits a day each, in the database at an address; `folder` is for its files."""

    def __init__(self, address: str, folder: Path, carers: int, visits: int) -> None:
        self.address, self.folder, self.carers, self.visits = address, folder, carers, visits
        self.phones: dict[str, Carrier] = {}

    async def live(self, days: Sequence[date]) -> None:
        """Live these days, in order. Raises BenchStopped."""
        for day in days:
            now = datetime.combine(day, EVENING)
            if not self.phones:
                files = write_demo(self.folder, day, self.carers, self.visits, days=1)
            else:
                files = [
                    ("plan", plan) for plan in write_plan(self.folder, day, self.carers, self.visits, days=1)
                ]
            await import_files(self.address, files, partial(_the, now), new_id, UNASKED)
            database = await open_database(self.address)
            try:
                await self._deliver(database, now)
                await compact_visits(database, day, rest=0)
            finally:
                await database.close()

    async def _deliver(self, database: Database, now: datetime) -> None:
        """Every phone pushes its day, and pulls."""
        log = AccessLog(database, lambda: now, new_id, list_citizens_of_visits, purpose_of)
        batcher = PushBatcher(database, log, new_id)
        arrivals = await self._arrivals(database, now)
        received = await asyncio.gather(*(batcher.receive(arrival) for arrival in arrivals))
        for arrival, one in zip(arrivals, received, strict=True):
            if any(fate.fate != "applied" for fate in one.fates):
                raise BenchStopped(f"A change was not applied: {one.fates}")
            if one.pulled:
                self.phones[arrival.carer.id].cursor = one.pulled.cursor
        await log.close()

    async def _arrivals(self, database: Database, now: datetime) -> list[Arrival]:
        async with database.snapshot() as tx:
            if not self.phones:
                ids = {row.id for row in await list_people_by_role(tx, now) if row.role == "carer"}
                people = [await get_person(tx, id, to_text(now)) for id in sorted(ids)]
                self.phones = {person.id: Carrier(person) for person in people if person}
            teams = {role.team_id for phone in self.phones.values() for role in phone.carer.roles}
            bodies = [load_visit(row) for row in await list_visits_of_day(tx, teams, now.date())]
        own: defaultdict[str, list[Visit]] = defaultdict(list)
        for body in bodies:
            steps = tuple(step["id"] for step in body["steps"])
            own[body["carers"][0]["id"]].append(Visit(body["visit_id"], body["version"], steps))
        return [self._arrival(self.phones[id], visits, now) for id, visits in sorted(own.items())]

    def _arrival(self, phone: Carrier, visits: Sequence[Visit], now: datetime) -> Arrival:
        raw = offline_day(visits, AT_A_VISIT * len(visits), f"{phone.carer.id} {now}", now)
        changes = [msgspec.convert({**each, "n": each["n"] + phone.n}, Change) for each in raw]
        phone.n += len(changes)
        push = Push(phone.id, phone.sign_in_id, BUILD, to_text(now), changes, phone.cursor)
        return Arrival(phone.carer, push, now)


def _the(now: datetime) -> datetime:
    return now
