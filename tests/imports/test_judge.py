"""A file is judged as a whole before anything is written: what is unusual waits for a yes with its exact number."""

from datetime import timedelta
from typing import Any

import pytest

from pwa.imports.apply.imported import NOTHING_CHOSEN, Chosen, NotImported, Stopped
from pwa.imports.apply.judge import Limits, Yes
from pwa.imports.apply.plan import preview_plan
from pwa.imports.apply.plan_summary import PlanSummary, StopCode
from pwa.imports.read.plan_file import read_plan
from tests.house import House
from tests.imports.test_import import CHECKLISTS, PEOPLE, checklists, import_text, people

HEADINGS = "besøg;gruppe;medarbejder;borger;navn;adresse;dato;start;minutter;tjekliste\n"
TEAMS = {"Øst": 1, "Vest": 3}


def rows(
    count: int, team: str = "Øst", day: str = "23-11-2026", first: int = 100, at: int = 7 * 60
) -> list[str]:
    """So many visits of a team's day, a quarter of an hour apart."""
    return [
        f"{number};{team};{TEAMS[team]};B{number};Navn {number};Vej {number};{day};"
        f"{(at + 15 * place) // 60:02d}.{(at + 15 * place) % 60:02d};15;Morgen\n"
        for place, number in enumerate(range(first, first + count))
    ]


def file(*parts: list[str]) -> str:
    """A file of these rows."""
    return HEADINGS + "".join(row for part in parts for row in part)


@pytest.fixture
async def town(house: House) -> House:
    """The house after people, checklists and a plan of two days and two teams were imported: 20 visits each."""
    await people(house, PEOPLE)
    await checklists(house, CHECKLISTS)
    await import_text(house, WHOLE)
    return house


WHOLE = file(
    rows(20), rows(20, "Vest", first=200), rows(20, day="24-11-2026", first=300),
    rows(20, "Vest", "24-11-2026", first=400),
)  # fmt: skip


async def asked(house: House, text: str, **chosen: Any) -> PlanSummary:
    """What a file asks; nothing is written by that."""
    before = await everything(house)
    with pytest.raises(Stopped) as stopped:
        await import_text(house, text, Chosen(**chosen))
    assert await everything(house) == before
    assert isinstance(stopped.value.summary, PlanSummary)
    return stopped.value.summary


async def everything(house: House) -> list[Any]:
    """All that a plan could change."""
    return [
        await house.rows(f"select * from {table} order by 1, 2, 3")
        for table in (
            "visit",
            "visit_carer",
            "visit_step",
            "document",
            "counter",
            "plan_change",
            "visit_before_import",
        )
    ]


def codes(summary: PlanSummary) -> list[tuple[StopCode, int]]:
    return [(stop.code, stop.number) for stop in summary.stops]


async def test_the_first_import_into_an_empty_database_asks_nothing(house: House):
    await people(house, PEOPLE)
    await checklists(house, CHECKLISTS)

    assert (await import_text(house, WHOLE)).added == 80


@pytest.mark.parametrize(("rows_left", "is_asked"), [(74, True), (75, False)])
async def test_a_file_cut_at_the_end_of_a_line_asks_before_it_cancels(
    town: House, rows_left: int, is_asked: bool
):
    cut = "".join(WHOLE.splitlines(keepends=True)[: rows_left + 1])

    if is_asked:
        summary = await asked(town, cut)
        [stop] = summary.stops
        assert (stop.code, stop.number) == ("cancel", 6)
        assert (stop.params["most"], stop.params["there"], stop.params["where"]) == (6, 20, ", Vest")
    else:
        assert (await import_text(town, cut)).cancelled == 5


async def test_a_file_sorted_by_the_clock_and_cut_lacks_few_of_each_team_and_is_asked_for_the_day(
    town: House,
):
    monday = [row for row in WHOLE.splitlines(keepends=True)[1:] if "23-11" in row]
    by_clock = sorted(monday, key=lambda row: row.split(";")[7])

    assert codes(await asked(town, file(by_clock[:-8]))) == [("cancel", 8)]


async def test_it_goes_on_with_the_exact_number_and_with_no_other(town: House):
    cut = file(rows(5))

    [stop] = (await asked(town, cut, yes=Yes({"cancel": 27}))).stops
    assert (stop.number, stop.said) == (15, 27)
    assert (await import_text(town, cut, Chosen(yes=Yes({"cancel": 15})))).cancelled == 15


async def test_a_wrong_year_asks_before_tomorrow_goes_to_2020(town: House):
    wrong = WHOLE.replace("24-11-2026", "24-11-2020")

    summary = await asked(town, wrong)

    assert codes(summary) == [("move", 40), ("dates", 40)]
    tomorrow = [day for day in summary.days if day.day == "2026-11-24"]
    assert [(day.team, day.there, day.moved_away) for day in tomorrow] == [("Vest", 20, 20), ("Øst", 20, 20)]
    assert (await import_text(town, wrong, Chosen(yes=Yes({"move": 40, "dates": 40})))).moved == 40


@pytest.mark.parametrize(("away", "is_asked"), [(-15, True), (-14, False), (120, False), (121, True)])
async def test_the_usual_days_end_where_the_settings_say(town: House, away: int, is_asked: bool):
    day = f"{town.now + timedelta(away):%d-%m-%Y}"

    if is_asked:
        assert codes(await asked(town, file(rows(1, day=day, first=900)))) == [("dates", 1)]
    else:
        assert (await import_text(town, file(rows(1, day=day, first=900)))).added == 1


async def test_numbers_of_which_nobody_knows_any_ask_also_where_a_system_writes_them_otherwise(town: House):
    other = WHOLE.replace("\n1", "\nN1").replace("\n2", "\nN2").replace("\n3", "\nN3").replace("\n4", "\nN4")

    assert codes(await asked(town, other)) == [("cancel", 80), ("new-numbers", 80)]
    yes = Yes({"cancel": 80, "new-numbers": 80})
    imported = await import_text(town, other, Chosen(yes=yes))
    assert (imported.added, imported.cancelled) == (80, 80)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        (WHOLE.replace("-11-2026", "-12-2026"), 80),
        (WHOLE.replace(";Øst;1;", ";X;").replace(";Vest;3;", ";Øst;1;").replace(";X;", ";Vest;3;"), 80),
        (WHOLE.replace("23-11-2026", "25-11-2026", 6), 6),
        (WHOLE.replace("23-11-2026", "25-11-2026", 5), None),
    ],
    ids=["another month", "teams exchanged", "six", "five"],
)
async def test_much_that_leaves_a_teams_day_asks(town: House, text: str, moved: int | None):
    if moved is None:
        assert (await import_text(town, text)).moved == 5
        return
    summary = await asked(town, text)
    assert codes(summary) == [("move", moved)]
    assert (await import_text(town, text, Chosen(yes=Yes({"move": moved})))).moved == moved


def exchanged(text: str, one: int, other: int, most: int = 1000) -> str:
    """The text with the cells of two columns in each other's place, in so many rows."""
    headings, *lines = text.splitlines()
    for number, line in enumerate(lines[:most]):
        cells = line.split(";")
        cells[one], cells[other] = cells[other], cells[one]
        lines[number] = ";".join(cells)
    return "\n".join([headings, *lines]) + "\n"


CITIZEN, NAME, ADDRESS = 3, 4, 5


@pytest.mark.parametrize(
    ("text", "counted", "example"),
    [
        (exchanged(WHOLE, CITIZEN, NAME), (80, 80, 80, 0), "2, navn: “N··· 1··” → “B···”"),
        (exchanged(WHOLE, NAME, ADDRESS), (80, 0, 80, 80), "2, navn: “N··· 1··” → “V·· 1··”"),
        (exchanged(WHOLE, NAME, ADDRESS, 6), (6, 0, 6, 6), "2, adresse: “V·· 1··” → “N··· 1··”"),
    ],
    ids=["number and name", "name and address", "six of a team's day"],
)
async def test_another_citizen_at_many_visits_asks_and_names_nobody(
    town: House, text: str, counted: tuple[int, ...], example: str
):
    [stop] = (await asked(town, text)).stops

    assert (stop.code, stop.number) == ("change", counted[0])
    assert tuple(stop.params[name] for name in ("number", "citizens", "names", "addresses")) == counted
    assert stop.params["there"] == 80
    assert example in str(stop.params["examples"])
    assert (await import_text(town, text, Chosen(yes=Yes({"change": counted[0]})))).changed == counted[0]


@pytest.mark.parametrize(
    "text",
    [
        exchanged(WHOLE, NAME, ADDRESS, 5),
        WHOLE.replace("Navn ", "NAVN  ").replace(";Vej ", ";vej, "),
        file(
            *[[row.replace(f"B{n};Navn {n};Vej {n}", "B1;Åse;Vej 1") for n, row in enumerate(rows(20), 100)]]
        ),
    ],
    ids=["five", "other capitals and spaces", "one citizen's"],
)
async def test_few_visits_of_others_and_other_spelling_ask_nothing(town: House, text: str):
    assert (await import_text(town, text)).changed


@pytest.mark.parametrize(("changed", "asks"), [(6, True), (5, False)])
async def test_another_checklist_for_many_is_asked_about(town: House, changed: int, asks: bool):
    rows_ = WHOLE.splitlines()
    other = [row.replace(";Morgen", ";Aften") for row in rows_[1 : changed + 1]]
    text = "\n".join([rows_[0], *other, *rows_[changed + 1 :]]) + "\n"
    if not asks:
        assert (await import_text(town, text)).changed == changed
        return

    [stop] = (await asked(town, text)).stops

    assert (stop.code, stop.number) == ("checklists", changed)
    assert "“Morgen” → “Aften”" in str(stop.params["examples"])
    assert (await import_text(town, text, Chosen(yes=Yes({"checklists": changed})))).changed == changed


@pytest.mark.parametrize(("spoiled", "asks"), [(6, True), (5, False)])
async def test_numbers_that_many_would_lose_are_asked_about(town: House, spoiled: int, asks: bool):
    headings, *rows_ = WHOLE.splitlines()
    whole = "\n".join([f"{headings};telefon", *(f"{row};12345678" for row in rows_)])
    assert (await import_text(town, whole)).changed == 80
    text = whole.replace(";12345678", ";2,1E+07", spoiled)
    if not asks:
        assert (await import_text(town, text)).changed == spoiled
        return

    [stop] = (await asked(town, text)).stops

    assert (stop.code, stop.number, stop.params["row"]) == ("numbers", spoiled, 2)
    assert (await import_text(town, text, Chosen(yes=Yes({"numbers": spoiled})))).changed == spoiled


NEXT_DAY = (
    WHOLE.replace("24-11", "25-11").replace("23-11", "26-11").replace("\n", "\nN").rstrip("N")
)  # numbers of its own


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (exchanged(NEXT_DAY, CITIZEN, NAME), 80),
        (exchanged(NEXT_DAY, NAME, ADDRESS), 80),
        (exchanged(NEXT_DAY, NAME, ADDRESS, 8), None),
        (NEXT_DAY, None),
    ],
    ids=["number and name", "name and address", "eight", "as it is"],
)
async def test_another_days_visits_are_compared_with_the_citizens_of_the_last_days(
    town: House, text: str, number: int | None
):
    if number is None:
        assert (await import_text(town, text)).added == 80
        return
    [stop] = (await asked(town, text)).stops
    assert (stop.code, stop.number, stop.params["row"]) == ("citizens", number, 2)
    assert (await import_text(town, text, Chosen(yes=Yes({"citizens": number})))).added == 80


def later(text: str, hours: float, most: int = 1000) -> str:
    """The text with so many rows so much later."""
    headings, *lines = text.splitlines()
    for number, line in enumerate(lines[:most]):
        cells = line.split(";")
        minutes = int(cells[7][:2]) * 60 + int(cells[7][3:]) + int(hours * 60)
        cells[7] = f"{minutes // 60:02d}.{minutes % 60:02d}"
        lines[number] = ";".join(cells)
    return "\n".join([headings, *lines]) + "\n"


@pytest.mark.parametrize(("hours", "most", "number"), [(12, 80, 80), (-1, 80, 80), (1, 11, 11)])
async def test_a_clock_that_is_wrong_asks(town: House, hours: float, most: int, number: int):
    text, limits = later(WHOLE, hours, most), Limits(same_minute=99)

    [stop] = (await asked(town, text, limits=limits)).stops

    assert (stop.code, stop.number, stop.params["there"]) == ("times", number, 80)
    assert str(stop.params["examples"]).startswith(f"2, start: “07.00” → “{7 + hours:02.0f}.00”; 3, start")
    assert (await import_text(town, text, Chosen(limits=limits, yes=Yes({"times": number})))).moved == number


@pytest.mark.parametrize(("hours", "most"), [(0.75, 80), (1, 10)])
async def test_a_day_that_is_planned_otherwise_as_days_are_asks_nothing(town: House, hours: float, most: int):
    text = later(WHOLE, hours, most)

    assert (await import_text(town, text, Chosen(limits=Limits(same_minute=99)))).moved == most


async def test_how_many_stand_there_afterwards_is_said_of_each_day(town: House):
    text = WHOLE.replace("23-11-2026;07.00", "23-11-2026;06.00", 1).replace(
        "23-11-2026;07.15", "25-11-2026;07.15", 1
    )
    async with town.database.snapshot() as tx:
        summary = (await preview_plan(tx, read_plan(text.encode()), town.now, NOTHING_CHOSEN)).summary

    assert {(day.day, day.team): (day.there, day.after) for day in summary.days} == {
        ("2026-11-23", "Øst"): (20, 19), ("2026-11-23", "Vest"): (20, 20), ("2026-11-25", "Øst"): (0, 1),
        ("2026-11-24", "Øst"): (20, 20), ("2026-11-24", "Vest"): (20, 20),
    }  # fmt: skip


async def test_a_week_that_was_not_there_yet_is_no_other_numbers(town: House):
    assert (await import_text(town, file(rows(20, day="30-11-2026", first=900)))).added == 20


async def test_two_homes_at_one_minute_ask_and_two_citizens_of_one_home_do_not(town: House):
    there = rows(20)
    couple = [*there, "900;Øst;1;B900;Bo;VEJ 101;23-11-2026;07.15;15;Morgen\n"]
    apart = [*couple, "901;Øst;1;B901;Ea;Vej 9;23-11-2026;07.15;15;Morgen\n"]
    assert (await import_text(town, file(couple))).added == 1

    [stop] = (await asked(town, file(apart))).stops

    assert (stop.code, stop.number) == ("same-minute", 1)
    assert (stop.params["row"], stop.params["other"], stop.params["employee"], stop.params["time"]) == (
        3, 23, "1", "07.15",
    )  # fmt: skip
    assert (await import_text(town, file(apart), Chosen(limits=Limits(same_minute=1)))).added == 1
    assert (await import_text(town, file(apart))).unchanged == 22, "what stands there is not asked again"


async def test_the_summary_tells_each_team_s_day_against_what_is_there(town: House):
    monday = rows(19)  # one is cancelled
    monday[0] = monday[0].replace("07.00", "06.45")
    monday[1] = monday[1].replace("Vej 101", "Vej 1")
    monday[2] = monday[2].replace("23-11", "24-11").replace("07.30", "17.30")
    text = file(monday, rows(1, first=900, at=1100), rows(20, day="24-11-2026", first=300))

    imported = await import_text(town, text)

    assert isinstance(imported.summary, PlanSummary)
    assert [
        (
            day.day, day.team, day.there, day.counts.added, day.counts.moved, day.moved_away, day.counts.changed,
            day.counts.cancelled, day.counts.unchanged,
        )
        for day in imported.summary.days
    ] == [
        ("2026-11-23", "Øst", 20, 1, 1, 1, 1, 1, 16),
        ("2026-11-24", "Øst", 20, 0, 1, 0, 0, 0, 20),
    ]  # fmt: skip


async def test_an_unknown_value_is_named_once_with_its_rows(town: House):
    text = WHOLE.replace(";Vest;", ";Nordpolen;").replace(";Øst;1;", ";Øst;99;")

    with pytest.raises(NotImported) as refused:
        await import_text(town, text)

    assert [(each.row, each.column, each.params) for each in refused.value.mistakes] == [
        (2, "medarbejder", {"name": "99", "rows": 40}),
        (22, "gruppe", {"name": "Nordpolen", "rows": 40}),
    ]
