"""Knows how long a client may take and how much it may say, on uvicorn's connections; nothing of what it asks for.

What counts is progress, not the whole: a photo may take an hour if something of it comes all the time, and a board
may listen all day. uvicorn has no such limits; a proxy in front has its own (README.md).
"""

import asyncio
import json
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from math import inf
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from pwa.pages.headers import OF_DATA
from pwa.pages.problems import problem_body
from pwa.problems import HeaderTooLarge, Problem, TooManyConnections, TooSlow

LEAST = 1_000
"""So many bytes of a body must come each time that `stalled` seconds have passed, or all that is left of it."""
MOST_AROUND = 65_536
"""Bytes that are no body: of a header, of what frames a body's pieces. An eighth of the body may come on top."""


@dataclass(frozen=True)
class Patience:
    """Until a header must be there, and in which time some of a body must come and of an answer be taken: seconds.

    `connections` is how many there may be at a time.
    """

    header: float = 10
    stalled: float = 30
    connections: int = 12_000


class PatientConfig(Config):
    """uvicorn's settings, and how patient its connections are."""

    def __init__(self, app: Any, patience: Patience, **others: Any) -> None:
        super().__init__(app, http=Connection, **others)
        self.patience = patience


class Awaited(Enum):
    """What we wait for from a client. NOTHING: it waits for us, or says nothing between two requests."""

    HEADER = auto()
    BODY = auto()
    NOTHING = auto()


class Connection(HttpToolsProtocol):
    """A connection that is given up when its client takes too long. Somebody must `look` when the moment `due` has come."""

    config: PatientConfig
    due: float = inf
    awaited = Awaited.HEADER
    _around = _body = _came = _unsent = 0
    _is_taking = False

    # What uvicorn and its parser tell ------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await(Awaited.HEADER)
        if len(self.connections) > self.config.patience.connections:
            self._say_no(TooManyConnections())
            self._hang_up()

    def data_received(self, data: bytes) -> None:
        if self.awaited is Awaited.NOTHING and not self._is_answering:
            self._await(Awaited.HEADER)
        self._around += len(data)
        super().data_received(data)
        if self._around > MOST_AROUND + self._body // 8:
            self._give_up(HeaderTooLarge())

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await(Awaited.HEADER)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._await(Awaited.BODY)

    def on_body(self, body: bytes) -> None:
        self._around -= len(body)
        self._body += len(body)
        self._came += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._around = self._body = 0
        self._await(Awaited.NOTHING)

    def resume_writing(self) -> None:
        self._is_taking = True
        super().resume_writing()

    # What we make of it --------------------------------------------------------------------------------------

    def look(self, now: float) -> None:
        """Give the client up if it took too long; else say when to look again."""
        self.due = now + self.config.patience.stalled
        if self._brings_nothing and not self.transport.is_closing():
            self._give_up(TooSlow())
        elif self._takes_nothing():
            self.transport.abort()
        self._came = 0

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

    def _takes_nothing(self) -> bool:
        """Whether nothing of what we wrote has left since the last look."""
        before, self._unsent = self._unsent, self.transport.get_write_buffer_size()
        was_taking, self._is_taking = self._is_taking, False
        return self._unsent >= before > 0 and not was_taking

    def _give_up(self, problem: Problem) -> None:
        """Say why where an answer is expected and none has begun, and hang up."""
        has_said_something = self._around > 0 or self.awaited is Awaited.BODY
        expects_one = self._is_answering is (self.awaited is Awaited.BODY) and not self.pipeline
        if has_said_something and expects_one and not (self._is_answering and self.cycle.response_started):
            self._say_no(problem)
        self._hang_up()

    def _say_no(self, problem: Problem) -> None:
        if not self.transport.is_closing():
            self.transport.write(written(problem))

    def _hang_up(self) -> None:
        """Close once what was written has left, and let whoever works on the request know that nobody waits for it."""
        if self._is_answering:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()


def written(problem: Problem) -> bytes:
    """A no as an answer on the wire, the last one of its connection."""
    body = json.dumps(problem_body(problem, "da"), ensure_ascii=False).encode()
    headers = {
        **OF_DATA,
        "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **({"Retry-After": str(problem.retry_after)} if problem.retry_after else {}),
    }
    lines = [f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}"]
    lines += [f"{name.lower()}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
