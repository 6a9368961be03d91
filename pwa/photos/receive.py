"""Knows how a photo is received and who may see it; knows nothing of how it was sent."""

import asyncio
from datetime import datetime
from hashlib import sha256 as hash_of

from pwa.access.queries.people import team_ids_in_scope
from pwa.database import Database, Params, Transaction
from pwa.photos import queries as photos
from pwa.photos.blobs import Blobs
from pwa.photos.pictures import Picture, clean
from pwa.photos.problems import NotSameContent
from pwa.photos.queries import Photo
from pwa.photos.quota import check_quota
from pwa.photos.uploads import Uploads
from pwa.problems import Problem, Unavailable
from pwa.words import NewId, Person, RoleName, to_text

WHO_SEE_VISITS: tuple[RoleName, ...] = ("carer", "leader", "organiser")


async def find_photo(tx: Transaction, person: Person, sha256: str) -> Photo | None:
    """A photo that this person has sent, or that stands at a visit that the person may see."""
    return await photos.find_photo(tx, sha256, person.id, await team_ids_in_scope(tx, person, WHO_SEE_VISITS))


async def receive_photo(
    database: Database,
    blobs: Blobs,
    person: Person,
    sha256: str,
    most_in_all: int,
    now: datetime,
    new_id: NewId,
) -> int:
    """Keep the upload that has come whole; how many bytes it had. Durable when this has ended.

    Raises NotSameContent, NotAPhoto and TooManyPixels, and throws the upload away; Unavailable, and it waits where
    it is, as with EnoughForToday and NoRoomForPhotos. Stored first, written down then, thrown away last: killed in between, it is done again or swept.
    """
    async with database.snapshot() as tx:
        await check_quota(tx, blobs.stored, person.id, most_in_all, now)
    async with blobs.turn:
        size, picture = await asyncio.to_thread(_judge, blobs.parts, person.id, sha256)
    stored_as, received_at = f"{sha256}-{new_id()}", to_text(now)
    await blobs.store.put(stored_as, picture.content)
    row: Params = {
        "sha256": sha256,
        "type": picture.type,
        "bytes": size,
        "pixels": picture.pixels,
        "stored_as": stored_as,
        "stored_sha256": hash_of(picture.content).hexdigest(),
        "stored_bytes": len(picture.content),
        "received_at": received_at,
    }
    async with database.transaction() as tx:
        await photos.set_photo(tx, row)
        await photos.add_sender(tx, sha256, person.id, received_at)
    blobs.stored.add(len(picture.content))
    await asyncio.to_thread(blobs.parts.discard, person.id, sha256)
    return size


def _judge(parts: Uploads, person_id: str, sha256: str) -> tuple[int, Picture]:
    content = parts.read(person_id, sha256)
    try:
        if hash_of(content).hexdigest() != sha256:
            raise NotSameContent
        return len(content), clean(content)
    except Unavailable:
        raise
    except Problem:
        parts.discard(person_id, sha256)
        raise
