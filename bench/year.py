"""Measures what a year takes: `python -m bench.year`. Some days are lived, and the rest follows from what a day adds; then more
days are lived, to check that. SQLite only.

Times are seconds of CPU, the processes' own: on a machine that others use, those on the clock say little. They are measured
twice, with fewer days and with more, so that what grows is told from what does not.
"""

import asyncio
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from bench import page
from bench.lived import EVENING, Municipality
from bench.place import Place
from bench.programs import served
from bench.rounds import tell
from pwa.access.queries.teams import list_names
from pwa.care.documents.board import board_document
from pwa.commands import FOR_US_ALONE
from pwa.database import open_database
from pwa.words import clock, day_of

YEAR, CARERS, FIRST = 365, 2_000, 10
OF = {
    "what can be made anew": ("document", "visit_plan", "visit_step"),
    "what is planned": ("visit", "visit_carer", "visit_guide", "visit_before_import", "plan_change"),
    "what was written": ("attendance", "answer", "note", "deviation", "taken_back", "uncertain_time"),
    "the log of changes": ("change",),
    "the access log": ("access_log", "access_log_about"),
}
AS_31 = "reindex attendance_by_time; reindex answer_by_time"
"""The work of schema 31, which made two indexes of what was written."""
number = click.IntRange(1)


@dataclass
class Lived:
    """So many days: bytes of each kind of table with its indexes, and the seconds of what was measured on them."""

    days: int
    bytes_of: Mapping[str, int]
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Of the whole file, without pages that are free."""
        return sum(self.bytes_of.values())


def bytes_of(file: Path) -> Mapping[str, int]:
    """What a file holds of each kind."""
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute(
            "select tbl_name, sum(pgsize) from dbstat join sqlite_schema using (name) group by tbl_name"
        ).fetchall()
    by_table = dict(rows)
    found = {what: sum(by_table.pop(table, 0) for table in tables) for what, tables in OF.items()}
    return found | {"all else": sum(by_table.values())}


def cpu_of(work: Callable[[], object]) -> float:
    """Seconds of CPU, of this process and of those that it starts."""
    began = _cpu()
    work()
    return _cpu() - began


def _cpu() -> float:
    of = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in of)


def command(folder: Path, *arguments: str) -> float:
    """Seconds that one of the program's commands takes; raises CalledProcessError."""
    run = [sys.executable, "-m", "pwa", *arguments]
    env = {**os.environ, "HAAND_DATA": str(folder)}
    return cpu_of(lambda: subprocess.run(run, env=env, check=True, capture_output=True))


def upgrade(folder: Path) -> dict[str, float]:
    """Seconds until a server of another version is ready, and until it has compared every document that is stored."""
    file = folder / "haand.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        indexes = cpu_of(lambda: database.executescript(AS_31))
        database.execute("update document_builder set digest = 'another'")
        database.commit()
    with served(Place(folder)) as server:
        ready = server.cpu_seconds()
        with closing(sqlite3.connect(file)) as database:
            while database.execute("select 1 from document_builder where digest = 'another'").fetchall():
                time.sleep(0.1)
        compared = server.cpu_seconds()
    return {
        "An upgrade with a migration that makes two indexes of what was written": indexes,
        "The start of another version, until it is ready": ready,
        "The same, until all documents that are stored are compared": compared,
    }


async def boards(address: str, day: date, now: datetime) -> dict[str, float]:
    """Seconds that the board of a day takes, of one team and of all."""
    database = await open_database(address)
    try:
        async with database.snapshot() as tx:
            teams = sorted(await list_names(tx))
            found = {}
            for name, some in (("one team", teams[1:2]), (f"{len(teams)} teams", teams)):
                began = time.process_time()
                await board_document(tx, some, day, now)
                found[f"The board of the first day, {name}"] = time.process_time() - began
        return found
    finally:
        await database.close()


def seconds_of(folder: Path, first: date, now: datetime) -> dict[str, float]:
    """Of everything that somebody waits for."""
    copy = folder / "copy.sqlite3"
    return {
        "`haand backup`": command(folder, "backup", str(copy)),
        "`haand verify`": command(folder, "verify", str(copy)),
        **asyncio.run(boards(f"sqlite:///{folder}/haand.sqlite3", first, now)),
        **upgrade(folder),
        "`haand restore`": command(folder, "restore", str(copy)),
    }


def table_of(carers: int, visits: int, start: Lived, end: Lived, checks: Sequence[Lived]) -> str:
    """The figures, as a part of the page: a visit that is over, and a year of a municipality."""
    of_day, of_year = carers * visits, CARERS * visits * YEAR
    more = (end.days - start.days) * of_day
    added = {what: (size - start.bytes_of[what]) / more for what, size in end.bytes_of.items()}
    each = sum(added.values())
    lines = ["| of a visit that is over | bytes |", "|---|--:|"]
    lines += [f"| {what} | {size:,.0f} |" for what, size in added.items()]
    lines += [f"| **together** | **{each:,.0f}** |", ""]
    lines += [f"| | {end.days * of_day:,} visits | {of_year:,} visits |", "|---|--:|--:|"]
    lines += [f"| The file | {end.size / 1e9:.2f} GB | {each * of_year / 1e9:,.0f} GB |"]
    for what, took in end.seconds.items():
        grows = max(0.0, took - start.seconds[what]) / more
        later = took + grows * (of_year - end.days * of_day)
        is_same = "board" in what or "ready" in what
        lines.append(f"| {what}, s of CPU | {took:,.2f} | {'the same' if is_same else f'{later:,.0f}'} |")
    for check in checks:
        said = end.size + each * of_day * (check.days - end.days)
        lines += [
            "",
            f"After {check.days} days the file was {check.size / said:.3f} of what {end.days} days say.",
        ]
    return "\n".join(lines)


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--carers", default=100, type=number, help=f"Carers; a year is told of {CARERS:,}.")
@click.option("--visits", default=10, type=number, help="Visits of each carer and day.")
@click.option("--days", default=30, type=click.IntRange(FIRST + 1), help="Days from which a year follows.")
@click.option(
    "--check", default=90, type=click.IntRange(0), help="Days at which that is checked; 0: it is not."
)
@click.option(
    "--report",
    default=page.PAGE,
    type=click.Path(path_type=Path),
    help="The page to write to, in its own part.",
)
def main(carers: int, visits: int, days: int, check: int, report: Path) -> None:
    """Live some days of a municipality, and say what a year of a large one takes. Folders are made in TMPDIR."""
    os.umask(FOR_US_ALONE)
    first = day_of(clock()) - timedelta(days=max(days, check))
    every = [first + timedelta(days=place) for place in range(max(days, check))]
    with tempfile.TemporaryDirectory(prefix="haand-bench-") as name:
        folder, aside = Path(name) / "data", Path(name) / "aside"
        folder.mkdir()
        file = folder / "haand.sqlite3"
        town = Municipality(f"sqlite:///{file}", Path(name) / "files", carers, visits)
        found: list[Lived] = []
        for until in sorted({FIRST, days, check} - {0}):
            asyncio.run(town.live(every[found[-1].days if found else 0 : until]))
            if not found:  # Phones have come, so a server looks for the keys that they know.
                command(folder, "new-key")
                command(folder, "new-key", "--orders")
            found.append(Lived(until, bytes_of(file)))
            tell(f"{until} days are lived: {found[-1].size / 1e6:,.0f} MB")
            if until <= days:
                shutil.copytree(folder, aside)
                now = datetime.combine(every[until - 1], EVENING)
                found[-1].seconds = seconds_of(aside, first, now)
                shutil.rmtree(aside)
        start, end, *checks = found
        words = table_of(carers, visits, start, end, checks)
    page.put("python -m bench.year", words, report)
    click.echo(words)


if __name__ == "__main__":
    main()
