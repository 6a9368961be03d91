"""Every import stands in a list: when, which file, by whom, what came of it; also one that was refused."""

from pathlib import Path

import pytest

from pwa.imports.apply.imported import NotImported
from pwa.imports.apply.turns import Asked, mistakes_of
from pwa.imports.import_files import import_files
from pwa.imports.queries.file_imports import list_imports, list_last_of_each_kind
from pwa.words import new_id, to_text
from tests.house import House
from tests.imports.test_import import CHECKLISTS, PEOPLE


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
    assert [mistake.column for mistake in mistakes_of(refused)] == ["planlagt"]
