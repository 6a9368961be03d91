"""Knows how a database is read as it is, whichever version wrote it: nothing is made, brought up to date or waited for long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from pwa.database.interface import Transaction, sqlite_file
from pwa.database.migrating import Engine, NothingThere, migrations
from pwa.database.postgresql.database import TO_READ, connect_to, reached_in
from pwa.database.postgresql.transaction import PostgresTransaction, is_refusal, server_errors
from pwa.database.sqlite.copying import BESIDE
from pwa.database.sqlite.reading import reading
from pwa.database.sqlite.transaction import SqliteTransaction
from pwa.problems import Unavailable

WAIT_FOR_LOCK = 1.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One unchanging state of a database, the newest migration that it has seen, and the newest that this program has.

    `bytes` is what it fills on the disk.
    """

    tx: Transaction
    engine: Engine
    reached: int
    newest: int
    bytes: int


@asynccontextmanager
async def look_at(address: str) -> AsyncIterator[Looked]:
    """Read the database at an address beside whoever serves it.

    Raises NothingThere, Unavailable, and of a file NotOurs and Damaged.
    """
    file = sqlite_file(address)
    async with _look_at_file(file) if file else _look_at_server(address) as looked:
        yield looked


@asynccontextmanager
async def _look_at_file(file: Path) -> AsyncIterator[Looked]:
    size = _size_of(file)
    with reading(file, WAIT_FOR_LOCK) as connection:
        connection.execute("begin")
        [(reached,)] = connection.execute("pragma user_version").fetchall()
        if not reached:
            raise NothingThere
        yield Looked(SqliteTransaction(connection), "sqlite", reached, migrations("sqlite")[-1][0], size)


def _size_of(file: Path) -> int:
    """Of the file and what lies beside it. Raises NothingThere."""
    if not file.is_file():
        raise NothingThere
    parts = (file, *(file.with_name(file.name + suffix) for suffix in BESIDE))
    return sum(part.stat().st_size for part in parts if part.exists())


@asynccontextmanager
async def _look_at_server(address: str) -> AsyncIterator[Looked]:
    try:
        with server_errors():
            connection = await connect_to(address)
    except (asyncpg.PostgresError, ValueError) as error:
        if is_refusal(error):
            raise Unavailable from error
        raise
    try:
        tx = PostgresTransaction(connection, writes=False)
        with server_errors(connection):
            await connection.execute(TO_READ)
        [(table, size)] = await tx.tuples(
            "select to_regclass('schema_version')::text, pg_database_size(current_database())"
        )
        if table is None:
            raise NothingThere
        newest = migrations("postgresql")[-1][0]
        yield Looked(tx, "postgresql", await reached_in(tx), newest, int(size))
    finally:
        try:
            await connection.close(timeout=1)
        except (TimeoutError, asyncio.CancelledError, OSError, asyncpg.PostgresError):
            connection.terminate()
