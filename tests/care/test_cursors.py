"""Two writer processes on one database, and a reader that follows a cursor: it never jumps over a change.

The same reader on numbers of a sequence does lose rows: that is why the counter is a row (docs/decisions/sync.md).
"""

import asyncio
import sys
from pathlib import Path

import pytest

from pwa.database import Database, open_database
from pwa.documents.queries import list_heads

pytestmark = pytest.mark.postgresql

ROOT = Path(__file__).parents[2]
TEAM = "nord"
PROCESSES, AT_ONCE, EACH = 2, 4, 30
WRITTEN = {
    f"{process} {hand} {number}"
    for process in range(PROCESSES)
    for hand in range(AT_ONCE)
    for number in range(EACH)
}

WRITER = f"""
import asyncio, random, sys
from pwa.database import open_database
from pwa.documents import queries as documents

async def counter(tx):
    return (await documents.bump(tx, {{{TEAM!r}: 1}}, "e"))[{TEAM!r}]

async def sequence(tx):
    return (await tx.rows("select nextval('plain') as seq"))[0]["seq"]

async def write(database, number_of, name):
    async with database.transaction() as tx:
        version = await number_of(tx)
        await asyncio.sleep(random.random() * 0.008)
        await documents.set_documents(tx, [documents.Stored({TEAM!r}, name, version, None, None, "x")])

async def hand(database, number_of, name):
    for number in range({EACH}):
        await write(database, number_of, f"{{name}} {{number}}")

async def main(address, process, number_of):
    database = await open_database(address)
    await asyncio.gather(*(hand(database, number_of, f"{{process}} {{n}}") for n in range({AT_ONCE})))
    await database.close()

asyncio.run(main(sys.argv[1], sys.argv[2], globals()[sys.argv[3]]))
"""


async def write_with(address: str, number_of: str) -> None:
    """Let the processes write until they are done."""
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, address, str(process), number_of, cwd=ROOT
        )
        for process in range(PROCESSES)
    ]
    assert [await process.wait() for process in processes] == [0] * PROCESSES


async def follow(database: Database, writing: asyncio.Task[None]) -> set[str]:
    """What a reader sees that asks, again and again, for what is newer than the newest that it has."""
    seen: set[str] = set()
    cursor, is_over = 0, False
    while not is_over:
        is_over = writing.done()
        async with database.snapshot() as tx:
            newer = await tx.rows(
                "select id, version from document where team_id = :team_id and version > :cursor",
                {"team_id": TEAM, "cursor": cursor},
            )
        seen |= {row["id"] for row in newer}
        cursor = max([cursor, *(row["version"] for row in newer)])
        await asyncio.sleep(0.001)
    return seen


async def seen_while(address: str, number_of: str) -> set[str]:
    """What the reader sees while two processes write with these numbers."""
    database = await open_database(address)
    async with database.transaction() as tx:
        await tx.execute("create sequence if not exists plain")
    writing = asyncio.create_task(write_with(address, number_of))
    seen = await follow(database, writing)
    await writing
    async with database.snapshot() as tx:
        stored = {row["id"] for row in await tx.rows("select id from document")}
        heads = await list_heads(tx, [TEAM])
    await database.close()
    assert stored == WRITTEN
    assert heads.get(TEAM, ("", 0))[1] == (len(WRITTEN) if number_of == "counter" else 0)
    return seen


async def test_no_reader_jumps_over_a_change_of_another_process(address: str):
    assert WRITTEN - await seen_while(address, "counter") == set()


async def test_with_a_plain_sequence_a_reader_jumps_over_changes(address: str):
    assert WRITTEN - await seen_while(address, "sequence") != set()
