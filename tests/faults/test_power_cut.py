"""The power goes in the middle of a storm, ten times: whatever was answered is on the disk. Holds laws 1, 2 and 3.

Each thread of the server is stopped first, and is out of the kernel, then the power is cut, then the server is killed.
A machine without power runs nothing either. Here it would: while ext4 is shut down, the one fdatasync that is under way
returns 0 although nothing reached the disk, and a server that runs on says what it was told. Two programs as plain as
can be run beside it for comparison (tests/faults/plain.py): when they are not stopped, they too lose what they had
synced at a cut in five or so. Stopped as the server is, they may lose nothing, and nor may it.

What a phone has read is acknowledged, also if it read it after the stop: it was sent before.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from bench.place import Place, settle
from bench.programs import Server, family, ticks_of
from bench.town import Town
from pwa.access.pages.authentication import COOKIE
from tests.disks import FileDisk, file_disk
from tests.faults.plain import WAYS, PlainProgram
from tests.faults.record import record_of, wrong_in
from tests.faults.stopping import kill_every_process, stop_every_thread
from tests.faults.storm import Storm
from tests.loaded_server import LoadedServer
from tests.photo_requests import name_of, photo, read
from tests.small_town import FROM_OUR_PAGE

__all__ = ["file_disk"]

pytestmark = [pytest.mark.sqlite, pytest.mark.file_disk]

PHOTO = photo(size=(300, 200))
CUTS = 10
CUTS_OF_TWO = 3
BEFORE_A_CUT = 120
"""Changes that are acknowledged before the next one, at least."""
AFTER_A_CUT = 0.1
"""Seconds in which phones read what was sent before the server was stopped."""


@pytest.fixture
def place(faults_town: Town, file_disk: FileDisk) -> Place:
    """A copy of the town on the disk whose power is cut."""
    folder = file_disk.point / "data"
    shutil.copytree(faults_town.synced.folder, folder)
    settle(folder)
    return Place(folder)


def started(place: Place, log: Path, processes: int = 1) -> Server:
    """The real server on this place."""
    server = LoadedServer(("pwa", "serve", "--processes", str(processes)), place.environment(), log)
    server.wait_until_ready()
    return server


@pytest.fixture
def plain_programs(file_disk: FileDisk) -> Iterator[list[PlainProgram]]:
    """Those that run now, to be ended whatever becomes of the test."""
    started: list[PlainProgram] = []
    yield started
    for program in started:
        program.kill()


@pytest.mark.parametrize(("cuts", "processes"), [(CUTS, 1), (CUTS_OF_TWO, 2)])
def test_after_each_power_cut_everything_that_was_answered_is_there_and_all_of_it_once(
    faults_town: Town,
    file_disk: FileDisk,
    place: Place,
    servers: list[Server],
    plain_programs: list[PlainProgram],
    tmp_path: Path,
    cuts: int,
    processes: int,
):
    storm = Storm(faults_town.phones)
    lost: list[set[str]] = []
    lost_by_plain_programs: list[set[int]] = []
    wrong = []
    for cut in range(cuts):
        plain_programs[:] = [PlainProgram(way, file_disk.point / way) for way in WAYS]
        server = started(place, tmp_path / "log", processes)
        servers.append(server)
        with storm.at(server.port):
            storm.wait_for(BEFORE_A_CUT + cut * 7)
            for program in plain_programs:
                program.wait_until_it_says_more()
            for pid in (server.pid, *(program.pid for program in plain_programs)):
                stop_every_thread(pid)
            file_disk.cut()
            time.sleep(AFTER_A_CUT)
            kill_every_process(server.pid)
            server.kill()
        assert not storm.is_over, "nothing was under way"
        for program in plain_programs:
            program.kill()
        file_disk.start_again()
        wrong += wrong_in(place.file)
        lost.append(set(storm.acknowledged) - set(record_of(place.address).applied))
        lost_by_plain_programs += [program.lost() for program in plain_programs]
    servers.append(started(place, tmp_path / "log"))
    with storm.at(servers[-1].port):
        storm.wait_for_the_rest()
    servers[-1].stop()

    assert lost_by_plain_programs == [set()] * cuts * len(WAYS), "the experiment is wrong, not the server"
    assert lost == [set()] * cuts
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


def test_a_program_that_is_stopped_stands_still_with_each_of_its_threads_and_children():
    program = subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE)
    assert program.stdout
    with program, program.stdout as said:
        started = [said.readline(), said.readline()]
        stop_every_thread(program.pid)
        processes = list(family(program.pid))
        before = [ticks_of(pid) for pid in processes]
        time.sleep(0.3)
        after = [ticks_of(pid) for pid in processes]
        for pid in processes:
            os.kill(pid, signal.SIGKILL)

    assert started == [b"busy\n"] * 2
    assert len(processes) == 2
    assert after == before


BUSY = """
import os, threading
os.fork()
def spin():
    while True: pass
for _ in range(2):
    threading.Thread(target=spin).start()
os.write(1, b"busy\\n")
"""


def test_a_photo_that_was_answered_is_there_after_a_power_cut(
    faults_town: Town, file_disk: FileDisk, place: Place, servers: list[Server], tmp_path: Path
):
    carer = {"Cookie": f"{COOKIE}={faults_town.phones[0].token}", **FROM_OUR_PAGE}
    address = f"/blobs/{name_of(PHOTO)}"
    servers.append(started(place, tmp_path / "log"))
    with httpx2.Client(base_url=f"http://localhost:{servers[-1].port}", headers=carer) as phone:
        sent = phone.put(address, content=PHOTO)
    stop_every_thread(servers[-1].pid)
    file_disk.cut()
    servers[-1].kill()
    file_disk.start_again()
    servers.append(started(place, tmp_path / "log"))

    with httpx2.Client(base_url=f"http://localhost:{servers[-1].port}", headers=carer) as phone:
        asked, seen = phone.head(address), phone.get(address)

    assert (sent.status_code, asked.headers["upload-complete"], seen.status_code) == (201, "?1", 200)
    assert read(seen.content).size == (300, 200)
