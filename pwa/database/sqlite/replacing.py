"""Knows how one file takes another's place while nobody has that open; knows nothing of what is in them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pwa.database.sqlite.copying import BESIDE, sync
from pwa.database.sqlite.file_lock import FileLock

# Where every open connection holds a shared lock (sqlite.org/fileformat2.html, "the lock-byte page").
SHARED_FIRST, SHARED_SIZE = 0x40000002, 510


class InUse(Exception):
    """Somebody has the file open: an import, or another program."""


class Uncertain(Exception):
    """The file has its new place, but the disk does not say that it will have it after a power cut."""


@contextmanager
def nobody_else_at(path: Path) -> Iterator[None]:
    """Keep everybody from a file, which need not be there, until the block ends. Raises InUse, Unavailable.

    Ours wait at the gate before they open it; others meet SQLite's own lock.
    """
    gate = FileLock(path)
    try:
        if not gate.try_lock():
            raise InUse
        with _locked(path):
            yield
    finally:
        gate.close()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """SQLite's exclusive lock on a file, if there is one."""
    if not path.exists():
        yield
        return
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, SHARED_SIZE, SHARED_FIRST, os.SEEK_SET)
        except (BlockingIOError, PermissionError):
            raise InUse from None
        yield


def put_in_place(fresh: Path, path: Path, aside: Path) -> None:
    """Let a file that is complete and durable take another's place; that one lies at `aside`, with its log.

    Everything of the old one has its second name, durably, before anything loses its first: whenever the
    machine stops, nothing is lost, and doing it again ends well. Raises OSError, and then nothing has changed
    its place; or Uncertain.
    """
    if path.exists():
        for suffix in ("", *BESIDE):
            with suppress(FileNotFoundError):
                os.link(f"{path}{suffix}", f"{aside}{suffix}")
        sync(path.parent)
    # Another file's log is poison: it would be played into this one.
    for suffix in BESIDE:
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    os.replace(fresh, path)
    try:
        sync(path.parent)
    except OSError as error:
        raise Uncertain from error
