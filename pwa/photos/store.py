"""Knows where blobs lie, in a folder or in S3, and when they are durable; knows nothing of what they are."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from pwa.photos.uploads import changed_at
from pwa.problems import Unavailable

MOST_RETRIES = 3
RETRY_WITHIN = timedelta(seconds=10)
PIECE = 256 * 1024


@dataclass(frozen=True)
class Stored:
    """A blob that lies ready: how many bytes, and the bytes piece by piece."""

    size: int
    pieces: AsyncIterator[bytes]


class Store:
    """Blobs by name. A name is used once: whoever stores the same again gives it another name."""

    def __init__(self, objects: ObjectStore, folder: Path | None) -> None:
        self.objects = objects
        self.folder = folder

    async def put(self, name: str, content: bytes) -> None:
        """Keep a blob. It is durable when this has ended; raises Unavailable, and then nothing is there by this name."""
        with _failures():
            await self.objects.put_async(name, content, use_multipart=False)
            if self.folder:
                await asyncio.to_thread(_sync, self.folder, name)

    async def get(self, name: str) -> Stored | None:
        """A blob, or None. Raises Unavailable, also while the pieces are read."""
        with _failures():
            try:
                found = await self.objects.get_async(name)
            except FileNotFoundError:
                return None
        return Stored(found.meta["size"], _pieces(found.stream(min_chunk_size=PIECE)))

    async def has(self, name: str) -> bool:
        """Whether a blob is there. Raises Unavailable."""
        with _failures():
            try:
                await self.objects.head_async(name)
            except FileNotFoundError:
                return False
        return True

    async def digest(self, name: str) -> str | None:
        """The SHA-256 of a blob's bytes as they are now, or None if it is not there. Raises Unavailable."""
        if (stored := await self.get(name)) is None:
            return None
        digest = sha256()
        async for piece in stored.pieces:
            digest.update(piece)
        return digest.hexdigest()

    async def delete(self, name: str) -> None:
        """Remove a blob, if it is there. Raises Unavailable."""
        with _failures(), suppress(FileNotFoundError):
            await self.objects.delete_async(name)

    async def list_older(self, before: datetime) -> AsyncIterator[list[str]]:
        """The names of blobs stored before then, some hundreds at a time. Raises Unavailable."""
        with _failures():
            async for found in self.objects.list(chunk_size=500):
                yield [each["path"] for each in found if each["last_modified"] < before]

    def remove_half_written(self, before: datetime) -> int:
        """Remove what a killed process has left of blobs that it was writing; how many. Waits for the disk."""
        # obstore writes to "<name>#<number>", then renames; its own listing leaves these out.
        with _failures():
            left = (
                [file for file in self.folder.glob("*#*") if changed_at(file) < before] if self.folder else []
            )
            for file in left:
                file.unlink(missing_ok=True)
        return len(left)


def open_store(address: str, folder: Path) -> Store:
    """The store at an address such as s3://bucket/prefix, with the usual environment for keys; "" is the folder.

    Raises OSError when the folder cannot be made.
    """
    if address:
        s3 = S3Store.from_url(
            address, retry_config={"max_retries": MOST_RETRIES, "retry_timeout": RETRY_WITHIN}
        )
        return Store(s3, None)
    folder.mkdir(parents=True, exist_ok=True)
    return Store(LocalStore(folder), folder)


@contextmanager
def _failures() -> Iterator[None]:
    """Whatever a disk or a network says is Unavailable."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise Unavailable from error


async def _pieces(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    with _failures():
        async for piece in stream:
            yield bytes(piece)


def _sync(folder: Path, name: str) -> None:
    """Have the file and its name on the disk: obstore itself renames without waiting for either."""
    for path in (folder / name, folder):
        there = os.open(path, os.O_RDONLY)
        try:
            os.fsync(there)
        finally:
            os.close(there)
