"""Knows the lock that every process takes while it opens a file to write, writes or makes a checkpoint; no SQL."""

import asyncio
import fcntl
from pathlib import Path

from pwa.database.sqlite.connection import WAIT_FOR_LOCK
from pwa.problems import Unavailable


class FileLock:
    """Two processes (a server and an import) must not write or make a checkpoint at the same moment.

    SQLite before 3.51.3 can corrupt the log then: its own lock does not cover the checkpoint.
    """

    def __init__(self, path: Path) -> None:
        """The gate of this file; raises Unavailable when its folder cannot be written."""
        try:
            self._file = path.with_name(path.name + ".lock").open("wb")
        except OSError as error:
            raise Unavailable from error

    async def lock(self) -> None:
        """Wait for it; raises Unavailable when somebody else has it for too long."""
        for _ in range(WAIT_FOR_LOCK * 100):
            if self.try_lock():
                return
            await asyncio.sleep(0.01)
        raise Unavailable

    def try_lock(self) -> bool:
        """Whether it could be had at once."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(self) -> None:
        """Let the next one in."""
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the file, and of the lock with it."""
        self._file.close()
