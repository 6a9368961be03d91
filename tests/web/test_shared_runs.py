"""What many ask at the same time is done once for all of them, and never is an answer older than its question."""

import asyncio

import pytest

from pwa.problems import NotFound
from pwa.web.shared_runs import SharedRuns

pytestmark = pytest.mark.no_database


class Counting:
    """Work that ends when the test says so, and says how often it was begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.may_end = asyncio.Event()

    async def work(self) -> int:
        self.begun += 1
        own = self.begun
        await self.may_end.wait()
        return own


async def begin(times: int = 3) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


async def test_who_asks_at_the_same_time_shares_one_run():
    runs, counting = SharedRuns[int](), Counting()
    counting.may_end.set()

    answers = await asyncio.gather(*(runs.run("nord", counting.work) for _ in range(20)))

    assert answers == [1] * 20


async def test_who_asks_while_it_runs_is_given_what_is_read_after_she_asked():
    runs, counting = SharedRuns[int](), Counting()
    first = asyncio.create_task(runs.run("nord", counting.work))
    await begin()
    later = [asyncio.create_task(runs.run("nord", counting.work)) for _ in range(20)]
    await begin()
    begun = counting.begun
    counting.may_end.set()

    assert (begun, await first, await asyncio.gather(*later)) == (1, 1, [2] * 20)


async def test_who_asks_something_else_waits_for_nobody():
    runs, counting = SharedRuns[int](), Counting()
    asked = [asyncio.create_task(runs.run(team, counting.work)) for team in ("nord", "syd")]
    await begin()

    assert counting.begun == 2
    counting.may_end.set()
    await asyncio.gather(*asked)


async def test_what_went_wrong_once_is_tried_again_by_the_next_and_who_goes_away_takes_it_from_nobody():
    async def fail() -> int:
        raise NotFound

    runs, counting = SharedRuns[int](), Counting()
    with pytest.raises(NotFound):
        await runs.run("nord", fail)
    leaving, staying = [asyncio.create_task(runs.run("nord", counting.work)) for _ in range(2)]
    await begin()
    leaving.cancel()
    counting.may_end.set()

    assert await staying == 1
