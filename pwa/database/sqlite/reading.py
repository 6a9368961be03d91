"""Knows how a file is read and checked beside whoever writes to it; knows nothing of what is in it but whose it is."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path

from pwa.database.interface import Transaction
from pwa.database.migrating import NotReadable, TooNew, migrations
from pwa.database.sqlite.transaction import SqliteTransaction, is_of_the_disk
from pwa.problems import Unavailable

WAIT_FOR_LOCK = 30  # seconds: nobody looks at a screen meanwhile
MOST_NAMED = 20

OURS = frozenset({"change", "counter", "document"})
"""Tables by which a file of ours is known, whichever version wrote it."""

LOG = "-wal"
RULES = "select name, sql from sqlite_schema where type in ('trigger', 'view')"

# Result codes (sqlite.org/rescode.html)
CORRUPT = 11
NOT_A_DATABASE = 26


class NotOurs(Exception):
    """The file is no database, or not one of this program's."""


class Damaged(Exception):
    """What SQLite's own checks say of a file, a line each; they name tables and rows, never what is in them."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(f"{len(lines)} faults")
        self.lines = lines


@contextmanager
def reading(path: Path, wait: float = WAIT_FOR_LOCK) -> Iterator[sqlite3.Connection]:
    """A connection that only reads, and leaves the log and its checkpoints to the writer; waits so many seconds for a lock.

    Within the block what is wrong with the file is NotOurs or Damaged, what is wrong with the disk Unavailable.
    """
    log = path.with_name(path.name + LOG)
    was_there = log.exists()
    try:
        with file_errors(), closing(connect(path, "ro", wait)) as connection:
            connection.execute("pragma query_only = on")
            connection.execute("pragma wal_autocheckpoint = 0")
            yield connection
    finally:
        if not was_there:
            _leave_no_log(path, log)


def _leave_no_log(path: Path, log: Path) -> None:
    """Whoever only reads makes an empty log beside a file that nobody has open, and cannot remove it; who writes can."""
    with suppress(OSError, sqlite3.Error):
        if log.stat().st_size == 0:
            with closing(connect(path, "rw", 0)) as connection:
                connection.execute("select 1 from sqlite_schema limit 1").fetchall()


@asynccontextmanager
async def snapshot_of(path: Path) -> AsyncIterator[Transaction]:
    """One unchanging state of a file, to read. Raises as `reading`, and NotReadable."""
    with reading(path) as connection:
        connection.execute("begin")
        try:
            yield SqliteTransaction(connection)
        except sqlite3.OperationalError as error:
            raise NotReadable(str(error)) from error


def has_table(path: Path, name: str) -> bool:
    """Whether a file of ours has a table. Raises as `reading`."""
    with reading(path) as connection:
        found = connection.execute("select 1 from sqlite_schema where type = 'table' and name = ?", (name,))
        return found.fetchone() is not None


def check_ours(path: Path) -> None:
    """Raises NotOurs, TooNew, Unavailable."""
    with reading(path) as connection:
        [(version,)] = connection.execute("pragma user_version").fetchall()
        tables = {
            name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")
        }
        if version == 0 or not tables >= OURS:
            raise NotOurs
        if version > migrations("sqlite")[-1][0]:
            raise TooNew


def is_current(path: Path) -> bool:
    """Whether a file of ours has today's schema. Raises as `reading`."""
    with reading(path) as connection:
        [(version,)] = connection.execute("pragma user_version").fetchall()
    return bool(version == migrations("sqlite")[-1][0])


def list_strange_rules(path: Path) -> list[str]:
    """Triggers and views that are not as this program makes them: another's, changed, or missing. Raises as `reading`.

    SQLite carries them out when anything is written: whoever can write a backup could let it give them a role. How they
    are spaced, and which names stand in quotation marks, is not the same in all versions of SQLite, and is all one.
    """
    with reading(path) as connection:
        [(version,)] = connection.execute("pragma user_version").fetchall()
        there = _rules(connection)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as ours:
        for number, script in migrations("sqlite"):
            if number <= version:
                ours.executescript(script)
        made = _rules(ours)
    return sorted({name for name, _ in there ^ made})


def _rules(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    return {(name, " ".join(sql.replace('"', "").split())) for name, sql in connection.execute(RULES)}


def check_sound(path: Path) -> None:
    """Raises Damaged with what SQLite's own checks find, NotOurs, Unavailable."""
    with reading(path) as connection:
        said = [str(line) for (line,) in connection.execute(f"pragma integrity_check({MOST_NAMED})")]
        lost = connection.execute("pragma foreign_key_check").fetchmany(MOST_NAMED)
    lines = [line for line in said if line != "ok"]
    lines += [f"foreign key: {table} row {row} -> {other}" for table, row, other, _ in lost]
    if lines:
        raise Damaged(lines)


@contextmanager
def file_is_named() -> Iterator[None]:
    """Turns Unavailable into NotOurs or Damaged where it is the file and not its disk."""
    try:
        yield
    except Unavailable as error:
        if isinstance(error.__cause__, sqlite3.DatabaseError):
            with file_errors():
                raise error.__cause__ from None
        raise


@contextmanager
def file_errors() -> Iterator[None]:
    """Turns what is wrong with the file into NotOurs or Damaged, what is wrong with the disk into Unavailable."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == NOT_A_DATABASE:
            raise NotOurs from error
        if code == CORRUPT:
            raise Damaged([str(error)]) from error
        if is_of_the_disk(error):
            raise Unavailable from error
        raise


def connect(path: Path, mode: str, wait: float = WAIT_FOR_LOCK) -> sqlite3.Connection:
    """A plain connection to a file that is there; "ro" or "rw". Raises sqlite3.Error."""
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=wait)
