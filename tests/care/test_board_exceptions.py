"""What is not as it should be stands first, by team and by how serious it is; what is as it should be is folded, a line for each carer."""

import re
from typing import Any

import pytest

from pwa.access.queries import roles, teams
from pwa.care.documents.board import by_team
from pwa.care.documents.board_exceptions import (
    SERIOUSNESS,
    exceptions_of_carer,
    exceptions_of_visit,
    urgency,
)
from pwa.words import Role
from tests.house import House
from tests.small_town import LONG_AGO, Town, id_of

TOMORROW = "2026-11-24"


def places(page: str) -> dict[str, str]:
    """Where each carer stands: among the exceptions, or folded."""
    return dict(re.findall(r'<section id="carer-([0-9a-f-]+)"[^>]*data-place="(\w+)"', page))


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition('<main id="main"')[2]).split())


async def board(house: House, day: str = "") -> str:
    return (await house.get(f"/board/days/{day}" if day else "/board", "lis")).text


async def test_a_carer_without_exceptions_is_one_line_in_the_fold_of_her_team(house: House):
    house.pass_time(hours=-2)
    page = await board(house)
    fold = page.partition(f'<details id="calm-{id_of("nord")}"')[2]
    line = fold.partition(f'id="day-{id_of("anna")}"')[2].partition("</summary>")[0]

    assert places(page) == {id_of("anna"): "calm", id_of("bo"): "calm"}
    assert "Anna Lund" in line
    assert "0 af 3 udført" in line
    assert "næste 08.00" in line
    assert "Else Holm" not in line
    assert "Alt er, som det skal være." in words(page)


async def test_who_has_something_to_look_at_stands_before_the_folds_and_her_other_visits_are_folded(
    house: House,
):
    anna, bo = house.phone_of("anna"), house.phone_of("bo")
    await anna.sync()
    await bo.sync()
    page = await board(house)
    exceptional, _, calm = page.partition('class="as-planned"')
    row, _, rest = exceptional.partition('class="rest"')

    assert places(page) == {id_of("anna"): "exceptional", id_of("bo"): "calm"}
    assert f'id="carer-{id_of("bo")}"' in calm
    assert ("Ikke udført" in row, "Else Holm" in row) == (True, True)
    assert ("Karen Møller" in row, "Karen Møller" in rest, "Knud Dam" in rest) == (False, True, True)
    assert "1 af 2 medarbejdere skal ses på" in words(page)


async def test_a_carer_moves_to_the_fold_when_her_row_is_fetched_again_and_the_row_says_so(house: House):
    anna = house.phone_of("anna")
    await anna.sync()
    before = (await house.get(f"/board/carers/{id_of('anna')}?day=2026-11-23", "lis")).text
    await anna.push(anna.change("start_visit"), anna.change("finish_visit"))
    after = (await house.get(f"/board/carers/{id_of('anna')}?day=2026-11-23", "lis")).text
    rows = (await house.get("/board/carers?day=2026-11-23", "lis")).text

    assert (places(before), places(after)) == ({id_of("anna"): "exceptional"}, {id_of("anna"): "calm"})
    assert rows.lstrip().startswith('<div id="carers"')
    assert places(rows)[id_of("anna")] == "calm"


async def test_tomorrows_visits_are_planned_and_nobody_says_that_they_are_not_done(house: House):
    house.pass_time(days=-1)
    page = await board(house, "2026-11-23")

    assert "3 planlagt" in words(page)
    assert "Planlagt" in words(page)
    assert "Ikke udført" not in words(page).partition("Hvad står øverst?")[0]
    assert "ikke udført" not in words(page)
    assert set(re.findall(r'data-state="(\w+)"', page)) == {"planned"}


async def test_a_visit_of_today_whose_time_has_not_come_is_planned_and_one_whose_time_is_now_is_not_begun_yet(
    house: House,
):
    anna = house.phone_of("anna")
    house.pass_time(minutes=-35)  # 08.05: Else's is from eight to half past
    await anna.sync()
    page = words(await board(house))

    assert re.search(r"08\.00 Else Holm Ikke begyndt endnu", page)
    assert re.search(r"10\.00 Knud Dam Planlagt", page)
    assert "Ikke udført" not in page.partition("Hvad står øverst?")[0]


async def test_a_phone_that_is_quiet_while_its_carer_is_in_the_home_is_no_exception(house: House):
    anna = house.phone_of("anna")
    house.pass_time(minutes=-38)
    await anna.push(anna.change("start_visit"))
    house.pass_time(minutes=27)  # 08.29, and quiet since 08.02
    under_way = places(await board(house))[id_of("anna")]
    house.pass_time(minutes=2)
    over = places(await board(house))[id_of("anna")]

    assert (under_way, over) == ("calm", "exceptional")


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ({}, []),
        ({"state": "done"}, []),
        ({"state": "under_way", "started_at": "08"}, []),
        ({"state": "not_done"}, ["not_done"]),
        ({"state": "not_done", "started_at": "08"}, ["not_finished"]),
        ({"state": "not_heard", "is_silent": True}, ["not_heard"]),
        ({"state": "under_way", "is_silent": True}, ["not_heard"]),
        ({"state": "cancelled", "in_home": {"name": "Bo"}}, ["in_home"]),
        ({"state": "finished", "deviations": [{"kind": "not_home"}]}, ["deviation"]),
        ({"state": "done", "unanswered": 1, "differing": 1}, ["unanswered", "differing"]),
        ({"state": "under_way", "started_at": "08", "unanswered": 1}, []),
        ({"state": "finished", "deviations": [{"kind": "not_home"}], "unanswered": 1}, ["deviation"]),
        ({"state": "done", "differing": 1}, ["differing"]),
        ({"state": "done", "differing_notes": 1, "uncertain": True}, ["differing", "uncertain"]),
        ({"state": "done", "late_at": "2026-11-24", "steps_not_done": 2}, []),
    ],
)
@pytest.mark.no_database
def test_what_is_not_as_it_should_be_at_a_visit_has_a_name(more: dict[str, Any], names: list[str]):
    assert exceptions_of_visit({"citizen": "Else", "state": "planned", "started_at": None, **more}) == names


@pytest.mark.no_database
def test_a_visit_that_cannot_be_read_is_the_most_serious_exception():
    assert exceptions_of_visit({"visit_id": "1", "state": "not_done", "due": "past"}) == ["unreadable"]
    assert SERIOUSNESS[0] == "unreadable"


@pytest.mark.no_database
def test_who_has_what_is_most_serious_comes_first_whoever_she_is():
    found = {
        "held": exceptions_of_carer([], 3, []),
        "deviation": exceptions_of_carer([["deviation"]], 0, []),
        "silent": exceptions_of_carer([["not_heard"], ["not_heard"]], 0, []),
        "missed once": exceptions_of_carer([["not_done"]], 0, []),
        "missed twice": exceptions_of_carer([["not_done"], ["not_done"]], 0, []),
        "missing": exceptions_of_carer([], 0, [(2, 4)]),
    }

    order = sorted(found, key=lambda name: urgency(found[name]))
    assert order == ["missed twice", "missed once", "silent", "deviation", "held", "missing"]
    assert found["missing"] == [{"name": "missing", "number": 3}]


@pytest.mark.no_database
def test_teams_stand_by_name_and_numbers_in_names_by_what_they_count():
    def carer(team: str) -> Any:
        return {"carer_id": team, "name": "Anna", "team": team, "team_id": team, "exceptions": []}

    names = [team["name"] for team in by_team(map(carer, ["Gruppe 10", "Gruppe 2", "Gruppe 1", "Aften"]))]

    assert names == ["Aften", "Gruppe 1", "Gruppe 2", "Gruppe 10"]


async def test_whoever_asks_what_stands_at_the_top_is_told_every_kind_in_its_order(house: House):
    page = (await board(house)).partition('id="what-comes-first"')[2].partition("</details>")[0]

    told = re.findall(r"<li><strong>([^<]+):</strong>", page)
    assert told[:4] == ["Kan ikke vises", "Ikke udført", "Ikke afsluttet", "Ikke hørt fra"]
    assert len(told) == len(set(told)) == len(SERIOUSNESS)


async def test_who_is_lent_to_a_team_stands_under_her_own(town: Town):
    lis = await town.sign_in("lis")
    async with town.database.transaction() as tx:
        await teams.set_team(tx, id_of("aften"), "Aften", id_of("nord"))
        await tx.execute("update role set ended_at = '2026-11-01' where person_id = :id", {"id": id_of("bo")})
        await roles.add_role(tx, id_of("bo"), Role("carer", id_of("aften")), LONG_AGO)

    page = (await lis.get("/board")).text

    assert re.search(rf'id="calm-{id_of("aften")}".*?carer-{id_of("bo")}', page, re.DOTALL)


async def test_numbers_that_never_came_are_no_exception_of_a_day_to_come(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    await anna.push({**anna.note("et"), "n": 1}, {**anna.note("to"), "n": 5})
    async with town.database.transaction() as tx:
        await tx.execute("update visit set day = :day", {"day": TOMORROW})

    assert "2–4" not in (await lis.get(f"/board/days/{TOMORROW}")).text


async def test_a_list_of_rows_that_was_drawn_before_midnight_is_loaded_anew(town: Town):
    lis = await town.sign_in("lis")

    answer = await lis.get("/board/carers?day=2026-11-23&drawn_on=2026-11-22")

    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
