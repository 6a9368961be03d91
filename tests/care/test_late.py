"""What arrives long after it was done stands at its own day with the time of arrival, and today's leader is told."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from pwa.care.documents.late import late_of, minutes_late
from pwa.care.queries.board import came_late
from pwa.database.lists import each_of
from pwa.words import to_text
from tests.engines import engines
from tests.house import House
from tests.small_town import id_of

YESTERDAY, TODAY = "2026-11-23", "2026-11-24"


def arrived(page: str) -> list[str]:
    """The ids of the visits that are told to have arrived."""
    return re.findall(r'<li id="arrived-([0-9a-f-]{36})"', page)


def places(page: str) -> dict[str, str]:
    """Where each carer stands: among the exceptions, or folded."""
    return dict(re.findall(r'<section id="carer-([0-9a-f-]+)"[^>]*data-place="(\w+)"', page))


async def board(house: House, day: str = "") -> str:
    return (await house.get(f"/board/days/{day}" if day else "/board", "lis")).text


async def delivered_the_next_day(house: House, hours: float = 20) -> None:
    """Anna's visit is done in a cellar, and her phone comes up hours later."""
    anna = house.phone_of("anna")
    await anna.sync()
    done = [anna.change("start_visit"), anna.note("Else sov."), anna.change("finish_visit")]
    house.pass_time(hours=hours)
    assert [fate.fate for fate in await anna.push(*done)] == ["applied"] * 3


async def test_yesterdays_visit_that_arrives_today_says_so_on_its_own_day_on_its_page_and_on_todays_board(
    house: House,
):
    await delivered_the_next_day(house)

    today, its_day = await board(house), await board(house, YESTERDAY)
    visit = (await house.get(f"/board/visits/{id_of('else')}", "lis")).text

    assert arrived(today) == [id_of("else")]
    assert "Modtaget i går og i dag om tidligere dage" in today
    assert "Else" in today.partition('id="arrived"')[2].partition("</section>")[0]
    assert re.search(r"Kommet sent: modtaget 24\. nov\. \d\d[.:]\d\d", its_day)
    assert re.search(r"Kommet sent: modtaget 24\. nov\. \d\d[.:]\d\d", visit)
    assert arrived(its_day) == []


async def test_what_arrives_the_same_day_is_not_told(house: House):
    await delivered_the_next_day(house, hours=5)
    house.pass_time(hours=24)

    assert arrived(await board(house)) == []
    assert "Kommet sent" not in await board(house, YESTERDAY)


async def test_two_days_later_it_is_told_no_more_and_still_stands_at_its_own_day(house: House):
    await delivered_the_next_day(house)
    house.pass_time(hours=24)
    the_day_after = arrived(await board(house))
    house.pass_time(hours=24)

    assert (the_day_after, arrived(await board(house))) == ([id_of("else")], [])


async def test_another_teams_leader_is_told_nothing_of_it(house: House):
    await delivered_the_next_day(house)

    page = (await house.get("/board", "mia")).text

    assert arrived(page) == []


async def test_who_was_told_of_it_stands_in_the_access_log(house: House):
    await delivered_the_next_day(house)
    await board(house)

    rows = await house.rows(
        "select about from access_log where what = 'board' and person_id = :lis", lis=id_of("lis")
    )
    assert any(id_of("else") in row["about"] for row in rows)


async def looks_at_else(house: House) -> int:
    rows = await house.rows(
        "select about from access_log where what = 'board' and person_id = :lis", lis=id_of("lis")
    )
    return sum(id_of("else") in row["about"] for row in rows)


async def test_an_open_board_is_told_what_arrives_and_only_what_it_is_told_is_noted(house: House):
    house.pass_time(hours=20)
    parts = [unescape(part) for part in re.findall(r'hx-get="([^"]+)"', await board(house))]
    house.pass_time(hours=-20)
    await delivered_the_next_day(house)

    [of_arrived] = [part for part in parts if part.startswith("/board/arrived")]
    for part in parts:
        if part != of_arrived:
            assert (await house.get(part, "lis")).status_code == 200
    before = await looks_at_else(house)
    section = (await house.get(of_arrived, "lis")).text

    assert (before, arrived(section), await looks_at_else(house)) == (0, [id_of("else")], 1)
    assert section.count("<section") == 1
    assert "hidden" not in section
    assert "/board/arrived" not in await board(house, YESTERDAY)


async def test_where_nothing_has_arrived_its_place_is_there_and_not_seen(house: House):
    place = re.search(r'<section id="arrived"[^>]*>\s*</section>', await board(house))

    assert place
    assert " hidden>" in place[0]
    assert (await house.get("/board/arrived", "anna")).status_code == 404


@pytest.mark.parametrize(
    ("done", "received", "is_late"),
    [
        ("2026-11-23T22:30:00.000Z", "2026-11-23T23:29:00.000Z", False),
        ("2026-11-23T22:30:00.000Z", "2026-11-23T23:31:00.000Z", True),
        ("2026-11-23T07:00:00.000Z", "2026-11-23T22:59:00.000Z", False),
        ("2026-11-23T07:00:00.000Z", "2026-11-23T23:00:00.000Z", True),
    ],
)
def test_late_is_on_a_later_danish_day_and_more_than_an_hour_after(done: str, received: str, is_late: bool):
    body: dict[str, Any] = {
        "visit_id": "v", "day": YESTERDAY, "ends_at": received, "started_at": done, "started_received_at": received, "finished_at": None,
        "finished_received_at": None, "steps": [], "deviations": [], "notes": [],
    }  # fmt: skip

    assert (late_of(body) == received) is is_late


async def test_late_arrivals_are_asked_of_an_index_that_has_only_them(house: House):
    explain = "explain query plan" if engines.is_sqlite else "explain"
    async with house.database.transaction() as tx:
        if not engines.is_sqlite:
            await tx.execute("set local enable_seqscan = off", {})
        teams, params = each_of("team", [id_of("nord"), id_of("syd")])
        since = to_text(house.now - timedelta(days=1))
        rows = await tx.rows(f"{explain} {came_late(teams)}", {"since": since, "today": TODAY, **params})

    plan = "\n".join(str(list(row.values())) for row in rows)
    assert [name in plan for name in ("change_late", "note_by_time", "deviation_by_time")] == [True] * 3


async def test_what_is_written_today_about_yesterday_is_on_todays_board_although_it_arrived_at_once(
    house: House,
):
    anna = house.phone_of("anna")
    await anna.sync()
    house.pass_time(hours=10)
    await anna.push(anna.note("Skrevet samme dag."))
    same_day = arrived(await board(house))
    house.pass_time(hours=14)
    next_day = arrived(await board(house))
    await anna.push(anna.change("report_deviation", kind="other", text="Hun faldt i går."))

    assert (same_day, next_day) == ([], [])
    assert arrived(await board(house)) == [id_of("else")]
    assert "Kommet sent: modtaget 24. nov." in await board(house, YESTERDAY)


@pytest.mark.parametrize(
    ("started_at", "finished_at", "more", "minutes"),
    [
        ("2026-11-23T05:45:00.000Z", None, {}, 0),
        ("2026-11-23T05:46:00.000Z", "2026-11-23T06:20:00.000Z", {}, 31),
        (None, "2026-11-23T06:00:00.000Z", {}, 0),
        (None, "2026-11-23T06:20:00.000Z", {}, 35),
        (None, None, {}, 0),
        ("2026-11-23T07:00:00.000Z", None, {"cancelled_at": "2026-11-23T05:00:00.000Z"}, 0),
        ("2026-11-24T05:16:00.000Z", None, {}, 24 * 60 + 1),
    ],
)
def test_a_visit_that_was_begun_much_later_than_planned_says_how_much(
    started_at: str | None, finished_at: str | None, more: dict[str, str], minutes: int
):
    planned = {
        "day": "2026-11-23",
        "starts_at": "2026-11-23T05:15:00.000Z",
        "ends_at": "2026-11-23T05:45:00.000Z",
    }
    body = {**planned, "started_at": started_at, "finished_at": finished_at, "cancelled_at": None, **more}

    assert minutes_late(body) == minutes


async def test_what_was_done_late_is_marked_in_its_row_and_on_its_page_and_counted_in_the_line_of_the_fold(
    house: House,
):
    anna = house.phone_of("anna")
    house.pass_time(hours=1)
    await anna.push(anna.change("start_visit"), anna.change("finish_visit"))
    page = unescape(await board(house))
    fold = page.partition(f'id="carer-{id_of("anna")}"')[2].partition("</section>")[0]
    line = re.search(r"<summary>.*?</summary>", fold, re.DOTALL)
    visit = unescape((await house.get(f"/board/visits/{id_of('else')}", "lis")).text)

    said = r"\d+ min\. senere end planlagt"
    assert line
    assert "1 senere end planlagt" in line[0]
    assert re.search(said, fold)
    assert re.search(said, visit)


async def test_what_was_begun_hours_late_is_an_exception_that_says_when_and_when_it_was_planned(house: House):
    anna = house.phone_of("anna")
    house.pass_time(minutes=79)
    start = anna.change("start_visit")
    await anna.push(start)
    just_below = places(await board(house))[id_of("anna")]
    await anna.push(anna.change("take_back", change_id=start["id"]))
    house.pass_time(minutes=1)  # ten o'clock: it was planned at eight
    await anna.push(anna.change("start_visit"), anna.change("finish_visit"))
    page = await board(house)

    assert (just_below, places(page)[id_of("anna")]) == ("calm", "exceptional")
    assert "Begyndt 10.00, planlagt 08.00" in page
    assert "Begyndt 10.00, planlagt 08.00" in (await house.get(f"/board/visits/{id_of('else')}", "lis")).text


async def test_a_row_has_the_address_for_the_sheet_that_is_printed(house: House):
    assert re.search(r'<span class="address printed">[^<]+\d', await board(house))
