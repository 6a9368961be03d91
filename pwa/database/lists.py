"""Knows how a list becomes one parameter of a statement; knows no tables.

A list is JSON, however long it is: so a statement is prepared once, and its parameters are not hundreds. SQLite
reads it by `json_each`, and for PostgreSQL that is said in its own words (postgresql/dialect.py).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from pwa.problems import NotStorable

Each = TypeVar("Each")

Key = tuple[str, str]
"""team_id and visit_id."""

_json = msgspec.json.Encoder().encode


def each_of(name: str, values: Collection[str]) -> tuple[str, dict[str, str]]:
    """What a column may be, for `in (...)`, and its parameter. Nothing is in an empty list.

    Raises NotStorable for half a character, which no engine holds.

    >>> each_of("team", ["a", "b", "c"])
    ('select value from json_each(:team)', {'team': '["a","b","c"]'})
    """
    return f"select value from json_each(:{name})", {name: _written(sorted(values))}


def of_visits(keys: Collection[Key], columns: str = "team_id, visit_id") -> tuple[str, dict[str, str]]:
    """The condition that a row belongs to one of these visits, or has one of these pairs, and its parameter.

    Raises NotStorable for half a character.

    >>> of_visits([("a", "1"), ("b", "2")], columns="t, v")
    ('(t, v) in (select value ->> 0, value ->> 1 from json_each(:keys))', {'keys': '[["a","1"],["b","2"]]'})
    """
    if not keys:
        return "false", {}
    pairs = "select value ->> 0, value ->> 1 from json_each(:keys)"
    return f"({columns}) in ({pairs})", {"keys": _written(sorted(set(keys)))}


def triples_of(values: Collection[tuple[str, str, str]]) -> tuple[str, dict[str, str]]:
    """A select of these triples as rows of three columns, and its parameter. Raises NotStorable for half a character.

    >>> triples_of([("a", "1", "x")])
    ('select value ->> 0, value ->> 1, value ->> 2 from json_each(:triples)', {'triples': '[["a","1","x"]]'})
    """
    triples = "select value ->> 0, value ->> 1, value ->> 2 from json_each(:triples)"
    return triples, {"triples": _written(sorted(values))}


def numbered_of(values: Mapping[str, int]) -> tuple[str, dict[str, str]]:
    """A select of these names and their numbers as rows of two columns, and its parameter. Raises NotStorable for half a character.

    >>> numbered_of({"a": 1})
    ('select value ->> 0, cast(value ->> 1 as bigint) from json_each(:numbers)', {'numbers': '[["a",1]]'})
    """
    numbers = "select value ->> 0, cast(value ->> 1 as bigint) from json_each(:numbers)"
    return numbers, {"numbers": _written(sorted(values.items()))}


def in_parts(values: Sequence[Each], most: int) -> Iterator[Sequence[Each]]:
    """The values in their order, at most so many at a time.

    >>> [len(part) for part in in_parts([("a", "1"), ("a", "2"), ("b", "1")], 2)]
    [2, 1]
    """
    return (values[first : first + most] for first in range(0, len(values), most))


def _written(values: Sequence[object]) -> str:
    try:
        return _json(values).decode()
    except UnicodeEncodeError as error:
        raise NotStorable from error
