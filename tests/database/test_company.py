"""Processes that serve one file tell each other something, and nobody waits for one that does not listen."""

import asyncio
from collections.abc import Iterator

import pytest

from pwa.database import Company, make_company

pytestmark = pytest.mark.no_database

MANY = 5_000
"""More than a socket has room for."""


@pytest.fixture
def company() -> Iterator[list[Company]]:
    """Three processes' worth."""
    with make_company(3) as company:
        yield company


class Ear:
    """What one of them has heard."""

    def __init__(self, company: Company) -> None:
        self.heard: list[str] = []
        self.losses = 0
        company.listen(self.heard.append, self.lose)

    def lose(self) -> None:
        self.losses += 1


async def test_what_one_tells_each_of_the_others_hears_and_not_itself(company: list[Company]):
    ears = [Ear(one) for one in company]

    company[0].notify(["hej", "æøå"])
    company[1].notify(["tak"])
    await asyncio.sleep(0.05)

    assert [ear.heard for ear in ears] == [["tak"], ["hej", "æøå"], ["hej", "æøå", "tak"]]
    assert [ear.losses for ear in ears] == [0, 0, 0]


async def test_one_that_does_not_listen_holds_nobody_up_and_is_told_that_it_has_lost_something(
    company: list[Company],
):
    quick = Ear(company[1])
    for number in range(MANY):
        company[0].notify([f"{number}"])
        if number % 10 == 0:
            await asyncio.sleep(0)
    slow = Ear(company[2])
    await asyncio.sleep(0.1)
    company[0].notify(["again"])
    await asyncio.sleep(0.1)

    assert (quick.heard, quick.losses) == ([*map(str, range(MANY)), "again"], 0)
    assert 0 < len(slow.heard) < MANY
    assert (slow.heard[-1], slow.losses) == ("again", 1)


async def test_whoever_takes_a_place_goes_on_where_the_one_before_stopped(company: list[Company]):
    before = Ear(company[1])
    company[1].close()
    company[0].notify(["meanwhile"])
    after = Ear(company[1])
    await asyncio.sleep(0.05)

    assert (before.heard, after.heard) == ([], ["meanwhile"])


def test_one_alone_has_no_company():
    with make_company(1) as company:
        assert company == []
