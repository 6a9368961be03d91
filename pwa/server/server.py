"""Knows how the application listens on a port and stops within a second; knows no addresses of ours."""

import asyncio
import gc
import resource
import socket
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import uvicorn
from starlette.applications import Starlette

from pwa.logs import log
from pwa.server.slow_clients import ClientLimits, Connection, LimitedConfig
from pwa.web.live import Boards

STOP_WITHIN = 0.7  # seconds for what is under way; all of it takes less than one
TICKS = 10
"""Of uvicorn's, in a second."""
LATE = 2.0
"""Seconds between two looks at the clients after which it is we who were slow, not they."""
SOON = 0.0003
"""Seconds that a thread works on while another waits for its turn."""
BESIDES = 100
"""So many open files are not for connections."""


class Server(uvicorn.Server):
    """A server that looks after slow clients, and ends the boards' streams when it is asked to stop."""

    def __init__(self, config: LimitedConfig, boards: Boards) -> None:
        super().__init__(config)
        self.boards = boards
        self._looked_at = 0.0

    async def on_tick(self, counter: int) -> bool:
        """Look around once a second; uvicorn calls this oftener."""
        if counter % TICKS == 0:
            self._look_around(asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, end the streams, wait for no more of a request, let what is under way be answered."""
        self.boards.stop()
        for connection in self._connections:
            connection.stop_waiting()
        await super().shutdown(sockets)

    def _look_around(self, now: float) -> None:
        is_late, self._looked_at = now - self._looked_at > LATE, now
        due = [] if is_late else [each for each in self._connections if each.due <= now]
        if given_up := sum(each.look(now) for each in due):
            log.warning("clients were too slow", count=given_up)

    @property
    def _connections(self) -> set[Connection]:
        return cast("set[Connection]", self.server_state.connections)


@dataclass(frozen=True)
class Tls:
    """A certificate and its key, as files."""

    certificate: Path
    key: Path | None


def make_server(
    app: Starlette, boards: Boards, proxies: str, tls: Tls | None = None, patience: ClientLimits | None = None
) -> Server:
    """A server that is ready to run. Only the proxies are believed about who asks."""
    config = LimitedConfig(
        app,
        patience or ClientLimits(),
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=STOP_WITHIN,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )
    return Server(config, boards)


def listen(server: Server, door: socket.socket) -> None:
    """Serve at this door until told to stop."""
    # What is there now stays: collecting it again and again cost 15 % (sync.md).
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    # What ends in a thread, a commit above all, gets its turn sooner than Python's five milliseconds.
    sys.setswitchinterval(SOON)
    server.run([door])


def allow_connections(wanted: int) -> int:
    """Be let open as many files as so many connections need; gives how many there can be, fewer where we are not let."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = max(soft, min(wanted + BESIDES, hard))
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    connections = min(wanted, max(files - BESIDES, files // 2))
    if connections < wanted:
        log.warning("the limit of open files leaves fewer connections than are set", count=connections)
    return connections


def open_door(address: str, port: int) -> socket.socket:
    """A port to listen on, ours from here on; raises OSError when it is taken or not ours to take."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.create_server((address, port), family=family, backlog=2048)


def check_certificate(certificate: Path, key: Path | None) -> Tls:
    """The two together; raises OSError (ssl.SSLError is one) unless they can be read and fit."""
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    return Tls(certificate, key)
