"""A visit stands on its own day's board, and on that of the day on which somebody began it; what its carers' phones tell of it
is one state, in every row."""

import asyncio
import re
from typing import Any

import pytest

from pwa.care.documents import board_days
from pwa.care.documents.board_days import is_begun_on, last_heard, state_of, totals
from pwa.care.queries.board import Contacts, list_visits_of_day, worked_on
from pwa.database.lists import each_of
from pwa.documents.queries import Stored
from pwa.words import to_day, to_text
from tests.engines import engines
from tests.house import House
from tests.small_town import id_of

SATURDAY, MONDAY = "2026-11-21", "2026-11-23"


def row(page: str, visit: str = "else", of: str = "") -> str:
    """What a visit's row says, in Anna's day or in that of the one who comes with her; nothing if it is not there."""
    found = re.search(
        rf'<li id="visit-{id_of(visit)}{f"-{id_of(of)}" if of else ""}".*?</li>', page, re.DOTALL
    )
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def numbers(page: str) -> dict[str, int]:
    """How many visits are in each state, of the states that the page names."""
    part = page.partition('id="totals"')[2].partition("</ul>")[0]
    return {
        state: int(n)
        for state, n in re.findall(r'<li class="([\w-]+).*?<strong>(\d+)</strong>', part, re.DOTALL)
    }


async def board(house: House, day: str = "") -> str:
    return (await house.get(f"/board/days/{day}" if day else "/board", "lis")).text


async def test_a_visit_of_monday_that_is_begun_on_saturday_stands_on_saturdays_board_with_its_date(
    house: House,
):
    anna = house.phone_of("anna")
    house.pass_time(days=-2)
    await anna.push(anna.change("start_visit"))

    saturday = await board(house)
    fetched = (await house.get(f"/board/carers/{id_of('anna')}?day={SATURDAY}", "lis")).text
    house.pass_time(days=2)
    later, monday = await board(house, SATURDAY), await board(house, MONDAY)

    assert re.match(r"23\. nov\. 08\.00 Else .*Startet 21\. nov\. \d\d\.\d\d", row(saturday))
    assert row(fetched) == row(saturday)
    assert "Startet 21. nov." in row(later)
    assert "Startet" in row(monday)
    assert row(saturday, "karen") == ""
    assert numbers(saturday) == {
        "done": 0,
        "not-done": 0,
        "not-heard": 0,
        "deviating": 0,
        "under-way": 1,
        "planned": 0,
    }


async def test_who_only_answers_a_step_has_worked_there_too_and_who_only_writes_a_note_has_not(house: House):
    anna = house.phone_of("anna")
    house.pass_time(days=-1)
    await anna.push(anna.answer(), anna.note("Husk nøglen.", visit="knud"))

    sunday = await board(house)

    assert row(sunday).startswith("23. nov. 08.00 Else")
    assert row(sunday, "knud") == ""


async def test_a_visit_of_yesterday_that_was_begun_today_stays_on_todays_board_when_it_is_finished(
    house: House,
):
    anna = house.phone_of("anna")
    house.pass_time(days=1)
    await anna.push(anna.change("start_visit"), anna.change("finish_visit"))

    assert re.match(r"23\. nov\. 08\.00 Else .*Udført 24\. nov\.", row(await board(house)))


async def test_the_leader_of_another_team_sees_nothing_of_it(house: House):
    anna = house.phone_of("anna")
    house.pass_time(days=-2)
    await anna.push(anna.change("start_visit"))

    assert "Else" not in (await house.get("/board", "mia")).text


async def test_that_a_visit_of_another_day_was_shown_is_in_the_access_log(house: House):
    anna = house.phone_of("anna")
    house.pass_time(days=-2)
    await anna.push(anna.change("start_visit"))
    await board(house)

    rows = await house.rows(
        "select about from access_log where what = 'board' and person_id = :lis", lis=id_of("lis")
    )
    assert any(id_of("else") in row["about"] for row in rows)


@pytest.mark.parametrize(
    ("started_at", "answered_at", "is_begun"),
    [
        (None, None, False),
        ("2026-11-20T23:00:00.000Z", None, True),
        ("2026-11-20T22:59:59.999Z", None, False),
        ("2026-11-21T22:59:59.999Z", None, True),
        ("2026-11-21T23:00:00.000Z", None, False),
        (None, "2026-11-21T12:00:00.000Z", True),
        ("2026-11-20T12:00:00.000Z", "2026-11-21T12:00:00.000Z", False),
    ],
)
def test_a_visit_is_begun_on_the_danish_day_of_the_first_that_was_done(
    started_at: str | None, answered_at: str | None, is_begun: bool
):
    body = {"started_at": started_at, "finished_at": None, "steps": [{"answered_at": answered_at}]}

    assert is_begun_on(body, to_day(SATURDAY)) is is_begun


async def test_a_visit_of_two_that_one_has_begun_is_begun_in_both_rows_and_the_silent_phone_is_named(
    house: House,
):
    anna = house.phone_of("anna")
    house.pass_time(hours=1)
    await anna.push(anna.change("start_visit", "karen"))
    house.pass_time(hours=1)  # Anna was heard before the end, and there she is
    await anna.sync()

    page = await board(house)

    assert row(page, "karen").startswith(
        "09.00 Karen Møller Startet 09.40 40 min. senere end planlagt Med Bo Friis"
    )
    assert row(page, "karen", "bo").startswith(
        "09.00 Karen Møller Startet 09.40 af Anna Lund Ikke hørt fra telefonen endnu 40 min. senere end planlagt Med Anna Lund"
    )
    states = re.findall(rf'data-visit="{id_of("karen")}" data-state="(\w+)"', page)
    assert states == ["under_way", "under_way"]


async def test_a_visit_that_was_begun_before_its_carers_phone_fell_silent_says_both(house: House):
    anna = house.phone_of("anna")
    await anna.push(anna.change("start_visit", "knud"))
    house.pass_time(hours=3)

    assert re.search(r"Startet 08\.40 Ikke hørt fra telefonen siden\s08\.40", row(await board(house), "knud"))


async def test_an_open_board_notices_that_somebody_more_is_on_it(house: House):
    """Its script fetches all rows anew when the number is another: no row of hers is there to be fetched."""
    house.pass_time(days=-2)
    part = f"/board/totals?day={SATURDAY}"
    before = [(await house.get(path, "lis")).text for path in ("/board", part)]
    anna = house.phone_of("anna")
    await anna.push(anna.change("start_visit", "karen"))
    after = [(await house.get(path, "lis")).text for path in ("/board", part)]

    assert [re.findall(r'data-people="(\d+)"', page) for page in [*before, *after]] == [
        ["0"],
        ["0"],
        ["2"],
        ["2"],
    ]


async def test_the_numbers_that_are_fetched_alone_are_those_of_the_board(house: House):
    anna = house.phone_of("anna")
    await anna.push(anna.change("start_visit", "karen"), anna.change("finish_visit"))
    house.pass_time(hours=2)

    seen = []
    for day in ("2026-11-22", MONDAY, "2026-11-24"):
        part = (await house.get(f"/board/totals?day={day}", "lis")).text
        assert "Karen" not in part
        seen.append((numbers(part), numbers(await board(house, day))))

    assert [part for part, _ in seen] == [whole for _, whole in seen]
    assert seen[1][0] == {
        "done": 1,
        "not-done": 0,
        "not-heard": 1,
        "deviating": 0,
        "under-way": 0,
        "planned": 1,
    }


def test_one_phone_that_was_heard_is_enough_to_know_that_a_visit_is_not_done():
    visit = {
        "day": MONDAY, "starts_at": "2026-11-23T07:00:00.000Z", "ends_at": "2026-11-23T07:30:00.000Z", "finished_at": None,
        "cancelled_at": None, "started_at": None, "started_by": None, "carers": [{"id": "anna"}, {"id": "bo"}],
    }  # fmt: skip
    heard = {"anna": Contacts("2026-11-23T07:40:00.000Z", ("2026-11-23T07:40:00.000Z",))}

    assert last_heard(visit, heard) == "2026-11-23T07:40:00.000Z"
    assert state_of(visit, last_heard(visit, heard), "2026-11-23T08:00:00.000Z") == "not_done"
    assert totals([visit], heard, "2026-11-23T08:00:00.000Z")["not_done"] == 1
    assert totals([visit], {}, "2026-11-23T08:00:00.000Z")["not_heard"] == 1


async def test_a_visit_is_not_called_not_done_while_one_of_the_carers_phones_is_silent_that_may_hold_it(
    house: House,
):
    house.pass_time(hours=-2)
    first = house.phone("anna")
    await first.sync()
    cookie = house.cookies["anna"]
    house.pass_time(hours=4)
    await house.sign_in("anna")
    second = house.phone("anna")
    await second.sync()

    assert "Ikke hørt fra den ene telefon siden" in row(await board(house))
    assert numbers(await board(house))["not-done"] == 0
    assert numbers((await house.get(f"/board/totals?day={MONDAY}", "lis")).text)["not-heard"] == 2
    page = (await house.get(f"/board/visits/{id_of('else')}", "lis")).text
    assert "Ikke hørt fra den ene telefon siden" in page

    new, house.cookies["anna"] = house.cookies["anna"], cookie
    await first.sync()
    assert "Ikke udført" in row(await board(house))
    assert new != cookie


@pytest.mark.parametrize(
    "ended",
    [
        "update phone set revoked_at = :at, revoked_as = 'revoked' where id = :phone_id",
        "update phone set replaced_at = :at where id = :phone_id",
        "update sign_in set revoked_at = :at where id in (select sign_in_id from phone where id = :phone_id)",
        "update phone set heard_at = '2026-11-20T12:00:00.000Z' where id = :phone_id",
    ],
)
async def test_nothing_is_awaited_of_a_phone_that_is_shut_out_replaced_signed_out_or_never_held_the_visit(
    house: House, ended: str
):
    house.pass_time(hours=-2)
    first = house.phone("anna")
    await first.sync()
    house.pass_time(hours=4)
    await house.sign_in("anna")
    await house.phone("anna").sync()
    parameters = {"at": to_text(house.now), "phone_id": first.id}
    async with house.database.transaction() as tx:
        await tx.execute(ended, {name: parameters[name] for name in parameters if f":{name}" in ended})

    assert "Ikke udført" in row(await board(house))


async def test_what_was_done_on_a_day_is_found_by_its_time(house: House):
    names, params = each_of("team", [id_of("nord"), id_of("syd")])
    explain = "explain query plan" if engines.is_sqlite else "explain"
    times = {"first": SATURDAY, "last": MONDAY, "day": MONDAY, "begins_at": MONDAY, "ends_at": "2026-11-24"}
    async with house.database.transaction() as tx:
        if not engines.is_sqlite:
            await tx.execute("set local enable_seqscan = off", {})
        rows = await tx.rows(f"{explain} {worked_on(names)}", {**times, **params})
    plan = " ".join(str(list(row.values())) for row in rows)

    assert "attendance_by_time" in plan
    assert "answer_by_time" in plan


async def test_twenty_boards_that_count_at_once_read_the_day_once_or_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    times = []

    async def reading(*args: Any) -> list[Stored]:
        times.append(args)
        return await list_visits_of_day(*args)

    await house.sign_in("lis")
    monkeypatch.setattr(board_days, "list_visits_of_day", reading)
    path = "/board/totals?day=2026-11-24"
    answers = await asyncio.gather(*(house.get(path, "lis") for _ in range(20)))

    assert {answer.status_code for answer in answers} == {200}
    assert len(times) <= 4
