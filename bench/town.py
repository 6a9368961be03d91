"""Makes the municipality that is measured, once: its plan imported, its phones signed in, their first sync done."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.generator import talk
from bench.offline_day import offline_day
from bench.phone import Phone, read
from bench.place import Place, copied, new_place
from bench.problems import BenchStopped
from bench.programs import ask, served
from pwa.words import clock


@dataclass(frozen=True)
class Size:
    """How large: carers, each one's visits of a day, days from yesterday on, tablets, and each phone's changes.

    `phones` is how many there are if not one for each carer. Only the first of each carer has synced and has changes.
    """

    carers: int
    visits: int = 10
    days: int = 4
    tablets: int = 0
    changes: int = 40
    phones: int = 0


@dataclass(frozen=True)
class Tablet:
    """A leader's, signed in."""

    team_id: str
    token: str


@dataclass(frozen=True)
class Town:
    """`never_synced` and `synced` are the same place before and after the first sync of each carer's first phone."""

    never_synced: Place
    synced: Place
    phones: Sequence[Phone]
    tablets: Sequence[Tablet]


@contextmanager
def made_town(folder: Path, size: Size, server: str = "") -> Iterator[Town]:
    """A town of this size; `server` is the URL of a PostgreSQL database, or nothing for SQLite. Raises BenchStopped."""
    place = new_place(folder, server)
    try:
        how_large = ("--carers", size.carers, "--visits", size.visits, "--days", size.days)
        with served(place, command=("demo", "--untouched", *map(str, how_large))):
            pass
        phones, tablets = signed_in(place, size)
        with copied(place) as synced:
            first = phones[: size.carers]
            sync_first(synced, first)
            ask("bench.bound", place=synced)
            for phone in first:
                phone.changes = offline_day(phone.visits, size.changes, phone.person_id, clock())
            yield Town(place, synced, phones, tablets)
    finally:
        place.remove()


def signed_in(place: Place, size: Size) -> tuple[list[Phone], list[Tablet]]:
    """Everybody's phone and the leaders' tablets."""
    count = max(size.carers, size.phones)
    found = ask("bench.sign_in", *map(str, (size.carers, count, size.tablets)), place=place)
    phones = [Phone(**{**each, "team_ids": frozenset(each["team_ids"])}) for each in found["phones"]]
    carers = {phone.person_id for phone in phones}
    if len(carers) < size.carers:
        raise BenchStopped(f"Only {len(carers)} of {size.carers} carers have visits today.")
    return phones, [Tablet(**each) for each in found["tablets"]]


def sync_first(place: Place, phones: Sequence[Phone]) -> None:
    """Let every phone bring what it may hold, so that what it changes is really there."""
    with served(place) as server:
        lacking = list(phones)
        while lacking:
            said = uvloop.run(talk(server.port, [[phone.sync(server.port)] for phone in lacking]))
            both = list(zip(lacking, said.lines, strict=True))
            for phone, [answer] in both:
                phone.read_log_record(answer)
            lacking = [phone for phone, [answer] in both if read(answer)["more"]]
