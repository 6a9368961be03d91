"""Knows calls, filters, tests and messages: everything in a template that has a name and arguments."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence

from jinja2 import nodes

from pwa.templating.jinja_to_js.known import DATE_FILTERS, FILTERS, FUNCTIONS, SELECTING_FILTERS, TESTS
from pwa.templating.jinja_to_js.place import Place, literal

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class Calls(Place, ABC):
    """Compiles what is called by name. Arguments are put in order here, so the phone knows no keywords."""

    @abstractmethod
    def expression(self, node: nodes.Node) -> str:
        """The JavaScript for any expression."""

    @abstractmethod
    def condition(self, node: nodes.Node) -> str:
        """The JavaScript for an expression of which only true or false matters."""

    def call(self, node: nodes.Call) -> str:
        """A macro, a message, super() or namespace(); nothing else."""
        self._refuse_stars(node)
        match node.node:
            case nodes.Name(name="_" | "gettext" | "ngettext" as name):
                return self._message(name, node)
            case nodes.Name(name="super"):
                return self._super(node)
            case nodes.Name(name=name) if name in FUNCTIONS:
                return f"r.{name}({self._positional(node)}, {self._named(node.kwargs)})"
            case nodes.Name(name=name) if name in self.callables:
                return self.call_macro(node, node.kwargs)
            case nodes.Getattr(node=nodes.Name(name=name)) if name in self.modules:
                return self.call_macro(node, node.kwargs)
            case nodes.Getattr(attr=name) | nodes.Name(name=name):
                raise self.refuse(
                    node, f"{name}() is not a macro of this template, and the phone has no methods"
                )
        raise self.refuse(node, "only macros and messages can be called")

    def call_macro(self, node: nodes.Call, kwargs: Sequence[nodes.Keyword], *extra: str) -> str:
        """A macro with positional and named arguments; extra ones are JavaScript already."""
        named = self._named(kwargs, *extra)
        return f"r.call({self.expression(node.node)}, {self._positional(node)}, {named})"

    def _super(self, node: nodes.Call) -> str:
        if self.block is None:
            raise self.refuse(node, "super() stands in no block")
        return f"r.superBlock(page, {literal(self.block)}, s0, level)"

    def _message(self, name: str, node: nodes.Call) -> str:
        """A message to translate. It must stand in the template as it is: only so is it found and translated."""
        forms = 2 if name == "ngettext" else 1
        ids = [each.value for each in node.args[:forms] if isinstance(each, nodes.Const)]
        if len(ids) != forms or len(node.args) != (3 if forms == 2 else 1):
            raise self.refuse(node, f"{name}() wants its message as a plain string, and values by name")
        values = [f"{literal(each.key)}: {self.expression(each.value)}" for each in node.kwargs]
        if forms == 2:
            values.insert(0, f"num: {self.expression(node.args[2])}")
        self._check_placeholders(
            node, ids, {each.key for each in node.kwargs} | ({"num"} if forms == 2 else set())
        )
        return f"r.message({self.scope}, {literal(ids)}, {{{', '.join(values)}}})"

    def _check_placeholders(self, node: nodes.Node, ids: list[str], given: set[str]) -> None:
        for message in ids:
            if missing := set(PLACEHOLDER.findall(message)) - given:
                raise self.refuse(node, f"the message {message!r} is not given {', '.join(sorted(missing))}")
            if "%" in PLACEHOLDER.sub("", message).replace("%%", ""):
                raise self.refuse(node, f"the message {message!r} may hold only %(name)s and %%")

    def filter(self, node: nodes.Filter, value: str) -> str:
        """A filter on a value that is JavaScript already."""
        self._refuse_stars(node)
        name = node.name
        if name == "map":
            return self._map(node, value)
        if name in SELECTING_FILTERS:
            return self._select(name, node, value)
        if name in DATE_FILTERS:
            return (
                f"filters.{name}({', '.join([self.scope, value, *self._in_order(node, DATE_FILTERS[name])])})"
            )
        if name in FILTERS:
            return f"filters.{name}({', '.join([value, *self._in_order(node, FILTERS[name])])})"
        names = ("map", *SELECTING_FILTERS, *FILTERS, *DATE_FILTERS)
        raise self.refuse(node, f"the phone has no filter {name!r}, only {', '.join(sorted(names))}")

    def filter_chain(self, node: nodes.Filter, value: str) -> str:
        """The filters of a filter block or a set block, innermost first."""
        return self.filter(
            node, self.filter_chain(node.node, value) if isinstance(node.node, nodes.Filter) else value
        )

    def _map(self, node: nodes.Filter, values: str) -> str:
        """map(attribute=..., default=...), or map with the name of a filter and its arguments."""
        each = self.fresh("each")
        if node.args:
            name = self._plain_name(node, node.args[0])
            one = nodes.Filter(None, name, node.args[1:], node.kwargs, None, None, lineno=node.lineno)
            return f"r.many({values}).map(({each}) => {self.filter(one, each)})"
        way = ", ".join(self._in_order(node, ("attribute", "default")))
        return f"r.many({values}).map(({each}) => r.path({each}, {way}))"

    def _select(self, name: str, node: nodes.Filter, values: str) -> str:
        """selectattr and rejectattr, by the name of a test or by being true."""
        if not node.args:
            raise self.refuse(node, f"the filter {name!r} wants the name of an attribute")
        each = self.fresh("each")
        attribute, *args = node.args
        value = f"r.path({each}, {self.expression(attribute)})"
        yes = f"r.truth({value})"
        if args:
            test = self._plain_name(node, args[0])
            one = nodes.Test(nodes.Const(None), test, args[1:], node.kwargs, None, None, lineno=node.lineno)
            yes = self.test(one, value)
        return f"r.many({values}).filter(({each}) => {'!' if name.startswith('reject') else ''}{yes})"

    def _plain_name(self, node: nodes.Node, name: nodes.Expr) -> str:
        if isinstance(name, nodes.Const) and isinstance(name.value, str):
            return name.value
        raise self.refuse(node, "the filter or test to use must be named by a plain string")

    def test(self, node: nodes.Test, value: str) -> str:
        """A test of a value that is JavaScript already. Gives true or false."""
        self._refuse_stars(node)
        if node.name not in TESTS or node.kwargs:
            raise self.refuse(node, f"the phone has no test {node.name!r}, only {', '.join(sorted(TESTS))}")
        return f"tests.{node.name}({', '.join([value, *map(self.expression, node.args)])})"

    def _in_order(self, node: nodes.Filter, parameters: tuple[str, ...]) -> list[str]:
        """The arguments as they stand in the parameters' order; what is left out is undefined."""
        given = dict(zip(parameters, map(self.expression, node.args), strict=False))
        for each in node.kwargs:
            name = str(each.key)
            if name not in parameters or name in given:
                raise self.refuse(node, f"the filter {node.name!r} takes no {name!r} on the phone")
            given[name] = self.expression(each.value)
        if len(node.args) > len(parameters):
            raise self.refuse(
                node, f"the filter {node.name!r} takes {len(parameters)} arguments on the phone"
            )
        last = max((parameters.index(name) for name in given), default=-1)
        return [given.get(name, "undefined") for name in parameters[: last + 1]]

    def _positional(self, node: nodes.Call) -> str:
        return f"[{', '.join(map(self.expression, node.args))}]"

    def _named(self, kwargs: Sequence[nodes.Keyword], *extra: str) -> str:
        named = [f"{literal(each.key)}: {self.expression(each.value)}" for each in kwargs]
        return f"{{{', '.join([*named, *extra])}}}"

    def _refuse_stars(self, node: nodes.Call | nodes.Filter | nodes.Test) -> None:
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            raise self.refuse(node, "* and ** in a call are not for the phone")
