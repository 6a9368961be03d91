"""Leaders' tablets that listen while the storm runs: when each hears of its carers, and what their listening costs."""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

import uvloop

from bench.figures import Figures, figures_of, percentile
from bench.generator import HOST, Talk, talk
from bench.phone import Phone
from bench.place import copied
from bench.problems import BenchStopped
from bench.programs import Server, served
from bench.storm import acknowledged, pushes, waiting
from bench.town import Tablet, Town
from pwa.access.pages.authentication import COOKIE

HEARS_WITHIN = 10.0
"""Seconds after the storm in which the last notice must have come."""


class Listener(asyncio.Protocol):
    """One open board: asks for the notices, and notes when each carer was first named, by time.perf_counter()."""

    POKE = re.compile(rb"event: carer-([0-9a-f-]{36})\r?\n")
    HELLO = b"event: hello"
    LONGEST_EVENT = 64

    def __init__(self, request: bytes) -> None:
        self.heard: dict[str, float] = {}
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request = request
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        now, text = time.perf_counter(), self._rest + data
        if not self.greeted.done() and self.HELLO in text:
            self.greeted.set_result(None)
        for name in self.POKE.findall(text):
            self.heard.setdefault(name.decode(), now)
        self._rest = text[-self.LONGEST_EVENT :]

    def connection_lost(self, error: Exception | None) -> None:
        if not self.greeted.done():
            self.greeted.set_exception(BenchStopped("A board was not let in."))

    def close(self) -> None:
        """Hang up."""
        self.greeted.cancel()
        self._transport.abort()


def boards(town: Town, phones: int) -> Figures:
    """The storm with all tablets listening; heard_p99_ms is from a push's answer to the notice, on every tablet."""
    some = town.phones[:phones]
    with copied(town.synced) as place, served(place) as server:
        said, listeners = uvloop.run(storm_while_listening(server, some, town.tablets))
        figures = {**figures_of(said, acknowledged(said, waiting(some))), "memory_mb": server.memory_mb()}
    answered = {phone.person_id: line[0].heard_at for phone, line in zip(some, said.lines, strict=True)}
    late = [
        max(0.0, heard - answered[carer]) * 1000
        for listener in listeners
        for carer, heard in listener.heard.items()
    ]
    return {**figures, "heard_p50_ms": percentile(late, 50), "heard_p99_ms": percentile(late, 99)}


async def storm_while_listening(
    server: Server, phones: Sequence[Phone], tablets: Sequence[Tablet]
) -> tuple[Talk, list[Listener]]:
    """The storm, and every tablet with all that it was to hear; raises BenchStopped when one did not."""
    listeners = [await open_board(server.port, tablet) for tablet in tablets]
    with hung_up_at_the_end(listeners):
        said = await talk(server.port, pushes(server.port, phones), server.cpu_seconds)
        expected = [
            {phone.person_id for phone in phones if tablet.team_id in phone.team_ids} for tablet in tablets
        ]
        until = time.perf_counter() + HEARS_WITHIN
        while any(
            carers - listener.heard.keys() for carers, listener in zip(expected, listeners, strict=True)
        ):
            if time.perf_counter() > until:
                raise BenchStopped("A board was not told of a carer whose push was answered.")
            await asyncio.sleep(0.01)
    return said, listeners


async def open_board(port: int, tablet: Tablet) -> Listener:
    """A tablet that has been greeted."""
    request = (
        f"GET /board/live HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/event-stream\r\n"
        f"Cookie: {COOKIE}={tablet.token}\r\n\r\n"
    )
    _, listener = await asyncio.get_running_loop().create_connection(
        lambda: Listener(request.encode()), HOST, port
    )
    await listener.greeted
    return listener


@contextmanager
def hung_up_at_the_end(listeners: Sequence[Listener]) -> Iterator[None]:
    """Whatever happens meanwhile."""
    try:
        yield
    finally:
        for listener in listeners:
            listener.close()
