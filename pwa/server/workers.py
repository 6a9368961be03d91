"""Knows how several processes serve at one door, and are started again; knows nothing of what they serve.

The processes are forks of this one, which does nothing but look after them.
"""

import contextlib
import multiprocessing
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from pwa.logs import log

Work = Callable[[int], None]
"""Told which of the processes it is done in, from 0."""

STOP_WITHIN = 1.5  # seconds: a server's own second, and a little
START_AGAIN_AFTER = 1  # second, so that a process that cannot start does not try all the time


class Workers:
    """The processes that do the same work, from the start until this one is told to stop."""

    def __init__(self, work: Work, count: int) -> None:
        self._work = work
        self._count = count
        self._forks = multiprocessing.get_context("fork")
        # Nothing is ever written here. It is closed when this process ends, however it ends.
        self._life, self._ours = os.pipe()

    def run(self) -> None:
        """Keep them at work until SIGTERM or SIGINT comes, then stop them."""
        with _signals_as_news() as told:
            at_work = [self._start(number) for number in range(self._count)]
            while not self._is_told(told, at_work):
                at_work = [
                    each if each.is_alive() else self._start_again(number, each)
                    for number, each in enumerate(at_work)
                ]
            _stop(at_work)

    def _is_told(self, told: int, at_work: list[BaseProcess]) -> bool:
        """Wait for the order to stop, or for the end of one of them and a little longer."""
        return told in wait([told, *(each.sentinel for each in at_work)]) or bool(
            wait([told], START_AGAIN_AFTER)
        )

    def _start(self, number: int) -> BaseProcess:
        process = self._forks.Process(target=self._run_one, args=(number,))
        process.start()
        return process

    def _start_again(self, number: int, ended: BaseProcess) -> BaseProcess:
        log.error("a process ended by itself", status=ended.exitcode)
        ended.close()
        return self._start(number)

    def _run_one(self, number: int) -> None:
        signal.set_wakeup_fd(-1)
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)
        os.close(self._ours)
        threading.Thread(target=self._end_with_the_first, daemon=True).start()
        with contextlib.suppress(KeyboardInterrupt):
            self._work(number)

    def _end_with_the_first(self) -> None:
        select.select([self._life], [], [])
        os.kill(os.getpid(), signal.SIGTERM)


def _stop(at_work: list[BaseProcess]) -> None:
    for process in at_work:
        process.terminate()
    latest = time.monotonic() + STOP_WITHIN
    for process in at_work:
        process.join(max(0, latest - time.monotonic()))
        process.kill()
        process.join()


@contextlib.contextmanager
def _signals_as_news() -> Iterator[int]:
    """A file that can be read from once this process was told to stop."""
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    try:
        yield told
    finally:
        signal.set_wakeup_fd(-1)
        os.close(told)
        os.close(tell)
