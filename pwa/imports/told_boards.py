"""Knows when a file has come in or a plan was undone, and tells the open boards; knows nothing of what was in it.

That is done by a command, in another process, and SQLite tells no process what another has written: every few seconds the
list of imports is looked at.
"""

import asyncio

from pwa.database import Database
from pwa.imports.queries.file_imports import count_written
from pwa.logs import log, what_and_where
from pwa.problems import Unavailable
from pwa.web.live import Boards

LOOK_EVERY = 2.0  # seconds


async def keep_telling_boards(database: Database, boards: Boards) -> None:
    """Do so for ever. What came in before the first look is in what pages show from now on."""
    known: int | None = None
    while True:
        try:
            async with database.snapshot() as tx:
                written = await count_written(tx)
        except Unavailable:
            pass
        except Exception as error:
            log.error("boards were not told of what came in", **what_and_where(error))
        else:
            if known not in (None, written):
                boards.notify_everybody()
            known = written
        await asyncio.sleep(LOOK_EVERY)
