"""A visit whose checklist asks for more than who did it: what phones are given, and what becomes of what is filled in.

Holds sync.md's laws 5 (refused is not lost), 6 (nothing is overwritten) and 9 (a checklist in progress keeps its version).
"""

import re
from typing import Any

import msgspec

from pwa.care.documents.refresh import refresh
from pwa.care.queries import planning
from pwa.checklists import queries as checklists
from pwa.checklists.copies import own_steps
from pwa.checklists.definition import read_definition
from pwa.checklists.definitions import definition_id
from pwa.checklists.publishing import publish, to_stored
from pwa.checklists.who_steps import who_steps
from pwa.documents.store import DocumentRef
from pwa.source_ids import id_of as source_id
from pwa.words import new_id, to_text
from tests.care.test_drafts import draft, settle, tell
from tests.house import House, Json, Phone
from tests.small_town import VISITS, Town, give_to, id_of

NAME = "Kontrol"
LIST = source_id("checklist", NAME)
STEPS: list[dict[str, Any]] = [
    {"id": "bad", "kind": "who", "label": "Bad", "planned": "together"},
    {"id": "puls", "kind": "number", "label": "Puls", "limits": {"least": "30"}},
]
VISIT = f"visit-{id_of('else')}"


async def give_checklist(
    house: House | Town, version: int = 1, steps: list[dict[str, Any]] = STEPS, *, is_alone: bool = False
) -> str:
    """Else's visit has this checklist from now on; the id of its definition."""
    definition = read_definition({"title": NAME, "steps": steps})
    plain, key = who_steps(LIST, version, definition), (id_of(VISITS["else"][1]), id_of("else"))
    async with house.database.transaction() as tx:
        await checklists.add_version(tx, LIST, version, NAME, plain, to_stored(publish(definition)))
        [planned] = await planning.list_planned_visits(tx, [key])
        await planning.set_visits(
            tx, [msgspec.structs.replace(planned, plan=(*planned.plan[:-2], NAME, version))]
        )
        if is_alone:
            await planning.remove_steps(tx, [key], to_text(house.now))
        await planning.add_steps(tx, [(key, own_steps(key[1], plain))])
        await refresh(tx, [DocumentRef(key[0], "visit", key[1])], new_id)
    return definition_id(LIST, version)


def fill_in(phone: Phone, checklist_id: str, place: str = "puls", *values: object, **more: object) -> Json:
    """What is filled in at a place."""
    about: dict[str, object] = {
        "checklist_id": checklist_id,
        "place": place,
        "kind": "number",
        "values": list(values),
    }
    return phone.change("fill_in", "else", **about | more)


def filled(phone: Phone) -> list[Json]:
    """What stands at Else's visit on a phone."""
    found: list[Json] = phone.documents[VISIT]["body"].get("filled", [])
    return found


async def test_a_definition_reaches_a_phone_once_also_one_that_is_new_to_it_and_old_to_the_server(
    house: House,
):
    anna, bo = house.phone("anna"), house.phone("bo")
    await bo.sync()
    checklist_id = await give_checklist(house)
    first = await anna.sync()
    await anna.push(fill_in(anna, checklist_id, "puls", "72"))
    again = await anna.sync()

    body = anna.documents[f"checklist-{checklist_id}"]["body"]
    assert [step["id"] for step in body["definition"]["steps"]] == ["bad", "puls"]
    assert f"checklist-{checklist_id}" in {each["id"] for each in first["documents"]}
    assert f"checklist-{checklist_id}" not in {each["id"] for each in again["documents"]}
    assert f"checklist-{checklist_id}" in anna.ids
    assert anna.documents[VISIT]["body"]["checklist"] == {"name": NAME, "version": 1, "id": checklist_id}
    assert [step["label"] for step in anna.documents[VISIT]["body"]["steps"] if "place" in step] == ["Bad"]

    await bo.sync()
    assert f"checklist-{checklist_id}" not in bo.ids
    async with house.database.transaction() as tx:
        await give_to(tx, "else", "bo")
    await bo.sync()
    assert f"checklist-{checklist_id}" in bo.documents


async def test_law_6_two_who_filled_in_differently_without_seeing_each_other_both_see_both(house: House):
    checklist_id = await give_checklist(house)
    one, other = house.phone("anna"), house.phone("anna")
    await one.sync()
    await other.sync()
    await one.push(fill_in(one, checklist_id, "puls", "72"))
    house.pass_time(minutes=1)
    await other.push(fill_in(other, checklist_id, "puls", "80"))
    await one.sync()

    [stands] = filled(one)
    assert stands["said"] == ["80"]
    assert [each["said"] for each in stands["differing"]] == [["72"], ["80"]]
    page = (await house.get(f"/board/visits/{id_of('else')}", "lis")).text.partition('id="visit-told"')[2]
    told = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert re.search(r"Anna Lund · 08\.40 · 72 .*Anna Lund · 08\.41 · 80 .*gælder: det nyeste", told)

    house.pass_time(minutes=1)
    await one.push(fill_in(one, checklist_id, "puls", "76"))
    [stands] = filled(one)
    assert (stands["said"], stands["differing"]) == (["76"], [])


async def test_a_line_that_an_answer_brings_into_sight_stands_on_the_leaders_page_while_they_differ(
    house: House,
):
    feeling = {"id": "ondt", "kind": "yes_no", "label": "Ondt"}
    call = {"id": "ring", "kind": "information", "label": "Ring i dag", "shown_when": {"answer": "ondt"}}
    checklist_id = await give_checklist(house, 1, [STEPS[0], feeling, call])
    one, other = house.phone("anna"), house.phone("anna")
    await one.sync()
    await other.sync()

    async def leader_reads(phone: Phone, value: bool) -> bool:
        await phone.push(fill_in(phone, checklist_id, "ondt", value, kind="yes_no"))
        house.pass_time(minutes=1)
        return "Ring i dag" in (await house.get(f"/board/visits/{id_of('else')}", "lis")).text

    shown = [await leader_reads(one, True), await leader_reads(other, False)]
    await other.sync()
    settled = await leader_reads(other, False)

    assert (shown, settled) == ([True, True], False)


async def test_a_finished_visits_open_question_that_must_be_answered_is_an_exception_on_the_board(
    house: House,
):
    pulse = {**STEPS[1], "required": True}
    checklist_id = await give_checklist(house, 1, [STEPS[0], pulse])
    anna = house.phone("anna")
    await anna.sync()

    async def row() -> str:
        page = (await house.get("/board", "lis")).text.partition(f'id="visit-{id_of("else")}"')[2]
        return " ".join(re.sub(r"<[^>]+>", " ", page.partition("</li>")[0]).split())

    await anna.push(anna.change("start_visit", "else"))
    under_way = await row()
    await anna.push(anna.change("finish_visit", "else"))
    missing = await row()
    await anna.push(fill_in(anna, checklist_id, "puls", "72"))
    given = await row()

    assert "Mangler svar: Puls" not in under_way
    assert ("Mangler svar: Puls" in missing, "Mangler svar: Puls" in given) == (True, False)
    assert (" 0 af 5 " in missing, " 1 af 5 " in given) == (True, True)


async def test_what_is_taken_back_is_gone_and_what_is_not_relevant_says_why(house: House):
    checklist_id, anna = await give_checklist(house), house.phone()
    await anna.sync()
    await anna.push(fill_in(anna, checklist_id, "puls", "72"))
    house.pass_time(minutes=1)
    await anna.push(fill_in(anna, checklist_id, "puls", reason="Måleren er tom"))
    [stands] = filled(anna)
    house.pass_time(minutes=1)
    await anna.push(fill_in(anna, checklist_id, "puls"))

    assert (stands["said"], stands["reason"]) == ([], "Måleren er tom")
    assert filled(anna) == []


async def test_law_9_an_answer_to_an_older_version_is_kept_and_shown_under_that_version(house: House):
    older, anna = await give_checklist(house), house.phone()
    await anna.sync()
    await give_checklist(house, 2, [STEPS[0]])
    [fate] = await anna.push(fill_in(anna, older, "puls", "72"))

    assert fate.fate == "applied"
    assert [(each["checklist_id"], each["place"], each["said"]) for each in filled(anna)] == [
        (older, "puls", ["72"])
    ]


async def test_law_5_a_place_that_its_own_version_does_not_have_is_refused_with_its_words_kept(house: House):
    checklist_id, anna = await give_checklist(house), house.phone()
    refused, unknown = await anna.push(
        fill_in(anna, checklist_id, "weight", "72"), fill_in(anna, new_id(), "weight", "80")
    )

    log = {row["words"]: row["fate"] for row in await house.log()}
    assert (refused.problem, unknown.fate) == ("UnknownStep", "applied")
    assert log == {"72": "refused", "80": "applied"}


async def test_values_in_no_form_are_not_understood_and_too_many_words_are_too_long(house: House):
    checklist_id, anna = await give_checklist(house), house.phone()
    fates = await anna.push(
        fill_in(anna, checklist_id, "puls", 72),
        fill_in(anna, checklist_id, "puls", {"other": 1}),
        fill_in(anna, checklist_id, "puls@", "72"),
        fill_in(anna, checklist_id, "puls", "x" * 20_001),
        fill_in(anna, checklist_id, "puls", "x" * 20_000),
    )

    assert [fate.problem for fate in fates] == ["NotUnderstood"] * 3 + ["TooLong", None]


async def test_law_15_an_older_phone_is_told_that_there_is_more_and_a_newer_app_is_given_it_all(house: House):
    checklist_id, older = await give_checklist(house), house.phone(knows="short, technology")
    await older.sync()
    told = older.documents[VISIT]["body"]["checklist"]["name"]
    older.knows = "technology, checklists, notes"
    await older.sync()

    assert told == f"{NAME} – der er mere at udfylde, med en nyere app"
    assert older.documents[VISIT]["body"]["checklist"]["name"] == NAME
    assert f"checklist-{checklist_id}" in older.documents


async def test_an_older_phone_whose_visit_asks_for_nothing_that_it_knows_has_one_step_that_says_so(
    house: House,
):
    await give_checklist(house, 1, STEPS[1:], is_alone=True)
    older = house.phone(knows=None)
    await older.sync()

    [step] = older.documents[VISIT]["body"]["steps"]
    assert step["label"] == "Denne tjekliste udfyldes med en nyere app. Opdater den, eller skriv et notat."


CHOICE: list[dict[str, Any]] = [
    {
        "id": "saar",
        "kind": "choice",
        "label": "Sår",
        "options": [{"value": each, "label": each} for each in ("lugt", "rødt", "større")],
        "other": True,
        "occurrences": {},
    }
]


async def test_own_words_that_were_begun_before_a_tick_are_saved_beside_what_stands_by_then(house: House):
    checklist_id, anna = await give_checklist(house, steps=CHOICE), house.phone()
    await anna.sync()
    await anna.push(fill_in(anna, checklist_id, "saar", "lugt", kind="choice"))
    begun = draft(
        "Væsker",
        field=f"fill-{id_of('else')}-saar",
        name="fill_in",
        args={
            "visit_id": id_of("else"),
            "checklist_id": checklist_id,
            "place": "saar",
            "kind": "choice",
            "many": "1",
            "said": '["lugt"]',
        },
    )
    await tell(anna, begun)
    house.pass_time(minutes=1)
    await anna.push(fill_in(anna, checklist_id, "saar", "rødt", "større", kind="choice"))
    house.pass_time(minutes=1)
    await settle(house, begun["id"], "save")
    await anna.sync()

    [stands] = filled(anna)
    assert stands["said"] == ["rødt", "større", {"other": "Væsker"}]


async def test_a_half_written_day_is_shown_as_days_are_read(house: House):
    anna = house.phone()
    args = {"visit_id": id_of("else"), "checklist_id": new_id(), "place": "next", "kind": "date"}
    await tell(anna, draft("2026-12-04", field=f"fill-{id_of('else')}-next", name="fill_in", args=args))

    assert "04-12-2026" in (await house.get("/waiting", "anna")).text
