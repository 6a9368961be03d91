"""Knows how the application listens on a port and stops within a second; knows no addresses of ours."""

import gc
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from pwa.live import Boards

STOP_WITHIN = 1  # second


class Server(uvicorn.Server):
    """A server that ends the boards' streams when it is asked to stop; they would keep it up otherwise."""

    def __init__(self, config: uvicorn.Config, boards: Boards) -> None:
        super().__init__(config)
        self.boards = boards

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, end the streams, let what is under way be answered."""
        self.boards.stop()
        await super().shutdown(sockets)


@dataclass(frozen=True)
class Tls:
    """A certificate and its key, as files."""

    certificate: Path
    key: Path | None


def make_server(app: Starlette, boards: Boards, proxies: str, tls: Tls | None = None) -> Server:
    """A server that is ready to run. Only the proxies are believed about who asks."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
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
    server.run([door])


def open_door(address: str, port: int) -> socket.socket:
    """A port to listen on, ours from here on; raises OSError when it is taken or not ours to take."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.create_server((address, port), family=family, backlog=2048)


def check_certificate(certificate: Path, key: Path | None) -> Tls:
    """The two together; raises OSError (ssl.SSLError is one) unless they can be read and fit."""
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    return Tls(certificate, key)
