"""Knows how to run the demo as a process of its own, stop it, kill it and start it again on the same data."""

import atexit
import http.client
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from tests.browser.preloaded import Forked, Preloaded

HOUSE = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 30.0
STOPS_WITHIN = 10.0


def free_port() -> int:
    """A port of this machine that nobody listens on just now, and that no other run of these tests is likely to take.

    A story stops its server and starts it at the same port. The system itself gives out ports from 32768 on, to whoever
    connects to anything: none of those.
    """
    while True:
        port = random.randrange(10_000, 32_768)
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


@cache
def preloaded() -> Preloaded:
    """Today's house, loaded when it is first needed, until these tests end."""
    program = Preloaded()
    atexit.register(program.close)
    return program


class ServerFailed(Exception):
    """The server did not start; the message is what it said."""


class Server:
    """`python -m pwa demo` on a port and a folder that stay the same from start to start; the house may change.

    Nothing is done yet on its day, unless a story wants it in the middle.
    """

    def __init__(
        self,
        data: Path,
        arguments: tuple[str, ...] = (),
        settings: dict[str, str] | None = None,
        is_untouched: bool = True,
    ):
        self.house = HOUSE
        self.data = data
        self.port = free_port()
        self.arguments = ("--untouched", *arguments) if is_untouched else arguments
        self.settings = settings or {}
        self.log = data.parent / f"{data.name}.log"
        self.process: subprocess.Popen[bytes] | Forked | None = None

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Start it and wait until it says that it is ready. Raises ServerFailed with its own words."""
        self.begin()
        self.await_ready()

    def begin(self) -> None:
        """Start it, and wait for nothing."""
        assert self.process is None, "it runs already"
        settings = {"PORT": str(self.port), "HAAND_DATA": str(self.data), **self.settings}
        if self.house == HOUSE:
            self.process = preloaded().run(("demo", *self.arguments), settings, self.log)
            return
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pwa", "demo", *self.arguments],
                cwd=self.house,
                env={**os.environ, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def await_ready(self) -> None:
        """Wait until it is ready, once it has begun. Raises ServerFailed."""
        assert self.process, "it has not begun"
        until = time.monotonic() + STARTS_WITHIN
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise ServerFailed(self.log.read_text(errors="replace")[-4000:])
            time.sleep(0.05)

    def is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/readyz", headers={"Host": f"localhost:{self.port}"})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self) -> float:
        """Ask it to stop, as an operating system does; the seconds that it took."""
        return self._end(signal.SIGTERM)

    def kill(self) -> float:
        """kill -9."""
        return self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> float:
        if self.process is None:
            return 0.0
        began = time.monotonic()
        self.process.send_signal(how)
        try:
            self.process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
        return time.monotonic() - began


class ServersAhead:
    """Servers for one story each, each begun while the story before it runs: one of each kind stands ready.

    Each begins on a copy of what the first of its kind has written down, and so has less to write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._begun = 0
        self._ahead: dict[tuple[str, ...], Server] = {}

    def take(self, arguments: tuple[str, ...] = ()) -> Server:
        """One of this kind that is ready, from here on whoever took it stops it. Raises ServerFailed."""
        server = self._ahead.pop(arguments, None) or self._begin(arguments)
        server.await_ready()
        self._ahead[arguments] = self._begin(arguments)
        return server

    def _begin(self, arguments: tuple[str, ...]) -> Server:
        self._begun += 1
        folder = self._folder / str(self._begun)
        folder.mkdir(mode=0o700)
        server = Server(folder / "data", arguments)
        shutil.copytree(self._first(arguments), server.data)
        server.begin()
        return server

    def _first(self, arguments: tuple[str, ...]) -> Path:
        """Where the first of this kind has written down its day; it has stopped. Raises ServerFailed."""
        folder = self._folder / " ".join(("first", *arguments))
        if not folder.exists():
            folder.mkdir(mode=0o700)
            server = Server(folder / "data", arguments)
            server.start()
            server.stop()
        return folder / "data"

    def close(self) -> None:
        """Stop those that nobody took."""
        for server in self._ahead.values():
            server.kill()
