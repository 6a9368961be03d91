"""Knows how long a client may take and how much it may say, on uvicorn's connections; nothing of what it asks for.

What counts is progress, not the whole: a photo may take an hour if something of it comes all the time, and a board
may listen all day. uvicorn limits only how long nothing is said between two requests; a proxy in front has limits of
its own (docs/running/proxies.md). Nothing runs while a client is in time: each notes when it is `due`, the server looks once a second.
"""

import asyncio
import fcntl
import json
import sys
import termios
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from math import inf
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from pwa.problems import Problem
from pwa.server.problems import HeaderTooLarge, TooManyConnections, TooSlow
from pwa.web.headers import BESIDES_PAGES
from pwa.web.problem_responses import problem_body
from pwa.web.problems import BrokenBody

LEAST = 1_000
"""So many bytes of a body must come each time that `stalled` seconds have passed, or all that is left of it."""
MOST_AROUND = 65_536
"""Bytes that are no body: of a header, of what frames a body's pieces. An eighth of the body may come on top."""
MOST_HEADERS = 100
"""A browser sends some twenty, and a proxy adds a few."""
OF_A_LINE = len(": \r\n")


@dataclass(frozen=True)
class ClientLimits:
    """Seconds until a header must be there; in which some of a body must come, and of an answer be taken; and for which
    a connection is kept between two requests: longer than a proxy keeps it, or requests would meet its end.

    `connections` is how many there may be at a time.
    """

    header: int = 10
    stalled: int = 30
    idle: int = 75
    connections: int = 12_000


class LimitedConfig(Config):
    """uvicorn's settings, and how patient its connections are."""

    def __init__(self, app: Any, patience: ClientLimits, **others: Any) -> None:
        super().__init__(app, http=Connection, timeout_keep_alive=patience.idle, **others)
        self.patience = patience


class Awaited(Enum):
    """What we wait for from a client. NOTHING: it waits for us, or is idle, which uvicorn limits."""

    HEADER = auto()
    BODY = auto()
    NOTHING = auto()


class Connection(HttpToolsProtocol):
    """A connection that is given up when its client takes too long. Somebody must `look` when it is `due`."""

    config: LimitedConfig
    due: float = inf
    awaited = Awaited.HEADER
    _around = _came = _unsent = _head = 0
    _refused: Problem | None = None

    # What uvicorn and its parser tell ------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await(Awaited.HEADER)
        if len(self.connections) > self.config.patience.connections:
            self._hang_up(TooManyConnections())

    def data_received(self, data: bytes) -> None:
        if self.awaited is Awaited.NOTHING and not self._is_answering:
            self._await(Awaited.HEADER)
        self._around += len(data)
        super().data_received(data)
        if self._around > MOST_AROUND:
            self._give_up(HeaderTooLarge())

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + OF_A_LINE)
        if self.awaited is not Awaited.BODY:
            super().on_header(name, value)
        # What comes after a body is no header (RFC 9110 §6.5.1): no proxy has looked at it. Nothing here asks for it.

    def on_headers_complete(self) -> None:
        if self.parser.get_http_version() not in ("1.0", "1.1"):
            raise ValueError("not spoken here")
        if not self.url.startswith(b"/"):
            raise ValueError("only a proxy is told the whole address")  # RFC 9112 §3.2
        super().on_headers_complete()
        self._await(Awaited.BODY)

    def on_body(self, body: bytes) -> None:
        self._around -= len(body) + len(body) // 8
        self._came += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._around = 0
        self._await(Awaited.NOTHING)

    def resume_writing(self) -> None:
        self._unsent = 0
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        self._give_up(self._refused or BrokenBody())

    # What we make of it --------------------------------------------------------------------------------------

    def look(self, now: float) -> bool:
        """Give the client up if it took too long, and say so; else see to it that we look again."""
        if self._brings_nothing and not self.transport.is_closing():
            self._give_up(TooSlow())
            return True
        before, self._unsent = self._unsent, untaken(self.transport)
        if takes_nothing := self._unsent >= before > 0:
            self.transport.abort()
        self._came, self.due = 0, now + self.config.patience.stalled
        return takes_nothing

    def _count(self, size: int) -> None:
        """Stop the parser before it hands on a header that is too large, also one that came all at once."""
        self._head += size
        if self._head > MOST_AROUND or len(self.headers) >= MOST_HEADERS:
            self._refused = HeaderTooLarge()
            raise ValueError("too large")

    def stop_waiting(self) -> None:
        """The server stops: a request that is not all here is not begun. Its client sends it again."""
        if self.awaited is Awaited.BODY:
            self._hang_up()

    def _await(self, awaited: Awaited) -> None:
        patience = self.config.patience
        self.awaited, self._came, self._unsent = awaited, 0, 0
        self.due = self.loop.time() + (patience.header if awaited is Awaited.HEADER else patience.stalled)

    @property
    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    @property
    def _brings_nothing(self) -> bool:
        """Whether the client owes us something. Not while we do not read on, or it waits to be told to go on."""
        if self.awaited is Awaited.BODY:
            is_our_turn = self.flow.read_paused or self.cycle.waiting_for_100_continue
            return self._came < LEAST and not is_our_turn
        return self.awaited is Awaited.HEADER

    def _give_up(self, problem: Problem) -> None:
        """Say why, if something was asked and no answer has begun, and hang up."""
        if self.awaited is Awaited.BODY:
            is_free = not self.cycle.response_started and not self.pipeline
        else:
            is_free = self._around > 0 and not self._is_answering
        self._hang_up(problem if is_free else None)

    def _hang_up(self, problem: Problem | None = None) -> None:
        """Close once what was written has left, and let whoever works on the request know that nobody waits for it."""
        if problem and not self.transport.is_closing():
            self.transport.write(written(problem))
        if self._is_answering:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()


def untaken(transport: asyncio.Transport) -> int:
    """Bytes that the client has not taken yet while we hold some back: ours, and those in the machine's own buffer.

    That holds megabytes and lets us go on only when much of it is gone (tcp(7), SIOCOUTQ): by ours alone a slow
    client that takes all the time looks like one that takes nothing.
    """
    ours = transport.get_write_buffer_size()
    connection = transport.get_extra_info("socket")
    if not ours or connection is None:
        return ours
    try:
        told = fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, bytes(4))
    except OSError:
        return ours
    return ours + int.from_bytes(told, sys.byteorder)


def written(problem: Problem) -> bytes:
    """A no as an answer on the wire, the last one of its connection."""
    body = json.dumps(problem_body(problem, "da"), ensure_ascii=False).encode()
    headers = {
        **BESIDES_PAGES,
        "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **({"Retry-After": str(problem.retry_after)} if problem.retry_after else {}),
    }
    lines = [f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}"]
    lines += [f"{name.lower()}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
