"""PostgreSQL is restarted, or one of two processes killed, in the middle of a storm. Holds laws 1 to 3."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.place import Place
from bench.programs import Server, family, is_ready, served
from bench.town import Town
from tests.browser.waiting import wait_until
from tests.engines import engines
from tests.faults.record import record_of
from tests.faults.storm import Storm

pytestmark = pytest.mark.postgresql

REFUSALS = 20
"""So many times phones are told to come back before the database does."""

KILLS = 3
STARTS_WITHIN = 60.0
"""Seconds: nobody waits for a process that starts beside another."""


@pytest.fixture
def server(place: Place) -> Iterator[Server]:
    """Two processes on one database."""
    with served(place, command=("serve", "--processes", "2")) as server:
        yield server


def at_work(server: Server) -> set[int]:
    """The processes that serve."""
    return set(family(server.pid)) - {server.pid}


@contextmanager
def gone(how: str) -> Iterator[None]:
    """The database is stopped meanwhile; `immediate` is a crash."""
    cluster = engines.running_cluster()
    cluster.stop(how)
    try:
        yield
    finally:
        cluster.start()


@pytest.mark.parametrize("how", ["immediate", "fast"])
def test_while_the_database_is_away_phones_are_told_so_and_afterwards_everything_is_there_once(
    faults_town: Town, place: Place, server: Server, how: str
):
    storm, before = Storm(faults_town.phones, at_once=20), at_work(server)
    with storm.at(server.port):
        storm.wait_for(200)
        with gone(how):
            wait_until("phones are told to come back", lambda: storm.statuses[503] >= REFUSALS)
            ready = is_ready(server.port)
        storm.wait_for_the_rest()

    assert not ready
    assert {json.loads(answer.body)["code"] for answer in storm.answers[503]} == {"Unavailable"}
    assert all(b"\r\nretry-after: " in answer.head.lower() for answer in storm.answers[503])
    assert (set(storm.statuses), storm.silences) == ({200, 503}, 0)
    assert set(storm.acknowledged.values()) == {"applied"}
    assert record_of(place.address).holds_once(storm.sent)
    assert at_work(server) == before


def test_one_of_two_processes_is_killed_again_and_again_and_everything_is_there_once(
    faults_town: Town, place: Place, server: Server
):
    storm, killed = Storm(faults_town.phones, at_once=3), set[int]()

    def both() -> set[int]:
        alive = at_work(server) - killed
        return alive if len(alive) == 2 else set()

    with storm.at(server.port):
        for _ in range(KILLS):
            storm.wait_for(50)
            one = max(wait_until("two are at work", both, STARTS_WITHIN))
            os.kill(one, signal.SIGKILL)
            killed.add(one)
        assert not storm.is_over, "nothing was under way"
        storm.wait_for_the_rest()
        wait_until("two are at work", both, STARTS_WITHIN)

    assert len(killed) == KILLS
    assert set(storm.statuses) == {200}
    assert set(storm.acknowledged.values()) == {"applied"}
    assert record_of(place.address).holds_once(storm.sent)
