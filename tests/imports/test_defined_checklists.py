"""A checklist with a definition comes in as a version, and visits are planned with its steps of who did it."""

from typing import Any

import pytest

from pwa.checklists import queries
from pwa.checklists.publishing import from_stored
from pwa.imports.apply.imported import NotImported
from pwa.imports.read.defined_checklists import checklists_of
from pwa.imports.read.form_files import read_form_file
from pwa.source_ids import id_of
from tests.house import House
from tests.imports.lists import import_list
from tests.imports.test_import import ASE, IB, PLAN, body, east, phone, plan

__all__ = ["east"]  # a fixture

LIST = "Afsnit;Punkt;Svar;Planlagt;Svar for sig\nBad;Bad;;sammen;\nBad;Puls;tal;;\nMedicin;Tabletter;;;ja\n"
MORNING = id_of("checklist", "Morgen")


async def come_in(house: House, text: str = LIST, **chosen: Any) -> tuple[int, int]:
    """Import it as Morgen: how many versions were added, and how many were there."""
    read = checklists_of(read_form_file(text.encode(), "x.csv"), "Morgen")
    imported = await import_list(house.database, read, lambda: house.now, **chosen)
    return imported.added, imported.unchanged


async def test_a_visit_that_is_planned_anew_has_the_steps_of_who_did_it(east: House):
    later = PLAN.replace("23-11", "26-11").replace("100;", "200;").replace("101;", "201;")

    assert await come_in(east) == (1, 0)
    await plan(east, later)

    east.pass_time(days=2)
    pia = await phone(east)
    steps = (await body(pia, id_of("visit", "201")))["steps"]
    assert [(step["label"], step["planned"], step.get("by_itself", False)) for step in steps] == [
        ("Bad", "together", False), ("Tabletter", "carer", True),
    ]  # fmt: skip


async def test_a_visit_with_an_older_version_keeps_it(east: House):
    before = [step["id"] for step in (await body(await phone(east), ASE))["steps"]]
    await come_in(east)

    pia = await phone(east)
    assert [step["id"] for step in (await body(pia, ASE))["steps"]] == before
    assert [step["label"] for step in (await body(pia, IB))["steps"]] == ["Bad", "Tøj"]


async def test_the_same_is_there_already_and_something_else_is_the_next_version(east: House):
    found = [
        await come_in(east),
        await come_in(east),
        await come_in(east, LIST.replace("tal", "tekst")),
        await come_in(east),
    ]

    async with east.database.snapshot() as tx:
        stored = await queries.get_definition(tx, MORNING, 4)
        newest = await queries.get_newest_version(tx, MORNING)
    assert found == [(1, 0), (0, 1), (1, 0), (1, 0)]
    assert newest == 4
    assert stored
    assert [step.label for step in from_stored(stored).definition.steps] == ["Bad", "Medicin"]


async def test_with_a_row_that_is_wrong_nothing_comes_in_unless_somebody_asks_for_the_rest(east: House):
    wrong = LIST.replace("tal", "noget")

    with pytest.raises(NotImported) as refused:
        await come_in(east, wrong)
    assert await come_in(east, wrong, skip_bad=True) == (1, 0)

    [preview] = refused.value.previews
    assert (preview.version, preview.is_new, len(preview.steps)) == (2, True, 4)
