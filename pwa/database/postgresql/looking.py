"""Knows how a PostgreSQL database is read as it is, whichever version wrote it: nothing is made or brought up to date."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import NamedTuple

import asyncpg

from pwa.database.interface import Transaction
from pwa.database.migrating import NothingThere, NotReadable
from pwa.database.postgresql.database import TO_READ, connect_to, reached_in
from pwa.database.postgresql.transaction import Connection, PostgresTransaction, is_refusal, server_errors
from pwa.problems import Unavailable

NOT_AS_KNOWN = (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError)


class Found(NamedTuple):
    """The newest migration that a database has seen, how many bytes it fills, and how one unchanging state of it is read."""

    reached: int
    size: int
    snapshot: Callable[[], AbstractAsyncContextManager[Transaction]]


@asynccontextmanager
async def find_on_server(address: str) -> AsyncIterator[Found]:
    """A database of ours on a server, by one connection. Raises NothingThere and Unavailable; a snapshot NotReadable, too."""
    try:
        with server_errors():
            connection = await connect_to(address)
    except (asyncpg.PostgresError, ValueError) as error:
        if is_refusal(error):
            raise Unavailable from error
        raise
    try:
        snapshot = partial(_snapshot, connection)
        async with snapshot() as tx:
            [(table, size)] = await tx.tuples(
                "select to_regclass('schema_version')::text, pg_database_size(current_database())"
            )
            if table is None:
                raise NothingThere
            reached = await reached_in(tx)
        yield Found(reached, int(size), snapshot)
    finally:
        try:
            await connection.close(timeout=1)
        except (TimeoutError, asyncio.CancelledError, OSError, asyncpg.PostgresError):
            connection.terminate()


@asynccontextmanager
async def _snapshot(connection: Connection) -> AsyncIterator[Transaction]:
    with server_errors(connection):
        await connection.execute(TO_READ)
    try:
        yield PostgresTransaction(connection, writes=False)
    except NOT_AS_KNOWN as error:
        raise NotReadable(str(error)) from error
    finally:
        if not connection.is_closed():
            with server_errors(connection):
                await connection.execute("rollback")
