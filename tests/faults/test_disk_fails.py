"""A disk that fails or is full under the real server: it says so, promises nothing, goes on reading, and recovers alone.

Holds laws 1 to 3. Phones come back by themselves; nobody has to start anything again.
"""

import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

import httpx2
import pytest

from bench.phone import Phone
from bench.place import Place
from bench.town import Town
from pwa.access.pages.authentication import COOKIE
from tests.browser.waiting import wait_until
from tests.disks import SmallDisks, disk
from tests.faults.record import record_of, wrong_in
from tests.faults.storm import Storm
from tests.faults.template import Template
from tests.faults.tracing import injected, wait_for_the_end, watched
from tests.small_town import FROM_OUR_PAGE

__all__ = ["disk"]

pytestmark = pytest.mark.sqlite

REFUSALS = 10
"""So many times phones are told to come back before the disk is mended."""


def long_unheard(place: Place) -> None:
    """Nobody has asked for anything for two days: to note that somebody does, a server would have to write."""
    with closing(sqlite3.connect(place.file)) as connection:
        connection.execute("update phone set heard_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-2 days')")
        connection.execute("update sign_in set used_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-2 days')")
        connection.commit()


def reads(port: int, town: Town, phone: Phone) -> dict[str, int]:
    """What a carer and a leader are answered who only want to read."""
    pages = ["/", f"/visits/{phone.visits[0].id}", "/guides", "/waiting", "/readyz", "/healthz"]
    address = f"http://localhost:{port}"
    carers = {"Cookie": f"{COOKIE}={phone.token}", **FROM_OUR_PAGE}
    with httpx2.Client(base_url=address, headers=carers) as carer:
        answers = {page: carer.get(page).status_code for page in pages}
        answers["pull"] = carer.post("/sync", content=json.dumps(phone.push())).status_code
    with httpx2.Client(base_url=address, headers={"Cookie": f"{COOKIE}={town.tablets[0].token}"}) as leader:
        answers["/board"] = leader.get("/board").status_code
        with leader.stream("GET", "/board/live") as live:
            answers["/board/live"] = live.status_code
    return answers


def refused(storm: Storm) -> int:
    """How often somebody was told to come back."""
    return storm.statuses[503]


def some(phones: Sequence[Phone]) -> list[Phone]:
    """Four of them, with a hundred changes each; the others only read."""
    return [replace(phone, changes=phone.changes[:100]) for phone in phones[:4]]


def refusals(storm: Storm) -> set[tuple[int, str, bytes, bool]]:
    """The ways in which phones were told to come back."""
    said = set()
    for answer in storm.answers[503]:
        lines = (line.partition(b": ") for line in answer.head.lower().split(b"\r\n"))
        head = {name: value for name, _, value in lines}
        body = json.loads(answer.body)
        said.add((body["status"], body["code"], head[b"content-type"], int(head[b"retry-after"]) > 0))
    return said


@pytest.mark.strace
def test_while_syncs_fail_nothing_is_acknowledged_and_reading_goes_on_and_then_all_is_taken(
    faults_town: Town, place: Place, template: Template
):
    storm = Storm(some(faults_town.phones))
    long_unheard(place)
    pid, port = template.serve(place)
    with watched(pid) as process, storm.at(port):
        storm.wait_for(50)
        with injected(pid, "fdatasync:error=EIO:when=1+"):
            wait_until("phones are told to come back", lambda: refused(storm) >= REFUSALS)
            before = len(storm.acknowledged)
            read = reads(port, faults_town, faults_town.phones[-1])
            acknowledged = len(storm.acknowledged) - before
        storm.wait_for_the_rest()
        ended = wait_for_the_end(process, 0)

    assert (acknowledged, ended) == (0, False)
    assert set(read.values()) == {200}, read
    assert refusals(storm) == {(503, "Unavailable", b"application/problem+json", True)}
    assert (set(storm.statuses), storm.silences) == ({200, 503}, 0)
    assert wrong_in(place.file) == []
    assert record_of(place.address).holds_once(storm.sent)


@pytest.mark.small_disk
@pytest.mark.parametrize("processes", [1, 2])
def test_while_the_disk_is_full_nothing_is_promised_and_reading_goes_on_and_with_room_all_is_taken(
    faults_town: Town, disk: SmallDisks, template: Template, processes: int
):
    storm = Storm(some(faults_town.phones))
    place = Place(disk("data", "2m"))
    shutil.copytree(faults_town.synced.folder, place.folder, dirs_exist_ok=True)
    long_unheard(place)
    pid, port = template.serve(place, processes)
    with watched(pid) as process, storm.at(port):
        wait_until("phones are told to come back", lambda: refused(storm) >= REFUSALS)
        read = reads(port, faults_town, faults_town.phones[-1])
        assert not storm.is_over
        disk("data", "40m")
        storm.wait_for_the_rest()
        ended = wait_for_the_end(process, 0)

    assert not ended
    assert set(read.values()) == {200}, read
    assert refusals(storm) == {(503, "Unavailable", b"application/problem+json", True)}
    assert (set(storm.statuses), storm.silences) == ({200, 503}, 0)
    assert wrong_in(place.file) == []
    assert record_of(place.address).holds_once(storm.sent)
