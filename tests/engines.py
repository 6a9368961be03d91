"""The database of a test, on the engine that the run was started for: `pytest --database=postgresql`.

Each test has one of its own. On PostgreSQL they are copies of one with the schema in it, and used again: emptying
one takes milliseconds, making one takes a hundred times that.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import asyncpg

from pwa.database import open_database
from tests.cluster import Cluster

ENGINES = ("sqlite", "postgresql")

# Nobody but a superuser can do this: the triggers that keep what was written are asleep meanwhile.
# The log begins in a new file, so that its rows stand in it as they were written.
EMPTY = """
set session_replication_role = replica;
do $$ declare name text; begin
  for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_version' loop
    execute format('delete from %I', name);
  end loop;
end $$;
truncate change cascade;
drop table if exists remark;
"""


class Engines:
    """Which engine this run is for, and its databases."""

    def __init__(self) -> None:
        self.chosen = "sqlite"
        self.cluster: Cluster | None = None
        self._numbers = count(1)
        self._free: list[str] = []

    @property
    def is_sqlite(self) -> bool:
        return self.chosen == "sqlite"

    @contextmanager
    def lend(self, folder: Path) -> Iterator[str]:
        """The address of an empty database with today's schema; in this folder, if the engine keeps files."""
        if self.is_sqlite:
            yield f"sqlite:///{folder / 'haand.sqlite3'}"
            return
        cluster = self.running_cluster()
        address = self._free.pop() if self._free else self._make(cluster)
        yield address
        in_a_loop_of_its_own(run_sql(address, EMPTY))
        self._free.append(address)

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
        if self.cluster:
            self.cluster.remove()


engines = Engines()


async def set_up(address: str) -> None:
    """Give a database its schema."""
    await (await open_database(address)).close()


async def run_sql(address: str, sql: str) -> None:
    """Run statements as the cluster's owner."""
    connection = await asyncpg.connect(address)
    await connection.execute(sql)
    await connection.close()


def in_a_loop_of_its_own(work: Coroutine[object, object, None]) -> None:
    """Do something now, whether or not a loop is running here."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
