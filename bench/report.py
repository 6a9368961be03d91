"""Knows how figures are shown to people and kept for programs; knows nothing of how they came about."""

import json
import os
import platform
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figures
from bench.rounds import Key, Measured, Plan

# What a row says, with its number of phones or visits and the plan; and what is counted in it.
ROWS: dict[str, tuple[str, str]] = {
    "storm": ("Storm, {n:,} phones", "changes"),
    "storm, two processes": ("Storm, {n:,} phones, two processes", "changes"),
    "storm, slow disk": ("Storm, {n:,} phones, each sync {plan.slow_disk} ms longer", "changes"),
    "boards": ("Storm, {n:,} phones, {plan.tablets} tablets listening", "changes"),
    "connected": ("Storm, {plan.most:,} of {n:,} phones that are connected", "changes"),
    "first sync": ("First sync, {n:,} phones", "phones"),
    "empty pull": ("Empty pulls, {n:,} phones", "pulls"),
    "growth, empty": ("Empty pulls of few phones, {n:,} visits in the database", "pulls"),
    "growth, three": ("Pulls of three changed visits, {n:,} in the database", "pulls"),
    "alone": ("Floor: the writer alone, {n:,} pushes", "changes"),
    "alone, slow disk": ("Floor: the writer alone, each sync {plan.slow_disk} ms longer", "changes"),
    "one": ("Floor: sqlite3, the same rows in one transaction", "changes"),
    "one, slow disk": ("Floor: sqlite3, one transaction, each sync {plan.slow_disk} ms longer", "changes"),
    "each": ("Floor: sqlite3, the same rows, a commit for each push", "changes"),
    "each, slow disk": (
        "Floor: sqlite3, a commit for each push, each sync {plan.slow_disk} ms longer",
        "changes",
    ),
    "nothing": ("Floor: a route that does nothing, the same {n:,} requests", "changes"),
}
COLUMNS: dict[str, tuple[str, Callable[[float], str]]] = {
    "per second": ("per_second", "{:,.0f}".format),
    "p50 ms": ("p50_ms", "{:,.1f}".format),
    "p99 ms": ("p99_ms", "{:,.1f}".format),
    "up kB": ("up_bytes", lambda bytes_: f"{bytes_ / 1000:.2f}"),
    "down kB": ("down_bytes", lambda bytes_: f"{bytes_ / 1000:.2f}"),
    "CPU s per 1,000": ("cpu", "{:.4f}".format),
    "peak MB": ("memory_mb", "{:.0f}".format),
    "generator": ("load", "{:.0%}".format),
}
BUSY = 0.8
"""Above this share of a core the generator itself may be what is measured."""


def page_of(plan: Plan, measured: Measured) -> str:
    """The part of docs/running/performance.md: what was measured, what was to be reached, and where."""
    on = ", on PostgreSQL" if plan.database else ""
    wanted = "\n".join(
        f"| {what} | {value} | {limit} | {reached} |" for what, value, limit, reached in aims(plan, measured)
    )
    notes = "".join(f"\n**{note}**\n" for note in [*measured.left_out, *too_busy(plan, measured)])
    return f"""## Many phones at once{on}

`make bench` starts the real server as a process of its own on a made-up municipality ({plan.most:,} carers,
{plan.visits} visits a day, {plan.days} days; {plan.size_to_grow.carers:,} carers where the database grows) and is itself the phones. In a *storm*
every phone sends {plan.changes} changes made offline and pulls, in one request, all at the same moment; counted is what the
server acknowledged as applied, which is then on the disk. Figures are medians of {plan.rounds} rounds. Times are per phone,
from the request's first byte to the answer's last; kB are per request on the wire, heads included; CPU is the
server's (user and system) per 1,000 of what is counted; peak is its largest memory; the last column is the
generator's own use of a core.

{table(plan, measured)}

| what | measured | to reach | reached |
|---|---|---|---|
{wanted}
{notes}
{machine(plan)}
"""


def table(plan: Plan, measured: Measured) -> str:
    """Every row that was run, with a dash for what it cannot know."""
    head = ["what", "counted", *COLUMNS]
    rows = [[*words(plan, key), *cells(figures)] for key, figures in measured.medians.items()]
    lines = [head, ["---", "---", *["--:"] * len(COLUMNS)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def words(plan: Plan, key: Key) -> tuple[str, str]:
    """What a row says it is, and what is counted in it."""
    text, counted = ROWS[key[0]]
    return text.format(n=key[1], plan=plan), counted


def cells(figures: Figures) -> Iterator[str]:
    """A row's figures."""
    for name, write in COLUMNS.values():
        yield write(figures[name]) if name in figures else "–"


def too_busy(plan: Plan, measured: Measured) -> Iterator[str]:
    """A warning for each row in which the generator had no time to spare."""
    for key, figures in measured.medians.items():
        if figures.get("load", 0) > BUSY:
            yield f"{words(plan, key)[0]}: the generator used {figures['load']:.0%} of a core; the server may be faster."


Aim = tuple[str, str, str, str]


def aims(plan: Plan, measured: Measured) -> Iterator[Aim]:
    """What was to be reached, of what was run: (what, measured, to reach, reached)."""
    rows, most = measured.medians, plan.most
    storm = rows.get(("storm", most), {})
    lock_table, slow = rows.get(("alone", most), {}), rows.get(("storm, slow disk", most), {})
    boards, empty = rows.get(("boards", most), {}), rows.get(("empty pull", most), {})
    least = 8_000 if plan.database else 10_000
    yield from at_least("Storm, changes per second", storm.get("per_second"), least, "{:,.0f}")
    yield from at_least(
        "Storm, two processes ÷ one",
        ratio(rows.get(("storm, two processes", most), {}), storm, "per_second"),
        1.0,
        "{:.2f}",
    )
    if not plan.database:
        yield from at_most("Storm, server CPU seconds per 1,000 changes", storm.get("cpu"), 0.08, "{:.3f}")
    yield from at_most("Storm, peak MB", storm.get("memory_mb"), 300, "{:.0f}")
    together = rows.get(("connected", plan.connected), {})
    yield from at_most(
        f"{plan.connected:,} phones connected, peak MB", together.get("memory_mb"), 600, "{:.0f}"
    )
    yield from at_most("Storm, bytes up per phone", storm.get("up_bytes"), 8000, "{:,.0f}")
    yield from at_most("Storm, bytes down per phone", storm.get("down_bytes"), 6000, "{:,.0f}")
    yield from at_least("Storm ÷ the writer alone", ratio(storm, lock_table, "per_second"), 0.35, "{:.2f}")
    yield from at_least("Storm with a slow disk ÷ storm", ratio(slow, storm, "per_second"), 0.7, "{:.2f}")
    whole = f"Empty pull, bytes of the answer ({empty.get('head_bytes', 0):.0f} of them its head)"
    yield from at_most(whole, empty.get("down_bytes"), 400, "{:,.0f}")
    yield from at_most("Empty pull, server CPU in ms", empty.get("cpu"), 1, "{:.2f}")
    yield from at_most(
        "A notice heard after the push's answer, p99, ms", boards.get("heard_p99_ms"), 500, "{:,.0f}"
    )
    yield from at_least("Storm with tablets ÷ storm", ratio(boards, storm, "per_second"), 0.8, "{:.2f}")
    if plan.growth:
        few, many = min(plan.growth), max(plan.growth)
        for what, said, limit in (
            ("empty", "Empty pull", 1.2),
            ("three", "Pull of three changed visits", 2.0),
        ):
            small, large = rows.get((f"growth, {what}", few), {}), rows.get((f"growth, {what}", many), {})
            yield from at_most(
                f"{said}, CPU at {many:,} visits ÷ at {few:,}", ratio(large, small, "cpu"), limit, "{:.2f}"
            )


def ratio(above: Mapping[str, float], below: Mapping[str, float], name: str) -> float | None:
    """One figure by another, if both were run."""
    return above[name] / below[name] if above.get(name) and below.get(name) else None


def at_least(what: str, value: float | None, limit: float, form: str) -> Iterator[Aim]:
    """An aim that a large figure reaches; nothing if it was not run."""
    if value is not None:
        yield what, form.format(value), f"≥ {form.format(limit)}", yes_or_no(value >= limit)


def at_most(what: str, value: float | None, limit: float, form: str) -> Iterator[Aim]:
    """An aim that a small figure reaches; nothing if it was not run."""
    if value is not None:
        yield what, form.format(value), f"≤ {form.format(limit)}", yes_or_no(value <= limit)


def yes_or_no(reached: bool) -> str:
    """As the other parts of the page say it."""
    return "yes" if reached else "**no**"


def machine(plan: Plan) -> str:
    """On what, and when."""
    known = machine_of(plan)
    return (
        f"Machine: {known['cores']} × {known['processor']}, {known['system']}, Python {known['python']}, "
        f"SQLite {known['sqlite']}, {known['day']}. How fast it was that day: Python added up ten million numbers in "
        f"{known['ten_million_s']:.2f} s."
    )


def ten_million() -> float:
    """Seconds for a plain loop of Python: one processor's figures can be three times another's of the same name."""
    began, total = time.process_time(), 0
    for number in range(10_000_000):
        total += number
    return time.process_time() - began


def machine_of(plan: Plan) -> dict[str, str | int | float | None]:
    """What a figure depends on besides our code."""
    described = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = (line.partition(":")[2].strip() for line in described if line.startswith("model name"))
    return {
        "processor": next(models, platform.machine()),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "ten_million_s": ten_million(),
        "engine": "postgresql" if plan.database else "sqlite",
        "day": datetime.now(UTC).date().isoformat(),
    }


def raw(plan: Plan, measured: Measured) -> str:
    """Everything as JSON; a database's address is left out, for it may hold a password."""
    return json.dumps(
        {
            "machine": machine_of(plan),
            "plan": {**asdict(plan), "database": bool(plan.database)},
            "left_out": measured.left_out,
            "runs": {f"{what} {size}": runs for (what, size), runs in measured.runs.items()},
            "medians": {f"{what} {size}": figures for (what, size), figures in measured.medians.items()},
        },
        indent=2,
        ensure_ascii=False,
    )
