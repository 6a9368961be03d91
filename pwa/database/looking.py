"""Knows how a database is read as it is, whichever version wrote it: nothing is made, brought up to date or waited for long."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pwa.database.interface import Transaction, sqlite_file
from pwa.database.migrating import Engine, NothingThere, check_reached, migrations
from pwa.database.sqlite.copying import BESIDE
from pwa.database.sqlite.reading import reading
from pwa.database.sqlite.transaction import SqliteTransaction

if TYPE_CHECKING:
    from pwa.database.postgresql.looking import Found

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
    async with _find_on_server(address) as found, found.snapshot() as tx:
        yield Looked(tx, "postgresql", found.reached, migrations("postgresql")[-1][0], found.size)


@asynccontextmanager
async def snapshots_of_server(address: str) -> AsyncIterator["Found"]:
    """Many unchanging states of a server's database, one after the other. Raises NothingThere, TooNew and Unavailable; a
    snapshot NotReadable, too, where an older version has made what is asked for otherwise, or not at all.
    """
    async with _find_on_server(address) as found:
        check_reached(found.reached, "postgresql", must_exist=True)
        yield found


def _find_on_server(address: str) -> "AbstractAsyncContextManager[Found]":
    """PostgreSQL's library is loaded where there is a server: a look at a file is to cost little."""
    from pwa.database.postgresql.looking import find_on_server

    return find_on_server(address)
