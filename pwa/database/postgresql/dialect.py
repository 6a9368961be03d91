"""Knows what PostgreSQL is told in other words than SQLite: lists, and many rows at once; knows no connection."""

import re
from collections.abc import Sequence

ONE_ROW = re.compile(
    r"(?P<head>\s*insert into [^;]*?\)\s+)values \((?P<row>[$\d, \n]+)\)(?P<rest>.*)", re.DOTALL
)

EACH_TEXT = re.compile(r"select value from json_each\((\$\d+)\)")
EACH_PAIR = re.compile(r"json_each\((\$\d+)\)")


def lists_said(sql: str) -> str:
    """A statement with numbered parameters whose lists (lists.py) are read as PostgreSQL reads JSON.

    >>> lists_said("select a from b where c in (select value from json_each($1))")
    'select a from b where c in (select jsonb_array_elements_text($1::jsonb))'
    >>> lists_said("(a, b) in (select value ->> 0, value ->> 1 from json_each($1))")
    '(a, b) in (select value ->> 0, value ->> 1 from jsonb_array_elements($1::jsonb) as each (value))'
    """
    sql = EACH_TEXT.sub(r"select jsonb_array_elements_text(\1::jsonb)", sql)
    return EACH_PAIR.sub(r"jsonb_array_elements(\1::jsonb) as each (value)", sql)


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
