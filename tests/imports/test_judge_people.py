"""A list of employees says by name what it would do; what is unusual waits for a yes with its exact number."""

from typing import Any

import pytest

from pwa.imports.apply.imported import Stopped
from pwa.imports.apply.judge import Yes
from pwa.imports.apply.people import try_people
from pwa.imports.apply.people_summary import PeopleSummary
from pwa.imports.read.people_file import read_people
from tests.house import House
from tests.imports.lists import import_employees

HEADINGS = "medarbejder;navn;rolle;gruppe;overgruppe\n"
TEAMS = ("Åen", "Søen")


def listed(
    count: int = 20, name: str = "Navn {n}", role: str = "medarbejder", team: str = "{team}", first: int = 0
) -> str:
    """So many employees in two teams; those from `first` on otherwise than the usual."""
    rows = []
    for n in range(count):
        usual = "Navn {n}", "medarbejder", "{team}"
        cells = [
            each.format(n=n, team=TEAMS[n % 2]) for each in ((name, role, team) if n >= first else usual)
        ]
        rows.append(f"{100 + n};{';'.join(cells)};Byen\n")
    return HEADINGS + "".join(rows)


@pytest.fixture
async def town(house: House) -> House:
    """The house after a list of twenty."""
    await come_in(house, listed())
    return house


async def come_in(house: House, text: str, **chosen: Any) -> PeopleSummary:
    imported = await import_employees(house.database, text, lambda: house.now, **chosen)
    assert isinstance(imported.summary, PeopleSummary)
    return imported.summary


async def everything(house: House) -> list[Any]:
    return [
        await house.rows(f"select * from {table} order by 1, 2, 3")
        for table in ("team", "person", "role", "document")
    ]


async def asked(house: House, text: str, **chosen: Any) -> dict[str, int]:
    """What a list asks; nothing is written by that."""
    before = await everything(house)
    with pytest.raises(Stopped) as stopped:
        await come_in(house, text, **chosen)
    assert await everything(house) == before
    return {stop.code: stop.number for stop in stopped.value.summary.stops}


def renumbered(first: int) -> str:
    """Employees from `first` on with two noughts before their number."""
    headings, *rows = listed().splitlines()
    return "\n".join([headings, *(f"00{row}" if n >= first else row for n, row in enumerate(rows))]) + "\n"


SWAPPED = listed(name="{team}", team="Navn {n}")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (SWAPPED, {"new-teams": 20, "names": 20, "leave": 20}),
        (listed(role="administrator", first=14), {"rights": 6}),
        (listed(name="Bo {n}", first=14), {"names": 6}),
        (listed(team="Bakken", first=14), {"leave": 6}),
        (listed(30, team="Ny {n}", first=24), {"new-teams": 6}),
        (renumbered(14), {"new-numbers": 6}),
    ],
    ids=["name and team exchanged", "administrators", "names", "teams", "new teams", "new numbers"],
)
async def test_a_list_that_changes_much_asks_and_goes_on_with_the_exact_numbers(
    town: House, text: str, codes: dict[Any, int]
):
    assert await asked(town, text) == codes
    assert await asked(town, text, yes=Yes({code: number + 1 for code, number in codes.items()})) == codes

    await come_in(town, text, yes=Yes(codes))
    assert (await come_in(town, text)).new_teams == []


@pytest.mark.parametrize(
    "text",
    [
        listed(role="leder", first=15),
        listed(name="Bo {n}", first=15),
        listed(team="Bakken", first=15),
        listed(25, team="Ny {n}", first=20),
        listed(60),
        renumbered(15),
    ],
)
async def test_what_a_list_usually_does_asks_nothing(town: House, text: str):
    await come_in(town, text)


async def test_who_gets_what_and_who_leaves_is_told_by_name(town: House):
    changed = (
        listed(4)
        .replace("100;Navn 0;medarbejder;Åen;Byen", "100;Navn 0;leder;Åen;\n100;Navn 0;medarbejder;Ny;Byen")
        .replace("Navn 1", "Else")
        .replace("102;Navn 2;medarbejder;Åen", "102;Navn 2;medarbejder;Søen")
        .replace("103;Navn 3;medarbejder;Søen;Byen\n", "")
    )

    summary = await come_in(town, changed)

    assert summary.new_teams == ["Ny"]
    assert [(each.before, each.after) for each in summary.renamed] == [("Navn 1", "Else")]
    assert [(each.name, each.role, each.team) for each in summary.new_roles] == [("Navn 0", "leader", "Åen")]
    assert [(each.name, each.teams, each.come_to) for each in summary.leaving] == [
        ("Navn 2", ["Åen"], ["Søen"])
    ]


async def test_somebody_whose_last_day_is_over_leaves(town: House):
    ended = HEADINGS.replace("\n", ";til\n") + "100;Navn 0;medarbejder;Åen;Byen;01-11-2026\n"

    [left] = (await come_in(town, ended)).leaving

    assert (left.name, left.teams, left.come_to) == ("Navn 0", ["Åen"], [])


async def test_a_try_asks_too_and_writes_nothing(town: House):
    before = await everything(town)
    with pytest.raises(Stopped) as stopped:
        await try_people(town.database, read_people(SWAPPED.encode()), town.now)

    assert {stop.code for stop in stopped.value.summary.stops} == {"new-teams", "names", "leave"}
    assert await everything(town) == before
