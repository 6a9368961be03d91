"""A version that organisers publish is for visits from its first day on; of a retired checklist the plan's import says so."""

from pwa.source_ids import id_of
from tests.checklists.editor import Editor
from tests.house import House
from tests.imports.test_import import PLAN, checklists, import_text, people, plan

IN_A_WEEK = "102;Øst;1;;B1;Åse Sørensen;Æblevej 4;30-11-2026;09.00;30;Morgen\n"


async def organised(house: House, starts_on: str) -> Editor:
    """People and lists have come, and a next version of one is published from a day on."""
    await people(house)
    await checklists(house)
    editor = Editor(house, checklist_id=id_of("checklist", "Morgen"))
    await editor.post(f"/checklists/{editor.checklist_id}/draft")
    await editor.open()
    await editor.add("yes_no", "Har spist")
    assert (await editor.publish(starts_on)).status_code == 303
    return editor


async def versions(house: House) -> dict[str, int]:
    """The version of each visit of the plan."""
    rows = await house.rows(
        "select number, checklist_version from visit where checklist_name = 'Morgen' order by number"
    )
    return {row["number"]: row["checklist_version"] for row in rows}


async def test_each_visit_gets_the_version_of_its_day(house: House):
    await organised(house, "2026-11-30")

    await plan(house, PLAN + IN_A_WEEK)

    assert await versions(house) == {"100": 1, "101": 1, "102": 2}


async def test_visits_that_no_phone_has_get_a_version_that_was_published_later(house: House):
    await people(house)
    await checklists(house)
    await plan(house, PLAN + IN_A_WEEK)

    await organised(house, "2026-11-23")
    await plan(house, PLAN + IN_A_WEEK)

    assert await versions(house) == {"100": 1, "101": 1, "102": 2}


async def test_the_pages_say_how_many_visits_have_a_version_and_which_phones_may_not(house: House):
    editor = await organised(house, "2026-11-23")
    await plan(house)
    phone = house.phone("pia")
    await house.sign_in("pia", id_of("person", "1"))

    page = (await house.get(f"/checklists/{editor.checklist_id}", "ove")).text
    assert "2 planlagte besøg" in page
    assert "telefon" not in page.partition("<main")[2]

    house.pass_time(minutes=1)
    await phone.sync()
    page = (await house.get(f"/checklists/{editor.checklist_id}", "ove")).text
    assert "Den er på den 1 telefon" in page

    house.pass_time(minutes=1)
    await plan(house, PLAN + IN_A_WEEK)
    page = (await house.get(f"/checklists/{editor.checklist_id}", "ove")).text
    assert "1 telefon har måske endnu ikke version 2" in page


async def test_the_import_of_a_plan_says_that_a_checklist_is_retired(house: House):
    editor = await organised(house, "2026-11-23")
    await editor.post(f"/checklists/{editor.checklist_id}/retire")

    imported = await import_text(house, PLAN)

    assert ["retired" in warning.message for warning in imported.warnings] == [True]
    assert imported.added == 2
