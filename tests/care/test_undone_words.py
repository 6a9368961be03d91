"""Whoever undoes on the server's own page has not thrown away what she wrote: the words are half-written again."""

import re
from pathlib import Path
from typing import Any

from pwa.care.sync.undone_words import TAPPED_REASONS
from tests.house import House
from tests.small_town import id_of

Json = dict[str, Any]
VISIT = id_of("else")
STEP = id_of("else Giv medicin")


async def do(house: House, name: str, person: str = "anna", **args: str) -> str:
    """A form of a visit's page, as a browser without a worker posts it; the visit's page after it."""
    cookie = house.cookies.get(person) or await house.sign_in(person)
    form = {"visit_id": VISIT, "seen": "1000000", **args}
    headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
    answer = await house.http.post(f"/do/{name}", data=form, headers=headers)
    assert answer.status_code == 303, answer.text
    return await page(house, f"/visits/{VISIT}", person)


async def page(house: House, path: str, person: str = "anna") -> str:
    cookie = house.cookies.get(person) or await house.sign_in(person)
    return (await house.http.get(path, headers={"Cookie": cookie})).text


async def undo(house: House, person: str = "anna") -> str:
    """Undo the deviation that was reported last."""
    [*_, row] = await house.rows("select change_id from deviation order by received_at")
    return await do(house, "take_back", person, change_id=row["change_id"])


async def drafts(house: House) -> list[str]:
    """The half-written words on Venter."""
    return re.findall(r'class="words" dir="auto">([^<]*)<', await page(house, "/waiting"))


async def test_a_deviation_that_is_undone_on_the_servers_page_is_half_written_again_and_can_be_saved(
    house: House,
):
    await do(house, "report_deviation", kind="refused", text="Else var vred")
    visit = await undo(house)

    assert "1 tekst er ikke gemt endnu" in visit
    waiting = await page(house, "/waiting")
    assert await drafts(house) == ["Else var vred"]
    assert "anden telefon" not in waiting
    await house.post(f"/drafts/{re.findall('draft-([0-9a-f-]{36})', waiting)[0]}/save", "anna", b"")
    assert await drafts(house) == []
    kinds = [(one["kind"], one["text"]) for one in (await house.phone_of("anna").visit("else"))["deviations"]]
    assert kinds == [("refused", "Else var vred")]


async def test_her_phone_is_given_it_too_and_no_colleague_is(house: House):
    await do(house, "report_deviation", kind="refused", text="Else var vred")
    await undo(house)
    told = [
        (await house.phone(person).post(unsent={"digest": "", "floor": 0})).json().get("unsent")
        for person in ("anna", "bo")
    ]

    assert [(each["text"], each["phone_id"]) for each in told[0]["drafts"]] == [("Else var vred", "")]
    assert told[1] is None


async def test_only_her_own_words_come_back_once_and_only_where_there_were_any(house: House):
    phone = house.phone_of("bo")
    await phone.push(phone.change("report_deviation", "else", kind="other", text="Else faldt"))
    await undo(house)
    assert await drafts(house) == []

    await do(house, "report_deviation", kind="not_home")
    await undo(house)
    assert await drafts(house) == []

    await do(house, "report_deviation", kind="refused", text="Else var vred")
    await undo(house)
    await undo(house)
    assert await drafts(house) == ["Else var vred"]


async def test_a_reason_whose_answer_is_removed_is_half_written_again_and_one_that_was_tapped_was_not_written(
    house: House,
):
    await do(house, "answer_step", step_id=STEP, answer="not_done", reason=TAPPED_REASONS[0])
    await do(house, "answer_step", step_id=STEP, answer="")
    assert await drafts(house) == []

    await do(house, "answer_step", step_id=STEP, answer="not_done", reason="Else sov")
    await do(house, "answer_step", step_id=STEP, answer="")
    assert await drafts(house) == ["Else sov"]


async def test_what_is_not_undone_gives_no_words_back(house: House):
    await do(house, "report_deviation", kind="refused", text="Else var vred")
    [row] = await house.rows("select change_id from deviation")
    form = {"visit_id": VISIT, "change_id": row["change_id"], "colour": "red"}
    cookie = await house.sign_in("anna")
    headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    await house.http.post("/do/take_back", data=form, headers=headers)

    assert await house.rows("select id from draft") == []
    assert len((await house.phone_of("anna").visit("else"))["deviations"]) == 1


def test_the_reasons_that_are_tapped_are_those_that_the_page_offers():
    template = Path(__file__).parents[2] / "templates/carer/_answers.html"
    offered = re.findall(r'name="reason" value="([^"{]+)"', template.read_text("utf-8"))

    assert list(TAPPED_REASONS) == offered
