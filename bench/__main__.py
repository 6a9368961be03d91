"""The command line of the bench: what to run, how large, and where the figures go."""

import os
import resource
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from bench import page
from bench.against import HERE, compare
from bench.problems import BenchStopped
from bench.report import page_of, raw
from bench.rounds import FULL_GROWTH, FULL_PHONES, SCENARIOS, Plan, measure
from pwa.commands import FOR_US_ALONE

PHONES = (100, 500)
RAW = Path(__file__).with_name("results.json")
number = click.IntRange(1)


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--only", multiple=True, type=click.Choice(SCENARIOS), help="Run only these; again for more.")
@click.option(
    "--full", is_flag=True, help="With 2,000 phones, and growth to 1,000,000 visits (6 GB in TMPDIR)."
)
@click.option("--phones", multiple=True, type=number, help="Phones in a storm; again for more. 100 and 500.")
@click.option(
    "--changes", default=40, type=click.IntRange(1, 500), help="Changes that each phone has waiting."
)
@click.option("--visits", default=10, type=click.IntRange(1, 200), help="Visits of each carer and day.")
@click.option(
    "--days", default=4, type=click.IntRange(1, 4), help="Days that phones hold, from yesterday on."
)
@click.option("--tablets", default=200, type=click.IntRange(0), help="Boards that listen.")
@click.option(
    "--connected", default=10_000, type=number, help="Phones that are connected while some of them storm."
)
@click.option("--pulls", default=3, type=number, help="Pulls of each phone.")
@click.option("--growth", multiple=True, type=number, help="Visits in the database; again for more. None.")
@click.option("--rounds", default=3, type=number, help="Runs of each, in turn; medians are shown.")
@click.option(
    "--slow-disk", default=0, type=click.IntRange(0), help="Once more with each sync so many ms longer."
)
@click.option(
    "--database", default="", help="The URL of a PostgreSQL database that may make others; else SQLite."
)
@click.option(
    "--against",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of another tree of this program: measure both in turn, and print them side by side.",
)
@click.option("--profile", is_flag=True, help="Print at the end where the writer alone spends its time.")
@click.option(
    "--report",
    default=page.PAGE,
    type=click.Path(path_type=Path),
    help="The page to write to; that of the papers is written only by a --full run of everything.",
)
@click.option(
    "--raw", "raw_file", default=RAW, type=click.Path(path_type=Path), help="The raw figures, as JSON."
)
def main(
    only: tuple[str, ...], full: bool, phones: tuple[int, ...], changes: int, visits: int, days: int,
    tablets: int, connected: int, pulls: int, growth: tuple[int, ...], rounds: int, slow_disk: int, database: str,
    against: Path | None, profile: bool, report: Path, raw_file: Path,
) -> None:  # fmt: skip
    """Measure what the server does when many phones come at once. Folders are made in TMPDIR; mind that its disk
    is a real one, for what is acknowledged waits for it."""
    plan = Plan(
        only or SCENARIOS, phones or (FULL_PHONES if full else PHONES), changes, visits, days, tablets,
        connected, pulls,
        growth or (FULL_GROWTH if full else ()), rounds, slow_disk, database,
    )  # fmt: skip
    allow_many_connections()
    os.umask(FOR_US_ALONE)  # the server uses nothing that others may read
    if against:
        sys.stdout.write(side_by_side(replace(plan, scenarios=only or ("storm",)), against))
        return
    try:
        with tempfile.TemporaryDirectory(prefix="haand-bench-") as folder:
            measured = measure(plan, Path(folder), profile)
    except BenchStopped as stopped:
        raise click.ClickException(str(stopped)) from None
    words = page_of(plan, measured)
    if plan.is_full or report.resolve() != page.PAGE:
        page.put("make bench, PostgreSQL" if database else "make bench, SQLite", words, report)
    else:
        click.echo("Not of full size: docs/running/performance.md stays as it is.", err=True)
    raw_file.write_text(raw(plan, measured), encoding="utf-8")
    sys.stdout.write(words + measured.profile)


def side_by_side(plan: Plan, other: Path) -> str:
    """This tree and another, or the end of the command."""
    try:
        return compare(plan, (HERE, other.resolve()))
    except BenchStopped as stopped:
        raise click.ClickException(str(stopped)) from None


def allow_many_connections() -> None:
    """As many open files as this machine lets us have, for the server too."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    main()
