"""Knows that one process at a time serves a file; knows nothing of what is served."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyServed(Exception):
    """Another process serves this file, or is putting another one in its place."""


@contextmanager
def serving(path: Path) -> Iterator[None]:
    """Be the one process that serves this file, from before it is opened until the block ends.

    Raises AlreadyServed, and OSError when the folder cannot be written. The lock goes with the process, however
    that ends; the file beside the database stays and means nothing by itself. An import does not serve: it may
    go on beside a server.
    """
    with path.with_name(path.name + ".serving").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServed from None
        yield
