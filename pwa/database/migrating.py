"""Knows each engine's migrations, and how a file's schema becomes today's; knows nothing of what the tables are for."""

import sqlite3
from functools import cache
from typing import Literal

from pwa.database.interface import Transaction
from pwa.resources import resource

Engine = Literal["sqlite", "postgresql"]

MIGRATIONS = resource("migrations")


class TooNew(Exception):
    """A newer version of this program has brought the database further than this one knows."""


class NothingThere(Exception):
    """There is no database of ours, where there must be one."""


class NotReadable(Exception):
    """What is asked for is not there as this program knows it: a table or a column. Says which, in the engine's words."""


def check_reached(reached: int, engine: Engine, must_exist: bool) -> None:
    """Whether this program can go on from the migration that a database has reached. Raises TooNew, NothingThere."""
    if reached > migrations(engine)[-1][0]:
        raise TooNew
    if must_exist and not reached:
        raise NothingThere


async def migrate(tx: Transaction, must_exist: bool = False) -> None:
    """Run the migrations that this file has not seen, in the order of their numbers. Raises TooNew, NothingThere."""
    reached = (await tx.rows("pragma user_version"))[0]["user_version"]
    check_reached(reached, "sqlite", must_exist)
    for number, script in migrations("sqlite"):
        if number > reached:
            for statement in statements(script):
                await tx.execute(statement)
            await tx.execute(f"pragma user_version = {number}")


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
