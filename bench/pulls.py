"""Pulls without a change: a phone's first, which brings today and what else fits, and the usual one, which brings nothing."""

from collections.abc import Sequence
from dataclasses import replace

import uvloop

from bench.figures import Figures, figures_of
from bench.generator import talk
from bench.phone import read
from bench.place import copied
from bench.problems import BenchStopped
from bench.programs import Server, served
from bench.town import Town

LINES = 4
"""So many at a time: enough to keep the server busy, few enough that a pull's time is not its place in a queue."""


def first_sync(town: Town, phones: int) -> Figures:
    """Phones that hold nothing, all at once; counted are the phones."""
    with copied(town.never_synced) as place, served(place) as server:
        requests = [[replace(phone, cursor=None).sync(server.port)] for phone in town.phones[:phones]]
        said = uvloop.run(talk(server.port, requests, server.cpu_seconds))
        for [answer] in said.lines:
            if not read(answer)["documents"]:
                raise BenchStopped("A first sync brought nothing.")
        return {**figures_of(said, phones), "memory_mb": server.memory_mb()}


def empty_pulls(town: Town, phones: int, each: int) -> Figures:
    """Phones that have everything ask again, a few at a time; counted are the pulls."""
    with copied(town.synced) as place, served(place) as server:
        requests = [phone.sync(server.port) for phone in town.phones[:phones]] * each
        return {**pulled(server, requests, brings=0), "memory_mb": server.memory_mb()}


def pulled(server: Server, requests: Sequence[bytes], brings: int) -> Figures:
    """Pulls that bring so many documents each, over a few lines; raises BenchStopped if one brings another number."""
    said = uvloop.run(talk(server.port, [requests[line::LINES] for line in range(LINES)], server.cpu_seconds))
    for answer in (answer for line in said.lines for answer in line):
        if (sync_access := len(read(answer)["documents"])) != brings:
            raise BenchStopped(f"A pull brought {sync_access} documents, not {brings}.")
    return figures_of(said, len(requests))
