"""A visit at which very much is written is fetched by every phone all the same: the newest stands there, the rest is one tap away."""

import re

import pytest

from pwa.care.documents import older_notes
from tests.house import House
from tests.small_town import id_of

LONG = "Karen fortalte. " * 5_000


async def test_a_document_has_the_newest_notes_and_says_how_many_older_ones_there_are(house: House):
    anna, bo = house.phone(), house.phone("bo")
    for number in range(12):
        await anna.push(anna.note(f"Nr. {number}. {LONG}", "karen"))
        house.pass_time(minutes=1)

    answer = await bo.post()
    visit = await bo.visit("karen")

    assert len(answer.content) < 400_000
    assert [note["text"][:7] for note in visit["notes"]] == ["Nr. 10.", "Nr. 11."]
    assert visit["older_notes"] == 10


async def test_few_notes_are_all_there_and_nothing_is_said(house: House):
    anna = house.phone()
    await anna.push(*[anna.note(f"Nr. {number}.") for number in range(30)])

    visit = await anna.visit()

    assert (len(visit["notes"]), "older_notes" in visit) == (30, False)
    assert "ældre" not in (await house.get(f"/visits/{id_of('else')}", "anna")).text


@pytest.mark.parametrize(("who", "where"), [("bo", "/visits/"), ("lis", "/board/visits/")])
async def test_every_note_is_on_some_page_and_the_visit_leads_there(house: House, who: str, where: str):
    anna = house.phone()
    for part in range(3):
        await anna.push(*[anna.note(f"Nr. {part * 60 + number}.", "karen") for number in range(60)])
        house.pass_time(minutes=1)

    shown = (await house.get(where + id_of("karen"), who)).text
    address, found = f"/visits/{id_of('karen')}/notes", []
    assert f'href="{address}"' in shown
    assert "80 ældre notater vises ikke her" in shown
    assert "Det kræver net." in shown
    for _ in range(10):
        page = (await house.get(address, who)).text
        found += re.findall(r"Nr\. (\d+)\.", page)
        following = re.search(r'href="(/visits/[^"]+/notes\?after=\d+)"', page)
        if not following:
            break
        address = following[1]

    assert sorted(map(int, found)) == list(range(180))


async def test_of_a_note_that_was_corrected_very_often_the_newest_texts_stand_there(house: House):
    anna = house.phone()
    note = anna.note("Først.")
    note_id = str(note["args"]["note_id"])
    await anna.push(note)
    for number in range(25):
        house.pass_time(minutes=1)
        fix = anna.change(
            "correct_note", note_id=id_of(f"rettelse {number}"), corrects=note_id, text=f"R{number}."
        )
        await anna.push(fix)

    [shown] = (await anna.visit())["notes"]
    everything = (await house.get(f"/visits/{id_of('else')}/notes", "anna")).text

    assert (shown["text"], shown["corrections"][-1]["text"]) == ("Først.", "R24.")
    assert (len(shown["corrections"]), shown["older_texts"]) == (older_notes.MOST_CORRECTIONS, 5)
    assert all(f"R{number}." in everything for number in range(25))


async def test_another_teams_carer_finds_no_notes_and_that_is_noted(house: House):
    answer = await house.get(f"/visits/{id_of('solveig')}/notes", "anna")

    assert answer.status_code == 404
    assert [row["kind"] for row in await house.rows("select kind from access_log")] == ["refused"]


async def test_of_very_many_deviations_and_reasons_the_newest_stand_there_and_all_are_a_tap_away(
    house: House,
):
    anna, bo = house.phone(), house.phone("bo")
    step = id_of("karen Giv medicin")
    for number in range(70):
        house.pass_time(minutes=1)
        said = anna.change(
            "answer_step", "karen", step_id=step, answer="not_done", reason=f"G{number}. " + "g" * 1500
        )
        report = anna.change("report_deviation", "karen", kind="other", text=f"A{number}. " + "a" * 1500)
        await anna.push(said, report)

    answer = await bo.post()
    visit = await bo.visit("karen")
    address, everything = f"/visits/{id_of('karen')}/notes", ""
    shown = (await house.get(f"/visits/{id_of('karen')}", "bo")).text
    while address:
        page = (await house.get(address, "bo")).text
        everything += page
        following = re.search(r'href="(/visits/[^"]+/notes\?after=\d+)"', page)
        address = following[1] if following else ""

    assert len(answer.content) < 300_000
    assert visit["deviations"][-1]["text"].startswith("A69.")
    assert visit["older_deviations"] == 70 - len(visit["deviations"])
    [told] = [one for one in visit["steps"] if one["id"] == step]
    assert told["older_reasons"] == 69 - len(told["earlier"])
    assert "ældre afvigelser vises ikke her" in shown
    assert "tidligere grunde vises ikke her" in shown
    assert all(f"A{number}." in everything and f"G{number}." in everything for number in range(70))
