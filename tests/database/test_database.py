"""Transactions, group commit, the disk's failures, and what the schema refuses. Holds sync.md's law 2."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from pwa import words
from pwa.access.rules.phones import revoke_access
from pwa.database import (
    MOST_IN_A_BATCH,
    Database,
    SqliteDatabase,
    Transaction,
    migrating,
    migrations,
    open_database,
    statements,
)
from pwa.database.postgresql import database as postgres
from pwa.problems import Unavailable
from tests.engines import engines
from tests.house import House
from tests.small_town import id_of

SCHEMA = Path(words.__file__).parent / "schema.sql"


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    """A database with a table for remarks."""
    database = await open_database(address)
    number = "integer primary key" if engines.is_sqlite else "bigint generated always as identity"
    async with database.transaction() as tx:
        await tx.execute(f"create table remark (id {number}, words text not null)")
    yield database
    await database.close()


async def remark(database: Database, words: str) -> None:
    """Write a remark, durably."""
    async with database.transaction() as tx:
        await say(tx, words)


async def say(tx: Transaction, words: str) -> None:
    """Write a remark."""
    await tx.execute("insert into remark (words) values (:words)", {"words": words})


async def remarks(database: Database) -> list[str]:
    """Every remark that is there."""
    async with database.snapshot() as tx:
        return [row["words"] for row in await tx.rows("select words from remark order by id")]


async def commits_during(database: Database, *work: asyncio.Task[None]) -> int:
    """How many commits SQLite made until all of this was done."""
    seen: list[str] = []
    assert isinstance(database, SqliteDatabase)
    database.writer.connection.here.set_trace_callback(seen.append)
    await asyncio.gather(*work, return_exceptions=True)
    database.writer.connection.here.set_trace_callback(None)
    return seen.count("COMMIT")


# The schema ------------------------------------------------------------------------------------------------


def shape(scripts: Iterable[str]) -> dict[str, str]:
    """Everything in a schema by name, without comments and spaces that say nothing."""
    connection = sqlite3.connect(":memory:")
    for script in scripts:
        connection.executescript(script)
    rows = connection.execute("select name, sql from sqlite_master where sql is not null").fetchall()
    connection.close()
    without_comments = {
        name: "\n".join(line.partition("--")[0] for line in sql.splitlines()) for name, sql in rows
    }
    # A column that was added later stands in SQLite's own words right before the bracket.
    return {
        name: re.sub(r" ?([(),]) ?", r"\1", " ".join(sql.split())) for name, sql in without_comments.items()
    }


def test_the_migrations_arrive_at_the_schema():
    assert shape(script for _, script in migrations("sqlite")) == shape([SCHEMA.read_text("utf-8")])


def test_every_table_of_the_schema_says_why_it_is_there():
    lines = SCHEMA.read_text("utf-8").splitlines()
    above = {
        line.split()[2]: lines[place - 1]
        for place, line in enumerate(lines)
        if line.startswith("create table")
    }
    bare = {
        "person",
        "checklist",
        "visit",
        "visit_guide",
        "attendance",
        "answer",
        "note",
        "deviation",
    }

    assert {table for table, comment in above.items() if not comment.startswith("--")} == bare


MANY_AT_A_TIME = (
    "change", "answer", "filled_in", "attendance", "note", "deviation", "taken_back", "uncertain_time", "document",
    "visit", "visit_carer", "visit_step", "visit_plan",
)  # fmt: skip


@pytest.mark.parametrize("table", MANY_AT_A_TIME)
def test_no_row_of_those_that_come_many_at_a_time_is_checked_by_a_table_of_its_own(table: str):
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA.read_text("utf-8"))
        columns = connection.execute(f"pragma table_info({table})").fetchall()
        values = ", ".join("?" * len(columns))
        steps = connection.execute(f"explain insert into {table} values ({values})", [None] * len(columns))

        assert "OpenEphemeral" not in {name for _, name, *_ in steps}


async def test_migrations_run_once(address: str, monkeypatch: pytest.MonkeyPatch):
    reached = migrations("sqlite")[-1][0]
    another = (reached + 1, "insert into person (id, name) values ('somebody', 'Somebody');\n")
    await (await open_database(address)).close()
    for module in (migrating, postgres):
        monkeypatch.setattr(module, "migrations", lambda engine: [*migrations(engine), another])

    for _ in range(2):
        await (await open_database(address)).close()

    database = await open_database(address)
    async with database.snapshot() as tx:
        people = await tx.rows("select name from person")
    await database.close()
    assert [row["name"] for row in people] == ["Somebody"]


def test_a_trigger_is_one_statement():
    script = "create table a (b);\ncreate trigger c before delete on a\nbegin select 1; select 2; end;\n"

    assert len(statements(script)) == 2


@pytest.mark.parametrize("table", ["change", "note", "attendance", "answer", "deviation", "taken_back"])
async def test_what_was_written_is_never_updated_deleted_or_replaced(house: House, table: str):
    anna = house.phone()
    await anna.push(
        anna.note(),
        anna.answer(),
        anna.change("start_visit"),
        anna.change("report_deviation", kind="other"),
        anna.change("take_back", change_id=id_of("nothing")),
    )
    column = {"change": "words", "note": "text", "deviation": "text", "answer": "reason"}.get(
        table, "received_at"
    )

    for sql in (
        f"delete from {table}",
        f"update {table} set {column} = 'x'",
        f"replace into {table} select * from {table}" if engines.is_sqlite else f"truncate {table} cascade",
    ):
        with pytest.raises(Exception, match="never"):
            async with house.database.transaction() as tx:
                await tx.execute(sql)


@pytest.mark.sqlite
async def test_the_disk_is_waited_for_and_readers_leave_the_log_alone(database: Database):
    async with database.transaction() as tx:
        writing = [await tx.row("pragma journal_mode"), await tx.row("pragma synchronous")]
    async with database.snapshot() as tx:
        reading = await tx.rows("pragma wal_autocheckpoint")

    assert writing == [{"journal_mode": "wal"}, {"synchronous": 2}]
    assert reading == [{"wal_autocheckpoint": 0}]


# Transactions ----------------------------------------------------------------------------------------------


async def test_a_snapshot_does_not_change_under_its_reader(database: Database):
    async with database.snapshot() as tx:
        before = await tx.rows("select words from remark")
        await remark(database, "imens")
        after = await tx.rows("select words from remark")

    assert before == after == []
    assert await remarks(database) == ["imens"]


async def test_a_snapshot_does_not_write(database: Database):
    with pytest.raises(Unavailable):
        async with database.snapshot() as tx:
            await say(tx, "forbudt")


async def test_a_block_that_raises_takes_back_its_own_work_only(database: Database):
    async def fail() -> None:
        async with database.transaction() as tx:
            await say(tx, "fortryd")
            raise ZeroDivisionError

    results = await asyncio.gather(
        remark(database, "før"), fail(), remark(database, "efter"), return_exceptions=True
    )

    assert [type(result) for result in results] == [type(None), ZeroDivisionError, type(None)]
    assert sorted(await remarks(database)) == ["efter", "før"]


async def test_a_savepoint_takes_back_its_part_only(database: Database):
    async def part_of(tx: Transaction) -> None:
        async with tx.savepoint():
            await say(tx, "fortryd")
            raise ZeroDivisionError

    async with database.transaction() as tx:
        await say(tx, "før")
        with pytest.raises(ZeroDivisionError):
            await part_of(tx)
        await say(tx, "efter")

    assert await remarks(database) == ["før", "efter"]


@pytest.mark.sqlite
async def test_transactions_that_wait_share_one_commit(database: Database):
    work = [asyncio.create_task(remark(database, str(number))) for number in range(20)]

    assert await commits_during(database, *work) <= 2
    assert len(await remarks(database)) == 20


@pytest.mark.sqlite
async def test_a_batch_has_an_end(database: Database):
    work = [asyncio.create_task(remark(database, str(number))) for number in range(3 * MOST_IN_A_BATCH)]

    assert await commits_during(database, *work) >= 3
    assert len(await remarks(database)) == 3 * MOST_IN_A_BATCH


async def test_one_who_gives_up_does_not_hurt_the_others(database: Database):
    for cancel_after in range(30):
        work = [asyncio.create_task(remark(database, f"{cancel_after} {number}")) for number in range(5)]
        for _ in range(cancel_after):
            await asyncio.sleep(0)
        work[cancel_after % 5].cancel()
        results = await asyncio.gather(*work, return_exceptions=True)
        acknowledged = {f"{cancel_after} {number}" for number in range(5) if results[number] is None}

        assert len(acknowledged) >= 4
        assert acknowledged <= set(await remarks(database))


async def test_two_processes_worth_of_writers_take_turns(database: Database, address: str):
    other = await open_database(address)

    await asyncio.gather(*(remark(one, "hej") for one in (database, other) * 10))
    await other.close()

    assert await remarks(database) == ["hej"] * 20


# Work that can be done again ---------------------------------------------------------------------------------


async def write(database: Database, words: str, fails: type[Exception] | None = None) -> None:
    """Write a remark as work that can be done again; then fail, if asked to."""

    async def work(tx: Transaction) -> None:
        await say(tx, words)
        if fails:
            raise fails

    await database.write(work)


async def test_work_that_fails_in_the_middle_takes_back_its_own_only(database: Database):
    results = await asyncio.gather(
        *(
            write(database, f"{number}", ZeroDivisionError if number % 7 == 3 else None)
            for number in range(30)
        ),
        return_exceptions=True,
    )

    failed = [number for number, result in enumerate(results) if isinstance(result, ZeroDivisionError)]
    assert failed == [3, 10, 17, 24]
    assert sorted(await remarks(database), key=int) == [str(n) for n in range(30) if n not in failed]


async def test_work_beside_a_block_that_cannot_be_done_again(database: Database):
    for before in range(6):
        await asyncio.gather(
            *(write(database, f"{before} før") for _ in range(before)),
            remark(database, f"{before} én gang"),
            write(database, "aldrig", ZeroDivisionError),
            write(database, f"{before} efter"),
            return_exceptions=True,
        )

        said = [words for words in await remarks(database) if words.startswith(f"{before} ")]
        assert sorted(said) == [f"{before} efter"] + [f"{before} før"] * before + [f"{before} én gang"]
    assert "aldrig" not in await remarks(database)


async def test_work_goes_on_after_a_part_that_was_taken_back(database: Database):
    async def work(tx: Transaction) -> None:
        await say(tx, "før")
        with suppress(ZeroDivisionError):
            async with tx.savepoint():
                await say(tx, "fortryd")
                raise ZeroDivisionError
        await say(tx, "efter")

    await asyncio.gather(write(database, "en anden"), database.write(work))

    assert sorted(await remarks(database)) == ["efter", "en anden", "før"]


@pytest.mark.sqlite
async def test_work_that_refuses_before_it_writes_disturbs_nobody(database: Database):
    times = 0

    async def count(tx: Transaction) -> None:
        nonlocal times
        times += 1
        await say(tx, "hej")

    async def refuse(tx: Transaction) -> None:
        raise ZeroDivisionError

    results = await asyncio.gather(
        database.write(count), database.write(refuse), database.write(count), return_exceptions=True
    )

    assert [type(result) for result in results] == [type(None), ZeroDivisionError, type(None)]
    assert (times, await remarks(database)) == (2, ["hej", "hej"])


async def test_who_gives_up_in_the_middle_of_work_does_not_hurt_the_others(database: Database):
    for cancel_after in range(30):
        work = [asyncio.create_task(write(database, f"{cancel_after} {number}")) for number in range(5)]
        for _ in range(cancel_after):
            await asyncio.sleep(0)
        work[cancel_after % 5].cancel()
        results = await asyncio.gather(*work, return_exceptions=True)

        said = [words for words in await remarks(database) if words.startswith(f"{cancel_after} ")]
        acknowledged = {f"{cancel_after} {number}" for number in range(5) if results[number] is None}
        assert len(acknowledged) >= 4
        assert acknowledged <= set(said)
        assert len(said) == len(set(said))


@pytest.mark.sqlite
async def test_work_copies_no_page_before_it_changes_it(database: Database):
    def bytes_written() -> int:
        lines = Path("/proc/self/io").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("wchar"))

    async def touch_each(tx: Transaction) -> None:
        await tx.execute_many(
            "update remark set words = words || '.' where id = :id", ((n,) for n in range(100))
        )

    async def with_care() -> None:
        async with database.transaction() as tx:
            await touch_each(tx)

    await asyncio.gather(*(write(database, "x" * 3000) for _ in range(100)))
    began = bytes_written()
    await asyncio.gather(*(database.write(touch_each) for _ in range(10)))
    of_work = bytes_written() - began
    await asyncio.gather(*(with_care() for _ in range(10)))

    assert of_work < (bytes_written() - began - of_work) / 3


# When the disk fails ---------------------------------------------------------------------------------------


@pytest.mark.sqlite
async def test_a_commit_that_fails_reaches_everybody_who_shared_it(database: Database):
    async def promise_too_much() -> None:
        async with database.transaction() as tx:
            await tx.execute("pragma defer_foreign_keys = on")
            await tx.execute("insert into visit_guide values ('no team', 'no visit', 1, 'none')")

    results = await asyncio.gather(
        remark(database, "1"), promise_too_much(), remark(database, "2"), return_exceptions=True
    )
    await remark(database, "bagefter")

    assert [type(result) for result in results] == [Unavailable] * 3
    assert await remarks(database) == ["bagefter"]


async def fill(database: Database) -> None:
    """Let the disk be full from here on."""
    assert isinstance(database, SqliteDatabase)
    async with database.transaction() as tx:
        pages = (await tx.rows("pragma page_count"))[0]["page_count"]
    await database.writer.connection.aside.execute_fetchall(f"pragma max_page_count = {pages}")


@pytest.mark.sqlite
async def test_a_full_disk_is_told_to_everybody_and_reading_goes_on(database: Database):
    await remark(database, "før")
    await fill(database)

    results = await asyncio.gather(
        remark(database, "lille"),
        remark(database, "x" * 100_000),
        remark(database, "lille"),
        return_exceptions=True,
    )

    stored = await remarks(database)
    assert Unavailable in [type(result) for result in results]
    assert len(stored) == 1 + [type(result) for result in results].count(type(None))


@pytest.mark.sqlite
async def test_a_push_to_a_full_disk_is_answered_503_and_can_be_sent_again(house: House):
    anna = house.phone()
    await anna.sync()
    note = anna.note("x" * 90_000)
    await fill(house.database)

    refused = await anna.post(note, anna.answer())
    log = await house.log()
    assert isinstance(house.database, SqliteDatabase)
    await house.database.writer.connection.aside.execute_fetchall("pragma max_page_count = 1000000")
    (fate,) = await anna.push(note)

    assert (refused.status_code, refused.json()["code"]) == (503, "Unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    assert log == []
    assert fate.fate == "applied"


@pytest.mark.sqlite
async def test_while_nothing_can_be_written_a_phone_is_given_the_day_only_if_it_is_ones_own_and_not_shut_out(
    house: House,
):
    assert isinstance(house.database, SqliteDatabase)
    own, lost = house.phone(), house.phone()
    for phone in (own, lost):
        await phone.sync()
    async with house.database.transaction() as tx:
        await revoke_access(tx, lost.id, "lost", id_of("lis"), house.now)
    for person in ("anna", "bo"):
        await house.sign_in(person)
    house.pass_time(minutes=1)
    house.database.writer.wait_for_lock = 0.01

    with closing(sqlite3.connect(house.folder / "haand.sqlite3", isolation_level=None)) as other:
        other.execute("begin immediate")
        answers = [await phone.post() for phone in (own, lost, house.phone("bo", id=own.id))]
        other.rollback()

    assert [answer.status_code for answer in answers] == [200, 503, 503]


@pytest.mark.sqlite
async def test_a_database_that_somebody_else_holds_is_unavailable(database: Database, tmp_path: Path):
    assert isinstance(database, SqliteDatabase)
    database.writer.wait_for_lock = 0.01
    other = sqlite3.connect(tmp_path / "haand.sqlite3", isolation_level=None)
    other.execute("begin immediate")

    with pytest.raises(Unavailable):
        await remark(database, "optaget")
    other.rollback()
    other.close()

    await remark(database, "ledig")
    assert await remarks(database) == ["ledig"]


@pytest.mark.sqlite
async def test_a_folder_that_is_not_there_is_unavailable(tmp_path: Path):
    with pytest.raises(Unavailable):
        await open_database(tmp_path / "ingen" / "test.sqlite3")


async def test_a_mistake_in_sql_is_not_the_disk_s(database: Database):
    with pytest.raises(Exception, match="syntax"):
        async with database.transaction() as tx:
            await tx.execute("insert intoo remark")
