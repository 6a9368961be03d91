"""What a database says became of changes, read after the fault; knows no fault."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pwa.backups.findings import Finding
from pwa.backups.verify import verify
from pwa.database import open_database
from pwa.words import clock

EFFECTS = """
select count(*) as number from (
  select change_id from attendance union all select change_id from answer union all select id from note
  union all select change_id from deviation union all select change_id from taken_back
) as effect
"""
"""Each change that is applied adds one row to one of these, however often it was sent."""


@dataclass(frozen=True)
class Record:
    """How often each change stands in the log as applied, whatever else stands there, and the rows that came of them."""

    applied: Counter[str]
    others: list[tuple[str, str]]
    effects: int

    def holds_once(self, ids: set[str]) -> bool:
        """Whether these were applied, each exactly once, and nothing else was."""
        return self.applied == Counter(ids) and not self.others and self.effects == len(ids)


async def read_record(address: str) -> Record:
    """The record of the database at an address."""
    database = await open_database(address)
    try:
        async with database.snapshot() as tx:
            rows = await tx.rows("select id, fate from change")
            [effects] = await tx.rows(EFFECTS)
    finally:
        await database.close()
    applied = Counter(row["id"] for row in rows if row["fate"] == "applied")
    others = [(row["id"], row["fate"]) for row in rows if row["fate"] != "applied"]
    return Record(applied, others, effects["number"])


def record_of(address: str) -> Record:
    """The same, where no loop runs."""
    return asyncio.run(read_record(address))


def wrong_in(file: Path) -> list[Finding]:
    """What `verify` finds in SQLite's file: nothing, if all is well. Raises NotDone when it cannot be read."""
    return asyncio.run(verify(file, clock(), None)).findings
