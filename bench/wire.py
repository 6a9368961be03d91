"""Knows how many bytes really come from a server, by address and with their heads; knows nothing about what they are.

A browser tells less: nothing of what a worker imports, and heads for what it had in memory.
"""

import re
import socket
import threading
from collections import Counter
from contextlib import suppress
from typing import Self

ASKED = re.compile(rb"^[A-Z]+ (\S+) HTTP/1\.1\r\n")
AT_ONCE = 65_536  # bytes


class Wire:
    """A way to a server on this machine that counts what comes down. HTTP/1.1, one question at a time a connection."""

    def __init__(self, port: int) -> None:
        self.came: Counter[str] = Counter()
        """Bytes by path."""
        self._to = port
        self._door = socket.create_server(("127.0.0.1", 0))

    @property
    def origin(self) -> str:
        """Where a browser goes instead."""
        return f"http://localhost:{self._door.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                browser, _ = self._door.accept()
                threading.Thread(target=self._carry, args=(browser,), daemon=True).start()

    def _carry(self, browser: socket.socket) -> None:
        asked = [""]
        with browser, socket.create_connection(("127.0.0.1", self._to)) as server:
            down = threading.Thread(target=self._bring_down, args=(server, browser, asked), daemon=True)
            down.start()
            with suppress(OSError):
                while sent := browser.recv(AT_ONCE):
                    if found := ASKED.match(sent):
                        asked[0] = found[1].decode()
                    server.sendall(sent)
                server.shutdown(socket.SHUT_WR)
            down.join()

    def _bring_down(self, server: socket.socket, browser: socket.socket, asked: list[str]) -> None:
        with suppress(OSError):
            while came := server.recv(AT_ONCE):
                self.came[asked[0]] += len(came)
                browser.sendall(came)
            browser.shutdown(socket.SHUT_WR)
