"""A real process on a disk that fails or a machine that stops: whatever was answered is there. Holds law 2.

strace makes the faults; where it is missing or may not trace, that is said loudly (tests/machine.py).
"""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from pwa.database import Database

ROOT = Path(__file__).parent.parent

WRITER = """
import asyncio, sys
from pathlib import Path
from pwa.database import Database
from pwa.problems import Unavailable

async def main():
    database = await Database.open(Path(sys.argv[1]))
    print("open", flush=True)
    for number in range(40):
        try:
            async with database.transaction() as tx:
                await tx.execute("insert into team (id, name) values (:id, 'x')", {"id": str(number)})
            print("answered", number, flush=True)
        except Unavailable:
            print("unavailable", number, flush=True)
    await database.close()

asyncio.run(main())
"""


pytestmark = [pytest.mark.sqlite, pytest.mark.strace]


def write_under(fault: str, file: Path) -> list[list[str]]:
    """What the writer said, as words, while the fault was injected."""
    command = [
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=pwrite64,fdatasync,fsync",
        "-e",
        f"inject={fault}",
    ]
    program = [sys.executable, "-c", WRITER, str(file)]
    run = subprocess.run(
        [*command, *program], check=False, cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    return [line.split() for line in run.stdout.splitlines()]


def stored(file: Path) -> set[str]:
    """The numbers that are there when the file is opened again."""

    async def read() -> set[str]:
        database = await Database.open(file)
        async with database.snapshot() as tx:
            ids = {row["id"] for row in await tx.rows("select id from team")}
        await database.close()
        return ids

    return asyncio.run(read())


def test_a_sync_that_fails_is_never_answered_and_the_next_one_is(tmp_path: Path):
    file = tmp_path / "haand.sqlite3"

    said = write_under("fdatasync,fsync:error=EIO:when=12+5", file)

    outcomes = [words[0] for words in said if words[0] != "open"]
    assert outcomes.count("unavailable") > 0
    assert outcomes.count("answered") > 20
    assert {words[1] for words in said if words[0] == "answered"} <= stored(file)
