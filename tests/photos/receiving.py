"""Receives somebody's photo, all of which has come, and says how that ended: receiving.py FOLDER PERSON PHOTO.

A program of its own, to be killed: it loads no more than what it does.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from pwa.access.queries.people import get_person
from pwa.database import open_database
from pwa.photos.blobs import open_blobs
from pwa.photos.receive import receive_photo
from pwa.problems import Unavailable
from pwa.words import new_id, to_text

MORNING = datetime(2026, 11, 23, 7, 40, tzinfo=UTC)


async def receive(folder: Path, person_id: str, name: str) -> None:
    """Receive it. Raises Unavailable."""
    database = await open_database(folder / "haand.sqlite3")
    try:
        async with database.snapshot() as tx:
            person = await get_person(tx, person_id, to_text(MORNING))
        assert person
        await receive_photo(database, open_blobs(folder), person, name, 10**12, MORNING, new_id)
    finally:
        await database.close()


def main(folder: str, person_id: str, name: str) -> None:
    """Say that it was answered, or that it could not be."""
    try:
        asyncio.run(receive(Path(folder), person_id, name))
        print("answered", flush=True)
    except Unavailable:
        print("unavailable", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
