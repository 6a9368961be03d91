"""Faults that strace makes in a process that runs: a system call fails, or the process is killed there."""

import os
import re
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.browser.server import HOUSE


@contextmanager
def injected(pid: int, fault: str, file: Path | None = None) -> Iterator[None]:
    """Meanwhile the process meets this fault (strace(1), `inject`), e.g. fdatasync:error=EIO:when=3+.

    Calls are counted from now on, in each thread for itself; those about `file` alone if there is one.
    """
    calls = fault.partition(":")[0]
    about = ("-P", str(file)) if file else ()
    tracing = subprocess.Popen(
        ["strace", "-f", "-p", str(pid), "-o", "/dev/null", *about, "-e", f"trace={calls}", "-e", f"inject={fault}"],
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert tracing.stderr
    try:
        assert any(" attached" in line for line in tracing.stderr), "it could not be traced"
        yield
    finally:
        tracing.send_signal(signal.SIGINT)
        tracing.stderr.read()
        tracing.wait()
        tracing.stderr.close()


def wait_for_the_end(process: int, seconds: float = 20) -> bool:
    """Whether a process (a pidfd) ends in time."""
    return bool(select.select([process], [], [], seconds)[0])


@contextmanager
def watched(pid: int) -> Iterator[int]:
    """A file that can be read from once the process has ended; it is killed with the block at the latest."""
    process = os.pidfd_open(pid)
    try:
        yield process
    finally:
        if not wait_for_the_end(process, 0):
            signal.pidfd_send_signal(process, signal.SIGKILL)
            assert wait_for_the_end(process)
        os.close(process)


def run_under(fault: str, *arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end while a fault is injected."""
    calls = fault.partition(":")[0]
    return run_traced(calls, "-o", "/dev/null", "-e", f"inject={fault}", arguments=arguments, data=data)


def calls_of(calls: str, *arguments: str, data: Path, log: Path) -> list[str]:
    """Each of these calls that a command makes, as `inject` counts them, e.g. unlink:when=3.

    strace counts each name in each thread for itself: what two threads do as their third is one of these.
    """
    command = run_traced(calls, "-o", str(log), arguments=arguments, data=data)
    assert command.returncode == 0, command.stderr
    made = Counter(re.findall(r"^(\d+) +(\w+)\(", log.read_text(), re.MULTILINE))
    return sorted({f"{name}:when={when}" for (_, name), most in made.items() for when in range(1, most + 1)})


def run_traced(
    calls: str, *options: str, arguments: Sequence[str], data: Path
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end under strace."""
    return subprocess.run(
        [
            *("strace", "-f", "-qq", "-e", f"trace={calls}", *options),
            *(sys.executable, "-m", "pwa", *arguments),
        ],
        env={**os.environ, "HAAND_DATA": str(data), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=HOUSE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
