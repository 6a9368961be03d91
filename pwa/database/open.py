"""Knows which engine an address means, and opens it; knows nothing of how either works."""

from pathlib import Path

from pwa.database.interface import Database, sqlite_file
from pwa.database.sqlite.company import Company
from pwa.database.sqlite.database import SqliteDatabase


async def open_database(
    where: str | Path, *, must_exist: bool = False, company: Company | None = None
) -> Database:
    """Open the database at an address (or the SQLite file at a path) and bring its schema up to today.

    `sqlite:///path` makes the file if it is not there; `postgresql://...` must be there and ours.
    What must exist is not made. `company` is that of the processes that serve an SQLite file with this one. Raises
    Unavailable, TooNew, Unreleased and NothingThere, and of a file NotOurs and Damaged.
    """
    if isinstance(where, Path):
        return await SqliteDatabase.open_file(where, must_exist)
    if file := sqlite_file(where):
        return await SqliteDatabase.open_file(file, must_exist, company)
    # Its library is loaded where there is a server: a command that looks at a file is to cost little.
    from pwa.database.postgresql.database import PostgresDatabase

    return await PostgresDatabase.connect(where, must_exist)
