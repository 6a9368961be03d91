"""Knows how our programs are started on a place, what they cost, and how they stop; knows nothing of what they do."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.place import Place
from bench.problems import BenchStopped
from tests.browser.preloaded import Forked
from tests.browser.server import HOUSE, free_port

Settings = Mapping[str, str]

TICKS = os.sysconf("SC_CLK_TCK")
STARTS_WITHIN = 1800.0
STOPS_WITHIN = 60.0
OUR_OWN: Settings = {}


class Server:
    """A program of ours that listens on a port. `arguments` are what stands after `python -m`."""

    def __init__(self, arguments: tuple[str, ...], settings: Settings, log: Path) -> None:
        self.port = free_port()
        self._log = log
        ours = {"PORT": str(self.port), "HAAND_ORIGIN": f"https://localhost:{self.port}"}
        self._process = self._begin(arguments, {**ours, **settings})

    def _begin(self, arguments: tuple[str, ...], settings: Settings) -> subprocess.Popen[bytes] | Forked:
        with self._log.open("wb") as opened:
            return subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=HOUSE,
                env={**os.environ, **settings},
                stdin=subprocess.DEVNULL,
                stdout=opened,
                stderr=opened,
            )

    def wait_until_ready(self) -> None:
        """Wait until it answers; raises BenchStopped."""
        until = time.monotonic() + STARTS_WITHIN
        while not is_ready(self.port):
            if self.has_died() or time.monotonic() > until:
                raise BenchStopped("The server did not start.")
            time.sleep(0.02)

    def cpu_seconds(self) -> float:
        """User and system time until now, its children's included, in steps of a hundredth of a second."""
        return sum(ticks_of(pid) for pid in family(self._process.pid)) / TICKS

    def memory_mb(self) -> float:
        """The most that it and its children have had in memory (VmHWM), in MB."""
        return sum(peak_kb(pid) for pid in family(self._process.pid)) * 1024 / 1_000_000

    @property
    def pid(self) -> int:
        """The process, or the one that looks after the others."""
        return self._process.pid

    def has_died(self) -> bool:
        """Whether it has ended by itself."""
        return self._process.poll() is not None

    def last_words(self) -> str:
        """The end of its log."""
        return self._log.read_text(errors="replace")[-3000:]

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as a power cut does, and wait."""
        self._process.kill()
        self._process.wait()


@contextmanager
def served(
    place: Place, settings: Settings = OUR_OWN, command: tuple[str, ...] = ("serve", "--processes", "1")
) -> Iterator[Server]:
    """The real server on this place."""
    with running(("pwa", *command), place, settings) as server:
        yield server


@contextmanager
def running(arguments: tuple[str, ...], place: Place, settings: Settings = OUR_OWN) -> Iterator[Server]:
    """A server of ours, from when it is ready until it has stopped; if it dies meanwhile, its last words are told."""
    server = Server(arguments, {**place.environment(), **settings}, place.folder / "server.log")
    try:
        server.wait_until_ready()
        yield server
    except BenchStopped as stopped:
        if server.has_died():
            raise BenchStopped(f"{stopped}\n{server.last_words()}") from None
        raise
    finally:
        server.stop()


def is_ready(port: int) -> bool:
    """Whether somebody answers /readyz."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def ask(module: str, *arguments: str, place: Place, settings: Settings = OUR_OWN) -> Any:
    """Run a module of the bench on a place to its end, and read the JSON that it prints. Raises BenchStopped."""
    ended = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=HOUSE,
        env={**os.environ, **place.environment(), **settings},
        capture_output=True,
        check=False,
        text=True,
    )
    if ended.returncode:
        raise BenchStopped(f"{module}:\n{ended.stderr[-3000:]}")
    return json.loads(ended.stdout)


def family(pid: int) -> Iterator[int]:
    """A process and all under it that live."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from family(int(child))


def ticks_of(pid: int) -> int:
    """utime, stime and the same of children that have ended (proc_pid_stat(5), fields 14 to 17)."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in after_name[11:15])


def peak_kb(pid: int | str = "self") -> int:
    """VmHWM (proc_pid_status(5)), in kB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
