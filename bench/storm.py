"""The moment when everybody's network comes back: all phones push what they did offline, and pull, in one request."""

from collections.abc import Sequence

import uvloop

from bench.figures import Figures, figures_of
from bench.generator import Talk, talk
from bench.phone import Phone, count_applied
from bench.place import copied
from bench.problems import BenchStopped
from bench.programs import OUR_OWN, Settings, served
from bench.town import Town


def storm(town: Town, phones: int, settings: Settings = OUR_OWN, processes: int = 1) -> Figures:
    """The first so many phones, each with all its changes; raises BenchStopped at the first that is not applied."""
    command = ("serve", "--processes", str(processes))
    with copied(town.synced) as place, served(place, settings, command) as server:
        some = town.phones[:phones]
        said = uvloop.run(talk(server.port, pushes(server.port, some), server.cpu_seconds))
        return {**figures_of(said, acknowledged(said, waiting(some))), "memory_mb": server.memory_mb()}


def pushes(port: int, phones: Sequence[Phone]) -> list[list[bytes]]:
    """Each phone's one request."""
    return [[phone.sync(port, phone.changes)] for phone in phones]


def waiting(phones: Sequence[Phone]) -> int:
    """How many changes these phones have."""
    return sum(len(phone.changes) for phone in phones)


def acknowledged(said: Talk, sent: int) -> int:
    """How many changes were answered as applied, which is all that were sent; raises BenchStopped."""
    counted = sum(count_applied(answer) for line in said.lines for answer in line)
    if counted != sent:
        raise BenchStopped(f"{sent} changes were sent and {counted} answered.")
    return counted
