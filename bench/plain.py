"""Plain sqlite3: the rows that a storm left, the log's and each change's, written again into tables like them.

`python -m bench.plain FILE` reads them from a database and writes them twice into new files beside it: in one
transaction, then one for each push. Prints {changes, one: {seconds, cpu}, each: {seconds, cpu}}.
"""

import json
import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

# What a change writes, and the column that says whose it is. A storm has one push of each carer.
TABLES = {
    "change": "person_id",
    "attendance": "by_id",
    "answer": "by_id",
    "note": "written_by_id",
    "deviation": "reported_by_id",
}
Push = dict[str, list[sqlite3.Row]]


def read_pushes(source: sqlite3.Connection) -> list[Push]:
    """Every push's rows, by table."""
    source.row_factory = sqlite3.Row
    pushes: defaultdict[str, Push] = defaultdict(dict)
    for table, owner in TABLES.items():
        for row in source.execute(f"select * from {table} order by rowid"):
            pushes[row[owner]].setdefault(table, []).append(row)
    return list(pushes.values())


def joined(pushes: Iterable[Push]) -> Push:
    """All of them as if they were one."""
    return {table: [row for push in pushes for row in push.get(table, [])] for table in TABLES}


def empty_tables(source: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """A new file with the same tables, indexes and triggers, written as durably as the server's."""
    target = sqlite3.connect(path, isolation_level=None)
    target.execute("pragma journal_mode = wal")
    target.execute("pragma synchronous = full")
    inside = ",".join("?" * len(TABLES))
    for row in source.execute(
        f"select sql from sqlite_schema where tbl_name in ({inside}) and sql is not null", list(TABLES)
    ):
        target.execute(row["sql"])
    return target


def write(target: sqlite3.Connection, push: Push) -> None:
    """One transaction, durable when it returns."""
    target.execute("begin immediate")
    for table, rows in push.items():
        if rows:
            target.executemany(
                f"insert into {table} values ({','.join('?' * len(rows[0]))})", map(tuple, rows)
            )
    target.execute("commit")


def timed(source: sqlite3.Connection, path: Path, pushes: Iterable[Push]) -> dict[str, float]:
    """Write these pushes into a new file, and how long it took."""
    with closing(empty_tables(source, path)) as target:
        worked, began = time.process_time(), time.perf_counter()
        for push in pushes:
            write(target, push)
        return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - worked}


def main(file: Path) -> None:
    with closing(sqlite3.connect(file)) as source:
        pushes = read_pushes(source)
        whole = joined(pushes)
        figures = {
            "changes": len(whole["change"]),
            "one": timed(source, file.with_name("one.sqlite3"), [whole]),
            "each": timed(source, file.with_name("each.sqlite3"), pushes),
        }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
