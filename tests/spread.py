"""Which tests one worker of a run has together, and which come first; knows no test.

pytest-xdist's own `xdist_group` marks go unseen since pytest 9.2: there each worker would make what one makes for all.
"""

from xdist.scheduler import LoadScopeScheduling

INSTALLED = "the installed program"
TOGETHER = {
    "tests/test_bench.py": "the bench's town",
    "tests/backups/test_backup_faults.py": "backups",
    "tests/commands/test_installed.py": INSTALLED,
    "tests/commands/test_units.py": INSTALLED,
    "tests/faults/test_connected.py": "thousands of connections",
    "tests/faults/": "faults",
}
"""Files and folders whose tests share what takes long to make, and what that is. Such a group begins first: nothing
waits for it in the end."""


class Spread(LoadScopeScheduling):  # type: ignore[misc]
    """Each test goes to the next worker that is free, and what belongs together to one."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """What is sent to a worker as one.

    >>> group_of("tests/commands/test_units.py::test_a_timer"), group_of("tests/care/test_sync.py::test_it[a-b]")
    ('the installed program', 'tests/care/test_sync.py::test_it[a-b]')
    """
    return next((group for place, group in TOGETHER.items() if nodeid.startswith(place)), nodeid)
