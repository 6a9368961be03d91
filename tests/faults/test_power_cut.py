"""The power goes in the middle of a storm, ten times: whatever was answered is on the disk. Holds laws 1, 2 and 3."""

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from bench.place import Place, settle
from bench.programs import Server
from bench.town import Town
from pwa.pages.sign_in import COOKIE
from tests.disks import FileDisk, file_disk
from tests.faults.record import record_of, wrong_in
from tests.faults.storm import Storm
from tests.photo_requests import name_of, photo, read
from tests.small_town import FROM_OUR_PAGE

__all__ = ["file_disk"]

pytestmark = [pytest.mark.sqlite, pytest.mark.file_disk]

PHOTO = photo(size=(300, 200))
CUTS = 10
BEFORE_A_CUT = 120
"""Changes that are acknowledged before the next one, at least."""
AFTER_A_CUT = 0.1
"""Seconds in which a server that does not know yet may still answer something."""


@pytest.fixture
def place(faults_town: Town, file_disk: FileDisk) -> Place:
    """A copy of the town on the disk whose power is cut."""
    folder = file_disk.point / "data"
    shutil.copytree(faults_town.synced.folder, folder)
    settle(folder)
    return Place(folder)


def started(place: Place, log: Path) -> Server:
    """The real server on this place."""
    server = Server(("pwa", "serve"), place.environment(), log)
    server.wait_until_ready()
    return server


def test_after_ten_power_cuts_everything_that_was_answered_is_there_and_all_of_it_once(
    faults_town: Town, file_disk: FileDisk, place: Place, servers: list[Server], tmp_path: Path
):
    storm = Storm(faults_town.phones)
    lost: list[set[str]] = []
    wrong = []
    for cut in range(CUTS):
        server = started(place, tmp_path / "log")
        servers.append(server)
        with storm.at(server.port):
            storm.wait_for(BEFORE_A_CUT + cut * 7)
            file_disk.cut()
            time.sleep(AFTER_A_CUT)
            server.kill()
        assert not storm.is_over, "nothing was under way"
        file_disk.start_again()
        wrong += wrong_in(place.file)
        lost.append(set(storm.acknowledged) - set(record_of(place.address).applied))
    servers.append(started(place, tmp_path / "log"))
    with storm.at(servers[-1].port):
        storm.wait_for_the_rest()
    servers[-1].stop()

    assert lost == [set()] * CUTS
    assert wrong == []
    assert set(storm.acknowledged.values()) == {"applied"}
    assert record_of(place.address).holds_once(storm.sent)


def test_the_cut_is_a_real_one_for_it_takes_what_was_committed_without_a_sync(file_disk: FileDisk):
    file = file_disk.point / "careless.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table said (number integer)")
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.execute("pragma synchronous = normal")
        for number in range(100):
            connection.execute("insert into said values (?)", [number])
        file_disk.cut()
    file_disk.start_again()

    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("select count(*) from said").fetchall() == [(0,)]


def test_a_photo_that_was_answered_is_there_after_a_power_cut(
    faults_town: Town, file_disk: FileDisk, place: Place, servers: list[Server], tmp_path: Path
):
    carer = {"Cookie": f"{COOKIE}={faults_town.phones[0].token}", **FROM_OUR_PAGE}
    address = f"/blobs/{name_of(PHOTO)}"
    servers.append(started(place, tmp_path / "log"))
    with httpx2.Client(base_url=f"http://localhost:{servers[-1].port}", headers=carer) as phone:
        sent = phone.put(address, content=PHOTO)
    file_disk.cut()
    servers[-1].kill()
    file_disk.start_again()
    servers.append(started(place, tmp_path / "log"))

    with httpx2.Client(base_url=f"http://localhost:{servers[-1].port}", headers=carer) as phone:
        asked, seen = phone.head(address), phone.get(address)

    assert (sent.status_code, asked.headers["upload-complete"], seen.status_code) == (201, "?1", 200)
    assert read(seen.content).size == (300, 200)
