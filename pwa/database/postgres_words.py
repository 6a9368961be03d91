"""Knows how our SQL is said to PostgreSQL: rows by the array, and the schema; knows no connection."""

import re
from collections.abc import Sequence

COMMENT = re.compile(r"--[^\n]*")
COLUMN = re.compile(r"(?P<name>(?:^ +|\badd column )\w+) (?P<type>text|integer|blob)\b", re.MULTILINE)
REFUSAL = re.compile(
    r"""\s*create\ trigger\ (?P<name>\w+)\ before\ (?P<event>update|delete)\ on\ (?P<table>\w+)
    (?:\s+when\ (?P<condition>.*?))?
    \s+begin\ select\ raise\(abort,\ (?P<message>'[^']*')\);\ end;\s*""",
    re.VERBOSE | re.DOTALL,
)

ONE_ROW = re.compile(
    r"(?P<head>\s*insert into [^;]*?\)\s+)values \((?P<row>[$\d, \n]+)\)(?P<rest>.*)", re.DOTALL
)

TYPES = {
    # Text order is then the order of bytes, as in SQLite, whatever the cluster's language.
    "text": 'text collate "C"',
    "integer": "bigint",
    "blob": "bytea",
}


def in_one(sql: str, types: Sequence[str]) -> str | None:
    """An insert of one row, with numbered parameters of these types, as an insert of arrays of them.

    None for anything else, and for one that updates a row that is there: it may meet the same row twice.

    >>> in_one("insert into a (b, c) values ($2, $1) on conflict do nothing", ["int8", "text"])
    'insert into a (b, c) select v2, v1 from unnest($1::int8[], $2::text[]) as each (v1, v2) on conflict do nothing'
    """
    found = ONE_ROW.fullmatch(sql)
    if found is None or "$" in found["rest"] or "do update" in found["rest"]:
        return None
    numbers = range(1, len(types) + 1)
    arrays = ", ".join(f"${number}::{type}[]" for number, type in zip(numbers, types, strict=True))
    names = ", ".join(f"v{number}" for number in numbers)
    row = found["row"].replace("$", "v")
    return f"{found['head']}select {row} from unnest({arrays}) as each ({names}){found['rest']}"


def in_postgres(statement: str) -> str:
    """A statement of the schema, which is written as SQLite reads it.

    >>> in_postgres("create table a (\\n  b text not null,\\n  c integer\\n) strict;")
    'create table a (\\n  b text collate "C" not null,\\n  c bigint\\n) ;'
    """
    statement = COMMENT.sub("", statement)
    if refusal := REFUSAL.fullmatch(statement):
        return _refusal(**refusal.groupdict())
    typed = COLUMN.sub(lambda column: f"{column['name']} {TYPES[column['type']]}", statement)
    return typed.replace(") strict", ") ")


def _refusal(name: str, event: str, table: str, condition: str | None, message: str) -> str:
    """The trigger that refuses an update or a delete. Who may not delete may not empty the table either."""
    # PostgreSQL takes no select into a trigger's condition, so such a one is asked within the function.
    asks = condition is not None and "select" in condition
    when = f"when ({condition}) " if condition and not asks else ""
    refuse = f"raise exception {message} using errcode = 'integrity_constraint_violation';"
    if asks:
        refuse = f"if tg_level = 'STATEMENT' or {condition} then {refuse} end if; return {'old' if event == 'delete' else 'new'};"
    written = [
        f"create function {name}() returns trigger language plpgsql as $$ begin",
        f"{refuse} end $$;",
        f"create trigger {name} before {event} on {table} for each row {when}execute function {name}();",
    ]
    if event == "delete":
        written.append(
            f"create trigger {table}_is_not_emptied before truncate on {table} execute function {name}();"
        )
    return "\n".join(written)
