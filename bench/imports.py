"""Measures how fast a plan comes in, all of it new and none of it other: `python -m bench.imports`. Knows no server."""

import asyncio
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import click

from pwa.imports.apply.imported import Chosen
from pwa.imports.import_files import import_files
from pwa.imports.queries.file_imports import Kind
from pwa.words import clock, day_of, new_id

CARERS, TEAMS, A_DAY = 400, 20, 10
STEPS = {"Morgenpleje": 7, "Aftenpleje": 5, "Medicin": 3}


def write_files(folder: Path, rows: int, first: date) -> list[tuple[Kind, Path]]:
    """A municipality's employees and checklists, and a plan of so many visits, ten of each carer and day."""
    people = [f"{n};Navn {n};medarbejder;Gruppe {n % TEAMS};Byen" for n in range(CARERS)]
    steps = [f"{name};1;Punkt {n};sammen" for name, count in STEPS.items() for n in range(count)]
    names = list(STEPS)
    visits = []
    for n in range(rows):
        day, rest = divmod(n, CARERS * A_DAY)
        carer, place = divmod(rest, A_DAY)
        second = (carer + TEAMS) % CARERS if place == 3 else ""
        visits.append(
            f"v{n};Gruppe {carer % TEAMS};{carer};{second};B{carer * 7 + place % 7};Borger;Møllevej {carer} A, 2. th.;"
            f"Nøgleboks;Handsker;{first + timedelta(day):%d-%m-%Y};{7 + place}.{carer % 60:02d};35;{names[place % 3]}"
        )
    plan = "besøg;gruppe;medarbejder;medarbejder 2;borger;navn;adresse;dør;medbring;dato;start;minutter;tjekliste"
    written: list[tuple[Kind, str, list[str]]] = [
        ("people", "medarbejder;navn;rolle;gruppe;overgruppe", people),
        ("checklists", "tjekliste;version;punkt;planlagt", steps),
        ("plan", plan, visits),
    ]
    for kind, headings, lines in written:
        (folder / f"{kind}.csv").write_text("\n".join([headings, *lines]) + "\n", "utf-8")
    return [(kind, folder / f"{kind}.csv") for kind, _, _ in written]


def time_of(address: str, files: list[tuple[Kind, Path]]) -> tuple[float, float]:
    """Seconds of CPU, of both threads but not of a database's server, and seconds on the clock."""
    began, began_at = time.process_time(), time.perf_counter()
    asyncio.run(import_files(address, files, clock, new_id, Chosen(limits=None)))
    return time.process_time() - began, time.perf_counter() - began_at


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--rows", default=20_000, type=click.IntRange(1), help="Visits in the plan.")
@click.option("--database", default="", help="The URL of an empty PostgreSQL database; else SQLite.")
def main(rows: int, database: str) -> None:
    """Import a plan that is new, and the same once more."""
    with tempfile.TemporaryDirectory(prefix="haand-bench-") as folder:
        files = write_files(Path(folder), rows, day_of(clock()))
        address = database or f"sqlite:///{folder}/haand.sqlite3"
        time_of(address, files[:2])
        for what in ("all new", "nothing other"):
            cpu, wall = time_of(address, files[2:])
            click.echo(
                f"{what}: {rows / cpu:,.0f} rows a second of CPU, {rows / wall:,.0f} a second ({rows} rows, {cpu:.1f} s, {wall:.1f} s)"
            )
        began = time.perf_counter()
        sum(range(10_000_000))
        click.echo(f"Python added up ten million numbers in {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main()
