"""Knows what each function of FHIRPath becomes in our language; knows nothing of operators and paths."""

from collections.abc import Callable, Mapping
from typing import cast

from pwa.checklists.compiling import (
    NOTHING,
    Tree,
    all_of,
    exists,
    none_of,
    not_of_several,
    unknown,
    unlike,
)
from pwa.checklists.fhir.fhirpath_syntax import Node
from pwa.checklists.fhir.meanings import (
    Answers,
    Context,
    Guard,
    Items,
    Meaning,
    Root,
    Truth,
    Values,
    as_truth,
    as_values,
    negated,
    of_type,
    union,
    valued,
)
from pwa.checklists.fhir.paths import below, chosen, guarded, inside, readable
from pwa.checklists.fhir.value_functions import OF_MANY, OF_ONE, of_many, of_one

Mean = Callable[[Node, Context], Meaning]


def call(node: Node, target: Meaning, context: Context, mean: Mean) -> Meaning:
    """What a function gives of its target. Raises Refused."""
    arguments = [cast(Node, part) for part in node.parts[1:]]
    is_first = node.parts[0] is None
    if is_first and node.name in ("today", "now") and not arguments:
        return Values({node.name: []}, "date" if node.name == "today" else "date_time")
    if node.name == "iif":
        return _iif(arguments, context, mean)
    if node.name in ABOUT_ITEMS:
        return ABOUT_ITEMS[node.name](node.name, target, arguments, context, mean)
    given = [valued(mean(argument, context)) for argument in arguments]
    if node.name in OF_ONE:
        kinds, becomes, build = OF_ONE[node.name]
        return of_one(node.name, kinds, becomes, build, valued(target), given)
    if node.name in OF_MANY and not given:
        return of_many(node.name, as_values(valued(target), node.name))
    raise unknown(f"{node.name}()")


def _iif(arguments: list[Node], context: Context, mean: Mean) -> Values:
    if len(arguments) not in (2, 3):
        raise unknown("iif()")
    condition = as_truth(valued(mean(arguments[0], context)), "iif()").true
    then = as_values(valued(mean(arguments[1], context)), "iif()")
    other = Values(NOTHING, "nothing")
    if arguments[2:]:
        other = as_values(valued(mean(arguments[2], context)), "iif()")
    kind = (
        then.kind if other.kind in ("nothing", then.kind) else other.kind if then.kind == "nothing" else None
    )
    if kind is None:
        raise unlike(then.kind, other.kind)
    return Values({"if": [condition, then.tree, other.tree]}, kind, then.is_many or other.is_many)


# What is asked of items and answers.


def _where(name: str, target: Meaning, arguments: list[Node], context: Context, mean: Mean) -> Meaning:
    if len(arguments) != 1:
        raise unknown(f"{name}()")
    if isinstance(target, Items):
        return _items_where(target, arguments[0], context, mean)
    values = target if isinstance(target, Answers) else as_values(target, name)
    condition = _condition_of_it(values, arguments[0], context, mean)
    return values._replace(tree={"filter": [values.tree, condition]}, is_many=values.is_many)


def _condition_of_it(values: Answers | Values, condition: Node, context: Context, mean: Mean) -> Tree:
    it = values._replace(tree={"it": []}, is_many=False)
    return as_truth(valued(mean(condition, context._replace(focus=it))), "where()").true


def _items_where(items: Items, condition: Node, context: Context, mean: Mean) -> Items:
    others = []
    for part in _conjuncts(condition):
        link = _link_in(part)
        if link is None:
            others.append(part)
        else:
            items = chosen(items, link, context)
    if not others:
        return items
    placed = items.one("where()")
    within, group = inside(items, context)
    conditions = [as_truth(valued(mean(each, within)), "where()").true for each in others]
    guard = Guard(group, all_of(conditions))
    return items._replace(steps=(placed,), guards=(*items.guards, guard))


def _conjuncts(node: Node) -> list[Node]:
    if node.what == "operator" and node.name == "and":
        return [part for each in node.parts for part in _conjuncts(cast(Node, each))]
    return [node]


def _link_in(node: Node) -> str | None:
    """The text in linkId = 'text'."""
    if node.what != "operator" or node.name != "=":
        return None
    left, right = cast(tuple[Node, Node], node.parts)
    for member, text in ((left, right), (right, left)):
        if (
            member.what == "member"
            and member.name == "linkId"
            and member.parts == (None,)
            and text.name == "text"
        ):
            return text.value
    return None


def _every_item(name: str, target: Meaning, arguments: list[Node], context: Context, mean: Mean) -> Items:
    """descendants(), and repeat(item)."""
    is_item = [each.what == "member" and each.name == "item" and each.parts == (None,) for each in arguments]
    if is_item != ([True] if name == "repeat" else []):
        raise unknown(f"{name}()")
    return below(target, context, f"{name}()")


def _select(name: str, target: Meaning, arguments: list[Node], context: Context, mean: Mean) -> Meaning:
    if len(arguments) != 1:
        raise unknown(f"{name}()")
    if isinstance(target, Items):
        within, group = inside(target, context)
        values = as_values(valued(mean(arguments[0], within)), name)
        guards = target.guards
        if group and not any(guard.group == group for guard in guards):
            guards = (*guards, Guard(group, True))
        return values._replace(tree=guarded(values.tree, guards), is_many=values.is_many or bool(group))
    values_or_answers = target if isinstance(target, Answers) else as_values(target, name)
    if values_or_answers.is_many:
        raise not_of_several("select()")
    return mean(arguments[0], context._replace(focus=values_or_answers))


def _exists(name: str, target: Meaning, arguments: list[Node], context: Context, mean: Mean) -> Truth:
    if arguments:
        target = _where(name, target, arguments, context, mean)
    there = Truth(exists(_tree_of(name, target, context)))
    return negated(there) if name == "empty" else there


def _count(name: str, target: Meaning, arguments: list[Node], context: Context, mean: Mean) -> Values:
    if arguments:
        raise unknown("count()")
    return Values({"count": [_tree_of(name, target, context)]}, "number")


def _all(name: str, target: Meaning, arguments: list[Node], context: Context, mean: Mean) -> Truth:
    if len(arguments) != 1 or isinstance(target, Items | Root | Truth):
        raise unknown("all()")
    condition = _condition_of_it(target, arguments[0], context, mean)
    return Truth(none_of({"exists": [{"filter": [target.tree, none_of(condition)]}]}))


def _tree_of(name: str, target: Meaning, context: Context) -> Tree:
    """What is counted."""
    if isinstance(target, Items):
        placed, tree, _ = readable(target, context, name)
        if placed.kind in ("group", "information"):
            raise unknown(f"{placed.step.link}.{name}()")
        return tree
    return target.tree if isinstance(target, Answers) else as_values(target, name).tree


def _first(name: str, target: Meaning, arguments: list[Node], context: Context, mean: Mean) -> Meaning:
    if arguments:
        raise unknown(f"{name}()")
    found = Answers(*readable(target, context, name)) if isinstance(target, Items) else target
    found = found if isinstance(found, Answers) else as_values(found, name)
    operation = "one" if name == "single" else name
    return found._replace(tree={operation: [found.tree]} if found.is_many else found.tree, is_many=False)


def _not(name: str, target: Meaning, arguments: list[Node], context: Context, mean: Mean) -> Truth:
    return negated(as_truth(valued(target), name))


def _same(name: str, target: Meaning, arguments: list[Node], context: Context, mean: Mean) -> Meaning:
    values = as_values(valued(target), name)
    if len(arguments) != 1:
        raise unknown(f"{name}()")
    return of_type(values, arguments[0].name)


def _union(name: str, target: Meaning, arguments: list[Node], context: Context, mean: Mean) -> Values:
    if len(arguments) != 1:
        raise unknown(f"{name}()")
    found = union(as_values(valued(target), name), as_values(valued(mean(arguments[0], context)), name))
    return found if name == "union" else found._replace(tree=found.tree["distinct"][0])


ABOUT_ITEMS: Mapping[str, Callable[[str, Meaning, list[Node], Context, Mean], Meaning]] = {
    "where": _where,
    "select": _select,
    "descendants": _every_item,
    "repeat": _every_item,
    "exists": _exists,
    "hasValue": _exists,
    "empty": _exists,
    "count": _count,
    "all": _all,
    "first": _first,
    "last": _first,
    "single": _first,
    "not": _not,
    "ofType": _same,
    "as": _same,
    "union": _union,
    "combine": _union,
}
