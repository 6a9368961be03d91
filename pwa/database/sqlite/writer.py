"""Knows the one connection that writes, and how transactions share a commit; knows no readers."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

from pwa.database.interface import Answer, Transaction
from pwa.database.sqlite.connection import WAIT_FOR_LOCK, Connection
from pwa.database.sqlite.file_lock import FileLock
from pwa.database.sqlite.transaction import SqliteTransaction, Undone, disk_errors, to_the_end
from pwa.problems import Unavailable

MOST_IN_A_BATCH = 64


class Batch:
    """Transactions that share one commit. Done when that is on the disk or has failed.

    `careful` when one of them cannot be done again: whoever comes after it has a savepoint of its own.
    """

    def __init__(self) -> None:
        self.members = 0
        self.careful = False
        self._done = asyncio.Event()
        self._error: BaseException | None = None

    def end(self, error: BaseException | None) -> None:
        """Tell every member how it went."""
        self._error = error
        self._done.set()

    async def ended(self) -> None:
        """Wait until it is durable; raises Unavailable if it never will be, Undone if its work can be done again."""
        await self._done.wait()
        if isinstance(self._error, Undone):
            raise Undone from self._error
        if self._error:
            raise Unavailable from self._error


class Writer:
    """Group commit on one connection: a turn for each transaction, one sync to disk for all that wait."""

    def __init__(self, gate: FileLock, connection: Connection) -> None:
        self.connection = connection
        self.wait_for_lock: float = WAIT_FOR_LOCK  # seconds
        self._gate = gate
        self._thread = ThreadPoolExecutor(1, "commit")
        self._turn = asyncio.Lock()
        self._batch: Batch | None = None
        self._commits: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Wait for the commit that is under way, then close; the last connection makes a checkpoint."""
        async with self._turn:
            pass
        await asyncio.gather(*self._commits)
        with suppress(Unavailable):
            await self._gate.lock()
        await self.connection.close()
        self._thread.shutdown()
        self._gate.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqliteTransaction]:
        """See Database.transaction.

        The first block opens a batch, whose commit then queues up for its turn behind the blocks that wait
        already; those join. While it syncs, the next batch gathers behind it. No timed window.
        """
        async with self._turn:
            batch = self._batch or await self._begin()
            async with self._carefully(batch) as tx:
                yield tx
        await batch.ended()

    async def write(self, work: Callable[[Transaction], Awaitable[Answer]]) -> Answer:
        """See Database.write.

        A savepoint makes SQLite copy every page that is changed within it, which was two thirds of all that a
        storm wrote. So work that can be done again goes without, and if any of it fails, the batch is taken back
        and each of its members is done again with a savepoint of its own.
        """
        try:
            async with self._turn:
                batch = self._batch or await self._begin()
                if batch.careful:
                    async with self._carefully(batch) as tx:
                        answer = await work(tx)
                else:
                    answer = await self._swiftly(batch, work)
            await batch.ended()
        except Undone:
            async with self.transaction() as tx:
                return await work(tx)
        return answer

    @asynccontextmanager
    async def _carefully(self, batch: Batch) -> AsyncIterator[SqliteTransaction]:
        batch.careful = True
        tx = SqliteTransaction(self.connection.here)
        try:
            await tx.execute("savepoint member")
            yield tx
        except BaseException:
            await to_the_end(self._leave(batch))
            raise
        await to_the_end(self._release(batch, tx))

    async def _swiftly(self, batch: Batch, work: Callable[[Transaction], Awaitable[Answer]]) -> Answer:
        """Raises Undone if the batch had to be taken back; what the work raises if that had added nothing."""
        here = self.connection.here
        before = here.total_changes
        try:
            answer = await work(SqliteTransaction(here, swift=True))
        except BaseException as error:
            if here.in_transaction and here.total_changes == before:
                raise
            await to_the_end(self._break(batch, Undone()))
            if isinstance(error, Exception):
                raise Undone from error
            raise
        await to_the_end(self._join(batch))
        return answer

    async def _begin(self) -> Batch:
        await self._gate.lock()
        try:
            with disk_errors():
                await self._begin_immediate()
        except BaseException:
            await to_the_end(self._roll_back())
            raise
        self._batch = batch = Batch()
        commit = asyncio.create_task(self._commit_in_turn(batch))
        self._commits.add(commit)
        commit.add_done_callback(self._commits.discard)
        return batch

    async def _begin_immediate(self) -> None:
        """On the event loop: a hop to a thread and back costs more, and nobody waits here for a lock.

        Whoever holds SQLite's own lock without the gate is another program, such as a shell: it is asked again.
        """
        until = time.monotonic() + self.wait_for_lock
        while True:
            try:
                self.connection.here.execute("begin immediate")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            await asyncio.sleep(0.01)

    async def _release(self, batch: Batch, tx: SqliteTransaction) -> None:
        """Keep a block's work."""
        try:
            await tx.execute("release member")
        except BaseException as error:
            await self._break(batch, error)
            raise
        await self._join(batch)

    async def _join(self, batch: Batch) -> None:
        """One more whose work is kept; close the batch if it is full."""
        batch.members += 1
        if batch.members >= MOST_IN_A_BATCH:
            await self._commit(batch)

    async def _leave(self, batch: Batch) -> None:
        """Take a block's work back. If SQLite has rolled back everybody's, tell everybody."""
        try:
            self.connection.here.execute("rollback to member")
            self.connection.here.execute("release member")
        except sqlite3.Error as error:
            await self._break(batch, error)

    async def _commit_in_turn(self, batch: Batch) -> None:
        async with self._turn:
            if self._batch is batch:
                await self._commit(batch)

    async def _commit(self, batch: Batch) -> None:
        try:
            if not self.connection.here.in_transaction:
                raise sqlite3.OperationalError("rolled back by a failing disk")
            await to_the_end(self._commit_aside())
        except BaseException as error:
            await self._break(batch, error)
        else:
            self._batch = None
            batch.end(None)

    async def _commit_aside(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._commit_and_unlock)

    def _commit_and_unlock(self) -> None:
        """Beside the event loop: whoever waits in another process goes on at once, and not when our loop has time."""
        self.connection.here.commit()
        self._gate.unlock()

    async def _break(self, batch: Batch, error: BaseException) -> None:
        """End a batch without its work: none of its members is told that it is durable."""
        self._batch = None
        batch.end(error)
        await self._roll_back()

    async def _roll_back(self) -> None:
        try:
            await self.connection.aside.rollback()
        finally:
            self._gate.unlock()
