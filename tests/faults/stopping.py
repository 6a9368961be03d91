"""Stops a program and all under it, each of their threads, so that nothing of theirs is under way in the kernel."""

import os
import signal
import time
from pathlib import Path

from bench.programs import family

WITHIN = 30.0
"""Seconds: a thread that waits for the disk stops when the disk has answered."""
GONE = "ZX"
AT_REST = "TtZX"
"""proc_pid_stat(5), field 3: stopped, stopped by a tracer, or ended."""


def stop_every_thread(pid: int) -> None:
    """Let none of them run on, and come back once each has left the kernel; they stay so until SIGCONT or SIGKILL.

    A child that was made meanwhile is found in the next round: a process that is stopped makes none.
    """
    until = time.monotonic() + WITHIN
    stopped: set[int] = set()
    while stopped != (processes := set(family(pid))):
        for process in processes - stopped:
            os.kill(process, signal.SIGSTOP)
        while not all(map(is_at_rest, processes)):
            assert time.monotonic() < until, "a thread does not stop"
            time.sleep(0.001)
        stopped = processes


def kill_every_process(pid: int) -> None:
    """End it and all under it as a power cut does, and come back once none of them has a file open."""
    processes = set(family(pid))
    for process in processes:
        os.kill(process, signal.SIGKILL)
    until = time.monotonic() + WITHIN
    while not all(map(has_ended, processes)):
        assert time.monotonic() < until, "a process does not end"
        time.sleep(0.001)


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or waits only to be told of."""
    return _state(Path(f"/proc/{pid}/stat")) in GONE


def is_at_rest(pid: int) -> bool:
    """Whether each thread of a process is stopped or has ended."""
    return all(_state(stat) in AT_REST for stat in Path(f"/proc/{pid}/task").glob("*/stat"))


def _state(stat: Path) -> str:
    """One letter, as proc_pid_stat(5) has it; X too of one that has gone, also while it is read."""
    try:
        return stat.read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"
