"""Notices whoever writes at a visit and does not move its token: what was judged ahead would be written all the same.

On SQLite: triggers, in the writer's connection alone, on each table that is read of a visit when a push is judged. The
list of these is asked of SQLite itself, so that a table which is read from tomorrow on is watched tomorrow.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pwa.care.documents.visit_rows import read_visits
from pwa.database import Database, SqliteDatabase

SEEN_BY_OTHER_MEANS = {
    "visit": "which visits there are is asked again itself",
    "document": "has the token",
    "person": "names, which are drawn anew with the document as ever",
}

MOVED = """
create temp trigger moved_{what} after {when} on main.document when {row}.id like 'visit-%' begin
  insert into token_moved values ({row}.team_id, substr({row}.id, 7));
end;
"""
WRITTEN = """
create temp trigger written_{what}_{table} after {what} on main.{table} begin
  insert into visit_written values ({row}.team_id, {row}.visit_id, '{table}');
end;
"""
FORGOTTEN = """
select distinct tables from visit_written where (team_id, visit_id) not in (select team_id, visit_id from token_moved)
"""


@asynccontextmanager
async def tokens_watched(database: Database) -> AsyncIterator[None]:
    """Raises AssertionError at the end if anything was committed at a visit whose token stayed as it was."""
    if not isinstance(database, SqliteDatabase):
        yield
        return
    forgotten: set[str] = set()
    connection, commit = database.writer.connection.here, database.writer._commit
    connection.executescript(script_for(await tables_of_a_visit(database)))

    async def look_and_commit(batch: object) -> None:
        if connection.in_transaction:
            forgotten.update(table for (table,) in connection.execute(FORGOTTEN))
            connection.execute("delete from visit_written")
            connection.execute("delete from token_moved")
        await commit(batch)  # type: ignore[arg-type]

    database.writer._commit = look_and_commit  # type: ignore[method-assign]
    yield
    assert forgotten == set(), "written at visits whose tokens did not move (save_drafts)"


async def tables_of_a_visit(database: SqliteDatabase) -> set[str]:
    """Those that are read when a push is judged, and are not watched otherwise."""
    read: set[str] = set()

    def note(action: int, table: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and table:
            read.add(table)
        return sqlite3.SQLITE_OK

    async with database.snapshot() as tx:
        [one] = await tx.tuples("select visit_id from visit_plan limit 1") or [("nowhere",)]
        connection = tx._connection  # type: ignore[attr-defined]
        connection.set_authorizer(note)
        await read_visits(tx, one)
        connection.set_authorizer(None)
        ours = {name for (name,) in await tx.tuples("select name from sqlite_schema where type = 'table'")}
    return (read & ours) - SEEN_BY_OTHER_MEANS.keys()


def script_for(tables: set[str]) -> str:
    """The triggers."""
    script = "create temp table visit_written (team_id, visit_id, tables); create temp table token_moved (team_id, visit_id);"
    for what, when, row in (
        ("insert", "insert", "new"),
        ("update", "update of version, touched", "new"),
        ("delete", "delete", "old"),
    ):
        script += MOVED.format(what=what, when=when, row=row)
    for table in sorted(tables):
        for what, row in (("insert", "new"), ("update", "new"), ("delete", "old")):
            script += WRITTEN.format(what=what, table=table, row=row)
    return script
