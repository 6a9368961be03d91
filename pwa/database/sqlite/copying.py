"""Knows how one file with everything in it is made of a database in use; knows nothing of what it is for."""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from pwa.database.sqlite.reading import connect, file_errors, reading

Progress = Callable[[int, int], None]
"""Told how many pages are copied, of how many."""

PAGES_AT_ONCE = 2048


def copy_database(source: Path, target: Path, progress: Progress) -> None:
    """Copy a database as it is at one moment into a new file, while others write to it. Durable when it returns.

    The target is one file without a log beside it, for its owner alone. Raises NotOurs, Damaged, Unavailable,
    and OSError (FileExistsError among them).
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with reading(source) as here, closing(connect(target, "rw")) as there:
        # One snapshot for all of the pages: a copy that followed the writers would begin again at each commit.
        here.execute("begin")
        here.execute("select 1 from sqlite_schema").fetchall()
        there.execute("pragma journal_mode = off")
        there.execute("pragma synchronous = off")
        here.backup(there, pages=PAGES_AT_ONCE, progress=lambda _, left, of: progress(of - left, of))
    make_one_file(target)


def make_one_file(path: Path) -> None:
    """Bring what stands in the log beside a file into it, and wait for the disk. Raises as `copy_database`."""
    with file_errors(), closing(connect(path, "rw")) as connection:
        connection.execute("pragma journal_mode = delete")
    sync(path)


BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file."""


def remove(path: Path) -> None:
    """Remove a file that did not become what it should, and what SQLite left beside it. Raises OSError."""
    for suffix in ("", *BESIDE, ".lock"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until a file, or a folder's names, are on the disk. Raises OSError."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
