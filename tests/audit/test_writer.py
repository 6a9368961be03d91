"""Many write to the access log at once: one chain from several servers, nobody waits for later ones, nothing is forgotten."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from pwa.audit.writer import AccessEvent
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
