"""The end of the access log is signed with a key that the database does not have: a cut end is found."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import asyncpg
import msgspec
import pytest

from pwa.audit.chain import START, seal_of
from pwa.audit.queries import Anchor, SealedAnchor, add_anchor
from pwa.audit.signed_heads import Head, HeadKeys, add_head_key, kept_since, read_heads, sign_head
from pwa.config import Settings
from pwa.database import migrations
from pwa.words import to_text
from tests import command_runner as commands
from tests.access_log import entries, fill
from tests.engines import engines
from tests.house import House, open_house


def settings_of(house: House, folder: Path) -> Settings:
    return Settings(data=folder, DATABASE_URL=house.address)


async def signed(house: House, folder: Path, days: int = 730) -> None:
    """The server writes down where the log ends, whose entries are kept for so many days."""
    settings = settings_of(house, folder)
    await sign_head(
        house.database, HeadKeys.open(settings.head_keys), settings.heads, lambda: house.now, days
    )


async def verify(house: House, folder: Path, *more: str, **settings: str) -> CompletedProcess[str]:
    settings = {"HAAND_DATA": str(folder), "DATABASE_URL": house.address, **settings}
    return await asyncio.to_thread(lambda: commands.run("verify", *more, **settings))


async def cut_after_the_third(house: House) -> None:
    """As only somebody can who has the database, and knows it."""
    statements = [
        "delete from access_log_about where entry_id in (select id from access_log where n > 3)",
        "delete from access_log where n > 3",
    ]
    if engines.is_sqlite:
        with closing(sqlite3.connect(house.address.removeprefix("sqlite:///"))) as here:
            triggers = here.execute("select name, sql from sqlite_schema where type = 'trigger' and tbl_name like 'access_log%'").fetchall()  # fmt: skip
            for sql in (*(f"drop trigger {name}" for name, _ in triggers), *statements, *(made for _, made in triggers)):  # fmt: skip
                here.execute(sql)
            here.commit()
        return
    there = await asyncpg.connect(house.address)
    await there.execute("set session_replication_role = replica")
    for sql in statements:
        await there.execute(sql)
    await there.close()


async def test_an_end_that_was_cut_off_is_missed(house: House, tmp_path: Path):
    await fill(house, 5)
    await signed(house, tmp_path)
    whole = await verify(house, tmp_path)

    await cut_after_the_third(house)
    cut = await verify(house, tmp_path)

    assert whole.returncode == 0, whole.stderr
    assert cut.returncode == 1
    assert "har ikke det, den havde, 1 (5:" in cut.stderr


@pytest.mark.parametrize("n", [5, 9])
async def test_a_cut_end_that_an_anchor_hides_is_missed_for_as_long_as_it_has_not_had_its_time(
    house: House, tmp_path: Path, n: int
):
    await fill(house, 5)
    await signed(house, tmp_path)
    [head] = read_heads(settings_of(house, tmp_path).heads)
    await cut_after_the_third(house)
    forged = Anchor(n, head.hash if n == 5 else "f" * 64, n, to_text(house.now), "received long ago")
    async with house.database.transaction() as tx:
        await add_anchor(tx, SealedAnchor(forged, seal_of(START, forged)))
    await signed(house, tmp_path)  # a server that goes on signing does not make the end forgotten

    cut = await verify(house, tmp_path)

    assert cut.returncode == 1
    assert "har ikke det, den havde, 1 (5:" in cut.stderr
    line = msgspec.json.encode(head).decode()
    elsewhere = tmp_path / "access-log-heads"
    elsewhere.unlink()
    assert "har ikke det, den havde, 1 (5:" in (await verify(house, tmp_path, "--expect", line)).stderr


@pytest.mark.parametrize(("days", "is_young"), [(730, True), (731, False)])
def test_an_end_is_young_until_its_entry_has_had_its_time(days: int, is_young: bool):
    now = datetime.fromisoformat("2026-11-23T07:40:00.000Z")
    at = to_text(now)
    head = Head(5, "f" * 64, at, received_at=to_text(now - timedelta(days=days)))

    assert head.is_young(kept_since([], now, 730)) is is_young
    assert not Head(5, "f" * 64, at).is_young(kept_since([], now, 730))


@pytest.mark.parametrize(("before", "is_young"), [(30, False), (0, True)])
def test_what_had_its_time_by_a_shorter_setting_of_before_does_not_come_back(before: int, is_young: bool):
    now = datetime.fromisoformat("2026-11-23T07:40:00.000Z")
    yesterday, long_ago = (to_text(now - timedelta(days=days)) for days in (1, 32))
    then = Head(9, "f" * 64, yesterday, received_at=yesterday, days=before)

    assert (
        Head(5, "f" * 64, long_ago, received_at=long_ago).is_young(kept_since([then], now, 730)) is is_young
    )
    assert then.is_young(kept_since([then], now, 730))


async def test_an_end_that_was_cut_off_is_missed_though_the_log_has_grown_past_it(
    house: House, tmp_path: Path
):
    await fill(house, 5)
    await signed(house, tmp_path)
    await cut_after_the_third(house)

    for _ in range(3):  # all of the same day
        await fill(house, 2)
        await signed(house, tmp_path)
    cut = await verify(house, tmp_path)

    assert [head.n for head in read_heads(settings_of(house, tmp_path).heads)] == [5, 9]
    assert cut.returncode == 1
    assert "har ikke det, den havde, 1 (5:" in cut.stderr


SAYS_IT_IS_OLDER = {
    "documents": ["delete from document_builder", "insert into document_builder values ('another')"],
    "schema": [f"pragma user_version = {migrations('sqlite')[-1][0] - 1}"],
    "schema of before the log": ["pragma user_version = 9"],
    "table": ["drop table access_set_aside"],
    "no such table": ["alter table access_anchor rename to another"],
}
"""What one line of SQL makes of what a database says of itself."""


@pytest.mark.sqlite
@pytest.mark.parametrize("lie", SAYS_IT_IS_OLDER)
async def test_the_access_log_is_read_whatever_version_the_database_says_it_is_of(
    house: House, tmp_path: Path, lie: str
):
    await fill(house, 5)
    await signed(house, tmp_path)
    [*_, last] = await entries(house)
    await cut_after_the_third(house)
    with closing(sqlite3.connect(house.address.removeprefix("sqlite:///"))) as here:
        for sql in SAYS_IT_IS_OLDER[lie]:
            here.execute(sql)
        here.commit()

    cut = await verify(house, tmp_path, "--expect", f"5:{last['hash']}")

    assert cut.returncode == 1
    assert "i orden" not in cut.stdout + cut.stderr
    said = "kan ikke læses" if lie == "no such table" else "har ikke det, den havde, 2 (5:"
    assert said in cut.stderr


@pytest.mark.sqlite
async def test_documents_of_an_older_version_leave_the_access_log_to_be_read(house: House, tmp_path: Path):
    await fill(house, 5)
    await signed(house, tmp_path)
    with closing(sqlite3.connect(house.address.removeprefix("sqlite:///"))) as here:
        for sql in SAYS_IT_IS_OLDER["documents"]:
            here.execute(sql)
        here.commit()

    whole = await verify(house, tmp_path)

    assert whole.returncode == 0, whole.stderr
    assert "adgangsloggen set igennem: 5." in whole.stdout
    assert "i orden" not in whole.stdout


async def test_the_log_of_the_server_says_each_time_that_an_end_is_missed(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    await fill(house, 5)
    await signed(house, tmp_path)
    await cut_after_the_third(house)
    capsys.readouterr()

    await signed(house, tmp_path)

    assert "the access log does not have the end that was signed last" in capsys.readouterr().out


async def test_an_error_that_nobody_thought_of_does_not_end_the_signing(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    settings = settings_of(house, tmp_path)
    await fill(house, 2)
    told: Iterator[ValueError | datetime] = iter([ValueError("no words of anybody's"), house.now])

    def clock() -> datetime:
        now = next(told)
        if isinstance(now, ValueError):
            raise now
        return now

    for _ in range(2):
        await sign_head(house.database, HeadKeys.open(settings.head_keys), settings.heads, clock, 730)

    assert [head.n for head in read_heads(settings.heads)] == [2]
    assert "no words of anybody's" not in capsys.readouterr().out


async def test_an_end_that_is_kept_elsewhere_is_missed_though_nothing_is_left_here(
    house: House, tmp_path: Path
):
    await fill(house, 5)
    [*_, third, _, last] = await entries(house)
    heads = [f"{each['n']}:{each['hash']}" for each in (third, last)]
    whole = await verify(house, tmp_path, "--expect", heads[0], "--expect", heads[1])

    await cut_after_the_third(house)
    cut = [await verify(house, tmp_path, "--expect", head) for head in heads]
    without = await verify(house, tmp_path)

    assert whole.returncode == 0, whole.stderr
    assert [each.returncode for each in (*cut, without)] == [0, 1, 0]
    assert heads[1] in cut[1].stderr


async def test_a_line_of_the_signed_ends_is_an_end_to_expect(house: House, tmp_path: Path):
    await fill(house, 2)
    await signed(house, tmp_path)
    line = settings_of(house, tmp_path).heads.read_text().strip()

    assert (await verify(house, tmp_path, "--expect", line)).returncode == 0


@pytest.mark.parametrize("head", ["5", "5:abc", "x:" + "0" * 64, "1:" + "0" * 64])
async def test_what_is_no_end_or_another_one_is_said(house: House, tmp_path: Path, head: str):
    await fill(house, 1)

    refused = await verify(house, tmp_path, "--expect", head)

    assert refused.returncode == 1
    assert head[:5] in refused.stderr


async def test_whoever_has_no_key_writes_no_other_end(house: House, tmp_path: Path):
    await fill(house, 5)
    await signed(house, tmp_path)
    file = settings_of(house, tmp_path).heads
    await cut_after_the_third(house)
    [*_, last] = await entries(house)

    file.write_text(
        file.read_text().replace('"n":5', '"n":3').replace(read_heads(file)[0].hash, last["hash"])
    )

    assert "ikke det, serveren har underskrevet" in (await verify(house, tmp_path)).stderr


async def test_a_newer_key_signs_and_the_older_is_believed(house: House, tmp_path: Path):
    settings = settings_of(house, tmp_path)
    await fill(house, 1)
    await signed(house, tmp_path)
    assert add_head_key(settings.head_keys) == "0002.pem"
    house.pass_time(days=1)
    await fill(house, 1)
    await signed(house, tmp_path)

    assert len(read_heads(settings.heads)) == 2
    assert (await verify(house, tmp_path)).returncode == 0
    (settings.head_keys / "0001.pem").unlink()
    assert (await verify(house, tmp_path)).returncode == 1


async def test_the_last_of_each_day_is_kept_and_none_twice(house: House, tmp_path: Path):
    for _ in range(3):
        for _ in range(2):
            await fill(house, 1)
            await signed(house, tmp_path)
            await signed(house, tmp_path)
        house.pass_time(days=1)

    assert [head.n for head in read_heads(settings_of(house, tmp_path).heads)] == [2, 4, 6]


async def test_what_had_its_time_is_not_missed(house: House, tmp_path: Path):
    await fill(house, 3, ago=timedelta(days=800))
    await signed(house, tmp_path)
    house.pass_time(days=1)
    await fill(house, 2)
    await signed(house, tmp_path)
    settings = {"HAAND_DATA": str(tmp_path), "DATABASE_URL": house.address}

    swept = await asyncio.to_thread(lambda: commands.run("sweep", **settings))

    assert swept.returncode == 0, swept.stderr
    assert (await verify(house, tmp_path)).returncode == 0


async def test_what_went_while_entries_were_kept_for_a_shorter_time_is_not_missed_once_it_is_longer(
    house: House, tmp_path: Path
):
    settings = {"HAAND_DATA": str(tmp_path), "DATABASE_URL": house.address, "HAAND_ACCESS_LOG_DAYS": "30"}
    await fill(house, 3, ago=timedelta(days=40))
    await signed(house, tmp_path, 30)
    await fill(house, 2)
    await signed(house, tmp_path, 30)
    await asyncio.to_thread(lambda: commands.run("sweep", **settings))

    longer = await verify(house, tmp_path, HAAND_ACCESS_LOG_DAYS="730")
    await cut_after_the_third(house)
    cut = await verify(house, tmp_path, HAAND_ACCESS_LOG_DAYS="730")

    assert (longer.returncode, longer.stderr) == (0, "")
    assert cut.returncode == 1
    assert "har ikke det, den havde, 1 (5:" in cut.stderr


async def test_a_server_that_stops_has_signed_what_it_wrote(tmp_path: Path):
    async with open_house(tmp_path) as house:
        await fill(house, 2)

    [head] = read_heads(tmp_path / "access-log-heads")
    assert head.n == 2
