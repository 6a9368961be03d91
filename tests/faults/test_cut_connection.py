"""The connection is cut at every byte of a request and of an answer, and the phone sends again. Holds laws 1 and 3.

The phone's own exchange runs in Node, a proxy of ours cuts, and the real server answers.
"""

import asyncio
import json
import subprocess
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

import pytest

from bench.generator import HOST
from bench.phone import Json, Phone
from bench.place import Place
from bench.programs import Server, served
from bench.town import Town
from pwa.access.pages.authentication import COOKIE
from pwa.words import clock, new_id, to_text
from tests.faults.cutting import Way, cutting
from tests.faults.record import record_of
from tests.faults.storm import ask

PROGRAM = Path(__file__).with_name("send_again.mjs")
ENOUGH = 1500
"""Pushes: more than a request or an answer has bytes."""


@pytest.fixture
def server(place: Place) -> Iterator[Server]:
    """The real server."""
    with served(place) as server:
        yield server


def notes(phones: Sequence[Phone], how_many: int) -> list[Json]:
    """Notes of the first phone at its colleagues' visits, which it does not carry itself: so answers stay short."""
    writer, *others = phones
    visits = [visit for phone in others if phone.team_ids & writer.team_ids for visit in phone.visits]
    at = to_text(clock())
    return [
        {
            "id": new_id(),
            "n": n,
            "name": "write_note",
            "v": 1,
            "at": at,
            "seen": 1,
            "args": {"visit_id": visit.id, "note_id": new_id(), "text": "Sov godt."},
        }
        for n, visit in zip(range(1, how_many + 1), cycle(visits), strict=False)
    ]


def send_again(phone: Phone, proxy: int, server: int, changes: Sequence[Json]) -> list[Json]:
    """What the phone's exchange heard: for each push the kind of its first outcome, and the fates in the end."""
    given = {"proxy": proxy, "server": server, "cookie": f"{COOKIE}={phone.token}"}
    ended = subprocess.run(
        ["node", str(PROGRAM)],
        input=json.dumps({**given, "pushes": [phone.push([change]) for change in changes]}),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr
    told: list[Json] = json.loads(ended.stdout)
    return told


@pytest.mark.sqlite  # what is cut is the same on both engines; the last story is told on both
@pytest.mark.parametrize("way", ["up", "down"])
def test_cut_at_every_byte_and_sent_again_each_change_is_there_exactly_once(
    faults_town: Town, place: Place, server: Server, way: Way
):
    writer = faults_town.phones[0]
    changes = notes(faults_town.phones, ENOUGH)
    with cutting(server.port, way) as proxy:
        told = send_again(writer, proxy.port, server.port, changes)

    *cut, whole = told
    sent = changes[: len(told)]
    assert (len(cut), len(cut) > 400, whole["first"]) == (proxy.cuts, True, "heard")
    assert {one["first"] for one in cut} == {"silent"}
    assert [one["fates"] for one in told] == [[{"id": one["id"], "fate": "applied"}] for one in sent]
    assert record_of(place.address).holds_once({one["id"] for one in sent})
    assert "our mistake" not in (place.folder / "server.log").read_text()


def test_a_phone_that_hangs_up_as_soon_as_it_has_sent_all_and_sends_again_at_once_is_heard_once(
    faults_town: Town, place: Place, server: Server
):
    writer = faults_town.phones[0]
    changes = notes(faults_town.phones, 100)

    async def hang_up_and_send_again() -> list[int]:
        statuses = []
        for change in changes:
            request = writer.sync(server.port, [change])
            _, hasty = await asyncio.open_connection(HOST, server.port)
            hasty.write(request)
            hasty.close()
            answer = await ask(server.port, request)
            statuses.append(answer.status if answer else 0)
        return statuses

    assert asyncio.run(hang_up_and_send_again()) == [200] * 100
    assert record_of(place.address).holds_once({change["id"] for change in changes})
