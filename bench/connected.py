"""Everybody's phone connected at the same time: each asks once and stays, then some of them send what waits."""

from collections.abc import Sequence
from dataclasses import replace

import uvloop

from bench.figures import Figures, figures_of
from bench.generator import Line, Talk, open_lines, talk_on
from bench.phone import Phone, read
from bench.place import copied
from bench.programs import Server, Settings, served
from bench.storm import acknowledged, pushes, waiting
from bench.town import Town

COME_AT_ONCE = 500
STAY: Settings = {"HAAND_IDLE_SECONDS": "600"}
"""Until the last has come; a proxy in front would keep them for us."""


def connected(town: Town, phones: int, storming: int) -> Figures:
    """So many phones are connected, the first of them storm; counted are their changes. Raises BenchStopped.

    Nobody is refused, or hung up on: whoever is not answered, or has lost the connection in the end, stops it.
    """
    with copied(town.synced) as place, served(place, STAY) as server:
        some = [replace(phone) for phone in town.phones[:phones]]
        said = uvloop.run(stay_and_storm(server, some, storming))
        return {
            **figures_of(said, acknowledged(said, waiting(some[:storming]))),
            "memory_mb": server.memory_mb(),
        }


async def stay_and_storm(server: Server, phones: Sequence[Phone], storming: int) -> Talk:
    """Each phone comes, asks and stays; then the first of them send everything on the connections that they have."""
    lines: list[Line] = []
    try:
        for first in range(0, len(phones), COME_AT_ONCE):
            some = phones[first : first + COME_AT_ONCE]
            lines += await open_lines(server.port, len(some))
            heard = await talk_on(lines[first:], asks(server.port, some))
            for phone, [answer] in zip(some, heard.lines, strict=True):
                phone.read_log_record(answer)
        said = await talk_on(lines[:storming], pushes(server.port, phones[:storming]), server.cpu_seconds)
        at_last = await talk_on(lines[storming:], asks(server.port, phones[storming:]))
        for [answer] in at_last.lines:
            read(answer)
        return said
    finally:
        for line in lines:
            line.close()


def asks(port: int, phones: Sequence[Phone]) -> list[list[bytes]]:
    """Each phone's question for what is new."""
    return [[phone.sync(port)] for phone in phones]
