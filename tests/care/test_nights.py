"""A visit of the day before that goes on stands on today's board with its date, and so does each of its times. A board that is open over
midnight becomes the new day's, and a visit's page says the date of what was of another day than the visit."""

import re
from html import unescape

import pytest

from tests.house import House
from tests.small_town import id_of

ELSE = id_of("else")


def row(page: str) -> str:
    """What a visit's row says."""
    found = re.search(rf'<li id="visit-{ELSE}".*?</li>', page, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


@pytest.mark.parametrize(
    ("hours", "started"), [(0, r"23\. nov\. \d\d\.\d\d"), (20, r"24\. nov\. \d\d\.\d\d")]
)
async def test_a_visit_of_yesterday_says_so_on_todays_board_and_when_it_was_started(
    house: House, hours: float, started: str
):
    anna = house.phone_of("anna")
    await anna.sync()
    the_same_day = row((await house.get("/board", "lis")).text)
    house.pass_time(hours=hours)
    await anna.push(anna.change("start_visit"))
    house.pass_time(hours=20 - hours)
    await anna.sync()

    today = row((await house.get("/board", "lis")).text)
    fetched = row((await house.get(f"/board/carers/{id_of('anna')}?day=2026-11-24", "lis")).text)
    its_own = row((await house.get("/board/days/2026-11-23", "lis")).text)

    assert re.match(r"23\. nov\. 08\.00 ", today)
    assert fetched == today
    assert re.match(r"08\.00 ", the_same_day)
    assert re.match(r"08\.00 ", its_own)
    assert re.search("Startet " + started, today)


async def test_a_part_of_a_board_that_was_drawn_before_midnight_makes_the_board_load_anew(house: House):
    await house.phone_of("anna").sync()
    board = (await house.get("/board", "lis")).text
    # The count in the frame is of no day.
    parts = [unescape(part) for part in re.findall(r'hx-get="(/board[^"]+)"', board)]
    before = [(await house.get(part, "lis")).status_code for part in parts]
    house.pass_time(hours=20)
    after = [await house.get(part, "lis") for part in parts]

    assert any(part.startswith("/board/carers/") for part in parts)
    assert any(part.startswith("/board/totals") for part in parts)
    assert set(before) == {200}
    assert {(each.status_code, each.headers.get("HX-Refresh"), each.text) for each in after} == {
        (204, "true", "")
    }


async def words_of(house: House, path: str, person: str) -> str:
    """What the page about the visit says."""
    page = (await house.get(path, person)).text
    found = re.search(rf'<article id="visit-{ELSE}".*?</article>', page, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


async def test_what_was_done_on_another_day_than_the_visits_has_its_date_on_the_visits_page(house: House):
    anna = house.phone_of("anna")
    await anna.sync()
    house.pass_time(days=1, minutes=2)
    await anna.push(
        anna.change("start_visit"), anna.answer(), anna.note(), anna.change("report_deviation", kind="extra")
    )

    to_lis = await words_of(house, f"/board/visits/{ELSE}", "lis")
    to_anna = await words_of(house, f"/visits/{ELSE}", "anna")

    assert re.search(r"Startet Anna Lund · 24\. nov\. \d\d\.\d\d · modtaget 24\. nov\. \d\d\.\d\d", to_lis)
    assert to_lis.count("modtaget") == len(re.findall(r"modtaget 24\. nov\. \d\d\.\d\d", to_lis)) == 5
    assert len(re.findall(r"(?:Sammen|Anna Lund) · 24\. nov\. \d\d\.\d\d", to_anna)) == 3


async def test_what_was_done_on_the_visits_own_day_has_its_time_only_also_the_day_after(house: House):
    anna = house.phone_of("anna")
    await anna.push(anna.change("start_visit"), anna.answer(), anna.note())
    house.pass_time(days=1)

    to_lis = await words_of(house, f"/board/visits/{ELSE}", "lis")

    assert re.search(r"Startet Anna Lund · \d\d\.\d\d · modtaget \d\d\.\d\d", to_lis)
    # But for when the phone was heard, and since when it was not, which is no part of the visit.
    assert re.findall(r"(?<!hørt )(?<!telefonen siden )(?:i går|\d+\. nov\.)", to_lis) == []
