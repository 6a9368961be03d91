"""A leader's other pages than the board: a visit and what needs a look follow what happens, and the rest say from when they are."""

import asyncio
import re
from datetime import timedelta

import pytest

from tests.care.opened_board import listening
from tests.care.test_board import state_on
from tests.care.test_held import quarantine, to_deal_with
from tests.small_town import Town, id_of

VISIT = f"/board/visits/{id_of('else')}"


async def noted(town: Town, what: str) -> int:
    async with town.database.snapshot() as tx:
        return len(await tx.rows("select id from access_log where what = :what", {"what": what}))


async def test_a_visit_that_is_open_is_told_of_its_carers_and_says_what_has_come(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    town.now += timedelta(minutes=20)  # half an hour after its end
    page = (await lis.get(VISIT)).text
    await anna.push(anna.change("finish_visit"), anna.note("Else var glad."))

    part = (await lis.get(f"{VISIT}/live")).text

    assert f"carer-{id_of('anna')} from:#visit-{id_of('else')}" in page
    assert [state_on(text, "known") for text in (page, part)] == ["not_heard", "done"]
    assert "Else var glad." in part.partition('<hx-partial hx-target="#visit-told">')[2]


async def test_what_a_leader_is_writing_stands_outside_of_what_is_drawn_anew(town: Town):
    lis = await town.sign_in("lis")
    page, part = (await lis.get(VISIT)).text, (await lis.get(f"{VISIT}/live")).text
    known, told = re.split('<section id="purpose"', page)

    assert "purpose" not in part
    assert known.count('<div id="visit-known"') == told.count('<div id="visit-told"') == 1
    assert known.count("<div") == known.count("</div>"), "the form stands in none of them"


async def test_a_page_that_follows_a_visit_is_noted_once_an_hour(town: Town):
    lis = await town.sign_in("lis")
    for _ in range(3):
        await lis.get(f"{VISIT}/live")
    in_an_hour = await noted(town, "visit")
    town.now += timedelta(hours=1)
    await lis.get(f"{VISIT}/live")

    assert (in_an_hour, await noted(town, "visit")) == (1, 2)


async def test_what_needs_a_look_comes_to_the_page_that_is_open(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    assert await to_deal_with(lis) == []
    await quarantine(anna)

    part = (await lis.get("/held/live")).text

    assert "Else vil ringes op" in part
    assert re.search(r'id="held-total"[^>]*>1<', part)


async def test_an_organiser_hears_too_what_happens_at_a_visit_that_is_open(town: Town):
    ove, anna = await town.sign_in("ove"), await town.sign_in("anna")
    async with listening(ove) as heard:
        await anna.push(anna.change("start_visit"))

        assert await asyncio.wait_for(heard.get(), 5) == f"carer-{id_of('anna')}"


@pytest.mark.parametrize(
    "path", ["/board", VISIT, f"/visits/{id_of('else')}/notes", "/held", "/people", f"/people/{id_of('anna')}",
             "/people/phones", "/people/review"],
)  # fmt: skip
async def test_a_page_that_shows_what_is_now_says_from_when_it_is(town: Town, path: str):
    page = await (await town.sign_in("lis")).get(path)

    assert page.status_code == 200
    assert re.search(r'<span id="as-of" data-as-of="Som kl. #">Som kl. \d\d\.\d\d</span>', page.text)
