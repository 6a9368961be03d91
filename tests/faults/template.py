"""A program that has the whole server loaded, and becomes it whenever it is told a folder: that takes milliseconds.

It reads a folder a line, and writes a line with the new process's id and its port. Not a test; `Template` runs it.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from bench.place import Place
from pwa.app import make_app
from pwa.config import Settings
from pwa.database import serving
from pwa.server.server import listen, make_server, open_door
from pwa.web.build import Build, make_build
from pwa.web.live import Boards
from tests.browser.preloaded import ANYBODY, HOUSE, PR_SET_PDEATHSIG, PR_SET_PTRACER


class Template:
    """The program, as whoever has it started sees it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=HOUSE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def serve(self, place: Place) -> tuple[int, int]:
        """A new process that serves a place: its id and its port, at which it is heard soon."""
        assert self._process.stdin
        assert self._process.stdout
        print(place.folder, file=self._process.stdin, flush=True)
        pid, port = self._process.stdout.readline().split()
        return int(pid), int(port)

    def close(self) -> None:
        """Let the program end."""
        self._process.communicate()


def main() -> None:
    """Become a server for each line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    build = make_build()
    while folder := sys.stdin.readline().strip():
        door = open_door("127.0.0.1", 0)
        pid = os.fork()
        if pid == 0:
            become_server(Path(folder), door, build)
        print(pid, door.getsockname()[1], flush=True)
        door.close()


def become_server(folder: Path, door: socket.socket, build: Build) -> None:
    """Serve as `python -m pwa serve` does, and never come back."""
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, sys.stdin.fileno())
    os.dup2(silence, sys.stdout.fileno())
    process = ctypes.CDLL(None).prctl
    process(PR_SET_PDEATHSIG, signal.SIGKILL)
    process(PR_SET_PTRACER, ANYBODY, 0, 0, 0)
    settings, boards = Settings(data=folder, origin="https://localhost"), Boards()
    with serving(settings.database_file):
        app = make_app(settings, build=build, boards=boards)
        listen(make_server(app, boards, settings.proxies), door)
    os._exit(0)


if __name__ == "__main__":
    main()
