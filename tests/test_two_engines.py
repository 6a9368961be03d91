"""What PostgreSQL makes of the same schema and the same SQL, and what several writers at once must not do."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from pwa import words
from pwa.database import Database, Row, Transaction, migrations, open_database, statements
from pwa.database.parameters import numbered
from pwa.database.postgres_words import in_postgres
from pwa.problems import Unavailable
from tests.engines import engines
from tests.house import House, Phone, open_house, open_house_at

SCHEMA = Path(words.__file__).parent / "schema.sql"

# Everything that a schema consists of, as PostgreSQL itself would write it.
SHAPE = """
select 'column' as kind, table_name || '.' || column_name as name,
  concat_ws(' ', ordinal_position, data_type, collation_name, is_nullable, column_default) as what
from information_schema.columns where table_schema = 'public'
union all select 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
from pg_constraint where connamespace = 'public'::regnamespace
union all select 'index', indexname, indexdef from pg_indexes where schemaname = 'public'
union all select 'trigger', tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
union all select 'function', proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace
order by kind, name
"""


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


# The words -------------------------------------------------------------------------------------------------


def test_a_parameter_is_no_quoted_word_no_cast_and_no_comment():
    sql = """select ':no', ":nor", it::text, '''' || :yes -- :not this"""

    assert numbered(sql) == (sql.replace(":yes", "$1"), ("yes",))


@pytest.mark.parametrize("script", [SCHEMA.read_text("utf-8"), *(script for _, script in migrations())])
def test_nothing_of_the_schema_stays_as_only_sqlite_reads_it(script: str):
    said = "\n".join(in_postgres(statement) for statement in statements(script))

    assert [word for word in ("strict", "raise(abort", " integer", " blob") if word in said] == []
    assert said.count("create table") == script.count("create table")
    assert said.count("create function") == script.count("create trigger")


@pytest.mark.postgresql
async def test_the_migrations_arrive_at_the_schema_on_postgresql():
    shapes = []
    for scripts in ([script for _, script in migrations()], [SCHEMA.read_text("utf-8")]):
        connection = await asyncpg.connect(engines.make_bare())
        for script in scripts:
            for statement in statements(script):
                await connection.execute(in_postgres(statement))
        shapes.append([dict(row) for row in await connection.fetch(SHAPE)])
        await connection.close()

    migrated, written = shapes
    assert len(migrated) > 200
    assert migrated == written


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
    assert numbers == [number for number, _ in migrations()]


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
