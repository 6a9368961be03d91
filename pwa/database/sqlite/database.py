"""Knows one SQLite file: how it is opened, who reads and who writes; knows nothing of what is in it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path

from pwa.database.interface import Answer, Database, Transaction
from pwa.database.migrating import NothingThere, migrate
from pwa.database.sqlite.company import Company
from pwa.database.sqlite.connection import Connection
from pwa.database.sqlite.file_lock import FileLock
from pwa.database.sqlite.reading import OURS, NotOurs, file_is_named
from pwa.database.sqlite.serving import Turn
from pwa.database.sqlite.transaction import BesideTransaction, SqliteTransaction, disk_errors, to_the_end
from pwa.database.sqlite.writer import Writer

READERS = 3
MORE_READERS = 2
"""With company each of the groups that are judged reads for as long as that takes (push_batcher.py)."""

# Recursive triggers: without them "replace into" deletes a row and no trigger hears of it.
# The pages of a busy hour fit into 32 MB; with SQLite's own 2 MB they are read again for every push.
OF_THE_WRITER = (
    "journal_mode = wal", "synchronous = full", "foreign_keys = on", "recursive_triggers = on",
    "cache_size = -32000",
    "busy_timeout = 0",  # it begins on the event loop (writer.py), where nothing may wait
)  # fmt: skip
OF_A_READER = ("query_only = on", "wal_autocheckpoint = 0", "cache_size = -8000")


class SqliteDatabase(Database):
    """One file: one connection that writes and makes checkpoints, a few that only read."""

    def __init__(self, path: Path, writer: Writer, company: Company | None = None) -> None:
        self.writer = writer
        self._company = company
        self._turn = Turn(path) if company else None
        self._readers: list[Connection] = []
        self._free_readers: asyncio.Queue[Connection] = asyncio.Queue()
        self._beside = asyncio.Semaphore(READERS - 1)  # one is left for those who are quick

    @classmethod
    async def open_file(
        cls, path: Path, must_exist: bool = False, company: Company | None = None
    ) -> "SqliteDatabase":
        """Open the file, make it if it is not there, bring its schema up to today. Others serve it too, in company.

        Raises Unavailable, TooNew, NotOurs and Damaged, and NothingThere if it must exist and does not.
        """
        if must_exist:
            _check_there(path)
        database = cls(path, await _writer(path), company)
        try:
            async with database.transaction() as tx:
                await _check_ours(tx)
                await migrate(tx, must_exist)
            for _ in range(READERS + MORE_READERS if company else READERS):
                reader = await Connection.open(path, "ro", *OF_A_READER)
                database._readers.append(reader)
                database._free_readers.put_nowait(reader)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Close every connection, once the commit that is under way has ended."""
        if self._company:
            self._company.close()
        if self._turn:
            self._turn.close()
        for reader in self._readers:
            await reader.close()
        await self.writer.close()

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Write. The block has ended only when it is durable; raises Unavailable when it is not.

        Blocks that run at the same time share one commit, a savepoint each. A block that raises, or is
        cancelled, takes back its own work only; a commit that fails is told to everybody who shared it.
        """
        return self.writer.transaction()

    async def write(
        self, work: Callable[[Transaction], Awaitable[Answer]], *, short_lock_timeout: bool = False
    ) -> Answer:
        """Do a piece of work in a transaction that it shares with others, and give its answer once it is durable.

        It is done again from its beginning if somebody else's failed in the middle, so it must change nothing but
        the database. Raises what the work raises, and Unavailable.
        """
        return await self.writer.write(work)

    @asynccontextmanager
    async def snapshot(self, *, beside: bool = False) -> AsyncIterator[Transaction]:
        """Read one unchanging state of everything; a statement that writes is refused.

        `beside` the event loop where much is read: then a statement costs a hop to a thread, and nobody waits for it.
        """
        async with self._beside if beside else nullcontext(), self._reading() as reader:
            if not beside:
                yield SqliteTransaction(reader.here)
                return
            try:
                yield BesideTransaction(reader.here, reader.aside)
            finally:
                # A statement that was given up goes on in its thread; it has ended when this has.
                await to_the_end(reader.aside.rollback())

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Connection]:
        reader = await self._free_readers.get()
        try:
            with disk_errors():
                reader.here.execute("begin")
            yield reader
        finally:
            try:
                reader.here.rollback()
            finally:
                self._free_readers.put_nowait(reader)

    async def recount_grown(self) -> None:
        """Its plans go by no counts."""

    @property
    def has_company(self) -> bool:
        """Whether other processes serve the same file."""
        return self._company is not None

    @property
    def writes_alone(self) -> bool:
        """Whoever writes has the file's lock."""
        return True

    async def has_turn(self) -> bool:
        """Whoever is alone has it."""
        return self._turn is None or self._turn.is_ours()

    async def listen(self, receive: Callable[[str], None], lost: Callable[[], None]) -> None:
        """Call `receive` with everything that other processes tell from now on, and `lost` when some is lost."""
        if self._company:
            self._company.listen(receive, lost)

    async def notify(self, messages: Iterable[str]) -> None:
        """Tell the other processes that serve the file."""
        if self._company:
            self._company.notify(messages)


async def _check_ours(tx: Transaction) -> None:
    """A file of SQLite's in which another program keeps what is its own is left as it is. Raises NotOurs."""
    tables = {name for (name,) in await tx.tuples("select name from sqlite_schema where type = 'table'")}
    if tables and not tables >= OURS:
        raise NotOurs


def _check_there(path: Path) -> None:
    if not path.is_file():
        raise NothingThere


async def _writer(path: Path) -> Writer:
    """Whoever holds the gate may be putting another file in this one's place (replacing.py)."""
    gate = FileLock(path)
    try:
        await gate.lock()
        with file_is_named():
            writer = Writer(gate, await Connection.open(path, "rwc", *OF_THE_WRITER))
        gate.unlock()
    except BaseException:
        gate.close()
        raise
    return writer
