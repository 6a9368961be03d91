"""Two processes serve one SQLite file, and one of them is killed or stopped in the middle. Holds laws 1 to 3."""

import os
import signal
from pathlib import Path

import pytest

from bench.place import Place
from bench.programs import family
from bench.town import Town
from tests.browser.waiting import wait_until
from tests.faults.record import record_of, wrong_in
from tests.faults.storm import Storm, some
from tests.faults.template import Template
from tests.faults.tracing import injected, wait_for_the_end, watched

pytestmark = pytest.mark.sqlite


def at_work(pid: int) -> set[int]:
    """The processes that serve."""
    return set(family(pid)) - {pid}


def both(pid: int) -> set[int]:
    """The two, once both are there."""
    return wait_until("two are at work", lambda: found if len(found := at_work(pid)) == 2 else set())


def holder(place: Place) -> int | None:
    """Which process has the lock of the file just now (proc_locks(5))."""
    inode = f":{Path(f'{place.file}.lock').stat().st_ino}"
    for line in Path("/proc/locks").read_text().splitlines():
        fields = line.split()
        if fields[1] == "FLOCK" and fields[5].endswith(inode):
            return int(fields[4])
    return None


@pytest.mark.strace
@pytest.mark.parametrize(
    ("call", "when"), [*(("pwrite64", n) for n in range(1, 7)), ("fdatasync", 1), ("fdatasync", 2)]
)
def test_one_of_two_is_killed_at_any_write_and_the_other_goes_on_and_everything_is_there_once(
    faults_town: Town, place: Place, template: Template, call: str, when: int
):
    storm = Storm(some(faults_town.phones, 4, 30), at_once=1)
    pid, port = template.serve(place, processes=2)
    with watched(pid):
        storm.wait_until_heard(port)
        one, _ = sorted(both(pid))
        with watched(one) as process, injected(one, f"{call}:signal=SIGKILL:when={when}"), storm.at(port):
            assert wait_for_the_end(process), f"it was not killed; {len(storm.acknowledged)} were answered"
            before = len(storm.acknowledged)
            storm.wait_for_the_rest()

    assert before < len(storm.sent), "nothing was under way"
    assert set(storm.acknowledged.values()) == {"applied"}
    assert wrong_in(place.file) == []
    assert record_of(place.address).holds_once(storm.sent)


def test_while_the_one_that_writes_is_stopped_phones_are_told_to_come_back_and_then_all_is_taken(
    faults_town: Town, place: Place, template: Template
):
    storm = Storm(some(faults_town.phones, 8, 100), at_once=1)
    pid, port = template.serve(place, processes=2)
    with watched(pid), storm.at(port):
        storm.wait_for(20)
        stopped = wait_until("one is stopped that has the lock", lambda: stop_the_holder(place) or 0)
        wait_until("phones are told to come back", lambda: storm.statuses[503] >= 3)
        during = len(storm.acknowledged)
        os.kill(stopped, signal.SIGCONT)
        storm.wait_for_the_rest()
        still_there = stopped in at_work(pid)

    assert during < len(storm.sent)
    assert still_there
    assert set(storm.statuses) == {200, 503}
    assert wrong_in(place.file) == []
    assert record_of(place.address).holds_once(storm.sent)


def stop_the_holder(place: Place) -> int | None:
    """Stop whoever has the lock; None if it was let go meanwhile."""
    pid = holder(place)
    if pid is None:
        return None
    os.kill(pid, signal.SIGSTOP)
    if holder(place) == pid:
        return pid
    os.kill(pid, signal.SIGCONT)
    return None
