"""Numbers to call from a visit: whose they are, where they come from, who sees them."""

import pytest

from pwa.access.queries.people import list_known_people
from pwa.access.queries.roles import set_phone
from pwa.imports.read.mistakes import Mistake
from pwa.phone_numbers import dialled
from pwa.source_ids import id_of as source_id
from pwa.words import to_text
from tests.house import House, Json
from tests.imports.lists import import_employees
from tests.imports.test_import import (
    ASE,
    CHECKLISTS,
    IB,
    PEOPLE,
    PLAN,
    body,
    checklists,
    import_text,
    people,
    phone,
    plan,
)

LEADERS = """medarbejder;navn;rolle;gruppe;overgruppe;telefon
1;Pia Lau;medarbejder;Øst;Byen;+45 00 00 00 01
2;Kaj Dam;medarbejder;Øst;;
3;Ida Bro;medarbejder;Vest;Byen;
8;Ole Top;leder;Byen;;+45 00 00 00 08
9;Eva Fog;leder;Øst;;+45 00 00 00 09
"""
COLUMNS = ";telefon;pårørende;pårørende telefon;sygeplejerske;sygeplejerske telefon"
NUMBERS = ";(+45) 00 00-12 34;Bo Sørensen (søn);00 45 00 00 56 78, lok. 12;Rie Vad;+45 00009012"


def with_numbers(numbers: str = NUMBERS) -> str:
    """The plan with numbers for the first visit's citizen and none for the second's."""
    headings, first, second = PLAN.splitlines()
    return f"{headings}{COLUMNS}\n{first}{numbers}\n{second};;;;;\n"


def named(contacts: list[Json]) -> list[tuple[str, ...]]:
    return [(each["who"], each["name"], each["phone"], each["tel"]) for each in contacts]


EVA = ("leader", "Eva Fog", "+45 00 00 00 09", "+4500000009")
OLE = ("leader", "Ole Top", "+45 00 00 00 08", "+4500000008")
ABOUT_ASE = [
    ("citizen", "Åse Sørensen", "(+45) 00 00-12 34", "+4500001234"),
    ("relative", "Bo Sørensen (søn)", "00 45 00 00 56 78, lok. 12", "+4500005678"),
    EVA,
    ("nurse", "Rie Vad", "+45 00009012", "+4500009012"),
]


@pytest.fixture
async def east(house: House) -> House:
    """The house after people, checklists and a plan with numbers were imported."""
    await people(house, LEADERS)
    await checklists(house, CHECKLISTS)
    await plan(house, with_numbers())
    return house


async def contacts(house: House, visit_id: str = ASE, number: str = "1") -> list[tuple[str, ...]]:
    """Whom somebody's phone can call from a visit."""
    return named((await body(await phone(house, number), visit_id))["contacts"])


async def test_numbers_of_citizen_relative_leader_and_nurse_reach_the_visit_as_they_were_written(east: House):
    assert await contacts(east) == ABOUT_ASE
    assert await contacts(east, IB) == [EVA]


async def test_a_file_without_the_columns_erases_no_number_and_changes_nothing(east: House):
    assert await plan(east) == (0, 0, 0, 2)
    assert await plan(east, PLAN.replace("09.00;30", "09.30;30")) == (0, 1, 0, 1)
    assert (await people(east, PEOPLE)).unchanged == 3

    assert await contacts(east) == ABOUT_ASE


async def test_a_new_visit_of_a_file_without_the_columns_has_the_numbers_of_the_citizens_last_one(
    east: House,
):
    *_, first, _ = PLAN.splitlines()
    later = first.replace(first.split(";")[0], "109", 1).replace("23-11-2026", "24-11-2026")

    assert (await plan(east, f"{PLAN}{later}\n"))[0] == 1

    assert await contacts(east, source_id("visit", "109")) == ABOUT_ASE


async def test_an_empty_cell_takes_a_number_away(east: House):
    assert await plan(east, with_numbers(";;;;;")) == (0, 1, 0, 1)

    assert await contacts(east) == [EVA]


async def test_a_changed_number_reaches_the_phone_and_is_told_nobody_as_a_change_of_the_plan(east: House):
    pia = await phone(east)
    await pia.sync()

    assert await plan(east, with_numbers(NUMBERS.replace("00 00-12 34", "00 00-43 21"))) == (0, 1, 0, 1)

    assert named((await body(pia, ASE))["contacts"])[0][3] == "+4500004321"
    assert not [id for id in pia.documents if id.startswith("plan-")]


async def test_a_leader_s_new_number_reaches_visits_that_are_planned_already(east: House):
    pia = await phone(east)
    await pia.sync()

    assert (await people(east, LEADERS.replace("00 09", "00 99"))).changed == 1

    assert named((await body(pia, IB))["contacts"]) == [
        ("leader", "Eva Fog", "+45 00 00 00 99", "+4500000099")
    ]
    assert not [id for id in pia.documents if id.startswith("plan-")]


async def test_a_number_that_was_written_here_stays_and_the_list_that_has_another_says_so(east: House):
    pia = source_id("person", "1")
    async with east.database.transaction() as tx:
        await set_phone(tx, pia, "+45 00 00 00 77", pia, to_text(east.now))

    read = [await people(east, LEADERS), await people(east, LEADERS.replace("+45 00 00 00 01", ""))]
    async with east.database.transaction() as tx:
        stood = (await list_known_people(tx))[pia].phone
        await set_phone(tx, pia, "", pia, to_text(east.now))
    after = await people(east, LEADERS)

    assert stood == "+45 00 00 00 77"
    assert [[(odd.row, odd.column) for odd in each.warnings] for each in read] == [[(2, "telefon")], []]
    assert [each.changed for each in (*read, after)] == [0, 1, 1]
    async with east.database.transaction() as tx:
        assert (await list_known_people(tx))[pia].phone == "+45 00 00 00 01"


async def test_a_number_that_was_written_here_and_is_taken_away_gives_back_what_the_list_said_last(
    east: House,
):
    pia = source_id("person", "1")
    seen = []
    for listed, written in ((LEADERS, "+45 00 00 00 77"), (LEADERS.replace("00 01", "00 55"), "")):
        await people(east, listed)
        async with east.database.transaction() as tx:
            await set_phone(tx, pia, written, pia, to_text(east.now))
            seen.append((await list_known_people(tx))[pia].phone)

    assert seen == ["+45 00 00 00 77", "+45 00 00 00 55"]


async def test_a_team_without_a_leader_of_its_own_calls_the_one_above_it(east: House):
    await people(east, LEADERS.replace("9;Eva Fog;leder;Øst", "9;Eva Fog;leder;Vest"))

    assert await contacts(east, IB) == [OLE]


async def test_a_leader_is_called_on_the_days_of_the_role(east: House):
    await people(
        east,
        LEADERS.replace("telefon\n", "telefon;til\n").replace("00 09\n", "00 09;22-11-2026\n"),
    )

    assert await contacts(east, IB) == [OLE]


async def test_the_carer_of_another_team_never_sees_a_number_of_this_one(east: House):
    ida = await phone(east, "3")
    answer = await ida.sync()

    assert "00 00" not in str(answer)
    assert not [id for id in ida.documents if id.startswith("visit-")]
    for path in (f"/visits/{ASE}", "/", "/days/2026-11-23"):
        page = await east.get(path, ida.person)
        assert "tel:" not in page.text
        assert "00 00" not in page.text


async def test_the_page_has_a_link_for_each_number_and_nothing_where_there_is_none(east: House):
    pia = await phone(east)
    page = (await east.get(f"/visits/{ASE}", pia.person)).text
    await people(east, LEADERS.replace("+45 00 00 00 08", "").replace("+45 00 00 00 09", ""))
    without = (await east.get(f"/visits/{IB}", pia.person)).text

    for who, name, written, tel in ABOUT_ASE:
        assert f'<a href="tel:{tel}"><strong>{"Borgeren" if who == "citizen" else name}</strong>' in page
        assert f'<span class="number">{written}</span>' in page
    assert "tel:" not in without
    assert "calls" not in without


async def test_what_is_no_number_is_told_and_the_row_is_taken_without_it(east: House):
    nonsense = ";ring til Bo;Bo Sørensen;00001234 / 00005678;Rie Vad;230456-1234"
    imported = await import_text(east, with_numbers(nonsense))
    leaders = LEADERS.replace("+45 00 00 00 09", "ved ikke")
    listed = await import_employees(east.database, leaders, lambda: east.now)

    assert (imported.changed, imported.mistakes) == (1, ())
    assert [(odd.row, odd.column) for odd in imported.warnings] == [
        (2, "telefon"),
        (2, "pårørende telefon"),
        (2, "sygeplejerske telefon"),
    ]
    assert [(odd.row, odd.column) for odd in listed.warnings] == [(6, "telefon")]
    assert not any(cell in said(odd) for odd in imported.warnings for cell in nonsense.split(";") if cell)
    assert await contacts(east) == [OLE]


def said(odd: Mistake) -> str:
    return odd.words(lambda message: message)


@pytest.mark.parametrize(
    ("written", "tel"),
    [
        ("12345678", "12345678"),
        ("12 34 56 78", "12345678"),
        ("+45 12 34 56 78", "+4512345678"),
        ("(+45) 12-34.56.78", "+4512345678"),
        ("+(45) 12345678", "+4512345678"),
        ("0045 12345678", "+4512345678"),
        ("12 34 56 78 lok. 12", "12345678"),
        ("12345678, lokal 1234", "12345678"),
        ("Mobil: 12345678 (datter)", "12345678"),
        ("112", "112"),
        ("+46 70 123 45 67", "+46701234567"),
        ("\u200e12345678\u202c", "12345678"),
        ("12", None),
        ("12345678 12345678", None),
        ("12345678 eller 87654321", None),
        ("lok. 12345678 / 3", None),
        ("javascript:alert(1)//+", None),
        ("*21*12345678#", None),
        ("1234;ext=5", None),
        ("+", None),
        ("", None),
        ("١٢٣٤٥٦٧٨", None),
    ],
)
def test_a_number_is_dialled_by_its_digits_and_nothing_else(written: str, tel: str | None):
    assert dialled(written) == tel
