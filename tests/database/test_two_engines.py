"""What PostgreSQL makes of the same schema and the same SQL, and what several writers at once must not do."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from pwa.database import Database, Row, Transaction, Unreleased, migrations, open_database, sqlite_file
from pwa.database.migrating import MIGRATIONS
from pwa.database.parameters import numbered
from pwa.problems import Unavailable
from tests.engines import engines
from tests.house import House, Phone, open_house, open_house_at
from tests.schemas import Schema, schema_of_postgresql, schema_of_sqlite

SAVED = Path(__file__).parents[1] / "databases"
NUMBERS = [number for number, _ in migrations("sqlite")]


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    """A database."""
    database = await open_database(address)
    yield database
    await database.close()


@pytest.fixture
async def houses(tmp_path: Path) -> AsyncIterator[tuple[House, House]]:
    """Two servers on one database, and the same people at both."""
    async with open_house(tmp_path) as one, open_house_at(one.address, tmp_path) as other:
        other.cookies = one.cookies
        for person in ("anna", "bo"):
            await one.sign_in(person)
        yield one, other


# How much there is ------------------------------------------------------------------------------------------


@pytest.mark.postgresql
async def test_a_table_that_has_grown_to_a_multiple_is_counted_again_and_no_other(database: Database):
    async def count_and_ask(numbers: range) -> int:
        async with database.transaction() as tx:
            await tx.execute_many("insert into remark (number) values (:number)", [(n,) for n in numbers])
        await database.recount_grown()
        async with database.snapshot() as tx:
            [(counted,)] = await tx.tuples("select reltuples::bigint from pg_class where relname = 'remark'")
        return int(counted)

    async with database.transaction() as tx:
        await tx.execute("create table remark (number bigint not null)")

    assert await count_and_ask(range(1000)) == 1000
    assert await count_and_ask(range(1000)) == 1000
    assert await count_and_ask(range(10_000)) == 12_000


# The words -------------------------------------------------------------------------------------------------


def test_a_parameter_is_no_quoted_word_no_cast_and_no_comment():
    sql = """select ':no', ":nor", it::text, '''' || :yes -- :not this"""

    assert numbered(sql) == (sql.replace(":yes", "$1"), ("yes",))


def of_scripts(scripts: list[str]) -> Schema:
    """What SQLite makes of them."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for script in scripts:
            connection.executescript(script)
        return schema_of_sqlite(connection)


def todays() -> Schema:
    """The schema that SQLite's migrations arrive at, which are held to schema.sql."""
    return of_scripts([script for _, script in migrations("sqlite")])


async def schema_at(address: str) -> Schema:
    """Of a database of the run's engine."""
    if file := sqlite_file(address):
        with closing(sqlite3.connect(file)) as connection:
            return schema_of_sqlite(connection)
    connection = await asyncpg.connect(address)
    try:
        return await schema_of_postgresql(connection)
    finally:
        await connection.close()


async def reached_at(address: str) -> list[int]:
    """Which migrations a database has seen; SQLite remembers the last one."""
    if file := sqlite_file(address):
        with closing(sqlite3.connect(file)) as connection:
            return [number for (number,) in connection.execute("pragma user_version")]
    connection = await asyncpg.connect(address)
    try:
        return [
            row["number"] for row in await connection.fetch("select number from schema_version order by 1")
        ]
    finally:
        await connection.close()


async def run_at(address: str, *scripts: str) -> None:
    """Run scripts past the program."""
    if file := sqlite_file(address):
        with closing(sqlite3.connect(file)) as connection:
            for script in scripts:
                connection.executescript(script)
        return
    connection = await asyncpg.connect(address)
    for script in scripts:
        await connection.execute(script)
    await connection.close()


@pytest.fixture
def bare(tmp_path: Path) -> str:
    """The address of a database with nothing in it."""
    return f"sqlite:///{tmp_path / 'haand.sqlite3'}" if engines.is_sqlite else engines.make_bare()


def without_truncate(schema: Schema) -> Schema:
    """SQLite has no such thing, so nothing refuses it there."""
    triggers = {name: each for name, each in schema["triggers"].items() if each[1] != "truncate"}
    return {**schema, "triggers": triggers}


def test_each_migration_is_there_for_both_engines():
    here, there = (
        [file.name for file in sorted((MIGRATIONS / engine).iterdir())] for engine in ("sqlite", "postgresql")
    )

    assert here == there
    assert list(range(1, len(here) + 1)) == NUMBERS


async def test_both_engines_arrive_at_the_same_schema(bare: str):
    await (await open_database(bare)).close()

    schema = await schema_at(bare)

    assert without_truncate(schema) == todays()
    assert len(schema["columns"]) > 200


@pytest.mark.postgresql
async def test_what_is_not_deleted_is_not_emptied_either(address: str):
    triggers = (await schema_at(address))["triggers"]

    kept = {(table, says) for table, event, says in triggers.values() if event == "delete"}
    assert kept == {(table, says) for table, event, says in triggers.values() if event == "truncate"}
    assert len(kept) > 10


async def reach(address: str, number: int) -> None:
    """A database as it was after so many migrations."""
    scripts = [script for _, script in migrations("sqlite" if engines.is_sqlite else "postgresql")[:number]]
    seen = (
        "create table schema_version (number bigint not null primary key); insert into schema_version values"
    )
    seen = f"{seen} {', '.join(f'({each})' for each in NUMBERS[:number])};"
    await run_at(address, *scripts, f"pragma user_version = {number}" if engines.is_sqlite else seen)


@pytest.mark.parametrize("number", [1, 5, 10])
async def test_an_older_database_is_brought_up_to_today_with_all_that_is_in_it(bare: str, number: int):
    await reach(bare, number)
    await run_at(bare, "insert into person (id, name) values ('anna', 'Anna Lund')")

    database = await open_database(bare)

    async with database.snapshot() as tx:
        assert await tx.rows("select name, language from person") == [{"name": "Anna Lund", "language": "da"}]
    await database.close()
    assert without_truncate(await schema_at(bare)) == todays()
    assert await reached_at(bare) == (NUMBERS[-1:] if engines.is_sqlite else NUMBERS)


async def test_what_is_told_to_one_person_becomes_that_persons_own_with_a_number_that_phones_ask_after(
    bare: str,
):
    await reach(bare, 18)
    await run_at(
        bare,
        "insert into counter (team_id, epoch, seq) values ('', 'e1', 40)",
        """insert into document (team_id, id, version, body) values
          ('', 'plan-anna', 17, '{}'), ('', 'person-anna', 9, '{}'), ('', 'person-bo', 12, '{}')""",
    )

    database = await open_database(bare)

    async with database.snapshot() as tx:
        numbers = await tx.tuples("select team_id, epoch, seq from counter order by team_id")
        kept = await tx.tuples("select team_id, id, version from document order by team_id, id")
    await database.close()
    assert numbers == [("", "e1", 40), ("anna", "e1", 18), ("bo", "e1", 13)]
    assert kept == [("anna", "person-anna", 18), ("anna", "plan-anna", 17), ("bo", "person-bo", 13)]


async def test_a_database_that_was_saved_in_november_2026_opens_as_it_is(bare: str):
    """Made by the version that had one script for both engines: eleven migrations and a few rows."""
    await run_at(bare, (SAVED / f"2026-11-30_{engines.chosen}.sql").read_text("utf-8"))
    before = await reached_at(bare)

    database = await open_database(bare)

    async with database.snapshot() as tx:
        assert await tx.tuples("select name, starts_at from role") == [("carer", "2026-01-01T00:00:00.000Z")]
    with pytest.raises(Exception, match="never"):
        async with database.transaction() as tx:
            await tx.execute("delete from change")
    await database.close()
    assert before == ([11] if engines.is_sqlite else list(range(1, 12)))
    assert (await reached_at(bare))[-1] == NUMBERS[-1]
    assert without_truncate(await schema_at(bare)) == todays()


@pytest.mark.parametrize(
    ("number", "script", "table"),
    [
        (28, "create table document_builder (digest bigint not null)", "document_builder"),
        (30, "alter table file_import drop column turn", "file_import"),
        (31, "alter table file_import drop column turn", "file_import"),
    ],
)
async def test_what_an_unreleased_version_made_is_told_and_left_as_it_is(
    bare: str, number: int, script: str, table: str
):
    await reach(bare, number)
    await run_at(bare, script)
    before = await schema_at(bare)

    with pytest.raises(Unreleased) as refused:
        await open_database(bare)

    assert refused.value.tables == [table]
    assert await schema_at(bare) == before
    assert (await reached_at(bare))[-1] == number


async def test_a_table_of_somebody_elses_keeps_no_database_from_being_brought_up_to_today(bare: str):
    await reach(bare, 28)
    await run_at(bare, "create table their_own (number bigint)")

    await (await open_database(bare)).close()

    assert (await reached_at(bare))[-1] == NUMBERS[-1]


@pytest.mark.postgresql
async def test_two_servers_that_start_at_once_make_one_schema():
    address = engines.make_bare()

    databases = await asyncio.gather(*(open_database(address) for _ in range(3)))

    async with databases[0].snapshot() as tx:
        numbers = [
            row["number"] for row in await tx.rows("select number from schema_version order by number")
        ]
    for database in databases:
        await database.close()
    assert numbers == NUMBERS


async def test_text_has_the_order_of_its_bytes_on_both_engines(database: Database):
    people = ["a", "B", "å", "Z", "aa", "Ø", "_"]
    async with database.transaction() as tx:
        await tx.execute_many("insert into person (id, name) values (:id, :id)", [(name,) for name in people])

    async with database.snapshot() as tx:
        found = [row["name"] for row in await tx.rows("select name from person order by name")]

    assert found == sorted(people)


# Several writers -------------------------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.parametrize("name", ["note", "choose_language"])
@pytest.mark.parametrize("phones", ["one phone", "two phones"])
async def test_a_change_that_comes_to_two_servers_at_once_is_one(
    houses: tuple[House, House], name: str, phones: str
):
    one, other = houses
    for _ in range(8):
        phone = one.phone()
        twin = Phone(other, "anna", id=phone.id) if phones == "one phone" else other.phone()
        change = phone.note() if name == "note" else phone.change(name, language="en")

        answers = await asyncio.gather(phone.post(change), twin.post(change))

        assert [fate["fate"] for answer in answers for fate in answer.json()["fates"]] == ["applied"] * 2
        assert [row["id"] for row in await one.log()].count(change["id"]) == 1


@pytest.mark.postgresql
async def test_no_document_is_built_without_what_another_server_committed(houses: tuple[House, House]):
    hands = [house.phone(person) for house in houses for person in ("anna", "bo")]
    for number in range(10):
        pushes = [phone.post(phone.note(f"{number}", visit="karen")) for phone in hands]

        await asyncio.gather(*pushes)

        shown = (await hands[0].visit("karen"))["notes"]
        assert len(shown) == (number + 1) * len(hands)


@pytest.mark.postgresql
async def test_pushes_that_touch_the_same_visits_in_another_order_do_not_hinder_each_other(
    houses: tuple[House, House],
):
    one, other = (house.phone(person) for house, person in zip(houses, ("anna", "bo"), strict=True))
    there, back = ["else", "karen", "knud"], ["knud", "karen", "else"]
    for _ in range(10):
        answers = await asyncio.gather(
            one.post(*(one.note(visit=visit) for visit in there)),
            other.post(*(other.note(visit=visit) for visit in back)),
        )

        assert [answer.status_code for answer in answers] == [200, 200]


async def raise_seq(tx: Transaction, *team_ids: str) -> None:
    """Write two rows in this order, slowly."""
    for team_id in team_ids:
        await tx.execute("update counter set seq = seq + 1 where team_id = :team_id", {"team_id": team_id})
        await asyncio.sleep(0.05)


async def seqs(database: Database) -> list[Row]:
    async with database.snapshot() as tx:
        return await tx.rows("select seq from counter order by team_id")


@pytest.fixture
async def counters(database: Database) -> Database:
    """A database with two rows to fight for."""
    async with database.transaction() as tx:
        rows = [("a",), ("b",)]
        await tx.execute_many("insert into counter (team_id, epoch, seq) values (:team_id, 'e', 0)", rows)
    return database


async def test_who_stood_in_each_others_way_is_done_in_the_end(counters: Database):
    await asyncio.gather(
        counters.write(lambda tx: raise_seq(tx, "a", "b")), counters.write(lambda tx: raise_seq(tx, "b", "a"))
    )

    assert await seqs(counters) == [{"seq": 2}, {"seq": 2}]


@pytest.mark.postgresql
@pytest.mark.parametrize("code", ["40001", "40P01"])
async def test_who_never_gets_through_is_told_to_come_back(counters: Database, code: str):
    tries = 0

    async def fail(tx: Transaction) -> None:
        nonlocal tries
        tries += 1
        await raise_seq(tx, "a")
        await tx.execute(f"do $$ begin raise exception using errcode = '{code}'; end $$")

    with pytest.raises(Unavailable):
        await counters.write(fail)

    assert tries > 2
    assert await seqs(counters) == [{"seq": 0}, {"seq": 0}]


@pytest.mark.postgresql
async def test_a_failure_that_was_overheard_is_no_commit(counters: Database):
    async def overhear(tx: Transaction) -> None:
        await raise_seq(tx, "a")
        with pytest.raises(Exception, match="syntax"):
            await tx.execute("insert intoo remark")

    with pytest.raises(Unavailable):
        await counters.write(overhear)

    assert await seqs(counters) == [{"seq": 0}, {"seq": 0}]


# The server goes away ---------------------------------------------------------------------------------------


@pytest.mark.postgresql
async def test_a_server_that_is_started_again_is_found_again(houses: tuple[House, House]):
    one, _ = houses
    anna = one.phone()
    await anna.push(anna.note("før"))
    cluster = engines.running_cluster()
    note = anna.note("imens")

    cluster.stop("immediate")
    refused = await anna.post(note)
    cluster.start()
    (fate,) = await anna.push(note)

    assert (refused.status_code, refused.json()["code"]) == (503, "Unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    assert fate.fate == "applied"
    assert [row["words"] for row in await one.log()] == ["før", "imens"]


@pytest.mark.postgresql
async def test_what_was_answered_before_a_crash_is_there_after_it(counters: Database):
    answered: set[str] = set()

    async def write(hand: int) -> None:
        for number in range(1000):
            epoch = f"{hand} {number}"
            row = {"team_id": epoch, "epoch": epoch}
            async with counters.transaction() as tx:
                await tx.execute(
                    "insert into counter (team_id, epoch, seq) values (:team_id, :epoch, 0)", row
                )
            answered.add(epoch)

    writing = [asyncio.create_task(write(hand)) for hand in range(8)]
    while len(answered) < 50:  # noqa: ASYNC110 - it is the crash that counts
        await asyncio.sleep(0.001)
    await asyncio.to_thread(engines.running_cluster().stop, "immediate")
    ends = await asyncio.gather(*writing, return_exceptions=True)
    engines.running_cluster().start()

    async with counters.snapshot() as tx:
        stored = {row["team_id"] for row in await tx.rows("select team_id from counter")}
    assert [type(end) for end in ends] == [Unavailable] * 8
    assert answered <= stored


@pytest.mark.postgresql
async def test_commits_wait_for_the_disk(database: Database):
    async with database.transaction() as tx:
        setting = await tx.row("show synchronous_commit")

    assert setting == {"synchronous_commit": "on"}


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "address", ["postgresql://haand@127.0.0.1:1/haand", "postgresql://haand@nowhere.invalid/haand"]
)
async def test_a_server_that_is_not_there_is_unavailable(address: str):
    with pytest.raises(Unavailable):
        await open_database(address)


@pytest.mark.postgresql
async def test_a_database_that_is_not_there_is_unavailable():
    with pytest.raises(Unavailable):
        await open_database(engines.running_cluster().address("nobody_made_this"))


@pytest.mark.postgresql
async def test_many_rows_are_added_by_one_statement_with_what_is_missing_in_them(
    database: Database,
):
    rows = [(str(number), str(number - 1) if number else None) for number in range(50)]
    async with database.transaction() as tx:
        await tx.execute_many(
            """
            insert into team (id, parent_id, name)
            values (:id, :parent_id, :id)
            """,
            rows,
        )

    async with database.snapshot() as tx:
        found = await tx.tuples("select id, parent_id from team order by id::bigint")
        said = await tx.rows("select count(distinct xmin::text || cmin::text) as number from team")
    assert found == rows
    assert said == [{"number": 1}]
