"""The three test commands: `python -m tools.test_run quick`, `test` or `all`; the Makefile says what each is for.

It knows the parts of each, runs them one after the other, and says at the end what each cost and what was left out. Which
tests a part leaves out is known by tests/layers.py.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
CORES = os.cpu_count() or 2
WORKERS = os.environ.get("WORKERS", str(2 * CORES))
"""How many tests run at the same time: each waits as much as it works."""
BROWSERS_AT_ONCE = os.environ.get("BROWSERS", str(CORES))
"""How many stories in browsers: these work more than they wait."""


def pytest(workers: str, *arguments: str) -> tuple[str, ...]:
    """A run of pytest with so many workers."""
    spread = ("--numprocesses", workers, "--dist", "loadgroup", "--max-worker-restart", "0")
    return (sys.executable, "-m", "pytest", *spread, *arguments)


@dataclass(frozen=True)
class Part:
    """One program to run. `takes_layers`: it is pytest."""

    name: str
    command: Sequence[str]
    settings: dict[str, str] = field(default_factory=dict)
    takes_layers: bool = True

    def run(self, layer: str) -> "Outcome":
        """Run it to its end."""
        with tempfile.TemporaryDirectory() as folder:
            told = Path(folder) / "left-out"
            layered = ("--layer", layer, "--left-out", str(told)) if self.takes_layers else ()
            began, cpu = time.monotonic(), cpu_of_children()
            done = subprocess.run(
                [*self.command, *layered], cwd=HOUSE, env=os.environ | self.settings, check=False
            )
            took = time.monotonic() - began, cpu_of_children() - cpu
            left_out = told.read_text().splitlines() if told.exists() else []
        return Outcome(self, done.returncode == 0, *took, left_out)


@dataclass(frozen=True)
class Outcome:
    """How a part ended, what it cost in seconds, and what it left out."""

    part: Part
    is_well: bool
    took: float
    cpu: float
    left_out: list[str]


NODE = Part(
    "the phone's scripts, in node",
    (
        "node",
        "--test",
        f"--test-concurrency={WORKERS}",
        *sorted(map(str, HOUSE.glob("tests/worker/**/*.test.js"))),
    ),
    {"PYTHON": sys.executable},
    takes_layers=False,
)
SQLITE = Part("the server, on SQLite", pytest(WORKERS, "--ignore=tests/browser", "--database", "sqlite"))
POSTGRESQL = Part(
    "the server, on PostgreSQL", pytest(WORKERS, "--ignore=tests/browser", "--database", "postgresql")
)
BROWSERS = Part("browsers", pytest(BROWSERS_AT_ONCE, "tests/browser"))
VAULTS = Part(
    "browsers, phones with vaults", pytest(BROWSERS_AT_ONCE, "tests/browser"), {"HAAND_VAULT": "pin"}
)
ALL = (NODE, SQLITE, POSTGRESQL, BROWSERS, VAULTS)
PARTS = {"quick": (NODE, SQLITE), "test": (NODE, SQLITE, POSTGRESQL, BROWSERS), "all": ALL}
COMMANDS = {"quick": "make quick", "test": "make test", "all": "make test-all"}


def cpu_of_children() -> float:
    """Seconds of CPU that all programs run so far have used; PostgreSQL's servers, which are nobody's children, are not in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(layer: str) -> int:
    """Run all parts of a layer, whatever becomes of the first; 0 when all is well."""
    outcomes = []
    for part in PARTS[layer]:
        print(f"\n===== {part.name} =====", flush=True)
        try:
            outcomes.append(part.run(layer))
        except KeyboardInterrupt:
            return 130
    print("\n".join(summary(layer, outcomes)), flush=True)
    return 0 if all(outcome.is_well for outcome in outcomes) else 1


def summary(layer: str, outcomes: Sequence[Outcome]) -> list[str]:
    """What each part cost, and last and loudly what was left out."""
    lines = ["", f"===== {COMMANDS[layer]} =====", f"{'':34}{'seconds':>9}{'of CPU':>9}"]
    for outcome in outcomes:
        end = "well" if outcome.is_well else "FAILED"
        lines.append(f"{outcome.part.name:34}{outcome.took:9.0f}{outcome.cpu:9.0f}  {end}")
    took, cpu = sum(outcome.took for outcome in outcomes), sum(outcome.cpu for outcome in outcomes)
    lines.append(f"{'all':34}{took:9.0f}{cpu:9.0f}")
    left_out = [f"{outcome.part.name}: {line}" for outcome in outcomes for line in outcome.left_out]
    left_out += [f"{part.name}: all of it" for part in ALL if part not in PARTS[layer]]
    if left_out:
        lines += ["", f"!!!!! {COMMANDS[layer].upper()} LEFT OUT", *(f"!!!!!   {line}" for line in left_out)]
        lines += ["!!!!! All of it is run by: make test-all"]
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
