"""Knows expressions: what stands between {{ and }}, and after `if`, `in` and `=`."""

from collections.abc import Callable

from jinja2 import nodes

from pwa.templating.jinja_to_js.calls import Calls
from pwa.templating.jinja_to_js.known import DICT_METHODS, SPECIAL_NAMES
from pwa.templating.jinja_to_js.place import literal

OPERATORS: dict[type[nodes.BinExpr], str] = {
    nodes.Add: "add",
    nodes.Sub: "subtract",
    nodes.Mul: "multiply",
    nodes.FloorDiv: "floorDivide",
    nodes.Mod: "modulo",
    nodes.Pow: "power",
}

COMPARISONS = {
    "eq": "r.eq({0}, {1})",
    "ne": "!r.eq({0}, {1})",
    "lt": "r.compare({0}, {1}) < 0",
    "lteq": "r.compare({0}, {1}) <= 0",
    "gt": "r.compare({0}, {1}) > 0",
    "gteq": "r.compare({0}, {1}) >= 0",
    "in": "r.contains({1}, {0})",
    "notin": "!r.contains({1}, {0})",
}

NEVER_PRINTED = (nodes.Compare, nodes.Not, nodes.Test, nodes.List, nodes.Tuple, nodes.Dict)


class Expressions(Calls):
    """Compiles expressions. Every operation with a meaning of Jinja's own is a function of the runtime, `r`."""

    def expression(self, node: nodes.Node) -> str:
        """The JavaScript for any expression."""
        if isinstance(node, nodes.BinExpr) and type(node) in OPERATORS:
            return self._arithmetic(node)
        compiled = EXPRESSIONS.get(type(node))
        if compiled is None:
            raise self.refuse(node, f"{type(node).__name__} is not for the phone")
        return compiled(self, node)

    def condition(self, node: nodes.Node) -> str:
        """The JavaScript for an expression of which only true or false matters."""
        match node:
            case nodes.Not():
                return f"!{self.condition(node.node)}"
            case nodes.And():
                return f"({self.condition(node.left)} && {self.condition(node.right)})"
            case nodes.Or():
                return f"({self.condition(node.left)} || {self.condition(node.right)})"
            case nodes.Compare() | nodes.Test():
                return self.expression(node)
        return f"r.truth({self.expression(node)})"

    def printed(self, node: nodes.Node) -> str:
        """The JavaScript for the escaped text of an expression. What no page should say is refused here."""
        if isinstance(node, NEVER_PRINTED) or (isinstance(node, nodes.Const) and not _is_words(node.value)):
            raise self.refuse(node, "only text and whole numbers can be printed")
        if isinstance(node, nodes.CondExpr):
            otherwise = '""' if node.expr2 is None else self.printed(node.expr2)
            return f"({self.condition(node.test)} ? {self.printed(node.expr1)} : {otherwise})"
        return f"r.print({self.expression(node)})"

    def _constant(self, node: nodes.Const) -> str:
        if isinstance(node.value, float):
            raise self.refuse(node, "a number with a decimal point is not for the phone")
        return literal(node.value)

    def _name(self, node: nodes.Name) -> str:
        if node.name in SPECIAL_NAMES or node.name.startswith("_"):
            raise self.refuse(node, f"the name {node.name!r} has a meaning of its own in Jinja")
        return f"r.get({self.scope}, {literal(node.name)})"

    def _attribute(self, node: nodes.Getattr) -> str:
        return self._named_part(node, node.node, node.attr)

    def _item(self, node: nodes.Getitem) -> str:
        if isinstance(node.arg, nodes.Slice):
            return self._slice(node, node.arg)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._named_part(node, node.node, node.arg.value)
        return f"r.item({self.expression(node.node)}, {self.expression(node.arg)})"

    def _named_part(self, node: nodes.Expr, whole: nodes.Expr, name: str) -> str:
        if name in DICT_METHODS or name.startswith("_"):
            raise self.refuse(node, f"{name!r} is a method in Python; give the part another name")
        return f"r.attr({self.expression(whole)}, {literal(name)})"

    def _slice(self, node: nodes.Getitem, part: nodes.Slice) -> str:
        ends = [
            self.expression(end) if end is not None else "undefined"
            for end in (part.start, part.stop, part.step)
        ]
        return f"r.slice({self.expression(node.node)}, {', '.join(ends)})"

    def _list(self, node: nodes.List | nodes.Tuple) -> str:
        return f"[{', '.join(map(self.expression, node.items))}]"

    def _dict(self, node: nodes.Dict) -> str:
        pairs = []
        for pair in node.items:
            if not isinstance(pair.key, nodes.Const) or not isinstance(pair.key.value, str):
                raise self.refuse(pair, "the keys of an object are plain strings")
            if pair.key.value.isdecimal():
                raise self.refuse(pair, "a key that looks like a number loses its place in JavaScript")
            pairs.append(f"[{literal(pair.key.value)}]: {self.expression(pair.value)}")
        return f"({{{', '.join(pairs)}}})"

    def _choice(self, node: nodes.CondExpr) -> str:
        if node.expr2 is None:
            raise self.refuse(node, "an `if` without `else` can only be printed at once; write the else")
        return (
            f"({self.condition(node.test)} ? {self.expression(node.expr1)} : {self.expression(node.expr2)})"
        )

    def _both(self, node: nodes.And) -> str:
        return f"r.both({self.expression(node.left)}, () => {self.expression(node.right)})"

    def _either(self, node: nodes.Or) -> str:
        return f"r.either({self.expression(node.left)}, () => {self.expression(node.right)})"

    def _comparison(self, node: nodes.Compare) -> str:
        if len(node.ops) != 1:
            raise self.refuse(node, "compare two values at a time")
        (operand,) = node.ops
        return (
            f"({COMPARISONS[operand.op].format(self.expression(node.expr), self.expression(operand.expr))})"
        )

    def _arithmetic(self, node: nodes.BinExpr) -> str:
        if (
            isinstance(node, nodes.Mod)
            and isinstance(node.left, nodes.Const)
            and isinstance(node.left.value, str)
        ):
            raise self.refuse(node, "text is put together with ~ or in a message, not with %")
        return f"r.{OPERATORS[type(node)]}({self.expression(node.left)}, {self.expression(node.right)})"

    def _concatenation(self, node: nodes.Concat) -> str:
        return f"r.concat([{', '.join(map(self.expression, node.nodes))}])"

    def _negative(self, node: nodes.Neg) -> str:
        return f"r.subtract(0, {self.expression(node.node)})"

    def _filtered(self, node: nodes.Filter) -> str:
        if node.node is None:
            raise self.refuse(node, "the filter has nothing to work on")
        return self.filter(node, self.expression(node.node))

    def _tested(self, node: nodes.Test) -> str:
        return self.test(node, self.expression(node.node))

    def _markup(self, node: nodes.TemplateData) -> str:
        return f"r.safe({literal(node.data)})"


def _is_words(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


EXPRESSIONS: dict[type[nodes.Node], Callable[..., str]] = {
    nodes.Const: Expressions._constant,
    nodes.TemplateData: Expressions._markup,
    nodes.Name: Expressions._name,
    nodes.Getattr: Expressions._attribute,
    nodes.Getitem: Expressions._item,
    nodes.List: Expressions._list,
    nodes.Tuple: Expressions._list,
    nodes.Dict: Expressions._dict,
    nodes.CondExpr: Expressions._choice,
    nodes.And: Expressions._both,
    nodes.Or: Expressions._either,
    nodes.Not: Expressions.condition,
    nodes.Compare: Expressions._comparison,
    nodes.Concat: Expressions._concatenation,
    nodes.Neg: Expressions._negative,
    nodes.Call: Expressions.call,
    nodes.Filter: Expressions._filtered,
    nodes.Test: Expressions._tested,
}
