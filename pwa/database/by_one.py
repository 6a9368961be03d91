"""Knows how one of the processes on a database does what need not be done twice; knows nothing of what that is."""

import asyncio
from collections.abc import Awaitable, Callable

from pwa.database.interface import Database

LOOK_EVERY = 5.0
"""Seconds: so soon another goes on with it when the process that did it has ended."""


async def by_one(database: Database, keep_on: Callable[[], Awaitable[None]]) -> None:
    """Do this from its beginning whenever it is this process's turn, until it ends by itself; raises what it raises.

    Whose turn is over, as when PostgreSQL has closed a connection, stops and waits for another.
    """
    while True:
        if not await database.has_turn():
            await asyncio.sleep(LOOK_EVERY)
            continue
        work = asyncio.ensure_future(keep_on())
        try:
            while await database.has_turn():
                await asyncio.wait({work}, timeout=LOOK_EVERY)
                if work.done():
                    return work.result()
        finally:
            work.cancel()
            await asyncio.wait({work})
