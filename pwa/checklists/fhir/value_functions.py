"""Knows the functions of FHIRPath that make a value of one value or of many; knows nothing of items and conditions."""

from collections.abc import Callable, Mapping

from pwa.checklists.compiling import NOTHING, Tree, from_one, unknown, unlike
from pwa.checklists.fhir.meanings import Meaning, Values, as_values, one_value

OF_MANY = {"sum": "sum", "min": "least", "max": "most", "avg": "average", "distinct": "distinct"}


def of_many(name: str, values: Values) -> Values:
    if name in ("sum", "avg") and values.kind != "number":
        raise unlike(f"{name}()", values.kind)
    return values._replace(tree={OF_MANY[name]: [values.tree]}, is_many=name == "distinct", placed=None)


# What is made of one value.

PLAIN = ("text", "number", "date", "time", "date_time")

Build = Callable[..., Tree]


def of_one(
    name: str, kinds: tuple[str, ...], becomes: str, build: Build, target: Meaning, given: list[Meaning]
) -> Values:
    values = as_values(target, name) if name == "join" else one_value(target, name)
    found = [values, *(one_value(each, name) for each in given)]
    least = len([kind for kind in kinds if not kind.startswith("?")])
    if not least <= len(found) <= len(kinds):
        raise unknown(f"{name}()")
    for kind, each in zip(kinds, found, strict=False):
        if each.kind not in ("nothing", *([kind.removeprefix("?")] if kind != "any" else PLAIN)):
            raise unlike(f"{name}()", each.kind)
    tree = build(*(each.tree for each in found))
    return Values(tree, becomes or found[0].kind)


def _whole_number(tree: Tree) -> Tree:
    text = {"to_text": [tree]}
    return {"if": [{"matches": [text, "-?[0-9]+"]}, {"to_number": [text]}, NOTHING]}


def _search(text: Tree, pattern: Tree) -> Tree:
    """FHIRPath's matches() looks for a part that fits; our patterns are about the whole text."""
    if not isinstance(pattern, str):
        raise unknown("matches()")
    begins = "" if pattern.startswith("^") else "[\\s\\S]*"
    ends = "" if pattern.endswith("$") and not pattern.endswith("\\$") else "[\\s\\S]*"
    if "|" in pattern and (begins == "" or ends == ""):
        raise unknown(f"matches('{pattern}')")
    inner = pattern.removeprefix("^") if begins == "" else pattern
    inner = inner[:-1] if ends == "" else inner
    return {"matches": [text, f"{begins}(?:{inner}){ends}"]}


def _whole_text(text: Tree, pattern: Tree) -> Tree:
    if not isinstance(pattern, str):
        raise unknown("matchesFull()")
    return {"matches": [text, pattern]}


def _plain(operation: str) -> Build:
    return lambda *trees: {operation: list(trees)}


OF_ONE: Mapping[str, tuple[tuple[str, ...], str, Build]] = {
    "toString": (("any",), "text", _plain("to_text")),
    "toInteger": (("any",), "number", _whole_number),
    "toDecimal": (("any",), "number", _plain("to_number")),
    "toDate": (("any",), "date", _plain("to_day")),
    "round": (("number", "?number"), "number", _plain("round")),
    "abs": (("number",), "number", _plain("abs")),
    "floor": (("number",), "number", _plain("floor")),
    "ceiling": (("number",), "number", _plain("ceiling")),
    "truncate": (("number",), "number", _plain("truncate")),
    "power": (("number", "number"), "number", _plain("power")),
    "length": (("text",), "number", _plain("length")),
    "upper": (("text",), "text", _plain("upper")),
    "lower": (("text",), "text", _plain("lower")),
    "trim": (("text",), "text", _plain("trim")),
    "startsWith": (("text", "text"), "bool", _plain("starts")),
    "endsWith": (("text", "text"), "bool", _plain("ends")),
    "contains": (("text", "text"), "bool", _plain("contains")),
    "replace": (("text", "text", "text"), "text", _plain("replace")),
    "matches": (("text", "text"), "bool", _search),
    "matchesFull": (("text", "text"), "bool", _whole_text),
    "substring": (
        ("text", "number", "?number"),
        "text",
        lambda text, start, *rest: {"part": [text, from_one(start), *rest]},
    ),
    "join": (("text", "?text"), "text", lambda texts, between="": {"join": [texts, between]}),
}
"""By a function's name: the kinds of its target and of what it is given ("?" may be left out), the kind that it gives, and its tree."""
