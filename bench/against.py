"""Knows how two trees of the program are measured beside each other: each by its own bench, in turn, round after round.

A machine that others use is slow for minutes at a time. So what is told apart is what came in the same round: a ratio
is the median of the rounds' ratios. A town is made by the tree that is measured on it.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figures
from bench.problems import BenchStopped
from bench.rounds import Plan, tell

HERE = Path(__file__).resolve().parents[1]

Round = dict[str, Figures]
"""What one run of a tree's bench gave: figures by row, such as "storm 500"."""

BESIDE = {"storm, two processes": "storm"}
"""With which row of the other tree one is compared that the other tree does not have."""

COLUMNS = {
    "per second": ("per_second", "{:,.0f}"),
    "CPU s per 1,000": ("cpu", "{:.4f}"),
    "p99 ms": ("p99_ms", "{:,.0f}"),
    "peak MB": ("memory_mb", "{:.0f}"),
}


def compare(plan: Plan, trees: tuple[Path, Path]) -> str:
    """Measure two trees in turn; a table of both, the first as "here". Raises BenchStopped."""
    rounds: list[tuple[Round, Round]] = []
    for number in range(plan.rounds):
        tell(f"round {number + 1} of {plan.rounds} ...")
        first = number % 2  # who comes second finds the machine as the other left it
        runs = {tree: run_bench(tree, plan) for tree in (trees[first], trees[1 - first])}
        rounds.append((runs[trees[0]], runs[trees[1]]))
    return table_of(rounds)


def run_bench(tree: Path, plan: Plan) -> Round:
    """One round of a tree's own bench; raises BenchStopped with what it said."""
    own = tree / ".venv" / "bin" / "python"
    with TemporaryDirectory(prefix="haand-against-") as folder:
        raw = Path(folder, "raw.json")
        ended = subprocess.run(
            [
                str(own) if own.exists() else sys.executable, "-m", "bench", "--rounds", "1",
                "--report", str(Path(folder, "report")), "--raw", str(raw), *arguments_of(plan),
            ],
            cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True,
        )  # fmt: skip
        if ended.returncode:
            raise BenchStopped(f"{tree}:\n{ended.stdout[-3000:]}")
        medians: Round = json.loads(raw.read_text(encoding="utf-8"))["medians"]
        return medians


def arguments_of(plan: Plan) -> list[str]:
    """The plan as the command line says it."""
    sizes = {
        "--changes": plan.changes, "--visits": plan.visits, "--days": plan.days, "--tablets": plan.tablets,
        "--pulls": plan.pulls,
    }  # fmt: skip
    said = [("--only", scenario) for scenario in plan.scenarios]
    said += [("--phones", str(phones)) for phones in plan.phones]
    said += [(name, str(size)) for name, size in sizes.items()]
    if plan.database:
        said.append(("--database", plan.database))
    return [word for pair in said for word in pair]


def table_of(rounds: Sequence[tuple[Round, Round]]) -> str:
    """Each row that both trees have, or that has one beside it: medians of this tree and the other, and the ratio.

    >>> one, other = {"storm 5": {"per_second": 30.0}}, {"storm 5": {"per_second": 20.0}}
    >>> print(table_of([(one, other)]).splitlines()[2])
    | storm 5 | per second | 30 | 20 | 1.50 |
    """
    head = ["| what | figure | here | there | here ÷ there |", "|---|---|--:|--:|--:|"]
    return "\n".join([*head, *_lines(rounds)]) + "\n"


def _lines(rounds: Sequence[tuple[Round, Round]]) -> Iterator[str]:
    here, there = rounds[0]
    for row in here:
        beside = row if row in there else _beside(row)
        for words, (name, form) in COLUMNS.items():
            if beside not in there or name not in here[row]:
                continue
            both = [(ours[row][name], theirs[beside][name]) for ours, theirs in rounds]
            ours, theirs = (statistics.median(values) for values in zip(*both, strict=True))
            ratio = statistics.median(one / other for one, other in both)
            said = row if beside == row else f"{row} beside {beside}"
            yield f"| {said} | {words} | {form.format(ours)} | {form.format(theirs)} | {ratio:.2f} |"


def _beside(row: str) -> str:
    name, _, size = row.rpartition(" ")
    return f"{BESIDE.get(name, name)} {size}"
