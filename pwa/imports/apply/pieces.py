"""Knows how much is written in many short transactions, so that nobody waits long for the database; knows no tables."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from pwa.database import Database, Transaction
from pwa.problems import Unavailable

Each = TypeVar("Each")
Write = Callable[[Transaction, Sequence[Each]], Awaitable[None]]

FIRST = 64
"""So many are written in the first piece."""
MOST = 512
AIM = 0.06  # seconds that a piece is to take, before its commit
REST = 0.03  # seconds at least between two: who waits for the file looks every hundredth of a second
AIM_BESIDE = 0.15
"""The same where others write meanwhile: they wait only for what a piece ends with, and what each begins with is dear."""
REST_BESIDE = 0.005
TRIES = 6
"""So often a piece is tried whose database is busy; each waits some seconds for it."""


async def in_pieces(
    database: Database, values: Sequence[Each], write: Write[Each], progress: Callable[[int, int], None]
) -> AsyncIterator[Sequence[Each]]:
    """Write the values in their order, each piece whole or not at all, and give each once it is durable.

    Between two pieces others have the database for as long, where one writes at a time. Where the answer to a commit is lost `write` is asked for a piece
    again that is written: it has to see that. Raises what `write` raises, and Unavailable.
    """
    done, size, counted = 0, FIRST, FIRST
    while some := values[done : done + size]:
        took = await _write(database, some, write)
        done += len(some)
        progress(done, len(values))
        yield some
        size = next_size(size, took, AIM if database.writes_alone else AIM_BESIDE)
        if done >= counted:
            with suppress(Unavailable):  # it is only slower without
                await database.recount_grown()
            counted = 2 * done
        if done < len(values):
            await asyncio.sleep(max(REST, took) if database.writes_alone else REST_BESIDE)


async def _write(database: Database, some: Sequence[Each], write: Write[Each]) -> float:
    """Seconds of work."""
    took = 0.0

    async def work(tx: Transaction) -> None:
        nonlocal took
        began = time.perf_counter()
        await write(tx, some)
        took = time.perf_counter() - began

    for _ in range(TRIES - 1):
        try:
            await database.write(work)
        except Unavailable:
            await asyncio.sleep(REST)
        else:
            return took
    await database.write(work)
    return took


def next_size(size: int, took: float, aim: float = AIM) -> int:
    """How many to write in the next piece, when so many took so many seconds.

    >>> next_size(32, 0.01), next_size(64, 0.24), next_size(400, 0.06), next_size(512, 0.02)
    (64, 16, 400, 512)
    """
    return max(1, min(MOST, 2 * size, round(size * aim / max(took, 0.001))))
