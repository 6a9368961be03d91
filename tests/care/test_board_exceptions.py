"""What is not as it should be stands first, by team and by how serious it is; what is as it should be is folded, a line for each carer."""

import re
from html import escape
from typing import Any

import pytest

from pwa.access.queries import roles, teams
from pwa.care.documents.board import by_team, most_serious_first
from pwa.care.documents.board_exceptions import (
    SERIOUSNESS,
    ExceptionName,
    exceptions_of_carer,
    exceptions_of_visit,
    urgency,
)
from pwa.care.documents.board_steps import REASONS
from pwa.care.documents.refresh import refresh
from pwa.documents.store import DocumentRef
from pwa.resources import resource
from pwa.words import Role, new_id
from tests.house import House
from tests.small_town import LONG_AGO, Town, id_of

TOMORROW = "2026-11-24"
STEP, MEDICINE = id_of("else Giv medicin"), "Giv medicin"
LEFT_OUT = {"step": MEDICINE, "reason": "Noget manglede", "has_words": False}


def places(page: str) -> dict[str, str]:
    """Where each carer stands: among the exceptions, or folded."""
    return dict(re.findall(r'<section id="carer-([0-9a-f-]+)"[^>]*data-place="(\w+)"', page))


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition('<main id="main"')[2]).split())


def plain(part: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


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
    house.pass_time(minutes=20)  # half an hour after the end of Else's
    await anna.sync()
    await bo.sync()
    page = await board(house)
    exceptional, _, calm = page.partition('class="as-planned"')
    row, _, rest = exceptional.partition('class="rest"')

    assert places(page) == {id_of("anna"): "exceptional", id_of("bo"): "calm"}
    assert f'id="carer-{id_of("bo")}"' in calm
    assert ("Ikke udført" in row, "Else Holm" in row) == (True, True)
    assert ("Karen Møller" in row, "Karen Møller" in rest, "Knud Dam" in rest) == (False, True, True)
    assert "Ikke som det skal være 1 besøg · 1 medarbejder Nord 1 af 2 medarbejdere" in words(page)


async def test_a_carer_moves_to_the_fold_when_her_row_is_fetched_again_and_the_row_says_so(house: House):
    anna = house.phone_of("anna")
    house.pass_time(minutes=20)
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
    house.pass_time(
        minutes=59
    )  # it is half an hour since it was to be over, and quiet since it was begun at 08.02
    house.pass_time(seconds=59)
    under_way = places(await board(house))[id_of("anna")]
    house.pass_time(seconds=1)
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
        ({"state": "done", "deviations": [{"kind": "other"}]}, ["deviation"]),
        ({"state": "under_way", "deviations": [{"kind": "extra"}]}, ["deviation"]),
        ({"state": "done", "unanswered": [MEDICINE], "differing": ["Bad"]}, ["unanswered", "differing"]),
        ({"state": "under_way", "started_at": "08", "unanswered": [MEDICINE]}, []),
        (
            {"state": "finished", "deviations": [{"kind": "not_home"}], "unanswered": [MEDICINE]},
            ["deviation"],
        ),
        ({"state": "done", "left_out": [LEFT_OUT]}, ["left_out"]),
        ({"state": "under_way", "started_at": "08", "left_out": [LEFT_OUT]}, ["left_out"]),
        ({"state": "cancelled", "left_out": [LEFT_OUT]}, []),
        ({"state": "done", "minutes_late": 119}, []),
        ({"state": "done", "minutes_late": 120}, ["late"]),
        ({"state": "under_way", "started_at": "08", "minutes_late": 397}, ["late"]),
        ({"state": "done", "differing": ["Bad"]}, ["differing"]),
        ({"state": "done", "differing_notes": 1, "uncertain": True}, ["differing", "uncertain"]),
        ({"state": "done", "late_at": "2026-11-24", "not_done": ["Bad"]}, []),
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


@pytest.mark.no_database
def test_a_team_that_has_something_more_serious_comes_first_and_the_others_stay_in_their_order():
    def carer(team: str, *names: ExceptionName) -> Any:
        exceptions = exceptions_of_carer([names], 0, [])
        return {"carer_id": team, "name": "Anna", "team": team, "team_id": team, "exceptions": exceptions}

    teams = by_team([
        carer("Gruppe 1", "not_heard", "not_heard"), carer("Gruppe 2", "not_heard"), carer("Gruppe 3"),
        carer("Gruppe 10", "deviation"), carer("Gruppe 10", "not_done"),
    ])  # fmt: skip

    assert [team["name"] for team in most_serious_first(teams)] == ["Gruppe 10", "Gruppe 1", "Gruppe 2"]


@pytest.mark.no_database
def test_the_reasons_that_a_board_says_are_those_that_a_carer_chooses():
    chosen = re.findall(
        r'name="reason" value="([^"]+)"', resource("templates/carer/_answers.html").read_text("utf-8")
    )

    assert set(chosen) == REASONS


async def answered_by_itself(house: House) -> None:
    """Else's medicine is not answered by "as planned"."""
    async with house.database.transaction() as tx:
        await tx.execute("update visit_step set by_itself = 1 where id = :id", {"id": STEP})
        await refresh(tx, [DocumentRef(id_of("nord"), "visit", id_of("else"))], new_id)


@pytest.mark.parametrize(
    ("reason", "said"), [("Noget manglede", "Noget manglede"), ("Æsken var <tom>", "grunden står på besøget")]
)
async def test_medicine_that_was_not_given_is_an_exception_that_names_the_step_and_the_reason(
    house: House, reason: str, said: str
):
    anna = house.phone_of("anna")
    await answered_by_itself(house)
    not_given = anna.change("answer_step", step_id=STEP, answer="not_done", reason=reason)
    await anna.push(anna.change("start_visit"), not_given, anna.change("finish_visit"))
    page = await board(house)
    visit = (await house.get(f"/board/visits/{id_of('else')}", "lis")).text

    assert places(page)[id_of("anna")] == "exceptional"
    assert f"Ikke udført: {MEDICINE} · {said}" in words(page)
    known = visit.partition('id="known"')[2].partition("</p>")[0]
    assert words(f"Ikke udført: {MEDICINE} · {escape(reason)}") in words(known)
    assert f'href="#step-{STEP}"' in known
    assert ("Æsken var" in words(page)) is False


async def test_another_step_that_was_not_done_is_marked_in_its_row_and_told_by_the_fold(house: House):
    anna = house.phone_of("anna")
    not_done = anna.change("answer_step", step_id=STEP, answer="not_done", reason="Ikke tid")
    await anna.push(anna.change("start_visit"), not_done, anna.change("finish_visit"))
    page = await board(house)
    line = page.partition(f'id="day-{id_of("anna")}"')[2].partition("</summary>")[0]

    assert places(page)[id_of("anna")] == "calm"
    assert '<span class="mark behind">' in line
    assert "1 punkt ikke udført" in page.partition(f'id="calm-{id_of("nord")}"')[2].partition("</summary>")[0]
    assert "1 punkt ikke udført" in line
    assert f"Ikke udført: {MEDICINE}" in words(page)


async def test_a_deviation_of_any_kind_says_that_it_is_described_and_its_words_are_on_the_visits_page(
    house: House,
):
    anna = house.phone_of("anna")
    fell = anna.change("report_deviation", kind="other", text="Hun faldt i badet.")
    await anna.push(anna.change("start_visit"), fell, anna.change("finish_visit"))
    page = await board(house)
    visit = (await house.get(f"/board/visits/{id_of('else')}", "lis")).text

    assert places(page)[id_of("anna")] == "exceptional"
    assert "Noget andet · beskrevet på besøget" in words(page)
    [link] = re.findall(r'<a href="#(deviation-[^"]+)">Noget andet</a>', visit)
    assert f'id="{link}"' in visit
    assert ("Hun faldt" in page, "Hun faldt" in visit) == (False, True)


@pytest.mark.parametrize(
    ("changes", "minutes"),
    [
        ([], 20), ([], 200), ([("start_visit", {})], 200), ([("start_visit", {}), ("finish_visit", {})], 1),
        ([("report_deviation", {"kind": "not_home"}), ("finish_visit", {})], 1),
        ([("report_deviation", {"kind": "other", "text": "Fald"}), ("start_visit", {})], 45),
    ],
)  # fmt: skip
async def test_the_top_of_a_visits_page_says_word_for_word_what_its_row_says_and_leads_to_what_is_described(
    house: House, changes: list[tuple[str, dict[str, Any]]], minutes: int
):
    anna = house.phone_of("anna")
    await anna.push(*(anna.change(name, **more) for name, more in changes))
    house.pass_time(minutes=minutes)
    row = (
        (await board(house))
        .partition(f'<li id="visit-{id_of("else")}"')[2]
        .partition('<span class="address')[0]
    )
    known = (await house.get(f"/board/visits/{id_of('else')}", "lis")).text.partition('id="known"')[2]

    marks = [plain(part) for part in re.findall(r'<span class="mark.*?</span>', row, re.DOTALL)]
    marks = [mark.removesuffix(" · beskrevet på besøget") for mark in marks]
    assert marks
    assert [
        plain(part)
        for part in re.findall(r'<span class="mark.*?</span>', known.partition("</p>")[0], re.DOTALL)
    ] == marks


async def test_of_two_citizens_of_one_name_the_addresses_are_said(house: House):
    address = r'<span class="address">[^<]+</span>'
    before = len(re.findall(address, await board(house)))
    async with house.database.transaction() as tx:
        await tx.execute("update visit set citizen_name = 'Else Holm' where id = :id", {"id": id_of("knud")})
    row = (await house.get(f"/board/carers/{id_of('anna')}?day=2026-11-23", "lis")).text

    assert before == 0
    assert len(re.findall(address, await board(house))) == len(re.findall(address, row)) == 1


async def test_a_card_without_a_visit_to_look_at_does_not_speak_of_other_visits(house: House):
    anna = house.phone_of("anna")
    await anna.push({**anna.note("et"), "n": 1}, {**anna.note("to"), "n": 5})
    row = words(
        '<main id="main">' + (await house.get(f"/board/carers/{id_of('anna')}?day=2026-11-23", "lis")).text
    )

    assert "3 besøg" in row
    assert "andre besøg" not in row


async def test_whoever_asks_what_stands_at_the_top_is_told_every_kind_in_its_order(house: House):
    page = (await board(house)).partition('id="what-comes-first"')[2].partition("</details>")[0]

    told = re.findall(r"<li><strong>([^<]+):</strong>", page)
    assert told[:5] == [
        "Kan ikke vises",
        "Ikke udført",
        "Medicin og lignende ikke udført",
        "Ingen, der må komme",
        "Ikke afsluttet",
    ]
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


async def test_medicine_without_an_answer_is_missed_also_where_help_was_given_and_then_refused(house: House):
    anna = house.phone_of("anna")
    await answered_by_itself(house)
    refused = anna.change("report_deviation", kind="refused")
    await anna.push(anna.change("start_visit"), refused, anna.change("finish_visit"))
    nothing_given = words(await board(house))
    await anna.push(anna.change("answer_as_planned"))
    page = words(await board(house))

    assert f"Mangler svar: {MEDICINE}" not in nothing_given
    assert f"Mangler svar: {MEDICINE}" in page


async def test_visits_to_come_of_a_carer_whose_access_has_ended_are_an_exception_at_once(house: House):
    page = words(await board(house))
    async with house.database.transaction() as tx:
        await tx.execute(
            "update role set ended_at = :at where person_id = :id and name = 'carer'",
            {"at": "2026-11-23T07:00:00.000Z", "id": id_of("anna")},
        )
    after = await board(house)
    visit = words((await house.get(f"/board/visits/{id_of('else')}", "lis")).text)

    said = "Medarbejderen er lukket ude: besøget mangler en anden"
    assert said not in page
    assert places(after)[id_of("anna")] == "exceptional"
    assert said in words(after)
    assert said in visit
