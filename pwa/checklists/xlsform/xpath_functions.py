"""Knows what each function of XLSForm becomes in our language; knows nothing of operators and paths."""

from collections.abc import Callable, Mapping, Sequence

from pwa.checklists.compiling import (
    NOTHING,
    Tree,
    from_one,
    none_of,
    not_of_several,
    number,
    unknown,
    unlike,
)
from pwa.checklists.outline import Placed
from pwa.checklists.xlsform.cht_functions import CHT_FUNCTIONS
from pwa.checklists.xlsform.parts import (
    Part,
    Place,
    as_date,
    as_number,
    as_text,
    as_truth,
    one,
    so,
)
from pwa.checklists.xlsform.xpath_syntax import Node

Mean = Callable[[Node, Place], Part]
MOST_NAMED = 50


def call(node: Node, place: Place, mean: Mean) -> Part:
    """What a function gives. Raises Refused."""
    if node.name == "position":
        return _position(node, place)
    given = [mean(each, place) for each in node.parts]
    if node.name in FUNCTIONS:
        least, most, function = FUNCTIONS[node.name]
        if least <= len(given) <= most:
            return function(node.name, given, place)
    raise unknown(f"{node.name}()")


def _position(node: Node, place: Place) -> Part:
    """position(..): which row of the repeating group that the question stands in."""
    ways = [way for way in node.parts if way.what == "path" and not way.name and not way.is_absolute]
    if len(node.parts) != 1 or not ways or ways[0].up > len(place.at.groups):
        raise unknown("position()")
    [way] = ways
    around = place.outline[place.at.groups[-way.up]]
    if around.kind != "repeating_group":
        raise unlike("position()", around.kind)
    return Part({"row": around.step.id}, "number", is_blank=False)


def _if(name: str, given: Sequence[Part], place: Place) -> Part:
    condition, then, other = as_truth(given[0], name), given[1], given[2]
    if then.is_list or other.is_list or then.is_many or other.is_many:
        raise not_of_several(name)
    if then.kind != other.kind and "" not in (then.tree, other.tree):
        texts = [each.tree if each.kind == "text" else {"to_text": [each.tree]} for each in (then, other)]
        return Part({"if": [condition, *texts]}, "text")
    kind = other.kind if then.tree == "" else then.kind
    trees = [NOTHING if each.tree == "" else each.tree for each in (then, other)]
    return Part({"if": [condition, *trees]}, kind, is_blank=then.is_blank or other.is_blank)


def _selected(name: str, given: Sequence[Part], place: Place) -> Part:
    question, option = given
    if question.is_many or question.kind not in ("text", "number"):
        raise not_of_several(name) if question.is_many else unlike(name, question.kind)
    written = question.tree if question.kind == "text" else {"to_text": [question.tree]}
    if not question.placed:
        raise unknown("selected()")
    return so({"=": [written, as_text(option, name)]})


def _question(name: str, part: Part) -> Part:
    if not part.placed or part.is_many:
        raise unknown(f"{name}()")
    return part


def _number(operation: str) -> "Function":
    return lambda name, given, _: Part({operation: [as_number(each, name) for each in given]}, "number")


def _text(operation: str, kind: str) -> "Function":
    return lambda name, given, _: Part(
        {operation: [as_text(each, name) for each in given]}, kind, is_blank=False
    )


def _of_rows(operation: str, otherwise: Tree) -> "Function":
    """Of one set of questions in rows, or of everything that is given."""

    def function(name: str, given: Sequence[Part], _: Place) -> Part:
        if any(each.kind not in ("number", "text") or each.is_list for each in given):
            raise unlike(f"{name}()", given[0].kind)
        if any(each.kind == "text" and each.is_many for each in given):
            raise not_of_several(name)
        trees = [each.tree if each.is_many else as_number(each, name) for each in given]
        values = trees[0] if len(trees) == 1 else {"list": trees}
        tree: Tree = {operation: [values]}
        return Part(
            tree if otherwise is None else {"or_else": [tree, otherwise]},
            "number",
            is_blank=otherwise is None,
        )

    return function


def _count(name: str, given: Sequence[Part], place: Place) -> Part:
    [part] = given
    if not part.placed or (part.placed.kind != "repeating_group" and name == "count"):
        raise unknown(f"{name}()")
    if name == "count-selected" and part.is_many:
        raise not_of_several(name)
    return Part({"count": [part.tree]}, "number", is_blank=False)


def _selected_at(name: str, given: Sequence[Part], place: Place) -> Part:
    question = _question(name, given[0])
    return Part({"at": [question.tree, from_one(as_number(given[1], name))]}, "text")


def _coalesce(name: str, given: Sequence[Part], place: Place) -> Part:
    first, second = (one(each, name) for each in given)
    if first.kind != second.kind:
        raise unlike(first.kind, second.kind)
    return Part({"or_else": [first.tree, second.tree]}, first.kind)


def _regex(name: str, given: Sequence[Part], place: Place) -> Part:
    written, pattern = as_text(given[0], name), given[1].tree
    if not isinstance(pattern, str):
        raise unknown("regex()")
    return so({"matches": [written, pattern]})


def _rounded(name: str, given: Sequence[Part], place: Place) -> Part:
    return Part({"round": [as_number(each, name) for each in given]}, "number", is_blank=given[0].is_blank)


def _date(name: str, given: Sequence[Part], place: Place) -> Part:
    [part] = given
    if part.kind == "number":
        return Part({"+": [{"date": "1970-01-01"}, part.tree]}, "date")
    return Part(as_date(part, name), "date")


def _days(name: str, given: Sequence[Part], place: Place) -> Part:
    return Part(as_number(Part(as_date(given[0], name), "date"), name), "number")


def _substr(name: str, given: Sequence[Part], place: Place) -> Part:
    """substr(text, from, to) counts from 0 and leaves `to` out; only where both are written as numbers."""
    start, *end = (_written(each, name) for each in given[1:])
    if start < 0 or (end and end[0] < start):
        raise unknown("substr()")
    length = [number(end[0] - start)] if end else []
    return Part({"part": [as_text(given[0], name), number(start + 1), *length]}, "text")


def _substring(name: str, given: Sequence[Part], place: Place) -> Part:
    """XPath's substring(text, from, length), which counts from 1."""
    start, *length = (_written(each, name) for each in given[1:])
    if start < 1:
        raise unknown("substring()")
    return Part(
        {"part": [as_text(given[0], name), number(start), *(number(each) for each in length)]}, "text"
    )


def _written(part: Part, name: str) -> int:
    """A whole number that is written out."""
    written = part.tree.get("number", "") if isinstance(part.tree, dict) else ""
    if not written.lstrip("-").isdigit():
        raise unknown(f"{name}()")
    return int(written)


def _join(name: str, given: Sequence[Part], place: Place) -> Part:
    between, *parts = given
    if len(parts) == 1 and parts[0].is_many:
        return Part({"or_else": [{"join": [parts[0].tree, as_text(between, name)]}, ""]}, "text")
    texts = [as_text(each, name) for each in parts]
    return Part({"join": [{"list": texts}, as_text(between, name)]}, "text")


def _indexed_repeat(name: str, given: Sequence[Part], place: Place) -> Part:
    """indexed-repeat(question, group, number): the answer in one certain row."""
    question, group, row = given[0].placed, given[1].placed, given[2]
    if (
        not question
        or not group
        or group.kind != "repeating_group"
        or question.repeats[-1:] != (group.step.id,)
    ):
        raise unknown("indexed-repeat()")
    condition = {"=": [{"row": group.step.id}, as_number(row, name)]}
    tree = {"each": [group.step.id, condition, {"answer": question.step.id}]}
    return given[0]._replace(tree=tree, is_many=False)


def _choice_name(name: str, given: Sequence[Part], place: Place) -> Part:
    """The words of an option that is chosen: jr:choice-name(${x}, '${x}')."""
    part = one(given[0], name)
    reference = given[1].tree
    placed = place.links.get(reference.strip("${ }")) if isinstance(reference, str) else None
    if placed is None or placed.kind != "choice" or len(placed.step.options) > MOST_NAMED:
        raise unknown("jr:choice-name()")
    return Part(_named(part.tree, placed), "text")


def _named(tree: Tree, placed: Placed) -> Tree:
    words: Tree = NOTHING
    for option in placed.step.options[::-1]:
        words = {"if": [{"=": [tree, option.value]}, option.label, words]}
    return words


def _non_empty(name: str, given: Sequence[Part], place: Place) -> Part:
    return Part({"count": [{"list": [each.tree for each in given]}]}, "number", is_blank=False)


Function = Callable[[str, Sequence[Part], Place], Part]
MANY = 1000

FUNCTIONS: Mapping[str, tuple[int, int, Function]] = {
    "true": (0, 0, lambda *_: so(True)),
    "false": (0, 0, lambda *_: so(False)),
    "not": (1, 1, lambda name, given, _: so(none_of(as_truth(given[0], name)))),
    "boolean": (1, 1, lambda name, given, _: so(as_truth(given[0], name))),
    "if": (3, 3, _if),
    "selected": (2, 2, _selected),
    "selected-at": (2, 2, _selected_at),
    "count-selected": (1, 1, _count),
    "count": (1, 1, _count),
    "count-non-empty": (1, MANY, _non_empty),
    "coalesce": (2, 2, _coalesce),
    "sum": (1, 1, _of_rows("sum", number(0))),
    "min": (1, MANY, _of_rows("least", None)),
    "max": (1, MANY, _of_rows("most", None)),
    "number": (1, 1, lambda name, given, _: Part(as_number(given[0], name), "number")),
    "int": (1, 1, _number("truncate")),
    "abs": (1, 1, _number("abs")),
    "floor": (1, 1, _number("floor")),
    "ceiling": (1, 1, _number("ceiling")),
    "pow": (2, 2, _number("power")),
    "round": (1, 2, _rounded),
    "string": (1, 1, lambda name, given, _: Part(as_text(given[0], name), "text", is_blank=False)),
    "concat": (
        1,
        MANY,
        lambda name, given, _: Part(
            {"text": [as_text(each, name) for each in given]}, "text", is_blank=False
        ),
    ),
    "join": (2, MANY, _join),
    "string-length": (1, 1, _text("length", "number")),
    "contains": (2, 2, lambda name, given, _: so({"contains": [as_text(each, name) for each in given]})),
    "starts-with": (2, 2, lambda name, given, _: so({"starts": [as_text(each, name) for each in given]})),
    "ends-with": (2, 2, lambda name, given, _: so({"ends": [as_text(each, name) for each in given]})),
    "substr": (2, 3, _substr),
    "substring": (2, 3, _substring),
    "regex": (2, 2, _regex),
    "today": (0, 0, lambda *_: Part({"today": []}, "date", is_blank=False)),
    "now": (0, 0, lambda *_: Part({"now": []}, "date_time", is_blank=False)),
    "date": (1, 1, _date),
    "decimal-date-time": (1, 1, _days),
    "indexed-repeat": (3, 3, _indexed_repeat),
    "choice-name": (2, 2, _choice_name),
    **CHT_FUNCTIONS,
}
"""By a function's name: how much it is given, at least and at most, and what it becomes."""
