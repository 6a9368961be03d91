"""Knows opening, who writes, group commit, snapshots and migrations, on two engines; knows no business words.

What differs between SQLite and PostgreSQL stands in this package and nowhere else.
"""

from pwa.database.interface import (
    MOST_IN_A_MESSAGE,
    Database,
    Params,
    Row,
    Transaction,
    sqlite_code_of,
    sqlite_file,
)
from pwa.database.looking import Looked, look_at, snapshots_of_server
from pwa.database.migrating import (
    NothingThere,
    NotReadable,
    TooNew,
    Unreleased,
    check_released,
    migrations,
    statements,
)
from pwa.database.open import open_database
from pwa.database.sqlite.company import Company, make_company
from pwa.database.sqlite.copying import BESIDE, Progress, copy_database, make_one_file, remove, sync
from pwa.database.sqlite.database import READERS, SqliteDatabase
from pwa.database.sqlite.reading import (
    Damaged,
    NotOurs,
    check_ours,
    check_sound,
    has_table,
    is_current,
    list_strange_rules,
    snapshot_of,
)
from pwa.database.sqlite.replacing import InUse, Uncertain, nobody_else_at, put_in_place
from pwa.database.sqlite.serving import AlreadyServed, find_serving, serving
from pwa.database.sqlite.writer import MOST_IN_A_BATCH

__all__ = [
    "BESIDE",
    "MOST_IN_A_BATCH",
    "MOST_IN_A_MESSAGE",
    "READERS",
    "AlreadyServed",
    "Company",
    "Damaged",
    "Database",
    "InUse",
    "Looked",
    "NotOurs",
    "NotReadable",
    "NothingThere",
    "Params",
    "Progress",
    "Row",
    "SqliteDatabase",
    "TooNew",
    "Transaction",
    "Uncertain",
    "Unreleased",
    "check_ours",
    "check_released",
    "check_sound",
    "copy_database",
    "find_serving",
    "has_table",
    "is_current",
    "list_strange_rules",
    "look_at",
    "make_company",
    "make_one_file",
    "migrations",
    "nobody_else_at",
    "open_database",
    "put_in_place",
    "remove",
    "serving",
    "snapshot_of",
    "snapshots_of_server",
    "sqlite_code_of",
    "sqlite_file",
    "statements",
    "sync",
]
