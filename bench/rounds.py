"""Knows which scenarios are run and in which order: round after round, each once in a round; not what they do."""

import resource
import sys
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench import floors, pulls
from bench.boards import boards
from bench.connected import connected
from bench.figures import Figures, median_of
from bench.growth import grown, growth
from bench.slow_disk import slowed
from bench.storm import storm
from bench.town import Size, Town, made_town
from pwa.server.server import BESIDES

Key = tuple[str, int]
"""A row of the report: what was run (report.py has its words), and how many phones (for growth: visits)."""
Run = Callable[[], dict[Key, Figures]]

SCENARIOS = ("storm", "boards", "connected", "first-sync", "empty-pulls", "floors", "growth")
FULL_PHONES = (100, 500, 2000)
FULL_GROWTH = (10_000, 100_000, 1_000_000)
CARERS_WHO_GROW_OLD = 100


@dataclass(frozen=True)
class Plan:
    """What is to be measured, and how large. `database` is a PostgreSQL server's URL, or nothing for SQLite."""

    scenarios: tuple[str, ...] = SCENARIOS
    phones: tuple[int, ...] = (100, 500)
    changes: int = 40
    visits: int = 10
    days: int = 4
    tablets: int = 200
    connected: int = 10_000
    pulls: int = 3
    growth: tuple[int, ...] = ()
    rounds: int = 3
    slow_disk: int = 0
    database: str = ""

    @property
    def most(self) -> int:
        """The phones of the largest storm."""
        return max(self.phones)

    @property
    def is_full(self) -> bool:
        """Whether it is the whole of what the page of the papers says: every scenario, none smaller than there."""
        sizes = [
            (self.most, max(FULL_PHONES)), (max(self.growth, default=0), max(FULL_GROWTH)), (self.changes, Plan.changes),
            (self.visits, Plan.visits), (self.days, Plan.days), (self.tablets, Plan.tablets),
            (self.connected, Plan.connected), (self.pulls, Plan.pulls),
        ]  # fmt: skip
        return set(self.scenarios) == set(SCENARIOS) and all(size >= full for size, full in sizes)

    @property
    def size(self) -> Size:
        """The town that it takes."""
        phones = self.connected if "connected" in self.scenarios else 0
        return Size(self.most, self.visits, self.days, self.tablets, self.changes, phones)

    @property
    def size_to_grow(self) -> Size:
        """The town whose database grows: few carers with a long past."""
        return Size(min(self.most, CARERS_WHO_GROW_OLD), self.visits, self.days)


@dataclass
class Measured:
    """Every run of every row, what was left out and why, and the profile if one was asked for."""

    runs: defaultdict[Key, list[Figures]] = field(default_factory=lambda: defaultdict(list))
    left_out: list[str] = field(default_factory=list)
    profile: str = ""

    @property
    def medians(self) -> dict[Key, Figures]:
        """One row for each."""
        return {key: median_of(runs) for key, runs in self.runs.items()}


def measure(plan: Plan, folder: Path, profile: bool = False) -> Measured:
    """Run all of it. Raises BenchStopped."""
    measured = Measured()
    with ExitStack() as stack:
        runs: list[Run] = []
        if set(plan.scenarios) - {"growth"} or profile:
            tell(f"making a town of {plan.most} carers ...")
            town = stack.enter_context(made_town(folder / "town", plan.size, plan.database))
            runs += runs_of(plan, town, folder, measured.left_out)
        runs += growth_of(plan, folder, stack, measured.left_out)
        for number in range(plan.rounds):
            for run in runs:
                for key, figures in run().items():
                    measured.runs[key].append(figures)
                    tell(f"round {number + 1}: {key[0]} {key[1]:,}: {figures['per_second']:,.0f} per second")
        if profile:
            measured.profile = floors.profile(town, plan.most, folder / "profile.txt")
    return measured


def runs_of(plan: Plan, town: Town, folder: Path, left_out: list[str]) -> list[Run]:
    """Everything but growth, as it is run in each round."""
    most = plan.most
    runs: dict[str, list[Run]] = {
        "storm": [row("storm", n, partial(storm, town, n)) for n in sorted(plan.phones)],
        "boards": [row("boards", most, partial(boards, town, most))],
        "connected": connected_of(plan, town, left_out),
        "first-sync": [row("first sync", most, partial(pulls.first_sync, town, most))],
        "empty-pulls": [row("empty pull", most, partial(pulls.empty_pulls, town, most, plan.pulls))],
        "floors": [
            row("nothing", most, partial(floors.nothing, town, most)),
            rows("", most, partial(floors.writer_alone, town, most)),
        ],
    }
    runs["storm"].append(row("storm, two processes", most, partial(storm, town, most, processes=2)))
    if plan.slow_disk:
        add_slow_disk(runs, plan, town, folder, left_out)
    return [run for scenario in plan.scenarios for run in runs.get(scenario, [])]


def connected_of(plan: Plan, town: Town, left_out: list[str]) -> list[Run]:
    """Everybody connected, if this machine lets us open so many files."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files < plan.connected + BESIDES:
        left_out.append(f"THE CONNECTED PHONES WERE LEFT OUT: only {files:,} files may be open (ulimit -Hn).")
        tell(left_out[-1])
        return []
    storming = min(plan.most, plan.connected)
    return [row("connected", plan.connected, partial(connected, town, plan.connected, storming))]


def add_slow_disk(
    runs: dict[str, list[Run]], plan: Plan, town: Town, folder: Path, left_out: list[str]
) -> None:
    """The storm and its floors once more, with a slower disk."""
    slow, most = slowed(plan.slow_disk, folder), plan.most
    if slow is None:
        left_out.append("THE SLOW DISK WAS LEFT OUT: there is no C compiler (cc) to build slow_sync.c with.")
        tell(left_out[-1])
        return
    runs["storm"].append(row("storm, slow disk", most, partial(storm, town, most, slow)))
    runs["floors"].append(rows(", slow disk", most, partial(floors.writer_alone, town, most, slow)))


def growth_of(plan: Plan, folder: Path, stack: ExitStack, left_out: list[str]) -> list[Run]:
    """A run for each size of the database."""
    if "growth" not in plan.scenarios or not plan.growth:
        return []
    if plan.database:
        left_out.append("GROWTH WAS LEFT OUT: it is written into SQLite's file.")
        tell(left_out[-1])
        return []
    tell(f"growing a town to {max(plan.growth):,} visits ...")
    size = plan.size_to_grow
    town = stack.enter_context(made_town(folder / "growing", size))
    places = stack.enter_context(grown(town, plan.growth))
    each = plan.pulls * plan.most // size.carers
    return [rows("", at.visits, partial(growth, at, each)) for at in places]


def row(name: str, size: int, run: Callable[[], Figures]) -> Run:
    """A run that gives one row."""
    return lambda: {(name, size): run()}


def rows(ending: str, size: int, run: Callable[[], dict[str, Figures]]) -> Run:
    """A run that gives several, each by its own name and this ending."""
    return lambda: {(name + ending, size): figures for name, figures in run().items()}


def tell(words: str) -> None:
    """Say how far we are, to whoever waits."""
    print(words, file=sys.stderr, flush=True)
