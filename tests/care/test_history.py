"""What was said at a visit and does not stand any more can still be read by its leader: what was undone, answered before or corrected."""

import re

from pwa.words import new_id
from tests.care.test_board_days import board, numbers
from tests.house import House
from tests.small_town import id_of


async def leaders_page(house: House) -> str:
    return (await house.get(f"/board/visits/{id_of('else')}", "lis")).text


def said(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_a_deviation_an_observation_and_an_end_that_are_undone_stay_readable_with_when_and_by_whom(
    house: House,
):
    anna = house.phone_of("anna")
    made = [
        anna.change("start_visit"),
        anna.change("report_deviation", kind="other", text="Fald i nat."),
        anna.change("report_observation", area="pain", text="Ondt i hoften."),
        anna.change("finish_visit"),
    ]
    await anna.push(*made)
    house.pass_time(minutes=35)
    await anna.push(*(anna.change("take_back", change_id=each["id"]) for each in made[1:]))

    page = said(await leaders_page(house))
    assert "Fortrudt 09.15 af Anna" in page
    for words in ("Noget andet Fald i nat.", "Smerter og åndenød Ondt i hoften.", "Afsluttet Anna"):
        assert words in page.replace("Smerte og vejrtrækning", "Smerter og åndenød"), page
    assert page.count("Fortrudt") == 3
    assert numbers(await board(house))["deviating"] == 0


async def test_what_stands_is_not_said_to_be_undone(house: House):
    anna = house.phone_of("anna")
    await anna.push(anna.change("start_visit"), anna.change("report_deviation", kind="other", text="Fald."))

    assert "Fortrudt" not in await leaders_page(house)


async def test_two_phones_of_one_person_are_called_that_and_what_was_answered_before_stays_in_sight(
    house: House,
):
    first = house.phone("anna")
    await first.sync()
    await house.sign_in("anna")
    second = house.phone("anna")
    await second.sync()
    cookie = house.cookies["anna"]
    await second.push(second.answer(answer="together"))
    house.pass_time(minutes=1)
    await house.sign_in("anna")
    third = house.phone("anna")
    await third.push({**third.answer(answer="alone"), "seen": 0})

    assert "Samme person har svaret forskelligt på to telefoner" in await leaders_page(house)

    house.cookies["anna"] = cookie
    await second.sync()
    house.pass_time(minutes=1)
    await second.push(second.answer(answer="carer"))
    page = said(await leaders_page(house))
    assert "Samme person har svaret forskelligt på to telefoner" not in page
    assert "Før: Anna" in page
    assert page.count("Før:") == 2


async def test_of_a_corrected_note_the_newest_text_comes_first_and_the_other_is_said_to_be_corrected(
    house: House,
):
    anna = house.phone_of("anna")
    note = anna.note("Sår på venstre hæl.")
    await anna.push(note)
    await anna.push(
        anna.change(
            "correct_note", note_id=new_id(), corrects=note["args"]["note_id"], text="Sår på HØJRE hæl."
        )
    )

    page = said(await leaders_page(house))
    assert page.index("HØJRE") < page.index("Tidligere tekst, rettet siden") < page.index("venstre")


async def test_a_carer_in_two_homes_at_once_is_said_on_the_board(house: House):
    anna = house.phone_of("anna")
    await anna.push(anna.change("start_visit"))
    assert "I gang på samme tid" not in await board(house)
    await anna.push(anna.change("start_visit", "karen"))

    assert re.search(r"I gang på samme tid: Else Holm, Karen", said(await board(house)))


async def test_a_leader_who_opens_a_carers_link_gets_the_leaders_page_and_a_carer_gets_her_own(house: House):
    for path, leads_to in (
        (f"/visits/{id_of('else')}", f"/board/visits/{id_of('else')}"),
        ("/days/2026-11-23", "/board/days/2026-11-23"),
        ("/", "/board"),
    ):
        answer = await house.get(path, "lis")
        assert (answer.status_code, answer.headers["location"]) == (303, leads_to)
        assert (await house.get(path, "anna")).status_code == 200


async def test_a_leader_whose_change_was_refused_has_no_row_on_the_board(house: House):
    lis = house.phone_of("lis")
    [fate] = await lis.push(lis.note("Husk nøglen."))
    assert fate.fate != "applied"

    page = await board(house)
    assert f'id="carer-{id_of("lis")}"' not in page
    held = said((await house.get("/held", "lis")).text)
    assert "Husk nøglen." in held
    assert re.search(r"Besøget: 23\. nov\. 08\.00–08\.30 · Morgenpleje", held), held
