"""A board that is opened has all once: its stream tells what changed since the page was read, and no more."""

import asyncio
from datetime import datetime, timedelta

import pytest

from pwa.web.live import CLOCKS_DIFFER, EVERYBODY, REMEMBERED_FOR, Boards, Notice
from tests.care.opened_board import A_MOMENT, listening, open_page
from tests.small_town import MORNING, Town, id_of

STILL = REMEMBERED_FOR - CLOCKS_DIFFER
"""So old a page may be."""


async def test_where_nothing_has_changed_since_the_page_was_read_its_stream_tells_nothing(town: Town):
    lis, anna, bo = [await town.sign_in(person) for person in ("lis", "anna", "bo")]
    await anna.push()
    drawn_at = await open_page(lis)

    async with listening(lis, drawn_at) as heard:
        await bo.push()

        assert await asyncio.wait_for(heard.get(), 5) == f"carer-{id_of('bo')}"


async def test_what_changed_between_the_page_and_its_stream_is_told_although_nobody_listened(town: Town):
    lis, mia, anna, carl = [await town.sign_in(person) for person in ("lis", "mia", "anna", "carl")]
    drawn_at = await open_page(lis)
    await anna.push(anna.change("start_visit"))
    await carl.push()
    town.now += STILL

    async with listening(lis, drawn_at) as at_lis, listening(mia, drawn_at) as at_mia:
        first = [await asyncio.wait_for(heard.get(), 5) for heard in (at_lis, at_mia)]

    assert first == [f"carer-{id_of('anna')}", f"carer-{id_of('carl')}"]
    assert (at_lis.empty(), at_mia.empty()) == (True, True)


async def test_a_page_that_is_older_than_what_is_remembered_is_told_to_read_all(town: Town):
    lis = await town.sign_in("lis")
    drawn_at = await open_page(lis)
    town.now += STILL + A_MOMENT

    async with listening(lis, drawn_at) as heard:
        assert await asyncio.wait_for(heard.get(), 5) == "all"


async def first_told(boards: Boards, drawn_at: datetime) -> str:
    """What a board hears first that is opened now, and then of Bo."""
    names = boards.open(["nord"], drawn_at=drawn_at).names()
    boards.notify([Notice("bo", frozenset(["nord"]))])
    return await anext(names)


async def test_a_page_of_before_the_server_started_is_told_to_read_all():
    boards = Boards(lambda: MORNING)
    earliest = MORNING + CLOCKS_DIFFER

    told = [await first_told(boards, drawn_at) for drawn_at in (earliest - A_MOMENT, earliest)]

    assert told == [EVERYBODY, "bo"]


@pytest.mark.parametrize(("before", "first"), [(CLOCKS_DIFFER, "anna"), (CLOCKS_DIFFER + A_MOMENT, "bo")])
async def test_clocks_that_differ_a_little_lose_no_notice(before: timedelta, first: str):
    now = MORNING
    boards = Boards(lambda: now)
    now += timedelta(seconds=10)
    boards.notify([Notice("anna", frozenset(["nord"]))])

    assert await first_told(boards, now + before) == first


async def test_what_was_told_while_nobody_could_hear_is_not_taken_for_nothing(town: Town):
    lis = await town.sign_in("lis")
    drawn_at = await open_page(lis)
    town.now += A_MOMENT
    town.boards.close_all()

    async with listening(lis, drawn_at) as heard:
        assert await asyncio.wait_for(heard.get(), 5) == "all"


def test_what_was_told_is_forgotten_once_no_page_can_ask_for_it():
    now = MORNING
    boards = Boards(lambda: now)
    for _ in range(1000):
        now += timedelta(seconds=1)
        boards.notify([Notice("anna", frozenset(["nord"]))])

    assert len(boards._told) <= REMEMBERED_FOR.total_seconds() + 1


async def test_everybody_once_is_everybody():
    boards = Boards(lambda: MORNING)
    board = boards.open(["nord"])
    boards.notify([Notice("anna", frozenset(["nord"]))])
    boards.notify_everybody()
    boards.notify([Notice("bo", frozenset(["nord"]))])

    names = board.names()
    told = [await anext(names)]
    boards.notify([Notice("carl", frozenset(["nord"]))])
    told.append(await anext(names))

    assert told == [EVERYBODY, "carl"]
