"""What need not be done twice is done by one of the processes on a database, and goes on in another when that one ends."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest

from pwa.database import Database, by_one, make_company, open_database
from pwa.database.by_one import by_one as do_by_one


@pytest.fixture
async def databases(address: str) -> AsyncIterator[list[Database]]:
    """One database as two processes have it."""
    with make_company(2) as company:
        opened = [await open_database(address, company=one) for one in company]
        for one in opened:
            await one.listen(lambda _: None, lambda: None)
        yield opened
        for one in opened:
            await one.close()


async def end(databases: list[Database]) -> None:
    """The first process ends."""
    await databases.pop(0).close()


async def test_one_has_the_turn_until_it_ends_and_then_another(databases: list[Database]):
    first, second = databases

    assert [await first.has_turn(), await second.has_turn(), await first.has_turn()] == [True, False, True]
    await end(databases)
    for _ in range(50):  # PostgreSQL takes a moment to notice
        if await second.has_turn():
            break
        await asyncio.sleep(0.02)
    assert await second.has_turn()


async def test_what_one_does_goes_on_in_the_other_when_that_ends(
    databases: list[Database], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(by_one, "LOOK_EVERY", 0.01)
    begun = [asyncio.Event(), asyncio.Event()]

    async def keep_on(which: int) -> None:
        begun[which].set()
        await asyncio.Event().wait()

    first = asyncio.create_task(do_by_one(databases[0], partial(keep_on, 0)))
    await begun[0].wait()
    second = asyncio.create_task(do_by_one(databases[1], partial(keep_on, 1)))
    await asyncio.sleep(0.1)
    has_begun_twice = begun[1].is_set()
    first.cancel()
    await asyncio.wait({first})
    await end(databases)
    async with asyncio.timeout(5):
        await begun[1].wait()
    second.cancel()
    await asyncio.wait({second})

    assert not has_begun_twice


async def test_what_has_ended_or_failed_ends_there(databases: list[Database]):
    async def fail() -> None:
        raise ZeroDivisionError

    await do_by_one(databases[0], lambda: asyncio.sleep(0))
    with pytest.raises(ZeroDivisionError):
        await do_by_one(databases[0], fail)
