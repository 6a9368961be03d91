"""What the storm is held against in the same minute: the writer alone, plain sqlite3, a route that does nothing."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import uvloop

from bench.figures import Figures, figures_of
from bench.generator import talk
from bench.phone import Phone
from bench.place import Place, copied
from bench.problems import BenchStopped
from bench.programs import OUR_OWN, Settings, ask, running
from bench.storm import pushes, waiting
from bench.town import Town


def writer_alone(town: Town, phones: int, settings: Settings = OUR_OWN) -> dict[str, Figures]:
    """The same pushes without HTTP; then, on SQLite, the rows that they left written by plain sqlite3."""
    with copied(town.synced) as place:
        took = ask(
            "bench.alone", str(write_pushes(place, town.phones[:phones])), place=place, settings=settings
        )
        lock_table = {**per_change(took["changes"], took), "memory_mb": took["memory_mb"]}
        if place.url:
            return {"alone": lock_table}
        plain = ask("bench.plain", str(place.file), place=place, settings=settings)
        one, each = (per_change(plain["changes"], plain[how]) for how in ("one", "each"))
        return {"alone": lock_table, "one": one, "each": each}


def profile(town: Town, phones: int, account: Path) -> str:
    """Where the writer alone spends its time."""
    with copied(town.synced) as place:
        ask("bench.alone", str(write_pushes(place, town.phones[:phones])), str(account), place=place)
    return account.read_text(encoding="utf-8")


def write_pushes(place: Place, phones: Sequence[Phone]) -> Path:
    """What bench.alone reads."""
    file = place.folder / "pushes.json"
    sent = [
        {"person_id": phone.person_id, "sign_in_id": phone.sign_in_id, "push": phone.push(phone.changes)}
        for phone in phones
    ]
    file.write_text(json.dumps(sent), encoding="utf-8")
    return file


def per_change(changes: int, took: Mapping[str, float]) -> Figures:
    """The figures of something that took so many seconds in one process."""
    return {"count": changes, "per_second": changes / took["seconds"], "cpu": took["cpu"] / changes * 1000}


def nothing(town: Town, phones: int) -> Figures:
    """The storm's requests, sent to a server that answers without doing anything; counted are the changes in them."""
    some = town.phones[:phones]
    with copied(town.synced) as place, running(("bench.nothing",), place) as server:
        said = uvloop.run(talk(server.port, pushes(server.port, some), server.cpu_seconds))
        if any(answer.body != b"{}" for line in said.lines for answer in line):
            raise BenchStopped("A route that does nothing did something.")
        return {**figures_of(said, waiting(some)), "memory_mb": server.memory_mb()}
