"""Knows one connection to an SQLite file, and the thread in which it may wait for the disk; knows no SQL but pragmas."""

import sqlite3
from pathlib import Path

import aiosqlite

from pwa.problems import Unavailable

STATEMENTS_KEPT = 512
"""So many statements stay prepared: all that we have."""
WAIT_FOR_LOCK = 5  # seconds


class Connection:
    """One connection, reached in two ways that are never used at the same time.

    `here`: statements, which do not wait. `aside`: what waits for the disk, in a thread of its own.
    """

    def __init__(self, here: sqlite3.Connection, aside: aiosqlite.Connection) -> None:
        self.here = here
        self.aside = aside

    @classmethod
    async def open(cls, path: Path, mode: str, *pragmas: str) -> "Connection":
        """A connection that begins no transaction by itself. Raises Unavailable."""
        try:
            here = sqlite3.connect(
                _address(path, mode), uri=True, isolation_level=None, timeout=WAIT_FOR_LOCK,
                check_same_thread=False, cached_statements=STATEMENTS_KEPT,
            )  # fmt: skip
            aside = await aiosqlite.Connection(lambda: here, iter_chunk_size=64)
        except sqlite3.Error as error:
            raise Unavailable from error
        try:
            for pragma in pragmas:
                await aside.execute_fetchall(f"pragma {pragma}")
        except BaseException as error:
            await aside.close()  # or its thread would keep the process from ending
            if isinstance(error, sqlite3.Error):
                raise Unavailable from error
            raise
        return cls(here, aside)

    async def close(self) -> None:
        """Close it; the last connection to a file makes a checkpoint."""
        await self.aside.close()


def _address(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"
