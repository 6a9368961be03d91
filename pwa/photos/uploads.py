"""Knows unfinished uploads on the local disk, a file for each person and name; knows nothing of what they become.

Everything here waits for the disk and belongs in a thread. A file's length is how far its upload has come. It is not
synced: if the power takes some of it, the hash will say so at the end, and the phone still has its own.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from pwa.photos.problems import PhotoTooLarge, TooManyUploads, WrongOffset
from pwa.problems import Unavailable

MOST_BYTES = 15_000_000
"""Of one blob."""
MOST_UPLOADS = 50
MOST_WAITING = 200_000_000
"""So many unfinished uploads, and so many bytes of them, may one person have."""


class Uploads:
    """Unfinished uploads: a folder for each person, in it a file for each name (a SHA-256 in hex)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def offset(self, person_id: str, name: str) -> int | None:
        """How many bytes have come, or None. Raises Unavailable."""
        with self._alone(person_id) as folder:
            return _length(folder / name)

    def append(self, person_id: str, name: str, offset: int, data: bytes) -> int:
        """Add what comes next, or nothing to begin an upload; how many bytes there are then.

        Raises WrongOffset when that is not what comes next, PhotoTooLarge (the upload is thrown away),
        TooManyUploads, Unavailable (what was there before stays).
        """
        with self._alone(person_id) as folder:
            there = _length(folder / name)
            if offset != (there or 0):
                raise WrongOffset(there or 0)
            if offset + len(data) > MOST_BYTES:
                (folder / name).unlink(missing_ok=True)
                raise PhotoTooLarge
            _check_room(folder, len(data), is_new=there is None)
            _add(folder / name, offset, data)
            return offset + len(data)

    def read(self, person_id: str, name: str) -> bytes:
        """All that has come. Raises WrongOffset if the upload is gone, Unavailable."""
        with self._alone(person_id) as folder:
            if not (folder / name).exists():
                raise WrongOffset(0)
            return (folder / name).read_bytes()

    def discard(self, person_id: str, name: str) -> bool:
        """Throw an upload away; whether there was one. Raises Unavailable."""
        with self._alone(person_id) as folder:
            there = (folder / name).exists()
            (folder / name).unlink(missing_ok=True)
            return there

    def remove_older(self, before: datetime) -> int:
        """Throw away every upload to which nothing has come since then; how many. Raises Unavailable."""
        people = [folder.name for folder in self.folder.glob("*") if folder.is_dir()]
        return sum(self._remove_older(person_id, before) for person_id in people)

    def _remove_older(self, person_id: str, before: datetime) -> int:
        with self._alone(person_id) as folder:
            old = [file for file in folder.iterdir() if changed_at(file) < before]
            for file in old:
                file.unlink()
            return len(old)

    @contextmanager
    def _alone(self, person_id: str) -> Iterator[Path]:
        """A person's folder, in which nobody else does anything meanwhile, in this process or another."""
        folder = self.folder / person_id
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield folder
            finally:
                os.close(lock)
        except OSError as error:
            raise Unavailable from error


def changed_at(file: Path) -> datetime:
    """When something last came to a file."""
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _length(file: Path) -> int | None:
    return file.stat().st_size if file.exists() else None


def _check_room(folder: Path, more: int, is_new: bool) -> None:
    lengths = [file.stat().st_size for file in folder.iterdir()]
    if (is_new and len(lengths) >= MOST_UPLOADS) or sum(lengths) + more > MOST_WAITING:
        raise TooManyUploads


def _add(file: Path, offset: int, data: bytes) -> None:
    """All of it or nothing, also on a disk that is full halfway."""
    with file.open("ab", buffering=0) as part:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[part.write(rest) :]
        except OSError:
            with suppress(OSError):
                part.truncate(offset)
            raise
