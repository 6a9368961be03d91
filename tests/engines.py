"""The database of a test, on the engine that the run was started for: `pytest --database=postgresql`.

Each test has one of its own, with nothing in it but the schema, or with a town that has been settled. Settling is done
once in a run: on SQLite its file is copied for each test. On PostgreSQL databases are used again, since emptying one takes
milliseconds and making one takes a hundred times that: the town's rows are kept in a schema of their own beside the tables,
and inserted again after each test.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TypeVar

import asyncpg

from pwa.database import Company, Transaction, make_company, migrations, open_database
from tests.cluster import Cluster

ENGINES = ("sqlite", "postgresql")

# Nobody but a superuser can do this: the triggers that keep what was written are asleep meanwhile.
# The log begins in a new file, so that its rows stand in it as they were written.
EMPTY = f"""
set session_replication_role = replica;
do $$ declare name text; begin
  for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_version' loop
    execute format('delete from %I', name);
  end loop;
end $$;
truncate change cascade;
delete from schema_version where number > {migrations("postgresql")[-1][0]};
drop table if exists remark;
"""

OUR_TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_version'"

Answer = TypeVar("Answer")
Settle = Callable[[Transaction], Awaitable[None]]
"""Writes a town's first rows."""


class Owner:
    """The cluster's owner, who tidies up after each test, in a loop of its own; not for two threads at a time.

    Its connections stay open: a new one reads the whole schema first, which is most of the work.
    """

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._thread = ThreadPoolExecutor(1)
        self._connections: dict[tuple[str, int], asyncpg.Connection] = {}

    def run(self, address: str, start: int, sql: str) -> None:
        """Run statements in the database at an address of a cluster that was started for the so many-th time."""
        self._thread.submit(self._runner.run, self._run((address, start), sql)).result()

    async def _run(self, to: tuple[str, int], sql: str) -> None:
        if to not in self._connections:
            self._connections[to] = await asyncpg.connect(to[0])
        await self._connections[to].execute(sql)

    def close(self) -> None:
        """Let all of them go."""
        for connection in self._connections.values():
            connection.terminate()
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()


class Engines:
    """Which engine this run is for, and its databases."""

    def __init__(self) -> None:
        self.chosen = "sqlite"
        self.in_company = False
        self.cluster: Cluster | None = None
        self._numbers = count(1)
        self._empty: list[str] = []
        self._settled: list[str] = []
        self._settle_again = ""
        self._settled_file: Path | None = None
        self._owner = Owner()

    @property
    def is_sqlite(self) -> bool:
        return self.chosen == "sqlite"

    @contextmanager
    def company(self) -> Iterator[Company | None]:
        """That of a process which serves a file with another, if the run is for that: what it does is judged ahead."""
        with make_company(2 if self.in_company and self.is_sqlite else 1) as company:
            yield company[0] if company else None

    @contextmanager
    def open_empty(self, folder: Path) -> Iterator[str]:
        """The address of an empty database with today's schema; in this folder, if the engine keeps files."""
        if self.is_sqlite:
            yield f"sqlite:///{folder / 'haand.sqlite3'}"
            return
        cluster = self.running_cluster()
        address = self._empty.pop() if self._empty else self._make(cluster)
        yield address
        self._owner.run(address, cluster.starts, EMPTY)
        self._empty.append(address)

    @contextmanager
    def open_settled(self, folder: Path, settle: Settle) -> Iterator[str]:
        """The address of a database that has been settled; every test of a run gives the same `settle`."""
        if self.is_sqlite:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._file_with(settle), folder / "haand.sqlite3")
            yield f"sqlite:///{folder / 'haand.sqlite3'}"
            return
        cluster = self.running_cluster()
        if not self._settle_again:
            template = cluster.address("template_settled")
            in_a_loop_of_its_own(
                run_sql(
                    cluster.address("postgres"), "create database template_settled template template_haand"
                )
            )
            in_a_loop_of_its_own(set_up(template, settle))
            self._settle_again = in_a_loop_of_its_own(keep_rows(template))
        address = self._settled.pop() if self._settled else self._make(cluster, "template_settled")
        yield address
        self._owner.run(address, cluster.starts, EMPTY + self._settle_again)
        self._settled.append(address)

    def _file_with(self, settle: Settle) -> Path:
        """SQLite's settled file, made when it is first needed."""
        if self._settled_file is None:
            self._settled_file = Path(tempfile.mkdtemp(prefix="haand-settled-")) / "haand.sqlite3"
            in_a_loop_of_its_own(set_up(f"sqlite:///{self._settled_file}", settle))
        return self._settled_file

    def running_cluster(self) -> Cluster:
        """The run's cluster, started when it is first needed, and its template of a database."""
        if self.cluster is None:
            self.cluster = Cluster()
            self.cluster.start()
            in_a_loop_of_its_own(run_sql(self.cluster.address("postgres"), "create database template_haand"))
            in_a_loop_of_its_own(set_up(self.cluster.address("template_haand")))
        return self.cluster

    def make_bare(self) -> str:
        """The address of a new database with nothing in it."""
        return self._make(self.running_cluster(), template="template1")

    def _make(self, cluster: Cluster, template: str = "template_haand") -> str:
        name = f"test_{next(self._numbers)}"
        in_a_loop_of_its_own(
            run_sql(cluster.address("postgres"), f"create database {name} template {template}")
        )
        return cluster.address(name)

    def close(self) -> None:
        """Leave nothing behind."""
        self._owner.close()
        if self.cluster:
            self.cluster.remove()
        if self._settled_file:
            shutil.rmtree(self._settled_file.parent)


engines = Engines()


async def set_up(address: str, settle: Settle | None = None) -> None:
    """Give a database its schema, and a town's rows."""
    database = await open_database(address)
    if settle:
        async with database.transaction() as tx:
            await settle(tx)
    await database.close()


async def keep_rows(address: str) -> str:
    """Copy every row into a schema `settled` of the same database; the statements that insert them after EMPTY."""
    connection = await asyncpg.connect(address)
    tables = [name for (name,) in await connection.fetch(OUR_TABLES)]
    filled = [name for name in tables if await connection.fetchval(f'select exists (select from "{name}")')]
    await connection.execute("create schema settled")
    for name in filled:
        await connection.execute(f'create table settled."{name}" as select * from public."{name}"')
    await connection.close()
    return "".join(
        f'insert into "{name}" overriding system value select * from settled."{name}";' for name in filled
    )


async def run_sql(address: str, sql: str) -> None:
    """Run statements as the cluster's owner."""
    connection = await asyncpg.connect(address)
    await connection.execute(sql)
    await connection.close()


def in_a_loop_of_its_own(work: Coroutine[object, object, Answer]) -> Answer:
    """Do something now, whether or not a loop is running here."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
