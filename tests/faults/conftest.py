"""A small municipality with phones that have something to send, for tests that break what is under the real server."""

from collections.abc import Iterator

import pytest

from bench.place import Place, copied
from bench.programs import Server
from bench.town import Size, Town, made_town
from tests.engines import engines
from tests.faults.template import Template
from tests.loaded_server import loaded_servers

CARERS, CHANGES = 8, 400


@pytest.fixture(scope="session", autouse=True)
def loaded() -> Iterator[None]:
    """The servers of these tests need not load the house."""
    with loaded_servers():
        yield


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    """Starts servers in milliseconds."""
    template = Template()
    yield template
    template.close()


@pytest.fixture(scope="session")
def faults_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Made once: eight phones that have synced, each with 400 changes that wait, and a leader's tablet."""
    server = "" if engines.is_sqlite else engines.running_cluster().address("postgres")
    size = Size(CARERS, visits=5, days=1, tablets=1, changes=CHANGES)
    with made_town(tmp_path_factory.mktemp("faults") / "town", size, server) as town:
        yield town


@pytest.fixture
def place(faults_town: Town) -> Iterator[Place]:
    """A copy of the town, as it was after the phones' first sync."""
    with copied(faults_town.synced) as place:
        yield place


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    """Servers to be stopped in the end, whatever becomes of the test."""
    started: list[Server] = []
    yield started
    for server in started:
        server.kill()
