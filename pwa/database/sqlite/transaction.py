"""Knows statements within one of SQLite's transactions, and which errors are the disk's; not who begins one.

A statement runs at once, where it is asked for: it takes some ten microseconds, and a hop to a thread and back
takes ten times that. What waits for the disk, a commit, is the writer's and has a thread (writer.py).
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress

import aiosqlite

from pwa.database.interface import NO_PARAMS, Params, Row, Transaction, Values
from pwa.database.parameters import numbered
from pwa.problems import NotStorable, Unavailable

# Primary result codes (sqlite.org/rescode.html) that mean the disk or the file, not the statement:
# BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT FULL CANTOPEN PROTOCOL NOTADB
OF_THE_DISK = frozenset({5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26})
TOO_BIG = 18


class Undone(Unavailable):
    """What was written had to be taken back with what others wrote: it is to be done again, with care."""


class SqliteTransaction(Transaction):
    """Statements within one transaction. Raises Unavailable when the disk fails, sqlite3.Error otherwise.

    A swift one sets no savepoints. Where it would have to go back to one it raises Undone.
    """

    def __init__(self, connection: sqlite3.Connection, swift: bool = False) -> None:
        self._connection = connection
        self._swift = swift

    async def execute(self, sql: str, params: Params = NO_PARAMS) -> int:
        """How many rows a statement touched."""
        with disk_errors():
            return self._connection.execute(sql, params).rowcount

    async def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        """One statement for many rows."""
        text, _ = numbered(sql, "?")
        with disk_errors():
            self._connection.executemany(text, rows)

    async def rows(self, sql: str, params: Params = NO_PARAMS) -> list[Row]:
        """Every row, with columns by name."""
        with disk_errors():
            cursor = self._connection.execute(sql, params)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    async def tuples(self, sql: str, params: Params = NO_PARAMS) -> list[Values]:
        """Every row, with columns in the order of the statement."""
        with disk_errors():
            return self._connection.execute(sql, params).fetchall()

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """All of a block or nothing of it; the transaction around it goes on either way."""
        if self._swift:
            async with self._all_or_undone():
                yield
            return
        await self.execute("savepoint part")
        try:
            yield
        except BaseException:
            await to_the_end(self._back())
            raise
        await self.execute("release part")

    @asynccontextmanager
    async def _all_or_undone(self) -> AsyncIterator[None]:
        before = self._connection.total_changes
        try:
            yield
        except Exception as error:
            if self._connection.total_changes != before:
                raise Undone from error
            raise

    async def _back(self) -> None:
        # A full or failing disk makes SQLite roll the whole transaction back by itself. Then there is no
        # savepoint to go back to, and the commit will say so.
        with suppress(Unavailable, sqlite3.Error):
            await self.execute("rollback to part")
            await self.execute("release part")

    def for_update(self, table: str) -> str:
        """Nothing: there is one writer."""
        return ""

    async def lock_table(self, table: str) -> None:
        """It is alone."""


class BesideTransaction(SqliteTransaction):
    """The same, only to read, and each statement in the connection's thread: where it reads much, nobody waits for it."""

    def __init__(self, connection: sqlite3.Connection, aside: aiosqlite.Connection) -> None:
        super().__init__(connection)
        self._aside = aside

    async def rows(self, sql: str, params: Params = NO_PARAMS) -> list[Row]:
        """Every row, with columns by name."""
        with disk_errors():
            async with self._aside.execute(sql, params) as cursor:
                names = [column[0] for column in cursor.description or ()]
                found = list(await cursor.fetchall())
        return [dict(zip(names, row, strict=True)) for row in found]

    async def tuples(self, sql: str, params: Params = NO_PARAMS) -> list[Values]:
        """Every row, with columns in the order of the statement."""
        with disk_errors():
            return [tuple(row) for row in await self._aside.execute_fetchall(sql, params)]


class disk_errors:
    """Turns the disk's errors into Unavailable, a value's into NotStorable. A class, for a generator costs four times as much."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if error is None:
            return
        if is_of_the_disk(error):
            raise Unavailable from error
        if is_of_the_value(error):
            raise NotStorable from error


def is_of_the_disk(error: BaseException) -> bool:
    """Whether an error is the disk's or a lock's, so that the same request may succeed later."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in OF_THE_DISK


def is_of_the_value(error: BaseException) -> bool:
    """Whether an error is a text's or a number's: half a character, more than 64 bits, more than SQLite takes."""
    is_too_big = getattr(error, "sqlite_errorcode", None) == TOO_BIG
    return is_too_big or isinstance(error, UnicodeEncodeError | OverflowError)


async def to_the_end(work: Coroutine[object, object, None]) -> None:
    """Finish a piece of tidying even if whoever asked for it is cancelled meanwhile; then be cancelled."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        raise cancelled
    task.result()
