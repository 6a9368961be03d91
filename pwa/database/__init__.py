"""Knows opening, the one writer, group commit, snapshots and migrations; knows no business words.

What differs between SQLite and another engine stands in this package and nowhere else.
"""

from pwa.database.copying import Progress, copy_database, make_one_file, remove, sync
from pwa.database.database import READERS, Database
from pwa.database.migrating import migrations, statements
from pwa.database.reading import Damaged, NotOurs, TooNew, check_ours, check_sound, is_current, snapshot_of
from pwa.database.replacing import InUse, Uncertain, nobody_else_at, put_in_place
from pwa.database.serving import AlreadyServed, serving
from pwa.database.transaction import Params, Row, Transaction
from pwa.database.writer import MOST_IN_A_BATCH

__all__ = [
    "MOST_IN_A_BATCH",
    "READERS",
    "AlreadyServed",
    "Damaged",
    "Database",
    "InUse",
    "NotOurs",
    "Params",
    "Progress",
    "Row",
    "TooNew",
    "Transaction",
    "Uncertain",
    "check_ours",
    "check_sound",
    "copy_database",
    "is_current",
    "make_one_file",
    "migrations",
    "nobody_else_at",
    "put_in_place",
    "remove",
    "serving",
    "snapshot_of",
    "statements",
    "sync",
]
