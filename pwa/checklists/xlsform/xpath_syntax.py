"""Knows how an XPath expression of an XLSForm is parsed, by elementpath's parser; knows nothing of what it means.

The library is loaded at the first expression, not with the server. `${name}` is no XPath: it becomes a variable first.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from pwa.checklists.compiling import MOST_WRITTEN, not_an_expression, unknown

REFERENCE = re.compile(r"\$\{\s*([^{}\s]+)\s*\}|'[^']*'|\"[^\"]*\"")
OPERATORS = ("or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "|")
FUNCTIONS = (
    "if", "selected", "selected-at", "count-selected", "count-non-empty", "coalesce", "once", "regex", "position", "int", "abs",
    "pow", "min", "max", "today", "now", "date", "date-time", "format-date", "format-date-time", "decimal-date-time",
    "decimal-time", "substr", "indexed-repeat", "join", "concat", "string-length", "sum", "count", "round", "number", "string",
    "true", "false", "not", "boolean", "contains", "starts-with", "ends-with", "substring", "substring-before", "substring-after",
    "normalize-space", "translate", "random", "uuid", "pulldata", "checklist", "weighted-checklist", "current", "area",
    "distance", "boolean-from-string", "sqrt", "exp", "exp10", "log", "log10", "pi", "sin", "cos", "tan", "digest", "version",
    "property", "floor", "ceiling", "randomize", "choice-name", "instance", "base64-decode", "hash", "intersects", "rank-value",
    "difference-in-years", "difference-in-months", "difference-in-weeks", "difference-in-days", "add-date", "z-score",
    "parse-timestamp-to-date", "to-bikram-sambat", "strip-whitespace", "validate-luhn", "extension-lib",
)  # fmt: skip
"""What forms call. Most have a meaning in xpath_functions.py; the others are refused there by their name."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression: text, number, name (of a step), self, path, call or operator (a minus before one part too).

    A path's `name` is how many times it goes up, and its names; a column of a choice is a path of one name.
    """

    what: str
    name: str
    parts: tuple["Node", ...] = ()
    up: int = 0
    is_absolute: bool = False


def parse(expression: str) -> Node:
    """The syntax tree; raises Refused."""
    if len(expression) > MOST_WRITTEN:
        raise not_an_expression(expression)
    names: list[str] = []

    def replaced(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        names.append(found[1])
        return f" $v{len(names) - 1} "

    written = (
        REFERENCE.sub(replaced, expression)
        .replace("jr:choice-name", "choice-name")
        .replace("cht:", "")
        .replace("current()/", "./")
    )
    from elementpath.exceptions import ElementPathError

    try:
        token = _parser()().parse(written)
    except ElementPathError as error:
        if called := re.search(r"unknown function '([^']+)'", str(error)):
            raise unknown(f"{called[1]}()") from None
        raise not_an_expression(expression) from None
    except (RecursionError, ValueError, TypeError):
        raise not_an_expression(expression) from None
    return _node(token, names)


@cache
def _parser() -> Any:
    """A parser of XPath 1.0 that knows the functions of forms, and evaluates nothing while it parses."""
    from elementpath.tdop import Parser
    from elementpath.xpath1 import XPath1Parser

    class FormParser(XPath1Parser):
        """What is called by the name of a function of forms may be given anything."""

        def parse(self, source: str) -> Any:
            return Parser.parse(self, source)

    for name in FUNCTIONS:
        FormParser.symbol_table.pop(name, None)
        FormParser.function(name, nargs=(0, None))
    FormParser.build()
    return FormParser


def _node(token: Any, names: list[str]) -> Node:
    symbol, inner = token.symbol, list(token)
    if symbol == "(":
        return _node(inner[0], names)
    if symbol in ("(integer)", "(decimal)", "(float)"):
        return Node("number", f"{Decimal(str(token.value)):f}")
    if symbol == "(string)":
        return Node("text", token.value)
    if symbol == "$":
        return Node("name", names[int(str(inner[0].value)[1:])])
    if (symbol in OPERATORS and symbol != "*") or (symbol == "*" and len(inner) == 2):
        return Node("operator", symbol, tuple(_node(each, names) for each in inner))
    if symbol in FUNCTIONS:
        return Node("call", symbol, tuple(_node(each, names) for each in inner))
    if symbol in (".", "..", "/", "(name)"):
        return _path(token, names)
    raise unknown(symbol)


def _path(token: Any, names: list[str]) -> Node:
    """Steps up, then names down; or from the top."""
    steps = _steps(token, names)
    is_absolute = steps[:1] == ["/"]
    steps = [step for step in steps[is_absolute:] if step != "."]
    up = 0
    while up < len(steps) and steps[up] == "..":
        up += 1
    down = steps[up:]
    if ".." in down or "/" in down:
        raise unknown("/".join(steps))
    if not down and not up:
        return Node("self", ".")
    return Node("path", "/".join(down), up=up, is_absolute=is_absolute)


def _steps(token: Any, names: list[str]) -> list[str]:
    if token.symbol == "/":
        inner = list(token)
        if len(inner) == 1:
            return ["/", *_steps(inner[0], names)]
        return [step for each in inner for step in _steps(each, names)]
    if token.symbol == "(name)":
        return [str(token.value)]
    if token.symbol in (".", ".."):
        return [token.symbol]
    if token.symbol == "current" and not list(token):
        return ["."]
    raise unknown(token.symbol)
