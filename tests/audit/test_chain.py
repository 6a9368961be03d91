"""The access log is a chain: what is changed, hidden or gone is found and named, and what has had its time may go."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from pwa.audit.chain import START, remove_old, seal_of
from pwa.audit.queries import Anchor, SealedAnchor, add_anchor
from pwa.words import to_text
from tests import command_runner as commands
from tests.access_log import entries, fill, spoil, wrong_in
from tests.engines import engines
from tests.house import House, open_house
from tests.keeping import ask
from tests.small_town import id_of

# What is changed, hidden or gone ----------------------------------------------------------------------------


COLUMNS = (
    "n", "hash", "id", "at", "received_at", "kind", "what", "day", "person_id", "sign_in_id", "phone_id", "purpose",
    "words", "about",
)  # fmt: skip

OTHER = {"kind": "export", "what": "visit", "purpose": "not_said"}
"""PostgreSQL refuses a word that is none, so there it becomes another one."""


def flipped(column: str, value: Any) -> Any:
    """One bit of it is another."""
    if isinstance(value, int):
        return value ^ 64
    if column in OTHER and not engines.is_sqlite:
        return OTHER[column]
    return chr(ord(value[-1]) ^ 1) if len(value) == 1 else value[:-1] + chr(ord(value[-1]) ^ 1)


@pytest.mark.parametrize("column", COLUMNS)
async def test_one_flipped_bit_of_any_column_is_found_and_named(house: House, column: str):
    await fill(house)
    assert await wrong_in(house) == []
    before = {row["n"]: row for row in await house.rows("select * from access_log")}
    old, new = before[3][column], flipped(column, before[3][column])
    spoilt = {n for n, row in before.items() if row[column] == old}

    await spoil(house, "access_log", column, old, new)

    after = {row["n"]: row["id"] for row in await house.rows("select n, id from access_log")}
    broken = {"n": {4, new}, "hash": {3, 4}}.get(
        column, spoilt
    )  # what comes after it does not hold on to it either
    assert await wrong_in(house) == [", ".join(f"{n}: {after[n]}" for n in sorted(broken))]


@pytest.mark.parametrize("column", ["count", "removed_at", "rule", "seal", "hash"])
async def test_one_flipped_bit_of_an_anchor_is_found(house: House, column: str):
    await fill(house, ago=timedelta(days=800))
    await fill(house, 2)
    await remove_old(house.database, house.now, 730)
    assert await wrong_in(house) == []
    [anchor] = await house.rows("select * from access_anchor")

    await spoil(house, "access_anchor", column, anchor[column], flipped(column, anchor[column]))

    assert str(anchor["n"]) in await wrong_in(house)


@pytest.mark.parametrize(("count", "wrong"), [(2, ["3"]), (3, []), (4, ["3"])])
async def test_an_anchor_that_names_another_number_than_is_gone_is_found_however_well_it_is_sealed(
    house: House, count: int, wrong: list[str]
):
    await fill(house)
    [third] = await house.rows("select n, hash from access_log where n = 3")
    anchor = Anchor(**third, count=count, removed_at=to_text(house.now), rule="received long ago")

    async with house.database.transaction() as tx:
        await add_anchor(tx, SealedAnchor(anchor, seal_of(START, anchor)))

    assert await wrong_in(house) == wrong


async def test_an_entry_that_is_gone_is_missed(house: House):
    await fill(house)
    if engines.is_sqlite:
        with closing(sqlite3.connect(house.address.removeprefix("sqlite:///"))) as here:
            here.execute("drop trigger access_log_is_not_deleted")
            here.execute("delete from access_log where n = 3")
            here.commit()
    else:
        there = await asyncpg.connect(house.address)
        await there.execute("set session_replication_role = replica; delete from access_log where n = 3")
        await there.close()

    [entry] = await house.rows("select id from access_log where n = 4")
    assert await wrong_in(house) == [f"4: {entry['id']}"]


async def test_an_entry_that_is_hidden_from_the_search_is_missed(house: House):
    await fill(house, 1)
    await spoil(house, "access_log_about", "citizen_id", id_of("Else Holm"), id_of("somebody else"))

    assert len(await wrong_in(house)) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "update access_log set words = 'x'",
        "update access_log set n = null, hash = null",
        "delete from access_log",
        "delete from access_log_about",
        "update access_log_about set citizen_id = 'x'",
        pytest.param("truncate access_log cascade", marks=pytest.mark.postgresql),
        pytest.param("truncate access_log_about", marks=pytest.mark.postgresql),
    ],
)
async def test_the_log_is_neither_changed_nor_emptied(house: House, sql: str):
    await fill(house)

    with pytest.raises(Exception, match=r"never|before its time"):
        async with house.database.transaction() as tx:
            await tx.execute(sql)

    assert len(await entries(house)) == 5


# Its time ---------------------------------------------------------------------------------------------------


async def test_what_has_had_its_time_goes_and_the_chain_goes_on_from_an_anchor(house: House):
    await fill(house, 3, timedelta(days=731))
    await fill(house, 2, timedelta(days=729))

    removed = [await remove_old(house.database, house.now, 730) for _ in range(2)]

    [anchor] = await house.rows("select * from access_anchor")
    assert removed == [3, 0]
    assert (anchor["n"], anchor["count"], anchor["removed_at"]) == (3, 3, to_text(house.now))
    assert anchor["rule"] == f"received before {to_text(house.now - timedelta(days=730))}, 730 days"
    assert [entry["n"] for entry in await entries(house)] == [4, 5]
    assert len(await house.rows("select entry_id from access_log_about")) == 2
    await fill(house, 1)
    assert await wrong_in(house) == []


async def test_a_chain_that_was_removed_whole_goes_on(house: House):
    await fill(house, 2, timedelta(days=900))
    await remove_old(house.database, house.now - timedelta(days=100), 730)

    await fill(house, 1)

    assert [entry["n"] for entry in await entries(house)] == [3]
    await remove_old(house.database, house.now + timedelta(days=800), 730)
    assert [anchor["n"] for anchor in await house.rows("select n from access_anchor order by n")] == [2, 3]
    assert await wrong_in(house) == []


# The command line -------------------------------------------------------------------------------------------


@pytest.mark.sqlite
async def test_verify_says_where_the_log_ends_and_names_what_is_wrong(tmp_path: Path):
    async with open_house(tmp_path) as house:
        await fill(house)
        [entry] = await house.rows("select * from access_log where n = 5")
    well = await asyncio.to_thread(ask, "verify", data=tmp_path)

    await spoil(house, "access_log", "words", "Klage 1", "Klage 0")
    harmed = await asyncio.to_thread(ask, "verify", data=tmp_path)

    assert well.returncode == 0
    assert f"Den ender med 5:{entry['hash']}" in well.stdout
    assert harmed.returncode == 1
    assert "Linjer i adgangsloggen, som ikke er det, der blev skrevet: 1 (2: " in harmed.stderr


async def test_sweep_removes_by_the_setting_and_verify_is_well_on_both_engines(tmp_path: Path, house: House):
    await fill(house, 2, timedelta(days=400))
    settings = {"HAAND_DATA": str(tmp_path), "DATABASE_URL": house.address, "HAAND_ACCESS_LOG_DAYS": "365"}

    swept = await asyncio.to_thread(lambda: commands.run("sweep", **settings))
    verified = await asyncio.to_thread(lambda: commands.run("verify", **settings))

    assert "Linjer i adgangsloggen, der er ældre end 365 dage og er fjernet: 2." in swept.stdout
    assert verified.returncode == 0, verified.stderr
    assert ("pg_amcheck" in verified.stdout) == (not engines.is_sqlite)
