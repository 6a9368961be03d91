"""Knows one PostgreSQL database: its connections, who reads and who writes; knows nothing of what is in it.

Any number of processes may write. Each transaction reads what is committed (READ COMMITTED), so whatever is read
to be written again is locked first (`Transaction.for_update`). The server syncs many commits at once by itself.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import asyncpg

from pwa.database.interface import Answer, Database, Transaction
from pwa.database.migrating import check_reached, check_released, migrations
from pwa.database.postgresql.notifications import News
from pwa.database.postgresql.transaction import (
    Connection,
    InTheWay,
    PostgresTransaction,
    is_refusal,
    server_errors,
)
from pwa.database.sqlite.transaction import to_the_end
from pwa.problems import Unavailable

CONNECTIONS = 8
"""So many of a process's requests are in the database at the same time; the others wait for a connection."""
GROWTH = 4
"""Statistics are old when a table fills so many times as much as when they were gathered."""
STATEMENTS_KEPT = 512
TRIES = 4
WAIT_TO_CONNECT = 5  # seconds
WAIT_TO_CLOSE = 0.5  # seconds; what is under way after that was given up

OF_A_CONNECTION = {
    "application_name": "haand",
    "synchronous_commit": "on",
    # A plan that was made while a table was small is kept when it has grown: it goes by the index from the start.
    "enable_seqscan": "off",
    "jit": "off",
    "lock_timeout": "10s",
    # A process that hangs does not hold everybody's locks for ever.
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}
TO_WRITE = "begin isolation level read committed read write"
IN_A_HURRY = "set local lock_timeout = '1s'"
GROWN = f"""
select relname::text from pg_class
where relkind = 'r' and relnamespace = current_schema()::regnamespace
  and pg_relation_size(oid) > {GROWTH} * relpages::bigint * current_setting('block_size')::bigint
"""
TO_READ = "begin isolation level repeatable read read only"


class PlainConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that has nothing to be reset when it is given back: all that we set holds for its life."""

    def get_reset_query(self) -> str:
        """Nothing, which saves a round trip each time."""
        return ""


class PostgresDatabase(Database):
    """One database on a server, and a few connections to it."""

    def __init__(self, pool: asyncpg.Pool, news: News) -> None:
        self._pool = pool
        self._news = news

    @classmethod
    async def connect(cls, address: str, must_exist: bool = False) -> "PostgresDatabase":
        """Open the database at an address and bring its schema up to today. Raises Unavailable, TooNew, NothingThere."""

        async def connect() -> Connection:
            return await connect_to(address)

        async def connect_for_pool(*_: object, **__: object) -> Connection:
            return await connect()

        pool = asyncpg.create_pool(
            min_size=0, max_size=CONNECTIONS, connect=connect_for_pool, connection_class=PlainConnection
        )
        database = cls(await pool, News(connect))
        try:
            await database.write(lambda tx: migrate(tx, must_exist))
        except (asyncpg.PostgresError, ValueError) as error:
            await database.close()
            if is_refusal(error):
                raise Unavailable from error
            raise
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Close every connection, once what is under way has ended, soon in any case."""
        await self._news.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_TO_CLOSE):
                await self._pool.close()

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Write. The block has ended only when it is durable; raises Unavailable when it is not.

        Raises Unavailable too when another transaction was in the way: `write` tries again.
        """
        return self._within(TO_WRITE, writes=True)

    def snapshot(self, *, beside: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """Read one unchanging state of everything; a statement that writes is refused. All is beside us here."""
        return self._within(TO_READ, writes=False)

    async def write(
        self, work: Callable[[Transaction], Awaitable[Answer]], *, short_lock_timeout: bool = False
    ) -> Answer:
        """Do a piece of work in a transaction, again if another's was in its way.

        What two transactions add at the same moment one of them finds there when it tries again.
        """
        begin = f"{TO_WRITE}; {IN_A_HURRY}" if short_lock_timeout else TO_WRITE
        for _ in range(TRIES - 1):
            with suppress(InTheWay, asyncpg.UniqueViolationError):
                async with self._within(begin, writes=True) as tx:
                    return await work(tx)
        try:
            async with self._within(begin, writes=True) as tx:
                return await work(tx)
        except InTheWay as error:
            raise Unavailable from error

    @asynccontextmanager
    async def _within(self, begin: str, writes: bool) -> AsyncIterator[Transaction]:
        with server_errors():
            connection = await self._pool.acquire()
        try:
            try:
                with server_errors(connection):
                    await connection.execute(begin)
                yield PostgresTransaction(connection, writes)
            except BaseException:
                await to_the_end(_roll_back(connection))
                raise
            await to_the_end(_commit(connection))
        finally:
            await to_the_end(self._give_back(connection))

    async def _give_back(self, connection: Connection) -> None:
        # One that broke went back by itself, and the pool complains of being given it twice.
        with suppress(asyncpg.InternalClientError):
            await self._pool.release(connection)

    async def recount_grown(self) -> None:
        """Gather statistics of tables that have grown. PostgreSQL does so by itself, but only after a minute: until then
        a plan that was made for an empty table reads all of a large one, also that of every foreign key.
        """
        async with self.transaction() as tx:
            grown = [f'"{name}"' for (name,) in await tx.tuples(GROWN)]
            if grown:
                await tx.execute(f"analyze (skip_locked) {', '.join(grown)}")

    @property
    def has_company(self) -> bool:
        """Other processes may use the same database."""
        return True

    @property
    def writes_alone(self) -> bool:
        """Many write at the same time."""
        return False

    async def has_turn(self) -> bool:
        """Whoever's connection that listens has the lock."""
        return await self._news.has_turn()

    async def listen(self, receive: Callable[[str], None], lost: Callable[[], None]) -> None:
        """Call `hear` with everything that other processes tell from now on, and `lost` when some may be lost."""
        await self._news.listen(receive, lost)

    async def notify(self, messages: Iterable[str]) -> None:
        """Tell the other processes that listen."""
        await self._news.notify(messages)


async def connect_to(address: str) -> Connection:
    """One connection, as all of ours are set."""
    return await asyncpg.connect(
        address, timeout=WAIT_TO_CONNECT, server_settings=OF_A_CONNECTION,
        statement_cache_size=STATEMENTS_KEPT, max_cached_statement_lifetime=0,
        connection_class=PlainConnection,
    )  # fmt: skip


async def _commit(connection: Connection) -> None:
    with server_errors(connection):
        # A transaction in which a statement failed ends quietly with a rollback.
        if await connection.execute("commit") != "COMMIT":
            raise Unavailable


async def _roll_back(connection: Connection) -> None:
    with suppress(Unavailable, asyncpg.PostgresError):
        with server_errors(connection):
            await connection.execute("rollback")
        return
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


async def migrate(tx: Transaction, must_exist: bool = False) -> None:
    """Run the migrations that this database has not seen, in the order of their numbers; one process does it.

    Raises TooNew, Unreleased, and NothingThere if there must be something and is not.
    """
    if (await tx.rows("select to_regclass('schema_version') as it"))[0]["it"] is None:
        check_reached(0, "postgresql", must_exist)
        await tx.execute("create table schema_version (number bigint not null primary key)")
    elif await reached_in(tx) == migrations("postgresql")[-1][0]:
        return
    await tx.execute("lock table schema_version in exclusive mode")
    reached = await reached_in(tx)
    check_reached(reached, "postgresql", must_exist)
    if reached:
        await check_released(tx, "postgresql", reached)
    for number, script in migrations("postgresql"):
        if number > reached:
            await tx.execute(script)
            await tx.execute("insert into schema_version (number) values (:number)", {"number": number})


async def reached_in(tx: Transaction) -> int:
    """The newest migration that this database has seen."""
    (row,) = await tx.rows("select coalesce(max(number), 0) as number from schema_version")
    return int(row["number"])
