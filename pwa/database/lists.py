"""Knows how a list becomes parameters of a statement; knows no tables."""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import TypeVar

Each = TypeVar("Each")

Key = tuple[str, str]
"""team_id and visit_id."""


def each_of(name: str, values: Collection[str]) -> tuple[str, dict[str, str]]:
    """A named parameter for each value, for `in (...)`: the names with commas between, and the parameters.

    The last value is said again until they are 1, 2, 4, 8 ... so that few different statements are prepared.
    Nothing is in an empty list.

    >>> each_of("team", ["a", "b", "c"])
    (':team_0, :team_1, :team_2, :team_3', {'team_0': 'a', 'team_1': 'b', 'team_2': 'c', 'team_3': 'c'})
    """
    said = sorted(values)
    said += said[-1:] * (_next_size(len(said)) - len(said))
    params = {f"{name}_{number}": value for number, value in enumerate(said)}
    return ", ".join(f":{param}" for param in params) or "null", params


def of_visits(keys: Collection[Key], columns: str = "team_id, visit_id") -> tuple[str, dict[str, str]]:
    """The condition that a row belongs to one of these visits, or has one of these pairs, and its parameters.

    The pairs are selected from a list of them, because SQLite goes by no index where it is just the list.

    >>> condition, _ = of_visits([("a", "1"), ("b", "2")], columns="t, v")
    >>> condition
    '(t, v) in (select * from (values (:key_0, :key_1), (:key_2, :key_3)) as wanted)'
    """
    if not keys:
        return "false", {}
    said = sorted(set(keys))
    said += said[-1:] * (_next_size(len(said)) - len(said))
    params = {f"key_{number}": value for number, value in enumerate(chain.from_iterable(said))}
    pairs = ", ".join(f"(:key_{number}, :key_{number + 1})" for number in range(0, len(params), 2))
    return f"({columns}) in (select * from (values {pairs}) as wanted)", params


def in_parts(values: Sequence[Each], most: int) -> Iterator[Sequence[Each]]:
    """The values in their order, at most so many at a time.

    >>> [len(part) for part in in_parts([("a", "1"), ("a", "2"), ("b", "1")], 2)]
    [2, 1]
    """
    return (values[first : first + most] for first in range(0, len(values), most))


def _next_size(length: int) -> int:
    """The next of 1, 2, 4, 8 ..."""
    return 1 << (length - 1).bit_length()
