"""What anybody looks at is in the access log before it is on the screen, by whom and why, and no word of a note."""

import json

from pwa.words import new_id, to_text
from tests.access_log import entries, get, last, visits_of
from tests.house import House
from tests.small_town import id_of


async def test_a_carers_visit_is_in_the_log_before_it_is_on_the_screen(house: House):
    assert (await get(house, "anna", f"/visits/{id_of('else')}")).status_code == 200

    entry = await last(house)
    [sign_in] = await house.rows("select id from sign_in where person_id = :id", id=id_of("anna"))
    assert (entry["kind"], entry["what"], entry["purpose"]) == ("read", "visit", "own_route")
    assert (entry["person_id"], entry["sign_in_id"]) == (id_of("anna"), sign_in["id"])
    assert json.loads(entry["about"]) == [[id_of("nord"), id_of("Else Holm"), id_of("else")]]
    assert entry["at"] == to_text(house.now)


async def test_whoever_opens_a_colleagues_visit_steps_in(house: House):
    await get(house, "bo", f"/visits/{id_of('else')}")

    assert (await last(house))["purpose"] == "substitute"


async def test_whoever_visits_the_same_citizen_these_days_hands_over(house: House):
    body = await house.phone().visit("else")
    bo = {"id": id_of("bo"), "name": "Bo Friis"}
    await house.plan({**body, "visit_id": id_of("else in the evening"), "carers": [bo]})

    await get(house, "bo", f"/visits/{id_of('else')}")

    assert (await last(house))["purpose"] == "handover"


async def test_a_day_names_its_visits(house: House):
    await get(house, "anna", "/")

    assert visits_of(await last(house)) == {id_of("else"), id_of("karen"), id_of("knud")}


async def test_what_a_sync_brings_is_one_entry_and_an_hour_later_what_is_new(house: House):
    anna, bo = house.phone(), house.phone("bo")
    await anna.sync()
    await bo.push(bo.note(visit="karen"))
    await anna.sync()
    await anna.push(anna.note())
    house.pass_time(hours=1)
    await bo.push(bo.note(visit="karen"))
    await anna.sync()

    mine = [entry for entry in await entries(house) if entry["person_id"] == id_of("anna")]
    assert [visits_of(entry) for entry in mine] == [
        {id_of("else"), id_of("karen"), id_of("knud")},
        {id_of("karen")},
    ]
    assert {(entry["what"], entry["purpose"], entry["phone_id"]) for entry in mine} == {
        ("sync", "own_route", anna.id)
    }


async def test_half_written_words_that_come_to_another_phone_are_noted_with_their_visit(house: House):
    old, new, gone = house.phone(), house.phone(), id_of("gone")
    content = {"field": gone, "name": "write_note", "args": {"visit_id": gone}, "text": "Sov"}
    about = {"visit_id": gone, "citizen": "Karl", "label": "", "starts_at": None}
    row = {"id": new_id(), "n": 1, "at": "2026-11-23T07:00:00.000Z", **content, "about": about}
    await old.post(drafts={"n": 1, "rows": [row], "gone": []})
    await new.post(unsent={"digest": "", "floor": 0})
    await old.post(unsent={"digest": "", "floor": 0})

    named = [entry["phone_id"] for entry in await entries(house) if gone in visits_of(entry)]
    assert named == [new.id]


async def test_a_board_is_noted_once_an_hour_and_names_its_day(house: House):
    for path in (
        "/board",
        "/board",
        f"/board/carers/{id_of('anna')}?day=2026-11-23",
        "/board/days/2026-11-24",
    ):
        assert (await get(house, "lis", path)).status_code in (200, 404)

    boards = [entry["day"] for entry in await entries(house) if entry["what"] == "board"]
    assert boards == ["2026-11-23", "2026-11-24"]


async def test_a_search_stands_with_what_was_searched_for(house: House):
    await get(house, "anna", "/guides?q=loftlift")

    assert ((await last(house))["kind"], (await last(house))["words"]) == ("search", "loftlift")


async def test_a_search_of_guides_that_is_too_long_is_refused_and_not_written_down(house: House):
    longest = await get(house, "anna", f"/guides?q={'a' * 100}")
    before = len(await entries(house))
    longer = await get(house, "anna", f"/guides?q={'a' * 101}")

    assert (longest.status_code, longer.status_code) == (200, 422)
    assert "Teksten er for lang" in longer.text
    assert (before, len(await entries(house))) == (1, 1)


async def test_an_export_is_noted(house: House):
    anna = house.phone()
    await anna.push(anna.change("fly"))
    await get(house, "anna", "/waiting/export")

    entry = await last(house)
    assert (entry["kind"], entry["what"], visits_of(entry)) == ("export", "waiting", {id_of("else")})


async def test_no_word_of_a_note_comes_into_the_log(house: House):
    anna = house.phone()
    await anna.push(anna.note("Meget fortroligt."), anna.change("fly", text="Meget fortroligt."))
    for who, path in (
        ("anna", "/"),
        ("anna", "/waiting"),
        ("lis", f"/board/visits/{id_of('else')}"),
        ("lis", "/held"),
    ):
        await get(house, who, path)

    assert len(await entries(house)) >= 5
    assert "fortroligt" not in json.dumps(await entries(house))
