"""Knows the lock that every process takes while it opens a file to write, writes or makes a checkpoint; no SQL."""

import asyncio
import fcntl
import threading
import time
from contextlib import suppress
from pathlib import Path

from pwa.database.sqlite.connection import WAIT_FOR_LOCK
from pwa.problems import Unavailable


class FileLock:
    """Two processes (that serve, or import) must not write or make a checkpoint at the same moment.

    SQLite before 3.51.3 can corrupt the log then: its own lock does not cover the checkpoint. The kernel keeps this one
    (flock(2)), and gives it on when whoever has it ends, however that ends. One at a time waits for it in a process.
    """

    def __init__(self, path: Path) -> None:
        """The gate of this file; raises Unavailable when its folder cannot be written."""
        try:
            self._file = path.with_name(path.name + ".lock").open("wb")
        except OSError as error:
            raise Unavailable from error
        self._is_waited_for = False
        self._until = 0.0
        self._claim: asyncio.Future[None] | None = None

    async def lock(self, within: float = WAIT_FOR_LOCK) -> None:
        """Wait for it; raises Unavailable when somebody else has it for so many seconds.

        They count from when this process began to wait: whoever asks after that, while it still waits, is told at once.
        """
        if not self._is_waited_for:
            if self.try_lock():
                return
            self._begin_to_wait(within)
        self._claim = claim = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(max(0.0, self._until - time.monotonic())):
                await claim
        except BaseException as error:
            if claim.done() and not claim.cancelled():
                self.unlock()
            if isinstance(error, TimeoutError):
                raise Unavailable from error
            raise
        finally:
            self._claim = None

    def _begin_to_wait(self, within: float) -> None:
        """In a thread, which the kernel wakes: nobody asks again and again."""
        self._is_waited_for, self._until = True, time.monotonic() + within
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._wait, args=(loop, self._file.fileno()), daemon=True).start()

    def _wait(self, loop: asyncio.AbstractEventLoop, file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
        with suppress(RuntimeError):  # the loop is closed: with the file the lock is let go
            loop.call_soon_threadsafe(self._has_come)

    def _has_come(self) -> None:
        """It is ours. Whoever gave up waiting does not want it any more."""
        self._is_waited_for = False
        if self._claim and not self._claim.done():
            self._claim.set_result(None)
        else:
            self.unlock()

    def try_lock(self) -> bool:
        """Whether it could be had at once."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(self) -> None:
        """Let the next one in."""
        with suppress(ValueError):  # closed already
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the file, and of the lock with it."""
        self._file.close()
