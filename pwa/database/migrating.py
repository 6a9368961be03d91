"""Knows each engine's migrations, and how a file's schema becomes today's; knows nothing of what the tables are for."""

import sqlite3
from contextlib import closing
from functools import cache
from typing import Literal

from pwa.database.interface import Transaction
from pwa.resources import resource

Engine = Literal["sqlite", "postgresql"]

MIGRATIONS = resource("migrations")

COLUMNS: dict[Engine, str] = {
    "sqlite": """
        select it.name, its.name from sqlite_schema as it join pragma_table_info(it.name) as its where it.type = 'table'
    """,
    "postgresql": "select table_name, column_name from information_schema.columns where table_schema = current_schema()",
}
Columns = frozenset[tuple[str, str]]
"""Each as (table, column)."""


class TooNew(Exception):
    """A newer version of this program has brought the database further than this one knows."""


class NothingThere(Exception):
    """There is no database of ours, where there must be one."""


class NotReadable(Exception):
    """What is asked for is not there as this program knows it: a table or a column. Says which, in the engine's words."""


class Unreleased(Exception):
    """A database was made by a version that was never released; `tables` are not as the migrations make them."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(", ".join(tables))
        self.tables = tables


def check_reached(reached: int, engine: Engine, must_exist: bool) -> None:
    """Whether this program can go on from the migration that a database has reached. Raises TooNew, NothingThere."""
    if reached > migrations(engine)[-1][0]:
        raise TooNew
    if must_exist and not reached:
        raise NothingThere


async def migrate(tx: Transaction, must_exist: bool = False) -> None:
    """Run the migrations that this file has not seen, in the order of their numbers. Raises TooNew, NothingThere, Unreleased."""
    reached = (await tx.rows("pragma user_version"))[0]["user_version"]
    check_reached(reached, "sqlite", must_exist)
    if 0 < reached < migrations("sqlite")[-1][0]:
        await check_released(tx, "sqlite", reached)
    for number, script in migrations("sqlite"):
        if number > reached:
            for statement in statements(script):
                await tx.execute(statement)
            await tx.execute(f"pragma user_version = {number}")


async def check_released(tx: Transaction, engine: Engine, reached: int) -> None:
    """Whether each table has the columns of the migrations up to this one, and none is there that a later one makes.

    Tables and columns of somebody else's are all one. Raises Unreleased.
    """
    there = {(str(table), str(column)) for table, column in await tx.tuples(COLUMNS[engine])}
    meant, newest = columns_after(reached), columns_after(migrations("sqlite")[-1][0])
    later = {table for table, _ in newest} - {table for table, _ in meant}
    wrong = {table for table, _ in meant - there} | {table for table, _ in there if table in later}
    if wrong:
        raise Unreleased(sorted(wrong))


@cache
def columns_after(number: int) -> Columns:
    """What the migrations up to this one make. The engines have the same tables, so SQLite is asked, in memory."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as ours:
        for each, script in migrations("sqlite"):
            if each <= number:
                ours.executescript(script)
        return frozenset(ours.execute(COLUMNS["sqlite"]).fetchall())


@cache
def migrations(engine: Engine) -> tuple[tuple[int, str], ...]:
    """Each migration's number and script in an engine's own words, in order."""
    scripts = sorted((MIGRATIONS / engine).glob("[0-9]*.sql"))
    return tuple((int(script.name.partition("_")[0]), script.read_text("utf-8")) for script in scripts)


def statements(script: str) -> list[str]:
    """One of SQLite's scripts, a statement at a time; a trigger's own semicolons do not end it."""
    found: list[str] = []
    begun = ""
    for line in script.splitlines(keepends=True):
        begun += line
        if sqlite3.complete_statement(begun):
            found.append(begun)
            begun = ""
    return found
