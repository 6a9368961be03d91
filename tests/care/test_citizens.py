"""A citizen's own page: what phones have of the last days, whose it is, and what is pinned until it is read.

Holds sync.md's laws 10 (the whole truth of what a phone may hold) and 15 (old phones).
"""

import json
from datetime import timedelta
from typing import Any

import pytest

from pwa.care.documents.citizen_page import citizen_page
from pwa.care.documents.refresh import refresh
from pwa.care.queries import planning
from pwa.care.queries.planning import PlannedVisit
from pwa.care.queries.visits import CONTACTS
from pwa.database import Transaction
from pwa.documents.store import DocumentRef
from pwa.words import new_id, to_text
from tests.house import House, Json, Phone
from tests.shared_cases import CASES
from tests.small_town import VISITS, give_to, id_of


def cases() -> list[Any]:
    """Every case, by its sentence."""
    told = json.loads((CASES / "citizen_page.json").read_text("utf-8"))
    return [pytest.param(case, id=case["sentence"]) for case in told]


@pytest.mark.parametrize("case", cases())
def test_citizen_page(case: Json):
    page = citizen_page(case["document"], case["visits"], case["today"])

    assert [note["id"] for note in page["notes"]] == case["notes"]
    assert [note["id"] for note in page["notes"] if note["pin"]] == case["pinned"]
    assert page["last"] == case["last"]


def page_of(visit: str) -> str:
    """The id of the document that has a citizen's own page."""
    citizen, team, *_ = VISITS[visit]
    return f"citizen-{id_of(team)}.{id_of(citizen)}"


async def plan_again(house: House, name: str, days: int, carer: str, citizen: str = "Else Holm") -> None:
    """One more visit to a citizen of Nord, so many days from now."""
    starts_at = house.now.replace(hour=16) + timedelta(days=days)
    day = starts_at.date().isoformat()
    plan = (
        f"B-{name}", day, to_text(starts_at), to_text(starts_at + timedelta(minutes=30)), 30, id_of(citizen), citizen,
        "Møllevej 3", "", "", "Aften", 1,
    )  # fmt: skip
    planned = PlannedVisit(id_of("nord"), id_of(name), None, plan, ("",) * len(CONTACTS), [id_of(carer)])

    async def add(tx: Transaction) -> None:
        await planning.add_visits(tx, [planned])
        await refresh(tx, [DocumentRef(id_of("nord"), "visit", id_of(name))], new_id)

    await house.database.write(add)


def texts(phone: Phone, visit: str = "else") -> list[str]:
    """What a phone has of a citizen's notes; nothing where it has no such document."""
    document = phone.documents.get(page_of(visit))
    return [note["text"] for note in document["body"]["notes"]] if document else []


async def write_days_ago(house: House, days: int, text: str, **more: object) -> Json:
    """Bo has written a note at a visit to Else so many days ago."""
    name = f"else {days} days ago"
    await plan_again(house, name, -days, "bo")
    now, house.now = house.now, house.now - timedelta(days=days)
    bo = house.phone_of("bo")
    note = bo.change("write_note", name, note_id=new_id(), text=text, **more)
    assert [fate.fate for fate in await bo.push(note)] == ["applied"]
    house.now = now
    return note


@pytest.mark.parametrize(("days", "told"), [(1, True), (14, True), (15, False)])
async def test_a_phone_has_the_notes_of_the_last_fourteen_days(house: House, days: int, told: bool):
    await write_days_ago(house, days, "Husk hævet ben.")
    anna = house.phone()
    await anna.sync()

    assert texts(anna) == (["Husk hævet ben."] if told else [])
    # What says a day is a visit to a phone, and stands in its list of that day.
    assert "day" not in anna.documents.get(page_of("else"), {"body": {}})["body"]


async def test_a_phone_has_no_page_of_whom_its_carer_does_not_visit(house: House):
    await write_days_ago(house, 1, "Husk hævet ben.")
    carl, bo = house.phone("carl"), house.phone("bo")
    for phone in (carl, bo):
        await phone.sync()

    assert (texts(carl), page_of("else") in carl.ids) == ([], False)
    assert (await house.get(f"/visits/{id_of('else')}/citizen", "carl")).status_code == 404
    # Bo was there yesterday, and may see what he did: so long he has the page.
    assert texts(bo) == ["Husk hævet ben."]


async def test_who_is_given_a_visit_is_given_what_was_written_of_the_citizen_before(house: House):
    await write_days_ago(house, 3, "Husk hævet ben.")
    bo = house.phone("bo")
    await bo.sync()
    assert texts(bo) == []

    async with house.database.transaction() as tx:
        await give_to(tx, "else", "bo")
    await bo.sync()

    assert texts(bo) == ["Husk hævet ben."]


async def test_the_page_says_what_was_done_at_the_last_visit_and_by_whom(house: House):
    await plan_again(house, "else yesterday", -1, "bo")
    bo = house.phone("bo")
    await bo.push(bo.change("finish_visit", "else yesterday"))

    page = (await house.get(f"/visits/{id_of('else')}/citizen", "anna")).text

    assert "Sidste besøg" in page
    assert "Bo Friis" in page


async def test_opening_the_page_stands_in_the_access_log(house: House):
    await house.sign_in("anna")
    before = await house.rows("select id from access_log where what = 'visit'")

    await house.get(f"/visits/{id_of('else')}/citizen", "anna")

    after = await house.rows("select person_id from access_log where what = 'visit'")
    assert len(after) == len(before) + 1


async def test_law_15_an_older_app_is_given_no_page_and_a_newer_one_all_of_it(house: House):
    await write_days_ago(house, 1, "Husk hævet ben.")
    anna = house.phone(knows="technology, checklists")
    await anna.sync()
    assert (texts(anna), page_of("else") in anna.ids) == ([], False)

    anna.knows = "technology, checklists, notes"
    await anna.sync()

    assert texts(anna) == ["Husk hævet ben."]


async def test_law_15_an_older_app_does_not_show_what_is_about_another_citizen(house: House):
    anna = house.phone()
    await anna.push(note := anna.note("Karens medicin er ændret."))
    await anna.push(anna.change("mark_wrong_citizen", note_id=note["args"]["note_id"]))
    old, new = house.phone(knows="technology, checklists"), house.phone()
    for phone in (old, new):
        await phone.sync()

    shown = [phone.documents[f"visit-{id_of('else')}"]["body"]["notes"][0]["text"] for phone in (old, new)]

    assert "Karen" not in shown[0]
    assert shown[1] == "Karens medicin er ændret."


@pytest.mark.parametrize(("reads", "stays"), [(False, True), (True, False)])
async def test_what_is_pinned_stays_until_it_is_read_however_old_it_is(
    house: House, reads: bool, stays: bool
):
    note = await write_days_ago(house, 14, "Ring til datteren.", pinned="yes")
    anna = house.phone()
    await anna.sync()
    assert texts(anna) == ["Ring til datteren."]
    if reads:
        note_id = note["args"]["note_id"]
        await anna.push(anna.change("read_note", note_id=note_id, pin_id=note_id))

    house.pass_time(days=1)
    await plan_again(house, "else today", 0, "anna")
    await anna.push(anna.change("finish_visit", "else today"))

    assert texts(anna) == (["Ring til datteren."] if stays else [])


async def test_a_pinned_note_is_on_the_list_of_the_day_and_on_top_of_the_visit_until_it_is_read(house: House):
    note = await write_days_ago(house, 1, "Ring til datteren.", pinned="yes")
    visit, note_id = id_of("else"), note["args"]["note_id"]
    day = (await house.get("/", "anna")).text
    page = (await house.get(f"/visits/{visit}", "anna")).text
    assert "1 vigtigt notat" in day
    assert f'id="pinned-{note_id}"' in page

    anna = house.phone_of("anna")
    await anna.push(anna.change("read_note", note_id=note_id, pin_id=note_id))

    assert "vigtigt notat" not in (await house.get("/", "anna")).text
    told = (await house.get(f"/visits/{visit}/citizen", "anna")).text
    assert "Læst af Anna Lund" in told


async def test_a_leader_removes_a_pin_of_the_own_team_and_of_no_other(house: House):
    anna, lis, mia = house.phone_of("anna"), house.phone("lis"), house.phone("mia")
    await anna.push(
        note := anna.change("write_note", note_id=new_id(), text="Ring til datteren.", pinned="yes")
    )
    args = {"note_id": note["args"]["note_id"], "pin_id": note["args"]["note_id"]}

    [foreign] = await mia.push(mia.change("unpin_note", **args))
    [own] = await lis.push(lis.change("unpin_note", **args))

    assert (foreign.fate, own.fate) == ("refused", "applied")
    [mark] = (await anna.visit())["marks"]
    assert (mark["kind"], mark["by_leader"], mark["by"]["name"]) == ("unpinned", True, "Lis Bang")


async def test_two_phones_that_read_and_pin_at_once_leave_the_newer_pin_to_be_read(house: House):
    """Whichever comes first: what nobody has seen is not read."""
    note = await write_days_ago(house, 1, "Ring til datteren.", pinned="yes")
    note_id = note["args"]["note_id"]
    anna, bo = house.phone_of("anna"), house.phone("bo")
    for phone in (anna, bo):
        await phone.sync()
    house.pass_time(minutes=1)
    again = bo.change("pin_note", "else 1 days ago", note_id=note_id)
    house.pass_time(minutes=1)
    read = anna.change("read_note", note_id=note_id, pin_id=note_id)

    await anna.push(read)
    await bo.push(again)

    assert "1 vigtigt notat" in (await house.get("/", "anna")).text


async def test_a_page_within_its_size_keeps_what_is_pinned_and_says_how_much_is_left_out(house: House):
    anna = house.phone()
    first = anna.change("write_note", note_id=new_id(), text="Vigtigt", pinned="yes")
    await anna.push(first, *(anna.note(f"{number} " + "x" * 5_000) for number in range(12)))

    body = anna.documents[page_of("else")]["body"]

    assert "Vigtigt" in texts(anna)
    assert body["older_notes"] == 13 - len(body["notes"])
    assert sum(len(text) for text in texts(anna)) < 41_000


async def test_the_leaders_of_both_citizens_see_a_note_on_the_wrong_one(house: House):
    anna = house.phone_of("anna")
    await anna.push(note := anna.note("Karens medicin er ændret."))
    args = {"note_id": note["args"]["note_id"], "other_visit_id": id_of("karen")}
    await anna.push(anna.change("mark_wrong_citizen", **args))

    wrong, right = [
        (await house.get(f"/board/visits/{id_of(visit)}", "lis")).text for visit in ("else", "karen")
    ]

    assert "Skrevet på forkert borger" in wrong
    assert "Skrevet på en anden borger" in right
    assert "Karens medicin er ændret." in right
