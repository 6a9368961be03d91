"""Knows how named parameters of a statement become numbered ones; knows no engine."""

import re
from functools import lru_cache

# What is in quotes is no parameter, and neither is the type of a cast.
PARAMETER = re.compile(r"""'(?:[^']|'')*' | "[^"]*" | --[^\n]* | ::\w+ | :(?P<name>[a-z]\w*)""", re.VERBOSE)


@lru_cache(2048)
def numbered(sql: str, sign: str = "$") -> tuple[str, tuple[str, ...]]:
    """A statement with its parameters by number, and their names in that order: that in which they are first named.

    >>> numbered("select ':a', b::text from c where d = :e and f in (:g, :e)")
    ("select ':a', b::text from c where d = $1 and f in ($2, $1)", ('e', 'g'))
    """
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        name = found["name"]
        return f"{sign}{names.setdefault(name, len(names) + 1)}" if name else found[0]

    return PARAMETER.sub(number, sql), tuple(names)
