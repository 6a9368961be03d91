"""A database's schema in words that both engines share: what is where, what must be there, what refers to what.

Types go by SQLite's names. Of checks, defaults and triggers it holds what stands in quotation marks in them.
"""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import asyncpg

Schema = dict[str, dict[Any, Any]]

QUOTED = re.compile("'[^']*'")
TYPES = {"text C": "text", "bigint": "integer", "bytea": "blob"}
ACTIONS = {"a": "no action", "c": "cascade"}

COLUMNS = """
select table_name, column_name, concat_ws(' ', data_type, collation_name) as type, is_nullable = 'NO' as is_needed,
  column_default as default
from information_schema.columns where table_schema = 'public'
"""
CONSTRAINTS = """
select contype::text as kind, conrelid::regclass::text as table_name, confrelid::regclass::text as other,
  array(select attname::text from unnest(conkey) with ordinality as each (number, place)
    join pg_attribute on attrelid = conrelid and attnum = number order by place) as columns,
  array(select attname::text from unnest(confkey) with ordinality as each (number, place)
    join pg_attribute on attrelid = confrelid and attnum = number order by place) as other_columns,
  confupdtype::text as on_update, confdeltype::text as on_delete, pg_get_constraintdef(oid) as said
from pg_constraint where connamespace = 'public'::regnamespace
"""
INDEXES = """
select indexrelid::regclass::text as name, indrelid::regclass::text as table_name, indisunique as is_unique,
  array(select pg_get_indexdef(indexrelid, number, false) from generate_series(1, indnkeyatts) as number) as columns,
  pg_get_expr(indpred, indrelid) as condition
from pg_index join pg_class on pg_class.oid = indexrelid
where relnamespace = 'public'::regnamespace and not exists (select from pg_constraint where conindid = indexrelid)
"""
TRIGGERS = """
select tgname as name, tgrelid::regclass::text as table_name, pg_get_triggerdef(pg_trigger.oid) as said, prosrc
from pg_trigger join pg_proc on pg_proc.oid = tgfoid where not tgisinternal
"""


def schema_of_sqlite(connection: sqlite3.Connection) -> Schema:
    """Of a file's tables, as pragmas tell it."""
    found: Schema = defaultdict(dict)
    for kind, name, table, sql in connection.execute("select type, name, tbl_name, sql from sqlite_master"):
        if kind == "trigger":
            event = re.findall(r"before (\w+) on", sql)
            found["triggers"][name] = (table, *event, *quoted([sql.rpartition("begin")[2]]))
        elif kind == "index" and sql:
            columns = [row[2] for row in connection.execute(f"pragma index_info({name})")]
            is_unique = sql.lower().startswith("create unique")
            found["indexes"][name] = (table, is_unique, columns, condition(sql.partition(" where ")[2]))
        elif kind == "table":
            read_table(found, connection, name, sql)
    return found


def read_table(found: Schema, connection: sqlite3.Connection, table: str, sql: str) -> None:
    """Its columns and keys."""
    columns = connection.execute(f"pragma table_info({table})").fetchall()
    for _, name, type, is_needed, default, _ in columns:
        found["columns"][table, name] = (type.lower(), bool(is_needed), default)
    in_key = sorted((place, name) for _, name, _, _, _, place in columns if place)
    found["primary keys"][table] = [name for _, name in in_key]
    found["checks"][table] = (sql.count("check ("), quoted([sql]))
    for _, index, _, origin, _ in connection.execute(f"pragma index_list({table})"):
        if origin == "u":
            said = [row[2] for row in connection.execute(f"pragma index_info({index})")]
            found["unique"][table, tuple(said)] = True
    references: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    for number, _, *row, _ in connection.execute(f"pragma foreign_key_list({table})"):
        references[number].append(tuple(row))
    for rows in references.values():
        _, ours, theirs, *_ = zip(*rows, strict=True)
        other, _, _, on_update, on_delete = rows[0]
        found["foreign keys"][table, ours, other, theirs] = (on_update.lower(), on_delete.lower())


async def schema_of_postgresql(connection: asyncpg.Connection) -> Schema:
    """Of a database's tables but the one with the numbers of migrations, as its catalogue tells it."""
    found: Schema = defaultdict(dict)
    texts: dict[str, list[str]] = defaultdict(list)
    checks: dict[str, int] = defaultdict(int)
    for row in await fetch(connection, COLUMNS):
        table, default = row["table_name"], row["default"] and row["default"].removesuffix("::text")
        found["columns"][table, row["column_name"]] = (TYPES[row["type"]], row["is_needed"], default)
        texts[table].append(default or "")
    for row in await fetch(connection, CONSTRAINTS):
        table, columns = row["table_name"], row["columns"]
        if row["kind"] == "p":
            found["primary keys"][table] = columns
        elif row["kind"] == "u":
            found["unique"][table, tuple(columns)] = True
        elif row["kind"] == "f":
            place = (table, tuple(columns), row["other"], tuple(row["other_columns"]))
            found["foreign keys"][place] = (ACTIONS[row["on_update"]], ACTIONS[row["on_delete"]])
        else:
            texts[table].append(row["said"])
            checks[table] += 1
    found["checks"] = {table: (checks[table], quoted(said)) for table, said in texts.items()}
    for row in await fetch(connection, INDEXES):
        found["indexes"][row["name"]] = (
            row["table_name"], row["is_unique"], row["columns"], condition(row["condition"] or ""),
        )  # fmt: skip
    for row in await fetch(connection, TRIGGERS):
        event = re.findall(r"BEFORE (\w+) ON", row["said"])[0].lower()
        message = re.findall(r"exception ('[^']*')", row["prosrc"])
        found["triggers"][row["name"]] = (row["table_name"], event, *message)
    return found


async def fetch(connection: asyncpg.Connection, sql: str) -> list[asyncpg.Record]:
    """Rows about our own tables."""
    return [row for row in await connection.fetch(sql) if row["table_name"] != "schema_version"]


def quoted(texts: Iterable[str]) -> list[str]:
    """Everything that stands in quotation marks, in the order of the alphabet."""
    return sorted({each for text in texts for each in QUOTED.findall(text)})


def condition(said: str) -> str:
    """PostgreSQL writes brackets and types around what SQLite keeps as it was written."""
    return re.sub(r"::text|[()]", "", said).strip().lower()
