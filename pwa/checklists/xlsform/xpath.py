"""Knows how an XPath expression of an XLSForm becomes a tree of our language; what it does not know it refuses by name.

Sources: https://xlsform.org, https://docs.getodk.org/form-operators-functions/, XPath 1.0 §3.4 for what is compared with what.
"""

from collections.abc import Mapping

from pwa.checklists.compiling import (
    Refused,
    Tree,
    all_of,
    any_of,
    by_link,
    no_step,
    none_of,
    not_of_several,
    number,
    unknown,
    unlike,
)
from pwa.checklists.outline import Outline, Placed
from pwa.checklists.xlsform.parts import (
    KINDS,
    Part,
    Place,
    as_date,
    as_number,
    as_text,
    as_truth,
    one,
    so,
    text,
)
from pwa.checklists.xlsform.xpath_functions import call
from pwa.checklists.xlsform.xpath_syntax import Node, parse
from pwa.words import N_

ARITHMETIC = {"+": "+", "-": "-", "*": "*", "div": "/", "mod": "mod"}
DATES = ("date", "date_time", "time")
UNANSWERED = ("information", "group")


def compile_condition(expression: str, outline: Outline, at: str) -> Tree:
    """A `relevant` at the step `at`: when it is true. Raises Refused."""
    return as_truth(mean(parse(expression), _place(outline, at)), expression)


def compile_rule(expression: str, outline: Outline, at: str) -> Tree:
    """A `constraint`: true of every answer; a form does not ask it of a question without one. Raises Refused."""
    place = _place(outline, at)._replace(is_rule=True)
    return any_of([none_of({"exists": [{"own": []}]}), as_truth(mean(parse(expression), place), expression)])


def compile_value(expression: str, outline: Outline, at: str) -> Tree:
    """A `calculation`, or a `default` that is an expression: its value. Raises Refused."""
    return mean(parse(expression), _place(outline, at)).tree


def compile_calculation(expression: str, outline: Outline, at: str) -> tuple[Tree, str]:
    """What a calculation gives, and the kind of it: number, text, date, time or date_time. Raises Refused.

    What is true or false is the text that a form makes of it.
    """
    part = mean(parse(expression), _place(outline, at))
    if part.kind == "bool":
        return {"if": [part.tree, "true", "false"]}, "text"
    if part.is_list and not part.is_many:
        return as_text(part, expression), "text"
    return one(part, expression).tree, part.kind


def compile_calculated(expression: str, outline: Outline, at: str) -> Tree:
    """A calculation as the kind of the step that it stands at. Raises Refused."""
    part = mean(parse(expression), _place(outline, at))
    kind = outline[at].kind
    if kind == "number":
        return as_number(part, expression)
    if kind in ("short_text", "long_text"):
        return (
            compile_calculation(expression, outline, at)[0]
            if part.kind == "bool"
            else as_text(part, expression)
        )
    if kind == "date":
        return as_date(part, expression)
    if part.kind != KINDS.get(kind, "text"):
        raise unlike(part.kind, kind)
    return one(part, expression).tree


def compile_choice_filter(expression: str, outline: Outline, at: str, columns: Mapping[str, str]) -> Tree:
    """A `choice_filter`, for the option that has these columns: when it is offered. Raises Refused."""
    place = _place(outline, at)._replace(columns=columns)
    return as_truth(mean(parse(expression), place), expression)


def _place(outline: Outline, at: str) -> Place:
    return Place(outline, by_link(outline), outline[at], False, None)


def mean(node: Node, place: Place) -> Part:
    """What a part of an expression is."""
    if node.what == "text":
        return text(node.name)
    if node.what == "number":
        return Part(number(node.name), "number", is_blank=False)
    if node.what == "self":
        return _own(place)
    if node.what == "name":
        return read(named(node.name, place), place)
    if node.what == "path":
        return _path(node, place)
    if node.what == "call":
        return call(node, place, mean)
    return _operator(node, place)


def _own(place: Place) -> Part:
    if not place.is_rule:
        return read(place.at, place)
    step = place.at.step
    return Part({"own": []}, KINDS.get(step.kind, "text"), is_list=step.most != 1, placed=place.at)


def named(name: str, place: Place) -> Placed:
    """The step that a name is."""
    if name not in place.links:
        raise unknown(name) if "#" in name else no_step(name)
    return place.links[name]


def read(placed: Placed, place: Place) -> Part:
    """What is answered at a step."""
    if placed.kind in UNANSWERED:
        raise unlike(placed.kind, placed.step.link)
    around = place.at.repeats
    if place.at.kind == "repeating_group":
        around = (*around, place.at.step.id)
    is_many = placed.repeats != around[: len(placed.repeats)]
    is_list = placed.step.most != 1 and placed.kind != "repeating_group"
    kind = KINDS.get(placed.kind, "text")
    return Part(
        {"answer": placed.step.id}, kind, is_many or placed.kind == "repeating_group", is_list, placed=placed
    )


def _path(node: Node, place: Place) -> Part:
    """A column of a choice, or a step by the way to it."""
    if place.columns is not None and not node.up and not node.is_absolute and "/" not in node.name:
        if node.name not in place.columns:
            raise Refused(N_("The choices have no column “%(column)s”."), column=node.name)
        return text(place.columns[node.name])
    *groups, last = node.name.split("/")
    if not last:
        raise unknown(".." if node.up else node.name)
    placed = named(last, place)
    if node.is_absolute:
        groups = groups[1:]
        expected = placed.groups[len(placed.groups) - len(groups) :] if groups else ()
    else:
        up = (
            place.at.groups[: len(place.at.groups) + 1 - node.up]
            if node.up
            else (*place.at.groups, place.at.step.id)
        )
        if node.up > len(place.at.groups) + 1 or placed.groups != (
            *up,
            *(named(group, place).step.id for group in groups),
        ):
            raise no_step("/".join([".."] * node.up + [node.name]))
        return read(placed, place)
    if expected != tuple(named(group, place).step.id for group in groups):
        raise no_step(node.name)
    return read(placed, place)


def _operator(node: Node, place: Place) -> Part:
    parts = [mean(each, place) for each in node.parts]
    if node.name in ("and", "or"):
        join = all_of if node.name == "and" else any_of
        return so(join([as_truth(each, node.name) for each in parts]))
    if len(parts) == 1:
        return _negative(as_number(parts[0], node.name))
    left, right = parts
    if node.name in ("=", "!="):
        return so(_equal(left, right, node.name))
    if node.name in ("<", "<=", ">", ">="):
        return so({node.name: list(_alike(left, right, node.name, is_order=True))})
    if node.name not in ARITHMETIC:
        raise unknown(node.name)
    return _arithmetic(node.name, left, right)


def _negative(tree: Tree) -> Part:
    if isinstance(tree, dict) and "number" in tree and not tree["number"].startswith("-"):
        return Part(number(f"-{tree['number']}"), "number", is_blank=False)
    return Part({"negate": [tree]}, "number")


def _equal(left: Part, right: Part, name: str) -> Tree:
    """XPath compares with every node of a set; != is true when any differs, which is not what = is not."""
    for question, other in ((left, right), (right, left)):
        if other.tree == "" and question.placed and not question.is_many:
            there = {"exists": [question.tree]}
            return there if name == "!=" else none_of(there)
    if name == "!=" and (left.is_many or right.is_many):
        raise not_of_several(name)
    return {name: list(_alike(left, right, name, is_order=False))}


def _alike(left: Part, right: Part, name: str, is_order: bool) -> tuple[Tree, Tree]:
    """Both sides as what XPath compares them as."""
    kinds = {left.kind, right.kind}
    if left.is_many or right.is_many:
        if len(kinds) > 1 or left.is_list or right.is_list:
            raise not_of_several(name)
        return left.tree, right.tree
    if "bool" in kinds:
        if is_order:
            return as_number(left, name), as_number(right, name)
        return as_truth(left, name), as_truth(right, name)
    if kinds <= {"date", "text"} and "date" in kinds:
        return as_date(left, name), as_date(right, name)
    if kinds == {"time"} or kinds == {"date_time"}:
        return left.tree, right.tree
    if is_order or "number" in kinds:
        return as_number(left, name), as_number(right, name)
    # Next to a text with signs, a question without an answer may stay nothing: neither is the same.
    is_written = any(isinstance(each.tree, str) and each.tree != "" for each in (left, right))
    if is_written and kinds == {"text"} and not (left.is_list or right.is_list):
        return left.tree, right.tree
    return as_text(left, name), as_text(right, name)


def _arithmetic(name: str, left: Part, right: Part) -> Part:
    if name == "-" and left.kind == right.kind == "date":
        return Part({"-": [one(left, name).tree, one(right, name).tree]}, "number")
    if name in ("+", "-") and left.kind == "date":
        return Part({name: [one(left, name).tree, as_number(right, name)]}, "date")
    numbers = [as_number(left, name), as_number(right, name)]
    return Part(
        {ARITHMETIC[name]: numbers},
        "number",
        is_blank=left.is_blank or right.is_blank or name in ("div", "mod"),
    )
