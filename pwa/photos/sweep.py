"""Knows what of photos nobody will ask for again, and in which order it goes; knows neither columns nor files.

A row goes first, in a transaction and only if nothing shows the photo by then, and what it was stored as after it.
A photo that comes again meanwhile is stored as something else, so nothing that is needed can be hit.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from pwa.database import Database
from pwa.photos.blobs import Blobs
from pwa.photos.queries import list_stored, list_unreferenced, remove_unreferenced
from pwa.words import to_text

AN_UPLOAD_WAITS = timedelta(days=1)


@dataclass(frozen=True)
class Swept:
    """How many went: uploads that never ended, photos that nothing showed, stored blobs that no photo was."""

    uploads: int
    photos: int
    strays: int


async def sweep(database: Database, blobs: Blobs, now: datetime, older_than: timedelta) -> Swept:
    """Remove unfinished uploads after a day, photos that nothing shows after `older_than`, and stray blobs.

    Raises Unavailable; what is left goes the next time.
    """
    uploads = await asyncio.to_thread(blobs.parts.remove_older, now - AN_UPLOAD_WAITS)
    photos = await _sweep_photos(database, blobs, now - older_than)
    return Swept(uploads, photos, await _sweep_strays(database, blobs, now - older_than))


async def _sweep_photos(database: Database, blobs: Blobs, before: datetime) -> int:
    async with database.snapshot() as tx:
        names = await list_unreferenced(tx, to_text(before))
    swept = 0
    for sha256 in names:
        async with database.transaction() as tx:
            stored_as = await remove_unreferenced(tx, sha256, to_text(before))
        if stored_as:
            await blobs.store.delete(stored_as)
            swept += 1
    return swept


async def _sweep_strays(database: Database, blobs: Blobs, before: datetime) -> int:
    """What a process left that was killed between storing and writing down, or a photo that was stored anew."""
    swept = await asyncio.to_thread(blobs.store.remove_half_written, before)
    async for names in blobs.store.list_older(before):
        async with (
            database.snapshot() as tx
        ):  # later than the list: what was being received then is known now
            strays = set(names) - await list_stored(tx, names)
        for name in sorted(strays):
            await blobs.store.delete(name)
        swept += len(strays)
    return swept
