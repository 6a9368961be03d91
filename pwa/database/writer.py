"""Knows the one connection that writes, and how transactions share a commit; knows no readers."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from pwa.database.connection import Connection
from pwa.database.gate import Gate
from pwa.database.transaction import SqliteTransaction, disk_errors, to_the_end
from pwa.problems import Unavailable

MOST_IN_A_BATCH = 64


class Batch:
    """Transactions that share one commit. Done when that is on the disk or has failed."""

    def __init__(self) -> None:
        self.members = 0
        self.done = asyncio.Event()
        self.error: BaseException | None = None

    def end(self, error: BaseException | None) -> None:
        """Tell every member how it went."""
        self.error = error
        self.done.set()


class Writer:
    """Group commit on one connection: a turn for each transaction, a savepoint each, one sync for all that wait."""

    def __init__(self, gate: Gate, connection: Connection) -> None:
        self.connection = connection
        self._gate = gate
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
        self._gate.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqliteTransaction]:
        """See Database.transaction.

        The first block opens a batch, whose commit then queues up for its turn behind the blocks that wait
        already; those join. While it syncs, the next batch gathers behind it. No timed window.
        """
        async with self._turn:
            batch = self._batch or await self._begin()
            tx = SqliteTransaction(self.connection.here)
            try:
                await tx.execute("savepoint member")
                yield tx
            except BaseException:
                await to_the_end(self._leave(batch))
                raise
            await to_the_end(self._join(batch, tx))
        await batch.done.wait()
        if batch.error:
            raise Unavailable from batch.error

    async def _begin(self) -> Batch:
        await self._gate.lock()
        try:
            with disk_errors():
                await self.connection.aside.execute("begin immediate")
        except BaseException:
            # Cancelled between question and answer, the transaction may be open all the same. What the
            # database's thread was asked first it has done by then, so this comes after it.
            await to_the_end(self._roll_back())
            raise
        self._batch = batch = Batch()
        commit = asyncio.create_task(self._commit_in_turn(batch))
        self._commits.add(commit)
        commit.add_done_callback(self._commits.discard)
        return batch

    async def _join(self, batch: Batch, tx: SqliteTransaction) -> None:
        """Keep a block's work, and close the batch if it is full."""
        try:
            await tx.execute("release member")
        except BaseException as error:
            await self._break(batch, error)
            raise
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
            await self.connection.aside.commit()
        except BaseException as error:
            await self._break(batch, error)
        else:
            self._batch = None
            self._gate.unlock()
            batch.end(None)

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
