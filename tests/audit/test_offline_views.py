"""What was read without a network comes into the access log with the next sync, once, with its own time."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from pwa.audit import writer
from pwa.database import SqliteDatabase
from pwa.problems import Unavailable
from pwa.words import to_text
from tests.access_log import anna_and_log, entries, visits_of, wrong_in
from tests.house import House
from tests.small_town import id_of


async def test_what_was_read_in_a_cellar_stands_with_its_time_however_often_it_comes(house: House):
    anna, log = await anna_and_log(house)
    at = to_text(house.now - timedelta(hours=3))
    reads = [(id_of("else"), at), (id_of("solveig"), at), ("nonsense", at)]

    for _ in range(2):
        await log.receive_views(anna, "sign-in", "phone", reads, to_text(house.now - timedelta(hours=4)))
    await log.close()

    found = {entry["purpose"]: entry for entry in await entries(house)}
    assert len(await entries(house)) == 2
    assert (found["own_route"]["at"], found["own_route"]["received_at"]) == (at, to_text(house.now))
    assert (found["not_said"]["phone_id"], visits_of(found["not_said"])) == ("phone", {id_of("solveig")})
    assert await wrong_in(house) == []


async def test_a_phone_says_of_a_colleagues_visit_that_a_substitute_read_it_and_of_another_teams_no_more_than_that_it_was_read(
    house: House,
):
    bo = house.phone("bo")
    await bo.sync()
    at = to_text(house.now)

    await bo.post(looked=[{"visit_id": id_of(visit), "at": at} for visit in ("else", "solveig")])

    found = {
        entry["purpose"]: visits_of(entry) for entry in await entries(house) if entry["what"] == "offline"
    }
    assert found == {"substitute": {id_of("else")}, "not_said": {id_of("solveig")}}


@pytest.mark.parametrize(
    "at",
    ["tomorrow", "2027-01-01T00:00:00.000Z"],
)
async def test_a_time_that_cannot_be_is_put_right(house: House, at: str):
    anna, log = await anna_and_log(house)

    assert await log.receive_views(anna, "sign-in", "phone", [(id_of("else"), at)], to_text(house.now)) == 1
    await log.close()

    [entry] = await entries(house)
    assert (entry["at"], entry["purpose"]) == (to_text(house.now), "own_route")


async def test_what_was_looked_at_without_a_network_comes_with_the_sync_with_its_time(house: House):
    anna = house.phone()
    await anna.sync()
    at = to_text(house.pass_time(hours=1))
    house.pass_time(hours=3)
    looked = [{"visit_id": id_of("else"), "at": at}]

    first = (await anna.post(anna.note(), looked=looked)).json()
    again = (await anna.post(looked=looked)).json()
    without = (await anna.post()).json()

    assert [first["fates"][0]["fate"], first["looked"], again["looked"]] == ["applied", True, True]
    assert "looked" not in without
    [entry] = [entry for entry in await entries(house) if entry["what"] == "offline"]
    assert (entry["at"], entry["phone_id"], visits_of(entry)) == (at, anna.id, {id_of("else")})


@pytest.mark.parametrize(
    "looked", [[{"visit_id": "else", "at": "now"}], [{}], {}, "all", [{"visit_id": id_of("else")}]]
)
async def test_looks_in_another_form_are_refused_as_the_rest_of_a_push_is(house: House, looked: Any):
    answer = await house.phone().post(looked=looked)

    assert (answer.status_code, answer.json()["code"]) == (422, "NotAsDescribed")


@pytest.mark.sqlite
async def test_looks_that_cannot_be_written_down_just_now_are_sent_again(house: House):
    anna = house.phone()
    await anna.sync()
    assert isinstance(house.database, SqliteDatabase)
    await house.database.writer.connection.aside.execute_fetchall("pragma busy_timeout = 10")
    with closing(sqlite3.connect(house.folder / "haand.sqlite3", isolation_level=None)) as other:
        other.execute("begin immediate")
        answer = await anna.post(looked=[{"visit_id": id_of("else"), "at": to_text(house.now)}])
        other.rollback()

    assert answer.status_code == 200
    assert "looked" not in answer.json()


async def fail(*_: object, **__: object) -> None:
    raise ValueError("Else Holm")


async def be_full(*_: object, **__: object) -> None:
    raise Unavailable


@pytest.mark.parametrize(
    "broken",
    [
        {"list_views": fail},
        {"has_too_many": fail},
        {"append_entries": fail, "add_set_aside": fail},
        {"append_entries": fail, "add_set_aside": be_full},
    ],
)
async def test_looks_that_are_not_durable_are_sent_again_and_then_stand_there_once(
    house: House, monkeypatch: pytest.MonkeyPatch, broken: dict[str, Any]
):
    anna = house.phone()
    await anna.sync()
    looked = [{"visit_id": id_of("else"), "at": to_text(house.now)}]
    with monkeypatch.context() as breaking:
        for name, by in broken.items():
            breaking.setattr(writer, name, by)
        refused = (await anna.post(looked=looked)).json()

    again = (await anna.post(looked=looked)).json()

    assert ("looked" in refused, again["looked"]) == (False, True)
    assert [visits_of(entry) for entry in await entries(house) if entry["what"] == "offline"] == [
        {id_of("else")}
    ]


async def test_nobody_has_read_before_the_phone_was_heard_last_or_in_days_to_come(house: House):
    anna = house.phone()
    await anna.sync()
    last_heard = to_text(house.now)
    house.pass_time(hours=2)
    invented = [to_text(house.now - timedelta(days=300)), to_text(house.now + timedelta(days=1))]

    for _ in range(2):
        await anna.post(looked=[{"visit_id": id_of("else"), "at": at} for at in invented])

    found = {entry["at"] for entry in await entries(house) if entry["what"] == "offline"}
    assert found == {last_heard, to_text(house.now)}


async def test_what_was_told_and_is_told_again_after_the_answer_was_lost_stands_once(house: House):
    anna = house.phone()
    await anna.sync()
    looked = [{"visit_id": id_of("else"), "at": to_text(house.pass_time(hours=1))}]
    house.pass_time(hours=1)
    await anna.post(looked=looked)
    house.pass_time(hours=1)

    assert (await anna.post(looked=looked)).json()["looked"]

    assert len([entry for entry in await entries(house) if entry["what"] == "offline"]) == 1


async def test_more_than_anybody_reads_is_not_taken_and_the_rest_of_the_push_is(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pwa.audit.offline_views.MOST_A_DAY", 2)
    anna = house.phone()
    await anna.sync()
    at = to_text(house.pass_time(hours=1))
    first = await anna.post(
        looked=[{"visit_id": id_of(visit), "at": at} for visit in ("else", "karen", "knud")]
    )

    more = (await anna.post(anna.note(), looked=[{"visit_id": id_of("solveig"), "at": at}])).json()

    assert first.json()["looked"]
    assert ("looked" in more, more["fates"][0]["fate"]) == (False, "applied")
    assert len([entry for entry in await entries(house) if entry["what"] == "offline"]) == 3
