"""A program that has the whole server loaded, and becomes `python -m pwa ...` whenever it is told to: that takes milliseconds.

It reads a line of JSON for each, and writes a line with the new process's id. Not a test; `Preloaded` starts it.
"""

import ctypes
import gc
import json
import os
import select
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from unittest import mock

HOUSE = Path(__file__).resolve().parents[2]
# linux/prctl.h
PR_SET_PDEATHSIG = 1
PR_SET_PTRACER = 0x59616D61
ANYBODY = ctypes.c_ulong(-1)


class Forked:
    """A process that the program has become. It is no child of ours, so its end is seen by its pidfd."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._pidfd: int | None
        try:
            self._pidfd = os.pidfd_open(pid)
        except ProcessLookupError:  # it has ended already
            self._pidfd = None

    def poll(self) -> int | None:
        """None while it runs. How it ended is not known: 0."""
        return 0 if self._has_ended(within=0) else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; raises subprocess.TimeoutExpired."""
        if not self._has_ended(timeout):
            raise subprocess.TimeoutExpired("pwa", timeout or 0)
        return 0

    def send_signal(self, number: int) -> None:
        if self.poll() is None and self._pidfd is not None:
            signal.pidfd_send_signal(self._pidfd, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _has_ended(self, within: float | None) -> bool:
        if self._pidfd is not None and select.select([self._pidfd], [], [], within)[0]:
            os.close(self._pidfd)
            self._pidfd = None
        return self._pidfd is None


class NotLoaded(Exception):
    """The program ended before it was told anything; it has said why on standard error."""


class Preloaded:
    """The program, as whoever starts it sees it."""

    def __init__(self) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=HOUSE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, arguments: Sequence[str], settings: dict[str, str], log: Path, gate: Path | None = None
    ) -> Forked:
        """`python -m pwa ARGUMENTS` with these settings beside our own; what it says is added to the log. Raises NotLoaded.

        At a gate, a pipe with a name, it waits until somebody has opened the other end.
        """
        assert self._program.stdin
        assert self._program.stdout
        told = {
            "arguments": arguments,
            "settings": settings,
            "log": str(log),
            "gate": str(gate) if gate else None,
        }
        with suppress(BrokenPipeError):
            print(json.dumps(told), file=self._program.stdin, flush=True)
        if not (number := self._program.stdout.readline()):
            raise NotLoaded("The server could not be loaded. Why stands above.")
        return Forked(int(number))

    def close(self) -> None:
        """Let the program end, and all that it became."""
        self._program.communicate()


def main() -> None:
    """Become a server for each line."""
    from pwa.commands import main as command_line
    from pwa.templating.render import load_templates
    from pwa.web.build import LibrariesMissing, make_build

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        build = make_build()
    except LibrariesMissing:
        sys.exit(
            "static/vendor or static/bundles is missing, or older than its scripts: node tools/bundle.mjs makes the bundles."
        )
    mock.patch("pwa.commands.serve.make_build", return_value=build).start()
    while line := sys.stdin.readline().strip():
        told = json.loads(line)
        if told["arguments"][0] == "demo":
            load_templates()
        gc.freeze()  # what is loaded stays: no process looks through it for what can go
        pid = os.fork()
        if pid == 0:
            become(command_line, **told)
        print(pid, flush=True)


def become(
    command: Callable[[], object], arguments: list[str], settings: dict[str, str], log: str, gate: str | None
) -> None:
    """Run a command as a new process would, and never come back."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    process = ctypes.CDLL(None).prctl
    process(PR_SET_PDEATHSIG, signal.SIGKILL)
    said = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    os.dup2(said, sys.stdout.fileno())
    os.dup2(said, sys.stderr.fileno())
    os.environ.update(settings)
    sys.argv = ["pwa", *arguments]
    if gate:
        process(PR_SET_PTRACER, ANYBODY, 0, 0, 0)
        Path(gate).read_bytes()
    code = 1
    try:
        command()
    except SystemExit as end:  # click always ends so, with a number
        code = int(end.code or 0)
    except Exception:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
