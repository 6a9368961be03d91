"""Knows that a file is served by one server at a time, and which of its processes has the turn; knows nothing of what is served."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class AlreadyServed(Exception):
    """Another process serves this file, or is putting another one in its place."""


@contextmanager
def serving(path: Path, build: str = "") -> Iterator[None]:
    """Be the one process that serves this file, from before it is opened until the block ends; `build` is who that is.

    Raises AlreadyServed, and OSError when the folder cannot be written. The lock goes with the process, however
    that ends; the file beside the database stays and means nothing by itself. An import does not serve: it may
    go on beside a server.
    """
    with path.with_name(path.name + ".serving").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServed from None
        lock.truncate(0)
        lock.write(build.encode())
        lock.flush()
        yield


def find_serving(path: Path) -> str:
    """Which build serves this file, or has served it last; "" if nobody wrote that down."""
    try:
        return path.with_name(path.name + ".serving").read_text("utf-8").strip()
    except (OSError, ValueError):
        return ""


class Turn:
    """Which of the processes that serve a file does what need not be done twice: whoever has this lock (flock(2)).

    The kernel gives it back when that process ends, however it ends; the next that asks has it then.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".turn")
        self._lock: BinaryIO | None = None

    def is_ours(self) -> bool:
        """Whether it is this process, from here on."""
        if self._lock:
            return True
        try:
            lock = self._path.open("ab")
        except OSError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return False
        self._lock = lock
        return True

    def close(self) -> None:
        """Let another have it."""
        if self._lock:
            self._lock.close()
            self._lock = None
