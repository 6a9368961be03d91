"""Knows how a FHIRPath expression is parsed, by fhirpathpy's parser; knows nothing of what it means.

The library is loaded at the first expression, not with the server.
"""

from dataclasses import dataclass
from typing import Any

from pwa.checklists.compiling import MOST_WRITTEN, not_an_expression, unknown

OPERATORS = {
    "PolarityExpression", "MultiplicativeExpression", "AdditiveExpression", "UnionExpression", "InequalityExpression",
    "EqualityExpression", "MembershipExpression", "AndExpression", "OrExpression", "ImpliesExpression",
}  # fmt: skip
LITERALS = {
    "BooleanLiteral": "bool", "StringLiteral": "text", "NumberLiteral": "number", "DateTimeLiteral": "date",
    "TimeLiteral": "time", "NullLiteral": "nothing",
}  # fmt: skip
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression.

    `what` is literal (`name` its kind), variable, member, call, this, index, operator, type or quantity (`name` its unit). The
    first of `parts` is what a member, a call or an index is of, None at the beginning of a path.
    """

    what: str
    name: str
    parts: tuple["Node | None", ...] = ()
    value: str = ""


def parse(expression: str) -> Node:
    """The syntax tree; raises Refused."""
    if len(expression) > MOST_WRITTEN:
        raise not_an_expression(expression)
    try:
        return _node(_parsed(expression), None)
    except RecursionError:
        raise not_an_expression(expression) from None


def _parsed(expression: str) -> Any:
    """fhirpathpy's own tree of the whole expression: its `parse` takes a beginning that fits, and leaves out the rest."""
    from antlr4 import CommonTokenStream, InputStream
    from antlr4.error.ErrorListener import ErrorListener
    from antlr4.tree.Tree import ParseTreeWalker
    from fhirpathpy.parser.ASTPathListener import ASTPathListener
    from fhirpathpy.parser.generated.FHIRPathLexer import FHIRPathLexer
    from fhirpathpy.parser.generated.FHIRPathParser import FHIRPathParser

    class Refusing(ErrorListener):  # type: ignore[misc]  # antlr4 has no types
        def syntaxError(self, *_: object) -> None:
            raise not_an_expression(expression)

    lexer = FHIRPathLexer(InputStream(expression))
    parser = FHIRPathParser(CommonTokenStream(lexer))
    for each in (lexer, parser):
        each.removeErrorListeners()
        each.addErrorListener(Refusing())
    listener: Any = ASTPathListener()  # type: ignore[no-untyped-call]
    ParseTreeWalker().walk(listener, parser.entireExpression())  # type: ignore[no-untyped-call]
    return listener.parentStack[0]["children"][0]


def _node(parsed: Any, target: Node | None) -> Node:
    kind, inner = parsed["type"], parsed.get("children", [])
    if kind in ("EntireExpression", "TermExpression", "InvocationTerm", "LiteralTerm", "ParenthesizedTerm"):
        return _node(inner[0], target)
    if kind == "InvocationExpression":
        return _node(inner[1], _node(inner[0], None))
    if kind == "MemberInvocation":
        return Node("member", _identifier(inner[0]), (target,))
    if kind == "FunctionInvocation":
        [function] = inner
        name, *given = function["children"]
        arguments = [_node(each, None) for each in given[0].get("children", [])] if given else []
        return Node("call", _identifier(name), (target, *arguments))
    if kind == "ThisInvocation":
        return Node("this", "$this")
    if kind == "ExternalConstantTerm":
        [constant] = inner
        named = constant.get("children", [])
        return Node("variable", _identifier(named[0]) if named else _text(constant["terminalNodeText"][1]))
    if kind == "IndexerExpression":
        return Node("index", "[]", (_node(inner[0], None), _node(inner[1], None)))
    if kind in OPERATORS:
        return Node("operator", parsed["terminalNodeText"][0], tuple(_node(each, None) for each in inner))
    if kind == "TypeExpression":
        return Node("type", inner[1]["text"], (_node(inner[0], None),))
    if kind == "QuantityLiteral":
        return _quantity(inner[0])
    if kind in LITERALS:
        written = parsed["text"]
        return Node("literal", LITERALS[kind], value=_text(written) if kind == "StringLiteral" else written)
    raise unknown(parsed.get("text") or (parsed["terminalNodeText"] or [kind])[0])


def _quantity(parsed: Any) -> Node:
    [amount] = parsed["terminalNodeText"]
    if not parsed.get("children"):
        return Node("literal", "number", value=amount)
    [unit] = parsed["children"]
    while unit.get("children"):
        [unit] = unit["children"]
    [written] = unit["terminalNodeText"]
    return Node("quantity", _text(written) if written.startswith("'") else written, value=amount)


def _identifier(parsed: Any) -> str:
    written: str = parsed["text"]
    return _text(written) if written.startswith("`") else written


def _text(written: str) -> str:
    """A text without its quotation marks, and what was escaped in it."""
    found, rest = "", written[1:-1] if written[:1] in ("'", "`") else written
    while rest:
        before, sign, rest = rest.partition("\\")
        found += before
        if sign and rest[:1] == "u":
            try:
                found += chr(int(rest[1:5], 16))
            except ValueError:
                raise not_an_expression(written) from None
            rest = rest[5:]
        elif sign:
            found += ESCAPES.get(rest[:1], rest[:1])
            rest = rest[1:]
    return found
