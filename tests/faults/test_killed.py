"""The real server, killed at any of its writes and syncs while phones send: whatever was answered is there.

Holds laws 1 to 3. The power is still there (test_power_cut.py cuts it): this finds what is half written.
"""

from pathlib import Path

import pytest

from bench.place import Place
from bench.town import Town
from tests.faults.record import record_of, wrong_in
from tests.faults.storm import Storm, some
from tests.faults.template import Template
from tests.faults.tracing import injected, run_under, wait_for_the_end, watched
from tests.keeping import ask

pytestmark = [pytest.mark.sqlite, pytest.mark.strace]


def tell_of_a_kill(
    template: Template, place: Place, storm: Storm, fault: str, file: Path | None = None
) -> set[str]:
    """Serve the storm until the fault kills the server, look, and serve the rest; what was lost meanwhile."""
    pid, port = template.serve(place)
    with watched(pid) as process:
        storm.wait_until_heard(port)
        with injected(pid, fault, file), storm.at(port):
            assert wait_for_the_end(process), f"it was not killed; {len(storm.acknowledged)} were answered"
    assert not storm.is_over, "nothing was under way"
    assert wrong_in(place.file) == []
    lost = set(storm.acknowledged) - set(record_of(place.address).applied)
    storm.at_once = 100
    pid, port = template.serve(place)
    with watched(pid), storm.at(port):
        storm.wait_for_the_rest()
    return lost


# One change in a push, two phones: no commit has more than two, so there are forty.
@pytest.mark.parametrize("when", range(1, 41))
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
def test_killed_at_any_write_and_any_sync_it_has_everything_that_it_answered_and_takes_the_rest_once(
    faults_town: Town, place: Place, template: Template, call: str, when: int
):
    storm = Storm(some(faults_town.phones, 2, 40), at_once=1)

    lost = tell_of_a_kill(template, place, storm, f"{call}:signal=SIGKILL:when={when}")

    assert lost == set()
    assert record_of(place.address).holds_once(storm.sent)


@pytest.mark.parametrize(
    ("call", "when"), [("pwrite64", 1), ("pwrite64", 2), ("pwrite64", 40), ("fdatasync", 1)]
)
def test_killed_while_the_log_is_written_into_the_file_it_has_everything_that_it_answered(
    faults_town: Town, place: Place, template: Template, call: str, when: int
):  # fmt: skip
    storm = Storm(some(faults_town.phones, 8, 200), at_once=20)

    lost = tell_of_a_kill(template, place, storm, f"{call}:signal=SIGKILL:when={when}", place.file)

    assert lost == set()
    assert len(storm.acknowledged) > 100
    assert record_of(place.address).holds_once(storm.sent)


@pytest.mark.parametrize(
    "fault", ["pwrite64:signal=SIGKILL:when=5", "pwrite64:signal=SIGKILL:when=40", "fdatasync:signal=SIGKILL"]
)
def test_killed_while_its_database_is_made_it_makes_it_the_next_time(tmp_path: Path, fault: str):
    data = tmp_path / "data"

    killed = run_under(fault, "invite", "Lene Holm", data=data)
    again = ask("invite", "Lene Holm", data=data)

    assert killed.returncode == -9
    assert "Kode: " in again.stdout
    assert wrong_in(data / "haand.sqlite3") == []
