"""Knows opening, the one writer, group commit, snapshots and migrations; knows no business words.

What differs between SQLite and another engine stands in this package and nowhere else.
"""

from pwa.database.database import READERS, Database
from pwa.database.migrating import migrations, statements
from pwa.database.transaction import Params, Row, Transaction
from pwa.database.writer import MOST_IN_A_BATCH

__all__ = [
    "MOST_IN_A_BATCH",
    "READERS",
    "Database",
    "Params",
    "Row",
    "Transaction",
    "migrations",
    "statements",
]
