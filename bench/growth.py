"""What a pull costs while the years go by: the same carers and visits every day, in a database with more and more."""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import uvloop

from bench.figures import Figures
from bench.generator import talk
from bench.offline_day import AT_A_VISIT, offline_day
from bench.phone import Phone
from bench.place import Place, copied, settle
from bench.programs import Server, served
from bench.pulls import pulled
from bench.storm import acknowledged
from bench.town import Town
from pwa.care.documents.visit import window
from pwa.words import clock, day_of

CHANGED = 3
"""Visits that are new to a phone at the pull that brings something."""
AT_ONCE = 20_000
Row = dict[str, Any]


@dataclass(frozen=True)
class Grown:
    """A place with so many visits. `before` are the phones as they were when a colleague had not changed anything."""

    visits: int
    place: Place
    before: Sequence[Phone]


@contextmanager
def grown(town: Town, sizes: Sequence[int]) -> Iterator[list[Grown]]:
    """The town after more and more days, each size on its own. SQLite only: it is written into the file."""
    with copied(town.synced) as place:
        before = [replace(phone) for phone in town.phones]
        change_three(place, before)
        found: list[Grown] = []
        for visits in sorted(sizes):
            folder = place.folder.with_name(f"{place.folder.name}-{visits}")
            shutil.copytree(found[-1].place.folder if found else place.folder, folder)
            found.append(Grown(visits, Place(folder), before))
            add_history(Place(folder).file, visits)
            settle(folder)
        try:
            yield found
        finally:
            for each in found:
                each.place.remove()


def change_three(place: Place, phones: Sequence[Phone]) -> None:
    """Three of each carer's visits change after the phones' last pull."""
    with served(place) as server:
        changes = [
            offline_day(phone.visits[:CHANGED], CHANGED * AT_A_VISIT, phone.person_id, clock())
            for phone in phones
        ]
        requests = [[phone.sync(server.port, some)] for phone, some in zip(phones, changes, strict=True)]
        acknowledged(uvloop.run(talk(server.port, requests)), sum(map(len, changes)))


def growth(at: Grown, each: int) -> dict[str, Figures]:
    """Empty pulls, and pulls of three changed visits, a few at a time; counted are the pulls."""
    with served(at.place) as server:
        now = [replace(phone) for phone in at.before]
        bring_up_to_date(server, now)
        empty = pulled(server, [phone.sync(server.port) for phone in now] * each, brings=0)
        three = pulled(server, [phone.sync(server.port) for phone in at.before] * each, brings=CHANGED)
        memory = {"memory_mb": server.memory_mb()}
        return {"growth, empty": {**empty, **memory}, "growth, three": {**three, **memory}}


def bring_up_to_date(server: Server, phones: Sequence[Phone]) -> None:
    """Let every phone pull what there is."""
    said = uvloop.run(talk(server.port, [[phone.sync(server.port)] for phone in phones]))
    for phone, [answer] in zip(phones, said.lines, strict=True):
        phone.read_log_record(answer)


def add_history(file: Path, visits: int) -> None:
    """Write visits of days gone by until there are so many: their rows and documents, not their steps' rows."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.row_factory = sqlite3.Row
        database.execute("pragma synchronous = off")
        [[there]] = database.execute("select count(*) from visit")
        old = Past(database).visits(Random(visits))
        for first in range(there, visits, AT_ONCE):
            database.execute("begin")
            for rows in islice(old, min(AT_ONCE, visits - first)):
                for table, row in rows.items():
                    columns = ", ".join(row)
                    values = ", ".join(f":{column}" for column in row)
                    database.execute(f"insert into {table} ({columns}) values ({values})", row)
            database.execute("commit")
        for team_id, newest in database.execute(
            "select team_id, max(version) from document group by team_id"
        ):
            database.execute("update counter set seq = max(seq, ?) where team_id = ?", (newest, team_id))
        database.execute("pragma wal_checkpoint(truncate)")


class Past:
    """Today's visits as they were on every day before those that phones hold, the nearest day first."""

    def __init__(self, database: sqlite3.Connection) -> None:
        today = day_of(clock())
        [[earliest]] = database.execute("select min(day) from visit")
        first_seen, _ = window(today)
        self.first, self.today = date.fromisoformat(min(earliest, first_seen)), today.isoformat()
        self.pattern = [self._of_visit(database, dict(row)) for row in self._today(database)]
        newest = database.execute("select team_id, max(version) from document group by team_id")
        self.versions = {team_id: count(version + 1) for team_id, version in newest}

    def _today(self, database: sqlite3.Connection) -> list[sqlite3.Row]:
        return database.execute("select * from visit where day = ? order by rowid", (self.today,)).fetchall()

    def _of_visit(self, database: sqlite3.Connection, visit: Row) -> dict[str, Row]:
        key = (visit["team_id"], visit["id"])
        carer = database.execute(
            "select * from visit_carer where (team_id, visit_id) = (?, ?)", key
        ).fetchone()
        key = (visit["team_id"], f"visit-{visit['id']}")
        document = database.execute("select * from document where (team_id, id) = (?, ?)", key).fetchone()
        return {"visit": visit, "visit_carer": dict(carer), "document": dict(document)}

    def visits(self, chance: Random) -> Iterator[dict[str, Row]]:
        """The rows of one visit after the other, by table; ids lie as scattered as the import's."""
        for days in count(1):
            day = (self.first - timedelta(days)).isoformat()
            for rows in self.pattern:
                yield self._on(day, str(UUID(int=chance.getrandbits(128), version=5)), rows)

    def _on(self, day: str, new_id: str, rows: dict[str, Row]) -> dict[str, Row]:
        visit, document = rows["visit"], rows["document"]
        body = document["body"].replace(visit["id"], new_id).replace(self.today, day)
        times = {time: visit[time].replace(self.today, day) for time in ("starts_at", "ends_at")}
        return {
            "visit": {**visit, **times, "id": new_id, "day": day, "number": new_id},
            "visit_carer": {**rows["visit_carer"], "visit_id": new_id, "day": day},
            "document": {
                **document,
                "id": f"visit-{new_id}",
                "day": day,
                "keep_until": day,
                "version": next(self.versions[document["team_id"]]),
                "body": body,
            },
        }
