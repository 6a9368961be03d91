"""Faults that strace makes in a process that runs: a system call fails, or the process is killed there."""

import os
import re
import select
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.server import preloaded


@contextmanager
def injected(pid: int, fault: str, file: Path | None = None) -> Iterator[None]:
    """Meanwhile the process meets this fault (strace(1), `inject`), e.g. fdatasync:error=EIO:when=3+.

    Calls are counted from now on, in each thread for itself; those about `file` alone if there is one.
    """
    about = ("-P", str(file)) if file else ()
    with tracing(pid, fault.partition(":")[0], "-o", "/dev/null", *about, "-e", f"inject={fault}"):
        yield


@contextmanager
def tracing(pid: int, calls: str, *options: str) -> Iterator[subprocess.Popen[str]]:
    """strace, from when it sees these calls of a process and of all its threads."""
    strace = subprocess.Popen(
        ["strace", "-f", "-p", str(pid), "-e", f"trace={calls}", *options], stderr=subprocess.PIPE, text=True
    )
    assert strace.stderr
    try:
        assert any(" attached" in line for line in strace.stderr), "it could not be traced"
        yield strace
    finally:
        strace.send_signal(signal.SIGINT)
        strace.stderr.read()
        strace.wait()
        strace.stderr.close()


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


@dataclass(frozen=True)
class Ended:
    """How a command ended: its code, or the number of the signal that killed it, less than 0; and what it said."""

    returncode: int
    said: str


def run_under(fault: str, *arguments: str, data: Path) -> Ended:
    """Run a command to its end while a fault is injected."""
    return run_traced(fault.partition(":")[0], "-e", f"inject={fault}", arguments=arguments, data=data)[0]


def calls_of(calls: str, *arguments: str, data: Path) -> list[str]:
    """Each of these calls that a command makes, as `inject` counts them, e.g. unlink:when=3.

    strace counts each name in each thread for itself: what two threads do as their third is one of these.
    """
    command, log = run_traced(calls, arguments=arguments, data=data)
    assert command.returncode == 0, command.said
    made = Counter(re.findall(r"^(\d+) +(\w+)\(", log, re.MULTILINE))
    return sorted({f"{name}:when={when}" for (_, name), most in made.items() for when in range(1, most + 1)})


def run_traced(calls: str, *options: str, arguments: Sequence[str], data: Path) -> tuple[Ended, str]:
    """Run a command to its end under strace, and what strace wrote.

    It is traced from before its first line, in a process that has the whole house loaded: hundreds of modules need not
    be loaded under strace.
    """
    with tempfile.TemporaryDirectory() as folder:
        said, log, gate = (Path(folder) / name for name in ("said", "log", "gate"))
        os.mkfifo(gate)
        process = preloaded().run(arguments, {"HAAND_DATA": str(data)}, said, gate)
        try:
            with tracing(process.pid, calls, "-o", str(log), *options) as strace:
                gate.write_bytes(b"")
                strace.wait(120)
        finally:
            process.kill()
        return Ended(how_it_ended(log.read_text(), process.pid), said.read_text()), log.read_text()


def how_it_ended(log: str, pid: int) -> int:
    """A process's code, or less than 0 the number of the signal that killed it, as strace saw it."""
    ended = re.search(rf"^{pid} +\+\+\+ (?:exited with (\d+)|killed by (SIG\w+))", log, re.MULTILINE)
    assert ended, log
    return int(ended[1]) if ended[1] else -signal.Signals[ended[2]]
