"""Knows how the application listens on a port and stops within a second; knows no addresses of ours."""

import socket
import ssl
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from pwa.config import Settings
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


def listen(
    app: Starlette, boards: Boards, door: socket.socket, proxies: str, certificate: Path | None, key: Path | None
) -> None:
    """Serve at this door until told to stop."""
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
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    Server(config, boards).run([door])


def open_door(address: str, port: int) -> socket.socket:
    """A port to listen on, ours from here on; raises OSError when it is taken."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.create_server((address, port), family=family, backlog=2048)


def check_certificate(certificate: Path, key: Path | None) -> None:
    """Raise OSError (ssl.SSLError is one) unless the two can be read and fit together."""
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
