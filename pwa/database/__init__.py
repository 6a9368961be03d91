"""Knows opening, who writes, group commit, snapshots and migrations, on two engines; knows no business words.

What differs between SQLite and PostgreSQL stands in this package and nowhere else.
"""

from pwa.database.database import READERS, SqliteDatabase
from pwa.database.migrating import migrations, statements
from pwa.database.postgres import CONNECTIONS
from pwa.database.shape import MOST_IN_A_MESSAGE, Database, Params, Row, Transaction, sqlite_file
from pwa.database.writer import MOST_IN_A_BATCH

__all__ = [
    "CONNECTIONS",
    "MOST_IN_A_BATCH",
    "MOST_IN_A_MESSAGE",
    "READERS",
    "Database",
    "Params",
    "Row",
    "SqliteDatabase",
    "Transaction",
    "migrations",
    "sqlite_file",
    "statements",
]
