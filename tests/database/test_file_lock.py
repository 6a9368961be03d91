"""The lock of a file: who waits for it is woken, not asking again and again; nobody who is gone keeps it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pwa.database.sqlite.file_lock import FileLock
from pwa.problems import Unavailable

pytestmark = pytest.mark.no_database

HOLDS = """
import fcntl, sys, time
file = open(sys.argv[1], "wb")
fcntl.flock(file, fcntl.LOCK_EX)
print("has it", flush=True)
time.sleep(60)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that need not be there."""
    return tmp_path / "haand.sqlite3"


@contextmanager
def held_elsewhere(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process has the lock, until it is killed."""
    command = [sys.executable, "-c", HOLDS, f"{path}.lock"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline()
        yield holder
        holder.kill()


async def begun(lock: FileLock, within: float = 30) -> "asyncio.Task[None]":
    """Somebody who waits for the lock."""
    waiting = asyncio.create_task(lock.lock(within))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    return waiting


async def test_whoever_waits_has_it_when_it_is_let_go_and_spends_nothing_meanwhile(path: Path):
    one, other = FileLock(path), FileLock(path)
    await one.lock()
    waiting = await begun(other)
    before = time.process_time()
    await asyncio.sleep(0.5)
    spent = time.process_time() - before
    one.unlock()
    await waiting

    assert spent < 0.02
    assert not one.try_lock()
    other.unlock()
    assert one.try_lock()
    one.close()
    other.close()


async def test_two_take_turns_and_never_have_it_both(path: Path):
    locks = [FileLock(path) for _ in range(3)]
    at_work, most = 0, 0

    async def work(lock: FileLock) -> None:
        nonlocal at_work, most
        for _ in range(40):
            await lock.lock()
            at_work += 1
            most = max(most, at_work)
            await asyncio.sleep(0)
            at_work -= 1
            lock.unlock()
            await asyncio.sleep(0)

    await asyncio.gather(*map(work, locks))

    assert most == 1
    for lock in locks:
        lock.close()


async def test_what_another_has_for_too_long_is_unavailable_and_who_asks_after_that_is_told_at_once(
    path: Path,
):
    one, other = FileLock(path), FileLock(path)
    await one.lock()
    with pytest.raises(Unavailable):
        await other.lock(within=0.1)

    async with asyncio.timeout(1):
        for _ in range(3):
            with pytest.raises(Unavailable):
                await other.lock(within=30)
    one.unlock()
    await asyncio.sleep(0.1)
    await other.lock(within=30)

    other.close()
    one.close()


async def test_who_gave_up_waiting_does_not_keep_it_when_it_comes(path: Path):
    one, other = FileLock(path), FileLock(path)
    await one.lock()
    with pytest.raises(Unavailable):
        await other.lock(within=0.05)
    one.unlock()
    await asyncio.sleep(0.1)

    assert one.try_lock()
    one.close()
    other.close()


@pytest.mark.parametrize("moment", ["while it waits", "when it has come"])
async def test_a_waiter_who_is_cancelled_does_not_keep_it(path: Path, moment: str):
    one, other = FileLock(path), FileLock(path)
    await one.lock()
    waiting = await begun(other)
    if moment == "when it has come":
        one.unlock()
        time.sleep(0.1)  # noqa: ASYNC251 - the thread has it by now, and its news waits for the loop
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    if moment == "while it waits":
        one.unlock()
    await asyncio.sleep(0.1)

    assert one.try_lock()
    one.close()
    other.close()


async def test_a_waiter_who_is_cancelled_when_it_was_just_told_does_not_keep_it(path: Path):
    one, other = FileLock(path), FileLock(path)
    await one.lock()
    waiting = await begun(other)
    has_come = other._has_come

    def cancelled_at_once() -> None:
        has_come()
        waiting.cancel()

    other._has_come = cancelled_at_once  # type: ignore[method-assign]
    one.unlock()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert one.try_lock()
    one.close()
    other.close()


async def test_the_lock_of_a_process_that_is_killed_is_free(path: Path):
    lock = FileLock(path)
    with held_elsewhere(path) as holder:
        waiting = await begun(lock)
        os.kill(holder.pid, signal.SIGKILL)
        async with asyncio.timeout(10):
            await waiting
    other = FileLock(path)

    assert not other.try_lock()
    other.close()
    lock.close()


async def test_a_process_that_is_stopped_keeps_it_until_it_goes_on_or_ends(path: Path):
    lock = FileLock(path)
    with held_elsewhere(path) as holder:
        os.kill(holder.pid, signal.SIGSTOP)
        with pytest.raises(Unavailable):
            await lock.lock(within=0.2)
        os.kill(holder.pid, signal.SIGKILL)
        await asyncio.sleep(0.3)

        assert lock.try_lock()
    lock.close()
