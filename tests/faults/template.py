"""A program that has the whole server loaded, and becomes it whenever it is told a folder: that takes milliseconds.

It reads how many processes and a folder a line, and writes a line with the new process's id and its port. Not a test; `Template` runs it.
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
from pwa.database import Company, make_company, serving
from pwa.server.server import listen, make_server, open_door
from pwa.server.workers import Workers
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

    def serve(self, place: Place, processes: int = 1) -> tuple[int, int]:
        """A new process that serves a place, or looks after several: its id and its port, at which it is heard soon."""
        assert self._process.stdin
        assert self._process.stdout
        print(processes, place.folder, file=self._process.stdin, flush=True)
        pid, port = self._process.stdout.readline().split()
        return int(pid), int(port)

    def close(self) -> None:
        """Let the program end."""
        self._process.communicate()


def main() -> None:
    """Become a server for each line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    build = make_build()
    while line := sys.stdin.readline().strip():
        processes, _, folder = line.partition(" ")
        door = open_door("127.0.0.1", 0)
        pid = os.fork()
        if pid == 0:
            become_server(Path(folder), door, build, int(processes))
        print(pid, door.getsockname()[1], flush=True)
        door.close()


def become_server(folder: Path, door: socket.socket, build: Build, processes: int) -> None:
    """Serve as `python -m pwa serve` does, and never come back."""
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, sys.stdin.fileno())
    os.dup2(silence, sys.stdout.fileno())
    process = ctypes.CDLL(None).prctl
    process(PR_SET_PDEATHSIG, signal.SIGKILL)
    settings = Settings(data=folder, origin="https://localhost")

    def serve_here(company: Company | None) -> None:
        process(PR_SET_PTRACER, ANYBODY, 0, 0, 0)
        boards = Boards()
        app = make_app(settings, build=build, boards=boards, company=company)
        listen(make_server(app, boards, settings.proxies), door)

    with serving(settings.database_file), make_company(processes) as company:
        if processes > 1:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            Workers(lambda number: serve_here(company[number]), processes).run()
        else:
            serve_here(None)
    os._exit(0)


if __name__ == "__main__":
    main()
