"""Knows opening, the one writer, group commit, snapshots and migrations; knows no business words.

What differs between SQLite and another engine stands here and nowhere else.
"""

import asyncio
import fcntl
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiosqlite

from pwa.problems import Unavailable

Row = dict[str, Any]
Params = Mapping[str, str | int | bytes | None]

MIGRATIONS = Path(__file__).parent / "migrations"
MOST_IN_A_BATCH = 64
READERS = 3
WAIT_FOR_LOCK = 5  # seconds
NO_PARAMS: Params = {}

# Recursive triggers: without them "replace into" deletes a row and no trigger hears of it.
OF_THE_WRITER = ("journal_mode = wal", "synchronous = full", "foreign_keys = on", "recursive_triggers = on")
OF_A_READER = ("query_only = on", "wal_autocheckpoint = 0")

# Primary result codes (sqlite.org/rescode.html) that mean the disk or the file, not the statement:
# BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT FULL CANTOPEN PROTOCOL NOTADB
OF_THE_DISK = frozenset({5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26})


def unavailable(error: BaseException) -> bool:
    """Whether an error is the disk's or the lock's, so that the same request may succeed later."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in OF_THE_DISK


class Transaction:
    """Statements within one transaction. Raises Unavailable when the disk fails, sqlite3.Error otherwise."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str, params: Params = NO_PARAMS) -> int:
        """How many rows a statement touched."""
        with _disk_errors():
            return (await self._connection.execute(sql, params)).rowcount

    async def execute_many(self, sql: str, params: Iterable[Params]) -> None:
        """One statement for many rows, in one hop to the database's thread."""
        with _disk_errors():
            await self._connection.executemany(sql, params)

    async def rows(self, sql: str, params: Params = NO_PARAMS) -> list[Row]:
        """Every row, with columns by name."""
        with _disk_errors():
            return [dict(row) for row in await self._connection.execute_fetchall(sql, params)]

    async def row(self, sql: str, params: Params = NO_PARAMS) -> Row | None:
        """The first row, or None."""
        return next(iter(await self.rows(sql, params)), None)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """All of a block or nothing of it; the transaction around it goes on either way."""
        await self.execute("savepoint part")
        try:
            yield
        except BaseException:
            await _to_the_end(self._back())
            raise
        await self.execute("release part")

    async def _back(self) -> None:
        # A full or failing disk makes SQLite roll the whole transaction back by itself. Then there is no
        # savepoint to go back to, and the commit will say so.
        with suppress(Unavailable, sqlite3.Error):
            await self.execute("rollback to part")
            await self.execute("release part")


class _disk_errors:
    """Turns the disk's errors into Unavailable. A class, for a generator costs four times as much."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if error is not None and unavailable(error):
            raise Unavailable from error


class _Batch:
    """Transactions that share one commit. Done when that is on the disk or has failed."""

    def __init__(self) -> None:
        self.members = 0
        self.done = asyncio.Event()
        self.error: BaseException | None = None

    def end(self, error: BaseException | None) -> None:
        self.error = error
        self.done.set()


class Database:
    """One SQLite file: one connection that writes and makes checkpoints, a few that only read."""

    def __init__(self, path: Path, writer: aiosqlite.Connection) -> None:
        self._writer = writer
        self._turn = asyncio.Lock()
        self._batch: _Batch | None = None
        self._commits: set[asyncio.Task[None]] = set()
        self._readers: list[aiosqlite.Connection] = []
        self._free_readers: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        # Two processes (a server and an import) must not write or make a checkpoint at the same moment:
        # SQLite before 3.51.3 can corrupt the log then. SQLite's own lock does not cover the checkpoint.
        self._gate = path.with_name(path.name + ".lock").open("wb")

    @classmethod
    async def open(cls, path: Path) -> "Database":
        """Open the file, make it if it is not there, and bring its schema up to today. Raises Unavailable."""
        database = cls(path, await _connect(path, "rwc", *OF_THE_WRITER))
        try:
            async with database.transaction() as tx:
                await migrate(tx)
            for _ in range(READERS):
                reader = await _connect(path, "ro", *OF_A_READER)
                database._readers.append(reader)
                database._free_readers.put_nowait(reader)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Wait for the commit that is under way, then close every connection."""
        async with self._turn:
            pass
        await asyncio.gather(*self._commits)
        for reader in self._readers:
            await reader.close()
        async with self._alone():
            await self._writer.close()
        self._gate.close()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Transaction]:
        """Read one unchanging state of everything; a statement that writes is refused."""
        reader = await self._free_readers.get()
        try:
            with _disk_errors():
                await reader.execute("begin")
            yield Transaction(reader)
        finally:
            await _to_the_end(self._give_back(reader))

    async def _give_back(self, reader: aiosqlite.Connection) -> None:
        try:
            await reader.rollback()
        finally:
            self._free_readers.put_nowait(reader)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Write. The block has ended only when it is durable; raises Unavailable when it is not.

        Group commit: the first block opens a batch and its commit queues up behind the blocks that wait
        already. Those join, each in a savepoint of its own, and share one sync. While that runs the next
        batch gathers. No timed window. A block that raises takes back its own work only.
        """
        async with self._turn:
            batch = self._batch or await self._begin()
            tx = Transaction(self._writer)
            try:
                await tx.execute("savepoint member")
                yield tx
            except BaseException:
                await _to_the_end(self._leave(batch))
                raise
            await _to_the_end(self._join(batch, tx))
        await batch.done.wait()
        if batch.error:
            raise Unavailable from batch.error

    async def _begin(self) -> _Batch:
        await self._lock_gate()
        try:
            with _disk_errors():
                await self._writer.execute("begin immediate")
        except BaseException:
            # Cancelled between question and answer, the transaction may be open all the same. What the
            # database's thread was asked first it has done by then, so this comes after it.
            await _to_the_end(self._roll_back())
            raise
        self._batch = batch = _Batch()
        commit = asyncio.create_task(self._commit_in_turn(batch))
        self._commits.add(commit)
        commit.add_done_callback(self._commits.discard)
        return batch

    async def _join(self, batch: _Batch, tx: Transaction) -> None:
        """Keep a block's work, and close the batch if it is full."""
        try:
            await tx.execute("release member")
        except BaseException as error:
            await self._break(batch, error)
            raise
        batch.members += 1
        if batch.members >= MOST_IN_A_BATCH:
            await self._commit(batch)

    async def _leave(self, batch: _Batch) -> None:
        """Take a block's work back. If SQLite has rolled back everybody's, tell everybody."""
        try:
            await self._writer.execute("rollback to member")
            await self._writer.execute("release member")
        except sqlite3.Error as error:
            await self._break(batch, error)

    async def _commit_in_turn(self, batch: _Batch) -> None:
        async with self._turn:
            if self._batch is batch:
                await self._commit(batch)

    async def _commit(self, batch: _Batch) -> None:
        try:
            if not self._writer.in_transaction:
                raise sqlite3.OperationalError("rolled back by a failing disk")
            await self._writer.commit()
        except BaseException as error:
            await self._break(batch, error)
        else:
            self._batch = None
            self._unlock_gate()
            batch.end(None)

    async def _break(self, batch: _Batch, error: BaseException) -> None:
        """End a batch without its work: none of its members is told that it is durable."""
        self._batch = None
        batch.end(error)
        await self._roll_back()

    async def _roll_back(self) -> None:
        try:
            await self._writer.rollback()
        finally:
            self._unlock_gate()

    async def _lock_gate(self) -> None:
        for _ in range(WAIT_FOR_LOCK * 100):
            try:
                return fcntl.flock(self._gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                await asyncio.sleep(0.01)
        raise Unavailable

    def _unlock_gate(self) -> None:
        fcntl.flock(self._gate, fcntl.LOCK_UN)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        await self._lock_gate()
        try:
            yield
        finally:
            self._unlock_gate()


async def migrate(tx: Transaction) -> None:
    """Run the migrations that this file has not seen, in the order of their numbers."""
    reached = (await tx.rows("pragma user_version"))[0]["user_version"]
    for number, script in migrations():
        if number > reached:
            for statement in statements(script):
                await tx.execute(statement)
            await tx.execute(f"pragma user_version = {number}")


def migrations() -> list[tuple[int, str]]:
    """Each migration's number and script, in order."""
    scripts = sorted(MIGRATIONS.glob("[0-9]*.sql"))
    return [(int(script.name.partition("_")[0]), script.read_text("utf-8")) for script in scripts]


def statements(script: str) -> list[str]:
    """A script's statements one by one; a trigger's own semicolons do not end it."""
    found: list[str] = []
    begun = ""
    for line in script.splitlines(keepends=True):
        begun += line
        if sqlite3.complete_statement(begun):
            found.append(begun)
            begun = ""
    return found


def _address(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"


async def _connect(path: Path, mode: str, *pragmas: str) -> aiosqlite.Connection:
    """A connection that begins no transaction by itself."""
    try:
        connection = await aiosqlite.connect(
            _address(path, mode), uri=True, isolation_level=None, timeout=WAIT_FOR_LOCK
        )
        connection.row_factory = sqlite3.Row
        for pragma in pragmas:
            await connection.execute_fetchall(f"pragma {pragma}")
    except sqlite3.Error as error:
        raise Unavailable from error
    return connection


async def _to_the_end(work: Coroutine[object, object, None]) -> None:
    """Finish a piece of tidying even if whoever asked for it is cancelled meanwhile; then be cancelled."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
        except BaseException:  # told below, from the task itself
            break
    if cancelled:
        raise cancelled
    task.result()
