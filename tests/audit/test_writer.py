"""Many write to the access log at once: one chain from several servers, nobody waits for later ones, nothing is forgotten."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from pwa.audit import writer
from pwa.audit.access_event import AccessEvent
from pwa.problems import NotHandled, Unavailable
from tests.access_log import anna_and_log, chained, entries, get, visits_of, wrong_in
from tests.house import House, open_house, open_house_at
from tests.small_town import id_of


@pytest.fixture
async def houses(tmp_path: Path) -> AsyncIterator[tuple[House, House]]:
    """Two servers on one database."""
    async with open_house(tmp_path) as one, open_house_at(one.address, tmp_path) as other:
        yield one, other


@pytest.mark.postgresql
async def test_two_servers_make_one_chain(houses: tuple[House, House]):
    cookies = [await house.sign_in("anna") for house in houses]

    async def look(number: int) -> None:
        house, cookie = houses[number % 2], cookies[number % 2]
        answer = await house.http.get(f"/visits/{id_of('else')}", headers={"Cookie": cookie})
        assert answer.status_code == 200

    await asyncio.gather(*(look(number) for number in range(60)))
    await chained(houses[0])

    assert [row["n"] for row in await houses[0].rows("select n from access_log order by n")] == list(
        range(1, 61)
    )
    assert await wrong_in(houses[0]) == []


@pytest.mark.slow
@pytest.mark.sqlite
async def test_a_disk_that_cannot_be_written_keeps_nobody_from_reading_and_nothing_is_forgotten(house: House):
    await house.sign_in("anna")
    with closing(sqlite3.connect(house.address.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("begin immediate")
        shown = await get(house, "anna", f"/visits/{id_of('else')}")
        other.execute("rollback")
    await get(house, "anna", f"/visits/{id_of('karen')}")

    assert shown.status_code == 200
    assert [visits_of(entry) for entry in await entries(house)] == [{id_of("else")}, {id_of("karen")}]


async def test_nobody_waits_for_those_who_come_later(house: House):
    anna, log = await anna_and_log(house)
    notes: list[asyncio.Task[None]] = []

    def look() -> asyncio.Task[None]:
        what = AccessEvent(kind="read", what="board", purpose="overview", day=str(len(notes)))
        notes.append(asyncio.create_task(log.record_access(anna, "sign-in", what)))
        return notes[-1]

    async def keep_coming() -> None:
        while True:
            look()
            await asyncio.sleep(0)

    first, coming = look(), asyncio.create_task(keep_coming())
    await asyncio.wait_for(asyncio.shield(first), 5)
    coming.cancel()

    assert not all(note.done() for note in notes)
    await asyncio.gather(*notes)
    await log.close()
    assert len(await entries(house)) == len(notes)


def not_an_entry() -> AccessEvent:
    """What no engine's table takes."""
    return AccessEvent(kind="no such kind", what="board", purpose="overview", day="odd")


def a_look(day: str = "2026-11-23") -> AccessEvent:
    """What every engine's table takes."""
    return AccessEvent(kind="read", what="board", purpose="overview", day=day)


async def test_an_entry_that_cannot_be_written_is_set_aside_and_holds_up_nobody(house: House):
    anna, log = await anna_and_log(house)
    looks = [a_look("1"), not_an_entry(), a_look("3")]

    await asyncio.gather(*(log.record_access(anna, "sign-in", look) for look in looks))
    await log.record_access(anna, "sign-in", a_look("4"))
    await log.close()
    await chained(house)

    assert sorted(entry["day"] for entry in await entries(house)) == ["1", "3", "4"]
    [kept] = await house.rows("select * from access_set_aside")
    assert "no such kind" in kept["entry"]
    assert await wrong_in(house) == [kept["id"]]


async def test_what_can_neither_be_written_nor_set_aside_is_not_shown(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    async def refuse(*_: object) -> None:
        raise ValueError

    anna, log = await anna_and_log(house)
    monkeypatch.setattr(writer, "add_set_aside", refuse)

    with pytest.raises(NotHandled):
        await log.record_access(anna, "sign-in", not_an_entry())

    await log.record_access(anna, "sign-in", a_look())
    await log.close()
    assert len(await entries(house)) == 1


async def test_what_was_not_written_is_not_remembered_as_written(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    async def refuse(*_: object) -> None:
        raise ValueError

    anna, log = await anna_and_log(house)
    with monkeypatch.context() as broken:
        broken.setattr(writer, "append_entries", refuse)
        broken.setattr(writer, "add_set_aside", refuse)
        with pytest.raises(NotHandled):
            await log.record_hourly(anna, "sign-in", a_look())

    for _ in range(2):
        await log.record_hourly(anna, "sign-in", a_look())
    await log.close()

    assert len(await entries(house)) == 1


async def test_so_many_wait_for_a_full_disk_and_after_that_nothing_is_shown(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    async def full(*_: object) -> None:
        raise Unavailable

    anna, log = await anna_and_log(house)
    monkeypatch.setattr(writer, "MOST_WAITING", 3)
    with monkeypatch.context() as broken:
        broken.setattr(writer, "append_entries", full)
        for number in range(3):
            await log.record_access(anna, "sign-in", a_look(str(number)))
        with pytest.raises(Unavailable):
            await log.record_access(anna, "sign-in", a_look("one too many"))
    await log.record_access(anna, "sign-in", a_look("after"))
    await log.close()

    assert sorted(entry["day"] for entry in await entries(house)) == ["0", "1", "2", "after"]


async def test_a_page_is_not_shown_when_its_entry_could_not_be_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    async def refuse(*_: object) -> None:
        raise ValueError("Else Holm")

    monkeypatch.setattr(writer, "append_entries", refuse)
    monkeypatch.setattr(writer, "add_set_aside", refuse)
    refused = await get(house, "lis", "/board")
    monkeypatch.undo()
    shown = await get(house, "lis", "/board")

    assert (refused.status_code, "Else" in refused.text) == (500, False)
    assert shown.status_code == 200
    assert [entry["what"] for entry in await entries(house)] == ["board"]


async def test_a_database_that_refuses_before_it_is_asked_holds_up_nobody_and_nothing_is_forgotten(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    async def closed(*_: object, **__: object) -> None:
        await asyncio.sleep(0)
        raise RuntimeError("the connection is closed")

    anna, log = await anna_and_log(house)
    with monkeypatch.context() as broken:
        broken.setattr(house.database, "write", closed)
        await asyncio.wait_for(log.record_access(anna, "sign-in", a_look("1")), 5)
        await asyncio.wait_for(log.close(), 5)
    await log.record_access(anna, "sign-in", a_look("2"))
    await log.close()

    assert sorted(entry["day"] for entry in await entries(house)) == ["1", "2"]
