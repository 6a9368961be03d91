"""Knows where in which template the compiler stands; knows nothing of what it writes there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from jinja2 import nodes


class NotForThePhone(Exception):
    """A template asks for something that the phone cannot do exactly as the server does it.

    Says the template, the line and what to write instead.
    """


def literal(value: str | int | bool | list[str] | None) -> str:
    """A value as JavaScript writes it."""
    return json.dumps(value)


class Place:
    """One template while it is compiled: what may be called in it, and the scope that holds the names just now.

    A scope is a JavaScript object whose prototype is the scope around it, called s0, s1, ... in the output:
    looking up and hiding names is then exactly what Jinja does.
    """

    def __init__(
        self, template: str, found: frozenset[str], callables: frozenset[str], modules: frozenset[str]
    ):
        self.template = template
        self.found = found
        self.callables = callables
        self.modules = modules
        self.block: str | None = None
        self.scope = "s0"
        self._numbers = count(1)

    def refuse(self, node: nodes.Node, why: str) -> NotForThePhone:
        """The problem to raise when the phone cannot do what stands at this node."""
        inside = (each.lineno for each in node.find_all(nodes.Node) if each.lineno)
        return NotForThePhone(f"{self.template}:{node.lineno or next(inside, 1)}: {why}")

    def fresh(self, word: str) -> str:
        """A JavaScript name that nothing else in this template has."""
        return f"{word}{next(self._numbers)}"

    @contextmanager
    def scope_inside(self) -> Iterator[tuple[str, str]]:
        """Gives (the new scope, the scope around it); what is written meanwhile stands in the new one."""
        around = self.scope
        self.scope = self.fresh("s")
        try:
            yield self.scope, around
        finally:
            self.scope = around
