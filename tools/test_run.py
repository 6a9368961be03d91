"""The three test commands: `python -m tools.test_run quick`, `test` or `all`; the Makefile says what each is for.

It knows the parts of each, runs them, and says at the end what each cost and what was left out. Which
tests a part leaves out is known by tests/layers.py.

Every part waits about as long as it works: for a browser, for a disk, for another program. So parts run beside each other,
and what a browser needs comes first.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

HOUSE = Path(__file__).resolve().parent.parent
CORES = os.cpu_count() or 2
WORKERS = os.environ.get("WORKERS", str(CORES))
"""How many tests of a part run at the same time. A worker costs seven seconds of CPU to begin."""
STORIES = os.environ.get("WORKERS", str(CORES + 1))
"""How many of those are run at the same time that wait as well as work: for a browser, a disk, a process that they started."""
BESIDE = ("nice", "-n", "10")
"""How the parts run that nobody waits for at the terminal: with what the others leave."""


def pytest(workers: str, *arguments: str) -> tuple[str, ...]:
    """A run of pytest with so many workers."""
    spread = ("--numprocesses", workers, "--max-worker-restart", "0")
    return (sys.executable, "-m", "pytest", *spread, *arguments)


@dataclass(frozen=True)
class Part:
    """One program to run. `takes_layers`: it is pytest. `makes_build`: its tests share a phone's worker."""

    name: str
    command: Sequence[str]
    settings: dict[str, str] = field(default_factory=dict)
    takes_layers: bool = True
    makes_build: bool = False

    def run(self, layer: str, words: IO[bytes] | None = None) -> "Outcome":
        """Run it to its end at the terminal; or beside what runs there, when what it says goes into `words`."""
        with tempfile.TemporaryDirectory() as folder:
            told = Path(folder) / "left-out"
            layered = ("--layer", layer, "--left-out", str(told)) if self.takes_layers else ()
            began = time.monotonic()
            process = subprocess.Popen(
                [*(BESIDE if words else ()), *self.command, *layered],
                cwd=HOUSE,
                env=os.environ | self.settings | (made_build(Path(folder)) if self.makes_build else {}),
                stdout=words,
                stderr=words,
            )
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            left_out = told.read_text().splitlines() if told.exists() else []
        took, cpu = time.monotonic() - began, used.ru_utime + used.ru_stime
        return Outcome(self, process.returncode == 0, took, cpu, left_out)


def made_build(folder: Path) -> dict[str, str]:
    """A phone's worker with its build, made in a folder once for all files of tests; how they find it.

    A build that cannot be made is told by each of them, as when it is run alone.
    """
    program = HOUSE / "tests" / "worker" / "make_build.py"
    made = subprocess.run([sys.executable, str(program), str(folder)], cwd=HOUSE, check=False)
    return {"PHONE_BUILD": str(folder)} if made.returncode == 0 else {}


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
    makes_build=True,
)
SQLITE = Part("the server, on SQLite", pytest(STORIES, "--ignore=tests/browser", "--database", "sqlite"))
POSTGRESQL = Part(
    "the server, on PostgreSQL", pytest(WORKERS, "--ignore=tests/browser", "--database", "postgresql")
)


def without_waits(part: Part) -> Part:
    """The same without what holds how long somebody waits: beside others it would tell of the others."""
    return replace(part, command=(*part.command, "-m", "not wall_clock"))


def waits(engine: str) -> Part:
    """What holds how long somebody waits, one test after the other."""
    chosen = ("--ignore=tests/browser", "-m", "wall_clock", "--database", engine)
    return Part(f"how long somebody waits, {engine}", pytest("1", *chosen))


IN_COMPANY = Part(
    "two processes on one file",
    pytest(
        "1", *(f"tests/care/{name}.py" for name in ("test_sync", "test_push_batcher", "test_copied_phones")),
        "--database", "sqlite", "--in-company",
    ),
)  # fmt: skip
"""As if another process served the same SQLite file: what pushes bring is judged ahead."""
BROWSERS = Part("browsers", pytest(STORIES, "tests/browser"))
VAULTS = Part("browsers, phones with vaults", pytest(STORIES, "tests/browser"), {"HAAND_VAULT": "pin"})
LANES: dict[str, tuple[tuple[Part, ...], ...]] = {
    "quick": ((SQLITE,), (NODE,)),
    "test": ((BROWSERS,), (POSTGRESQL,), (SQLITE, NODE)),
    "all": (
        (BROWSERS, VAULTS, NODE), (without_waits(POSTGRESQL), IN_COMPANY), (without_waits(SQLITE),),
    ),
}  # fmt: skip
"""The parts of each layer, by lane: those of a lane run one after the other, the first lane's at the terminal."""
ALONE: dict[str, tuple[Part, ...]] = {"quick": (), "test": (), "all": (waits("sqlite"), waits("postgresql"))}
"""The parts of each layer that are run after all others, and beside nothing."""
COMMANDS = {"quick": "make quick", "test": "make test", "all": "make test-all"}


def run_parts(layer: str) -> list[Outcome]:
    """Run all parts of a layer, whatever becomes of the first.

    Those beside say what they have to say after those at the terminal.
    """
    at_terminal, *beside = LANES[layer]
    with ExitStack() as leaving:
        running = []
        for lane in beside:
            thread = ThreadPoolExecutor(1)
            leaving.callback(thread.shutdown, cancel_futures=True)
            for part in lane:
                words = leaving.enter_context(tempfile.TemporaryFile())
                running.append((part, thread.submit(part.run, layer, words), words))
        outcomes = [run_loudly(part, layer) for part in at_terminal]
        for part, run, words in running:
            outcomes.append(run.result())
            print(f"\n===== {part.name} =====", flush=True)
            words.seek(0)
            print(words.read().decode(errors="replace"), flush=True)
        outcomes += [run_loudly(part, layer) for part in ALONE[layer]]
    return outcomes


def run_loudly(part: Part, layer: str) -> Outcome:
    """Run a part at the terminal, under its name."""
    print(f"\n===== {part.name} =====", flush=True)
    return part.run(layer)


def main(layer: str) -> int:
    """0 when all is well."""
    began = time.monotonic()
    try:
        outcomes = run_parts(layer)
    except KeyboardInterrupt:
        return 130
    print("\n".join(summary(layer, outcomes, time.monotonic() - began)), flush=True)
    return 0 if all(outcome.is_well for outcome in outcomes) else 1


def summary(layer: str, outcomes: Sequence[Outcome], took: float) -> list[str]:
    """What each part cost, PostgreSQL's servers aside, and last and loudly what was left out."""
    lines = ["", f"===== {COMMANDS[layer]} =====", f"{'':34}{'seconds':>9}{'of CPU':>9}"]
    for outcome in outcomes:
        end = "well" if outcome.is_well else "FAILED"
        lines.append(f"{outcome.part.name:34}{outcome.took:9.0f}{outcome.cpu:9.0f}  {end}")
    cpu = sum(outcome.cpu for outcome in outcomes)
    lines.append(f"{'all':34}{took:9.0f}{cpu:9.0f}")
    left_out = [f"{outcome.part.name}: {line}" for outcome in outcomes for line in outcome.left_out]
    run = {outcome.part.name for outcome in outcomes}
    left_out += [
        f"{part.name}: all of it"
        for lane in (*LANES["all"], ALONE["all"])
        for part in lane
        if part.name not in run
    ]
    if left_out:
        lines += ["", f"!!!!! {COMMANDS[layer].upper()} LEFT OUT", *(f"!!!!!   {line}" for line in left_out)]
        lines += ["!!!!! All of it is run by: make test-all"]
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
