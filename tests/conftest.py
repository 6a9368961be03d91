"""What every test can ask for by name."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from pwa.commands import FOR_US_ALONE
from tests import layers, machine
from tests.access_log import add_officer
from tests.bundles import bring_bundles_up_to_date
from tests.engines import ENGINES, engines
from tests.house import House, open_house
from tests.small_town import Town, open_town
from tests.spread import Spread

WITHOUT_DATABASE = {
    "test_bench.py", "test_connected.py", "test_demo_files.py", "test_guide_files.py", "test_jinja_to_js.py",
    "test_passkeys.py", "test_people_and_checklist_files.py", "test_plan_files.py", "test_render.py",
    "test_same_bytes.py", "test_same_values.py", "test_slow_clients.py", "test_words.py",
}  # fmt: skip
"""Tests that open none, choose their own, or to which it is all one. The first engine's run has them."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """One run is for one engine and one layer."""
    parser.addoption(
        "--database", choices=ENGINES, default="sqlite", help="the engine that keeps the databases"
    )
    parser.addoption(
        "--in-company", action="store_true", help="as if another process served the same SQLite file"
    )
    parser.addoption("--layer", choices=layers.LAYERS, default="all", help="leave out what costs more")
    parser.addoption("--left-out", type=Path, help="the file that is told what the layer left out")


def pytest_configure(config: pytest.Config) -> None:
    """Choose it; what browsers run is made before the workers of pytest-xdist begin."""
    if not hasattr(config, "workerinput"):
        bring_bundles_up_to_date()
    os.umask(FOR_US_ALONE)
    engines.chosen = config.getoption("--database")
    engines.in_company = config.getoption("--in-company")
    config.stash[machine.NOT_RUN] = []
    config.stash[layers.LEFT_OUT] = {}


def pytest_unconfigure() -> None:
    """Leave no cluster behind."""
    engines.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the other engine only, for PostgreSQL what opens no database at all, and other layers."""
    others = [engine for engine in ENGINES if engine != engines.chosen]
    left_out = [
        item
        for item in items
        if any(item.get_closest_marker(engine) for engine in others)
        or (not engines.is_sqlite and opens_no_database(item))
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
    layers.leave_out(config, items, config.getoption("--layer"))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spread:
    """How the tests come to the workers, whatever --dist says."""
    return Spread(config, log)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist tells the run that it belongs to what did not run."""
    if (told := getattr(session.config, "workeroutput", None)) is not None:
        told["not_run"] = session.config.stash[machine.NOT_RUN]
        told["left_out"] = session.config.stash[layers.LEFT_OUT]


def pytest_testnodedown(node: Any) -> None:
    """The run hears it from each worker. Each leaves out the same."""
    told = getattr(node, "workeroutput", {})
    node.config.stash[machine.NOT_RUN] += told.get("not_run", [])
    node.config.stash[layers.LEFT_OUT] |= told.get("left_out", {})


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Does this machine have what the test needs?"""
    machine.check(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name what did not run, loudly and last."""
    if not_run := config.stash[machine.NOT_RUN]:
        terminalreporter.section(f"{len(not_run)} TESTS DID NOT RUN", yellow=True, bold=True)
        for line in not_run:
            terminalreporter.line(line, yellow=True)
    if left_out := layers.say_left_out(config):
        terminalreporter.section("LEFT OUT", yellow=True, bold=True)
        for line in left_out:
            terminalreporter.line(line, yellow=True)
        if file := config.getoption("--left-out"):
            file.write_text("\n".join(left_out))


def opens_no_database(item: pytest.Item) -> bool:
    """Whether a test is the same on every engine."""
    return item.path.name in WITHOUT_DATABASE or item.get_closest_marker("no_database") is not None


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where an empty database of the test's own is."""
    with engines.open_empty(tmp_path) as address:
        yield address


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A small town with its server running."""
    async with open_town(tmp_path) as town:
        yield town


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The same town's app without a network between: phones push and pull."""
    async with open_house(tmp_path) as house:
        yield house


@pytest.fixture
async def control(house: House) -> House:
    """The house with two data-protection officers: Dora for everything, Sus for Syd."""
    await add_officer(house, "dora", "Dora Dam", "kommune")
    await add_officer(house, "sus", "Sus Ravn", "syd")
    return house
