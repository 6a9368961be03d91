"""What shares something that takes long to make is sent to one worker."""

from pathlib import Path

import pytest

from tests.spread import TOGETHER, group_of

pytestmark = pytest.mark.no_database

HOUSE = Path(__file__).parent.parent


def test_a_group_goes_as_one_and_every_other_test_by_itself():
    assert group_of("tests/test_bench.py::test_a_storm") == group_of("tests/test_bench.py::test_a_page[a-b]")
    assert group_of("tests/commands/test_units.py::test_a") == group_of(
        "tests/commands/test_installed.py::test_b"
    )
    assert group_of("tests/faults/test_killed.py::test_it[pwrite64-1]") == "faults"
    assert group_of("tests/care/test_sync.py::test_it[1]") != group_of("tests/care/test_sync.py::test_it[2]")


@pytest.mark.parametrize("together", TOGETHER)
def test_every_group_is_there(together: str):
    assert (HOUSE / together).exists()


def test_the_run_spreads_its_tests_so(pytestconfig: pytest.Config):
    makers = pytestconfig.hook.pytest_xdist_make_scheduler.get_hookimpls()

    assert any(maker.plugin_name.endswith("tests/conftest.py") for maker in makers)
