"""Every import stands in a list: when, which file, by whom, what came of it; also one that was refused."""

import json
from pathlib import Path

import pytest

from pwa.imports.apply.imported import NotImported
from pwa.imports.apply.turns import Asked
from pwa.imports.import_files import import_files
from pwa.imports.queries.file_imports import list_imports, list_last_of_each_kind
from pwa.imports.read.kinds import IS_ANOTHER, find_another_kind
from pwa.words import new_id, to_text
from tests.house import House
from tests.imports.test_import import CHECKLISTS, PEOPLE, PLAN


async def test_an_import_and_one_that_was_refused_stand_in_the_list_with_who_asked_and_what_came_of_it(
    house: House, tmp_path: Path
):
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    (tmp_path / "lists.csv").write_text(CHECKLISTS.replace("Seng;medarbejder", "Seng;ingen"), "utf-8")
    asked = Asked("haand import people", "lene")
    await import_files(
        house.address, [("people", tmp_path / "people.csv")], lambda: house.now, new_id, asked=asked
    )
    with pytest.raises(NotImported):
        await import_files(house.address, [("checklists", tmp_path / "lists.csv")], lambda: house.now, new_id)

    async with house.database.snapshot() as tx:
        refused, done = await list_imports(tx, 10)
        last = await list_last_of_each_kind(tx)

    assert last == [refused, done]
    assert (done.kind, done.file, done.state, done.added, done.command, done.account) == (
        "people", "people.csv", "done", 3, "haand import people", "lene",
    )  # fmt: skip
    assert done.ended_at == to_text(house.now)
    assert (refused.state, refused.added, refused.mistake_count) == ("refused", 0, 1)
    assert [(each["row"], each["column"]) for each in json.loads(refused.mistakes)] == [(4, "planlagt")]


async def test_what_cells_held_is_not_kept_also_where_a_files_columns_are_shifted(
    house: House, tmp_path: Path
):
    headings, *rows = PLAN.splitlines()
    shifted = [
        ";".join([number, *cells[-3:], *cells[:-3]]) for number, *cells in (row.split(";") for row in rows)
    ]
    turned = [
        ";".join([number, *cells[3:], *cells[:3]]) for number, *cells in (row.split(";") for row in rows)
    ]
    file = tmp_path / "plan.csv"
    for text in ("\n".join([headings, *shifted, *turned]), PLAN.replace("Øst;1", "Inger Dam;Ib Lund")):
        file.write_text(text, "utf-8")
        with pytest.raises(NotImported):
            await import_files(house.address, [("plan", file)], lambda: house.now, new_id)

    kept = str(await house.rows("select * from file_import"))
    assert "Import the employees first." in kept
    for cell in ("Åse", "Sørensen", "Ib Lund", "Æblevej", "Bøgevej", "Inger Dam", "B2"):
        assert cell not in kept


async def test_a_file_that_was_named_as_another_kind_is_not_what_came_last_of_that_kind(
    house: House, tmp_path: Path
):
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")

    async def last() -> list[tuple[str, str]]:
        async with house.database.snapshot() as tx:
            return [(each.kind, each.state) for each in await list_last_of_each_kind(tx)]

    with pytest.raises(NotImported):
        await import_files(house.address, [("guides", file)], lambda: house.now, new_id)
    assert await last() == [("guides", "refused")]

    await import_files(house.address, [("people", file)], lambda: house.now, new_id)
    assert await last() == [("people", "done")]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("kind", "content", "another"),
    [
        ("plan", PLAN, None), ("people", PEOPLE, None), ("checklists", CHECKLISTS, None), ("checklists", "Bad\nTøj\n", None),
        ("checklists", PLAN, "plan"), ("people", PLAN, "plan"), ("plan", PEOPLE, "people"), ("checklists", PEOPLE, "people"),
        ("plan", CHECKLISTS, "checklists"), ("plan", PEOPLE.replace(";", "\t"), "people"),
    ],
)  # fmt: skip
def test_a_list_that_was_named_as_another_kind_is_known_by_its_headings(
    kind: str, content: str, another: str | None
):
    found = find_another_kind(kind, content.encode())

    assert (found and found.message) == (IS_ANOTHER[another] if another else None)
