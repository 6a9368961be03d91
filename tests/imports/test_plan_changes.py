"""What a plan does to a carer's day is told to her until she has seen it, and nothing else is told."""

import json
from dataclasses import replace
from typing import Any

import pytest

from pwa.care.documents.plan import list_plan_changes
from pwa.care.queries.plan_changes import planned_days
from pwa.care.sync.cursors import read_cursor, write_cursor
from pwa.database.lists import each_of
from pwa.documents.queries import Stored, bump, set_documents
from pwa.source_ids import id_of
from pwa.words import day_of, new_id
from tests.engines import engines
from tests.house import House, Json, Phone
from tests.imports.test_import import ASE, CHECKLISTS, IB, PEOPLE, PLAN, checklists, people, phone, plan

TODAY, TOMORROW, IN_A_WEEK = "23-11-2026", "24-11-2026", "30-11-2026"
MORE_PEOPLE = PEOPLE + "4;Rie Vad;medarbejder;Øst;\n"


@pytest.fixture
async def east(house: House) -> House:
    """The house after people, checklists and a plan were imported, and a carer's phone has it."""
    await people(house, MORE_PEOPLE)
    await checklists(house, CHECKLISTS)
    await plan(house)
    return house


async def told(phone: Phone) -> list[Json]:
    """What a phone tells of the plan, after a sync."""
    await phone.sync()
    document = phone.documents.get(f"plan-{phone.person}")
    return document["body"]["plan_changes"] if document else []


def did(change: Json) -> tuple[Any, ...]:
    """Which visit, and what is other."""
    before = change["before"] or {}
    other = {
        name: (before.get(name), value)
        for name, value in change["after"].items()
        if before.get(name) != value
    }
    return change["visit_id"], other


async def test_the_first_plan_of_a_day_is_the_plan_and_no_change(east: House):
    assert await told(await phone(east)) == []


async def test_a_visit_that_is_moved_in_time_is_told_with_before_and_after(east: House):
    pia = await phone(east)

    await plan(east, PLAN.replace("10.00;30", "11.30;45"))

    [change] = await told(pia)
    assert did(change) == (
        IB,
        {
            "starts_at": ("2026-11-23T09:00:00.000Z", "2026-11-23T10:30:00.000Z"),
            "ends_at": ("2026-11-23T09:30:00.000Z", "2026-11-23T11:15:00.000Z"),
        },
    )
    assert change["after"]["citizen"] == "Ib Lund"


async def test_another_address_is_told_and_another_door_is_not(east: House):
    pia = await phone(east)
    await plan(east, PLAN.replace("dato;", "dør;dato;").replace("23-11", "Nøgleboks;23-11"))
    assert await told(pia) == []

    await plan(east, PLAN.replace("Bøgevej 2", "Elmevej 9"))

    assert did((await told(pia))[0]) == (IB, {"address": ("Bøgevej 2", "Elmevej 9")})


async def test_a_visit_given_to_somebody_else_is_told_to_both_and_what_was_done_stays_in_sight(east: House):
    pia, rie = await phone(east), await phone(east, "4")
    await pia.sync()
    change = pia.change("write_note", note_id=new_id(), text="Sov godt.")
    await pia.push(change | {"args": change["args"] | {"visit_id": IB}})

    await plan(east, PLAN.replace("101;Øst;1", "101;Øst;4"))

    for carer in (pia, rie):
        [one] = await told(carer)
        assert [each["name"] for each in one["before"]["carers"]] == ["Pia Lau"]
        assert [each["name"] for each in one["after"]["carers"]] == ["Rie Vad"]
    taken = pia.documents[f"visit-{IB}"]["body"]
    assert [note["text"] for note in taken["notes"]] == ["Sov godt."]


async def test_a_visit_that_was_taken_leaves_the_phone_when_that_is_seen_on_any_of_her_phones(east: House):
    pia = await phone(east)
    other = east.phone(pia.person)
    await plan(east, PLAN.replace("101;Øst;1", "101;Øst;4"))
    [change] = await told(pia)
    assert await told(other) == [change]

    (fate,) = await pia.push(see(pia, change))

    assert fate.fate == "applied"
    for each in (pia, other):
        assert await told(each) == []
        assert f"visit-{IB}" not in each.documents
    assert len(await told(await phone(east, "4"))) == 1


def see(phone: Phone, change: Json) -> Json:
    """She has seen it."""
    return phone.change("see_plan_change") | {"args": {"plan_change_id": change["id"]}}


async def test_seeing_it_moves_nobody_elses_number_on_and_reaches_the_carers_other_phone(east: House):
    pia, tablet, rie = await phone(east), await phone(east), await phone(east, "4")
    await plan(east, PLAN.replace("10.00;30", "11.30;45"))
    [change] = await told(pia)
    assert await told(tablet) == [change]
    await rie.sync()
    before = await east.rows("select team_id, seq from counter order by team_id")

    await pia.push(see(pia, change))

    after = await east.rows("select team_id, seq from counter order by team_id")
    moved = [row["team_id"] for row in after if row not in before]
    assert moved == [pia.person]
    assert "cursor" not in await rie.sync()
    assert await told(tablet) == []


async def test_the_first_that_somebody_alone_is_told_reaches_a_phone_whose_cursor_is_from_before(east: House):
    """Its head is not in the cursor yet, and everybody's may stand still."""
    pia = await phone(east)
    await pia.sync()
    cursor = read_cursor(pia.cursor, day_of(east.now))
    heads = {team_id: head for team_id, head in cursor.heads.items() if team_id != pia.person}
    pia.cursor = write_cursor(replace(cursor, heads=heads))
    body = json.dumps({"person_id": pia.person, "plan_changes": []})
    async with east.database.transaction() as tx:
        last = await bump(tx, {pia.person: 1}, "anew")
        await set_documents(
            tx, [Stored(pia.person, f"plan-{pia.person}", last[pia.person], None, None, body)]
        )

    await pia.sync()

    assert f"plan-{pia.person}" in pia.documents


async def test_whose_days_were_planned_is_asked_of_an_index_and_not_of_all_visits_there_ever_were(
    east: House,
):
    days, params = each_of("day", ["2026-11-23", "2026-11-24"])
    explain = "explain query plan" if engines.is_sqlite else "explain"
    async with east.database.transaction() as tx:
        if not engines.is_sqlite:
            await tx.execute("set local enable_seqscan = off", {})
        rows = await tx.rows(f"{explain} {planned_days(days)}", params)
    steps = "\n".join(str(list(row.values())) for row in rows)

    assert "visit_by_day" in steps
    assert "SCAN visit" not in steps
    assert "Seq Scan on visit" not in steps


async def test_what_was_done_before_it_was_known_that_the_visit_was_taken_is_delivered(east: House):
    """Also where the visit belongs to another team, in which the carer was only planned."""
    both = PLAN.replace("101;Øst;1;;", "101;Øst;1;3;")
    await plan(east, both)
    ida = await phone(east, "3")
    await ida.sync()
    written = ida.change("write_note", note_id=new_id(), text="Faldt ikke.")

    await plan(east, PLAN)
    (fate,) = await ida.push(written | {"args": written["args"] | {"visit_id": IB}})

    assert fate.fate == "applied"
    assert [note["text"] for note in ida.documents[f"visit-{IB}"]["body"]["notes"]] == ["Faldt ikke."]


async def test_a_cancelled_visit_is_told(east: House):
    pia = await phone(east)

    await plan(east, "".join(PLAN.splitlines(keepends=True)[:2]))

    assert did((await told(pia))[0]) == (IB, {"cancelled": (False, True)})


async def test_a_visit_moved_to_another_team_is_told_as_moved_and_not_as_cancelled(east: House):
    pia, ida = await phone(east), await phone(east, "3")

    await plan(east, PLAN.replace("101;Øst;1", "101;Vest;3"))

    [change] = await told(pia)
    assert change["after"]["cancelled"] is False
    assert [each["name"] for each in change["after"]["carers"]] == ["Ida Bro"]
    assert await told(ida) == []  # the first that her team has that day


async def test_a_new_visit_is_told_today_and_tomorrow_and_not_later(east: House):
    row = PLAN.splitlines()[2]
    pia = await phone(east)
    for day in (TOMORROW, "25-11-2026", IN_A_WEEK):
        await plan(
            east,
            PLAN.replace("23-11-2026", day).replace("100;", f"1{day[:2]};").replace("101;", f"2{day[:2]};"),
        )
    assert await told(pia) == []

    for number, day in ((300, TODAY), (301, TOMORROW), (302, "25-11-2026"), (303, IN_A_WEEK)):
        await plan(
            east,
            f"{PLAN.splitlines()[0]}\n{row.replace('101;', f'{number};').replace('23-11-2026', day)}\n",
        )

    new = {one["visit_id"] for one in await told(pia) if one["before"] is None}
    assert new == {id_of("visit", "300"), id_of("visit", "301")}


async def test_two_changes_of_one_visit_are_one_and_none_when_it_is_as_it_was(east: House):
    pia = await phone(east)
    await plan(east, PLAN.replace("10.00;30", "11.30;30"))
    await plan(east, PLAN.replace("10.00;30", "12.30;30"))

    [change] = await told(pia)

    assert did(change)[1]["starts_at"] == ("2026-11-23T09:00:00.000Z", "2026-11-23T11:30:00.000Z")
    await plan(east)
    assert await told(pia) == []


async def test_what_was_seen_is_where_the_next_change_begins(east: House):
    pia = await phone(east)
    await plan(east, PLAN.replace("10.00;30", "11.30;30"))
    await pia.push(see(pia, (await told(pia))[0]))

    await plan(east, PLAN.replace("10.00;30", "12.30;30"))

    [change] = await told(pia)
    assert did(change)[1]["starts_at"] == ("2026-11-23T10:30:00.000Z", "2026-11-23T11:30:00.000Z")


@pytest.mark.parametrize(("days", "is_told"), [(0, False), (1, True), (2, True), (3, True), (4, False)])
async def test_only_what_a_phone_may_carry_is_told(house: House, days: int, is_told: bool):
    """Planned for the 25th: phones carry it from the 23rd on, and yesterday's changes take nobody by surprise."""
    house.pass_time(days=-1)
    await people(house, MORE_PEOPLE)
    await checklists(house, CHECKLISTS)
    later = PLAN.replace("23-11", "25-11")
    await plan(house, later)
    house.pass_time(days=days)
    pia = await phone(house)

    await plan(house, later.replace("10.00;30", "11.30;30"))

    assert bool(await told(pia)) == is_told


async def test_somebody_elses_change_is_not_seen_by_saying_so(east: House):
    pia, rie = await phone(east), await phone(east, "4")
    await plan(east, PLAN.replace("10.00;30", "11.30;30"))
    [change] = await told(pia)

    (fate,) = await rie.push(see(rie, change))

    assert fate.fate == "applied"
    assert await told(pia) == [change]


async def test_a_page_tells_until_the_last_day_that_it_is_about(east: House):
    pia = await phone(east)
    await plan(east, PLAN.replace("10.00;30", "11.30;30"))

    async with east.database.snapshot() as tx:
        assert len(await list_plan_changes(tx, pia.person, "2026-11-23")) == 1
        assert await list_plan_changes(tx, pia.person, "2026-11-24") == []


async def test_what_the_plan_did_leaves_the_phone_with_the_last_day_that_it_is_about(east: House):
    pia = await phone(east)
    await plan(east, PLAN.replace("10.00;30", "11.30;30"))
    while_it_is_held = []
    for _ in range(3):
        await pia.sync()
        while_it_is_held.append(f"plan-{pia.person}" in pia.documents)
        east.pass_time(days=1)

    assert while_it_is_held == [True, True, False]


async def test_the_day_and_the_visit_tell_and_a_tap_says_seen(east: House):
    pia = await phone(east)
    await pia.sync()
    headers = {"Cookie": east.cookies[pia.person], "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}
    await plan(east, PLAN.replace("101;Øst;1", "101;Øst;4"))

    day = (await east.http.get("/", headers=headers)).text
    visit = (await east.http.get(f"/visits/{IB}", headers=headers)).text
    for page in (day, visit):
        assert "Flyttet til Rie Vad" in page
        assert "Ib Lund" in page
    assert "1 besøg tilbage" in day
    [change] = await told(pia)

    answer = await east.http.post(
        "/do/see_plan_change", data={"plan_change_id": change["id"]}, headers=headers
    )

    assert (answer.status_code, f'id="plan-change-{change["id"]}"' in answer.text) == (200, True)
    assert "Ib Lund" not in (await east.http.get("/", headers=headers)).text
    assert ASE in (await east.http.get("/", headers=headers)).text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("".join(PLAN.splitlines(keepends=True)[:2]), "Aflyst, men Pia Lau har været i hjemmet siden 08.40"),
        (PLAN.replace("101;Øst;1", "101;Øst;4"), "Pia Lau har været i hjemmet siden 08.40"),
    ],
)
async def test_the_board_says_who_is_in_a_home_that_the_plan_no_longer_sends_her_to(
    east: House, text: str, words: str
):
    await people(east, MORE_PEOPLE + "9;Lea Due;leder;Øst;\n")
    pia, lea = await phone(east), await phone(east, "9")
    started = pia.change("start_visit")
    await pia.push(started | {"args": {"visit_id": IB}})

    async def board() -> str:
        answer = await east.http.get("/board", headers={"Cookie": east.cookies[lea.person]})
        return answer.text

    assert "har været i hjemmet siden" not in await board()
    await plan(east, text)
    assert words in await board()
    await pia.push(pia.change("finish_visit") | {"args": {"visit_id": IB}})
    assert "har været i hjemmet siden" not in await board()
