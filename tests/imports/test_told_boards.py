"""An open board is told within seconds what a file has changed that came in beside the server; and not of a file that changed nothing."""

import asyncio
from pathlib import Path

import pytest

from pwa.imports import told_boards
from pwa.imports.apply.turns import begin_turn
from pwa.imports.queries.file_imports import State
from pwa.words import new_id
from tests.care.opened_board import listening, open_page
from tests.small_town import Town, give_to, id_of, open_town


async def come_in(town: Town, state: State) -> None:
    """A plan in which Bo has Else's visit, or one that is refused."""
    turn = await begin_turn(town.database, "plan", "plan.csv", "", lambda: town.now, new_id)
    async with town.database.transaction() as tx:
        if state == "done":
            await give_to(tx, "else", "bo")
        await turn.end(tx, state, [])


def has_else(board: str, carer: str) -> bool:
    """Whether Else's visit stands in this carer's row."""
    row = board.partition(f'id="carer-{id_of(carer)}"')[2].partition('id="carer-')[0]
    return id_of("else") in row


@pytest.fixture
def looks_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told_boards, "LOOK_EVERY", 0.02)


@pytest.mark.usefixtures("looks_soon")
async def test_a_visit_that_a_plan_gives_to_another_carer_is_told_to_open_boards(tmp_path: Path):
    async with open_town(tmp_path) as town:
        lis = await town.sign_in("lis")
        before = (await lis.get("/board/carers?day=2026-11-23")).text
        async with listening(lis, await open_page(lis)) as heard:
            await come_in(town, "done")
            first = await asyncio.wait_for(heard.get(), 5)
        after = (await lis.get("/board/carers?day=2026-11-23")).text

    assert first == "all"
    assert [has_else(before, "anna"), has_else(after, "anna"), has_else(after, "bo")] == [True, False, True]


@pytest.mark.usefixtures("looks_soon")
async def test_a_file_that_was_refused_is_told_to_nobody(tmp_path: Path):
    async with open_town(tmp_path) as town:
        lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
        async with listening(lis, await open_page(lis)) as heard:
            await come_in(town, "refused")
            await asyncio.sleep(0.3)  # many looks
            await anna.push()

            assert await asyncio.wait_for(heard.get(), 5) == f"carer-{id_of('anna')}"


@pytest.mark.usefixtures("looks_soon")
async def test_a_page_that_was_read_before_a_plan_came_in_is_told_when_its_stream_is_opened(tmp_path: Path):
    async with open_town(tmp_path) as town:
        lis = await town.sign_in("lis")
        drawn_at = await open_page(lis)
        town.now = town.now.replace(second=1)
        await come_in(town, "done")
        await asyncio.sleep(0.3)

        async with listening(lis, drawn_at) as heard:
            assert await asyncio.wait_for(heard.get(), 5) == "all"
