"""10,000 phones are connected, and some of them storm: everybody is answered, and the server stays small.

What happens at the limit is in test_slow_clients.py: a clear answer, and no phone that was there before suffers.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.connected import connected
from bench.town import Size, made_town
from tests.browser.server import HOUSE
from tests.engines import engines
from tests.machine import many_files

CARERS, CHANGES, PHONES = 500, 40, 10_000
MOST_MB = 600


@pytest.mark.many_files
def test_ten_thousand_phones_are_connected_and_a_storm_of_some_is_acknowledged(tmp_path: Path):
    server = "" if engines.is_sqlite else engines.running_cluster().address("postgres")
    size = Size(CARERS, visits=2, days=1, changes=CHANGES, phones=PHONES)
    with many_files(), made_town(tmp_path / "town", size, server) as town:
        assert len({phone.id for phone in town.phones}) == PHONES

        figures = connected(town, PHONES, CARERS)

    assert figures["count"] == CARERS * CHANGES
    assert figures["memory_mb"] < MOST_MB


@pytest.mark.no_database
@pytest.mark.parametrize(("files", "connections"), [(20_000, 12_000), (4_096, 3_996), (64, 32)])
def test_a_machine_that_allows_few_files_lowers_the_limit_and_says_so(files: int, connections: int):
    code = f"""
import resource
from pwa.server.server import allow_connections
resource.setrlimit(resource.RLIMIT_NOFILE, (64, min({files}, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
print(allow_connections(12_000))
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=HOUSE, capture_output=True, check=True, text=True
    )

    *said, allowed = ended.stdout.splitlines()
    assert int(allowed) == connections
    assert any("the limit of open files" in line for line in said) is (connections < 12_000)
