"""Knows photos as bytes: unfinished uploads, what is left of a picture, where it lies; knows no people and no visits."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from pwa.photos.quota import StoredSum
from pwa.photos.store import Store, open_store
from pwa.photos.uploads import Uploads


@dataclass(frozen=True)
class Blobs:
    """Where uploads wait, where blobs lie, and how much they are.

    `turn` is of the one picture that is decoded: it may need 400 MB.
    """

    parts: Uploads
    store: Store
    stored: StoredSum = field(default_factory=StoredSum)
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))


def open_blobs(data: Path, address: str = "") -> Blobs:
    """Uploads in a folder of `data`; blobs beside them, or at an address such as s3://bucket/prefix.

    Raises OSError when the folders cannot be made.
    """
    return Blobs(Uploads(data / "uploads"), open_store(address, data / "blobs"))
