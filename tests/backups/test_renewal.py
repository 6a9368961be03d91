"""What an older version has built is built anew by the next one, while it serves: phones get it with their next sync."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pwa.backups.built_by import builder
from pwa.backups.consistency import list_wrong
from pwa.backups.renewal import renew_documents
from pwa.care.documents import refresh
from pwa.care.documents.visit_body import build_visit
from pwa.care.documents.visit_rows import VisitRows
from pwa.documents.queries import list_keys_after, set_builder, touch
from pwa.documents.stored import Built
from pwa.words import new_id
from tests.browser.waiting import wait_until
from tests.house import House, open_house
from tests.keeping import ask
from tests.small_town import MORNING, id_of


async def make_older(house: House, digest: str = "") -> None:
    """As if another version had built the visit of Else, which lacks its steps, and whatever else there is."""

    async def change(tx):
        document = f"visit-{id_of('else')}"
        row = await tx.row("select body from document where id = :id", {"id": document})
        body = json.loads(row["body"]) | {"steps": []}
        await tx.execute(
            "update document set body = :body where id = :id", {"body": json.dumps(body), "id": document}
        )
        await tx.execute("delete from document_builder", {})
        await tx.execute("insert into document_builder (digest) values (:digest)", {"digest": digest})

    await house.database.write(change)


def built_by(folder: Path) -> str:
    """Which code has built the documents, as the file has it."""
    with closing(sqlite3.connect(folder / "haand.sqlite3")) as file:
        [(digest,)] = file.execute("select digest from document_builder").fetchall()
    return str(digest)


async def version(house: House) -> int:
    """The number of the document of Else's visit."""
    async with house.database.snapshot() as tx:
        row = await tx.row("select version from document where id = :id", {"id": f"visit-{id_of('else')}"})
    assert row
    return int(row["version"])


async def test_what_an_older_version_has_built_is_built_anew_and_phones_get_it(house: House):
    phone = house.phone()
    before, number = await phone.visit(), await version(house)
    await make_older(house)

    renewed = await renew_documents(house.database, lambda: MORNING, new_id)

    after = await phone.visit()
    assert (renewed, after["steps"]) == (1, before["steps"])
    assert await version(house) > number


async def test_what_pushes_read_of_a_visit_is_made_anew_where_no_page_shows_that_it_is_older(house: House):
    """As after schema 11, when no visit had numbers to call."""
    number = await version(house)

    async def make_pieces_older(tx):
        rows = await tx.tuples("select team_id, visit_id, body from visit_plan", {})
        for team_id, visit_id, body in rows:
            piece = json.loads(body)
            del piece["contacts"], piece["plan"]["phone"]
            await tx.execute(
                "update visit_plan set body = :body where team_id = :team_id and visit_id = :visit_id",
                {"body": json.dumps(piece), "team_id": team_id, "visit_id": visit_id},
            )
        await touch(tx, [(team_id, f"visit-{visit_id}") for team_id, visit_id, _ in rows])
        await set_builder(tx, digest="another")

    async def wrong_plans() -> int:
        async with house.database.snapshot() as tx:
            keys = await list_keys_after(tx, ("", ""), 500)
            return len((await list_wrong(tx, keys, MORNING.date())).plans)

    await house.database.write(make_pieces_older)
    wrong = await wrong_plans()

    assert await renew_documents(house.database, lambda: MORNING, new_id) == 0

    assert wrong > 0
    assert (await wrong_plans(), await version(house)) == (0, number)


async def test_one_document_that_cannot_be_built_leaves_the_others_to_be_built(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    await make_older(house)

    def build_or_fail(visit: VisitRows) -> Built:
        if visit.key[1] != id_of("else"):
            raise ValueError("not this one")
        return build_visit(visit)

    monkeypatch.setattr(refresh, "build_visit", build_or_fail)

    assert await renew_documents(house.database, lambda: MORNING, new_id) == 1


async def test_what_this_version_has_built_is_not_even_read(house: House):
    await make_older(house, builder())

    assert await renew_documents(house.database, lambda: MORNING, new_id) == 0

    assert (await house.phone().visit())["steps"] == []


@pytest.mark.sqlite
async def test_a_server_renews_by_itself_and_until_then_verify_compares_nothing(tmp_path: Path):
    async with open_house(tmp_path) as house:
        steps = (await house.phone().visit())["steps"]
        await make_older(house)
    before = await asyncio.to_thread(ask, "verify", data=tmp_path)

    async with open_house(tmp_path, is_new=False):
        await asyncio.to_thread(wait_until, "it is renewed", lambda: built_by(tmp_path) == builder())
    after = await asyncio.to_thread(ask, "verify", data=tmp_path)

    async with open_house(tmp_path, is_new=False) as house:
        assert (await house.phone().visit())["steps"] == steps
    assert "En ældre version" in before.stdout
    assert "i orden" not in before.stdout
    assert "En ældre version" not in after.stdout
    assert (before.returncode, after.returncode) == (0, 0)
