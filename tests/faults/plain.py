"""Two programs as plain as can be that say what they have synced: whatever a disk does to them, it is the disk's doing.

One appends to a file and calls fdatasync, the other inserts into SQLite in WAL mode with synchronous = full.
"""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from itertools import count
from pathlib import Path

from tests.browser.server import HOUSE

WAYS = ("append", "sqlite")
FILLING = b"x" * 400
STARTS_WITHIN = 30.0


class PlainProgram:
    """One of them on a file of its own. `said` has the numbers that it said were on the disk."""

    def __init__(self, way: str, file: Path) -> None:
        self.said: list[int] = []
        self._way = way
        self._file = file
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, way, str(file)], cwd=HOUSE, stdout=subprocess.PIPE
        )
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def wait_until_it_says_more(self) -> None:
        """Wait until it is in the middle of its work."""
        until, before = time.monotonic() + STARTS_WITHIN, len(self.said)
        while len(self.said) == before:
            assert time.monotonic() < until, "the plain program says nothing"
            time.sleep(0.002)

    def kill(self) -> None:
        """End it, and hear the last that it said before."""
        self._process.kill()
        self._process.wait()
        self._listening.join()

    def lost(self) -> set[int]:
        """What it said was on the disk and is not; what it wrote is removed."""
        there = appended(self._file) if self._way == "append" else inserted(self._file)
        for file in self._file.parent.glob(f"{self._file.name}*"):
            file.unlink()
        return set(self.said) - there

    def _listen(self) -> None:
        assert self._process.stdout
        with self._process.stdout as lines:
            self.said.extend(int(line) for line in lines)


def appended(file: Path) -> set[int]:
    """The numbers whose line is there to its end."""
    lines = file.read_bytes().split(b"\n")[:-1]
    return {int(number) for number, _, rest in (line.partition(b" ") for line in lines) if rest == FILLING}


def inserted(file: Path) -> set[int]:
    """The numbers whose row is there."""
    with closing(sqlite3.connect(file)) as connection:
        return {number for (number,) in connection.execute("select number from said")}


def append(file: Path) -> None:
    """Append and sync for ever."""
    opened = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    for number in count():
        os.write(opened, b"%d %s\n" % (number, FILLING))
        os.fdatasync(opened)
        say(number)


def insert(file: Path) -> None:
    """Insert and commit for ever."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("create table said (number integer primary key, filling blob)")
    for number in count():
        connection.execute("insert into said values (?, ?)", (number, FILLING))
        say(number)


def say(number: int) -> None:
    """Say that a number is on the disk."""
    os.write(1, b"%d\n" % number)


if __name__ == "__main__":
    {"append": append, "sqlite": insert}[sys.argv[1]](Path(sys.argv[2]))
