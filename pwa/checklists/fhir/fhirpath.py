"""Knows how a FHIRPath expression of a questionnaire becomes a tree of our language; what it does not know it refuses by name.

FHIRPath has a third truth value, nothing. Each condition is compiled into when it is surely true and when it is surely false, so
that nothing of it is left. Source: http://hl7.org/fhirpath/N1 and the Structured Data Capture guide's use of it.
"""

from collections.abc import Mapping

from pwa.checklists.compiling import (
    NOTHING,
    OfARecord,
    Refused,
    Tree,
    all_of,
    by_link,
    exists,
    from_one,
    unknown,
    unlike,
)
from pwa.checklists.fhir.fhirpath_functions import call
from pwa.checklists.fhir.fhirpath_syntax import Node, parse
from pwa.checklists.fhir.literals import code_of, literal, shift_of, unit_of
from pwa.checklists.fhir.meanings import (
    Answers,
    Context,
    Items,
    Meaning,
    Root,
    Truth,
    Values,
    Variable,
    as_truth,
    as_values,
    both,
    compared,
    either,
    negated,
    of_type,
    one_value,
    union,
    valued,
    values_of,
)
from pwa.checklists.fhir.paths import children, readable
from pwa.checklists.outline import Outline
from pwa.words import N_

ORDERED = {"number": "number", "date": "date", "time": "time", "date_time": "date_time", "text": "text"}
ARITHMETIC = ("+", "-", "*", "/", "div", "mod")
OPPOSITES = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
RESPONSES = ("resource", "rootResource")
MOST_OPENED = 40
Variables = Mapping[str, Variable]


def compile_condition(
    expression: str, outline: Outline, at: str | None = None, variables: Variables | None = None
) -> Tree:
    """When the expression is surely true. `at` is the id of the step that it stands at, None at the top. Raises Refused."""
    context = _context(outline, at, variables or {})
    return as_truth(mean(parse(expression), context), expression).true


def compile_rule(
    expression: str, outline: Outline, at: str | None = None, variables: Variables | None = None
) -> Tree:
    """When the expression is not surely false: what a constraint asks. Raises Refused."""
    context = _context(outline, at, variables or {})
    return negated(Truth(negated(as_truth(mean(parse(expression), context), expression)).true)).true


def compile_value(
    expression: str, outline: Outline, at: str | None = None, variables: Variables | None = None
) -> Tree:
    """The expression's values. Raises Refused."""
    context = _context(outline, at, variables or {})
    return as_values(valued(mean(parse(expression), context)), expression).tree


def _context(outline: Outline, at: str | None, variables: Variables) -> Context:
    if at is None:
        return Context(outline, by_link(outline), Root(False), (), variables)
    placed = outline[at]
    standing = (*placed.repeats, at) if placed.kind == "repeating_group" else placed.repeats
    return Context(outline, by_link(outline), Items((placed,), is_chosen=True), standing, variables)


def mean(node: Node, context: Context) -> Meaning:
    """What a part of an expression means."""
    if node.what == "literal":
        return literal(node)
    if node.what == "this":
        return context.focus
    if node.what == "variable":
        return _variable(node.name, context)
    if node.what == "operator":
        return _operator(node, context)
    if node.what == "type":
        [inner] = node.parts
        return of_type(as_values(valued(_mean(inner, context)), node.name), node.name)
    if node.what == "quantity":
        return Values({"number": node.value}, f"number {node.name}")
    if node.what == "index":
        [of, place] = node.parts
        values, at = as_values(valued(_mean(of, context)), "[]"), one_value(_mean(place, context), "[]")
        return values._replace(tree={"at": [values.tree, from_one(at.tree)]}, is_many=False)
    target = context.focus if node.parts[0] is None else _mean(node.parts[0], context)
    if node.what == "member":
        return _member(node.name, target, node.parts[0] is None, context)
    return call(node, target, context, mean)


def _mean(node: Node | None, context: Context) -> Meaning:
    return context.focus if node is None else mean(node, context)


def _variable(name: str, context: Context) -> Meaning:
    if name in RESPONSES:
        return Root(True)
    if name == "context":
        return context.focus
    if name not in context.variables:
        raise OfARecord(f"%{name}")
    if name in context.opened or len(context.opened) >= MOST_OPENED:
        raise Refused(N_("The variable “%(name)s” waits for itself."), name=name)
    expression, at = context.variables[name]
    declared = _context(context.outline, at, context.variables)
    deeper = tuple(group for group in (*context.standing, *context.deeper) if group not in declared.standing)
    return mean(parse(expression), declared._replace(deeper=deeper, opened=(*context.opened, name)))


def _member(name: str, target: Meaning, is_first: bool, context: Context) -> Meaning:
    if is_first and name == "QuestionnaireResponse":
        return Root(True)
    if name == "item":
        return children(target, context)
    if isinstance(target, Items) and name == "answer":
        return Answers(*readable(target, context, name))
    if isinstance(target, Items) and name == "linkId":
        return Values(target.one(name).step.link, "text")
    if isinstance(target, Answers) and name.startswith("value"):
        values = values_of(target, name)
        return values if name == "value" else of_type(values, name.removeprefix("value"))
    if isinstance(target, Values):
        return _part_of_value(name, target)
    raise unknown(name)


def _part_of_value(name: str, values: Values) -> Values:
    placed = values.placed
    if values.kind == "number" and placed and name == "value":
        return values
    if values.kind == "number" and placed and name in ("unit", "code") and placed.step.unit:
        return Values({"if": [exists(values.tree), placed.step.unit, NOTHING]}, "text")
    if values.kind == "coding" and placed and name in ("code", "display"):
        return code_of(name, values, placed.step)
    raise unknown(name)


def _operator(node: Node, context: Context) -> Meaning:
    name = node.name
    if len(node.parts) == 1:
        [inner] = node.parts
        value = _number(_mean(inner, context), name)
        return value if name == "+" else value._replace(tree=_negative(value.tree))
    left, right = (valued(_mean(part, context)) for part in node.parts)
    if name in ("and", "or", "xor", "implies"):
        return _logic(name, as_truth(left, name), as_truth(right, name))
    if name == "|":
        return union(as_values(left, name), as_values(right, name))
    if name in ("=", "!="):
        equal = _equal(as_values(left, name), as_values(right, name), name)
        return equal if name == "=" else negated(equal)
    if name in ("in", "contains"):
        one, many = (left, right) if name == "in" else (right, left)
        return _membership(one_value(one, name), as_values(many, name), name)
    if name in OPPOSITES:
        return _ordered(name, one_value(left, name), one_value(right, name))
    if name == "&":
        texts = [_text(one_value(each, name), name) for each in (left, right)]
        return Values({"text": texts}, "text")
    return _arithmetic(name, one_value(left, name), one_value(right, name))


def _logic(name: str, left: Truth, right: Truth) -> Truth:
    if name == "and":
        return both(left, right)
    if name == "or":
        return either(left, right)
    if name == "implies":
        return either(negated(left), right)
    return either(both(left, negated(right)), both(negated(left), right))


def _equal(left: Values, right: Values, name: str) -> Truth:
    if "nothing" in (left.kind, right.kind):
        return Truth(False, False)
    if left.is_many and right.is_many:
        raise unlike(f"{left.kind}s", f"{right.kind}s")
    if unit_of(left, right) != unit_of(right, left):
        raise unlike(left.kind, right.kind)
    ones = [one_value(each, name).tree for each in (left, right)]
    # Several answers are not the one value: where both sides have any, they differ.
    return compared({"=": ones}, {"!=": ones}, left, right)


def _membership(one: Values, many: Values, name: str) -> Truth:
    if many.kind != one.kind:
        raise unlike(one.kind, many.kind)
    same = [one.tree, many.tree]
    return Truth({"=": same}, all_of([exists(one.tree), {"!=": same}]))


def _ordered(name: str, left: Values, right: Values) -> Truth:
    if "nothing" in (left.kind, right.kind):
        return Truth(False, False)
    kind = unit_of(left, right)
    if kind != unit_of(right, left) or kind.partition(" ")[0] not in ORDERED:
        raise unlike(left.kind, right.kind)
    same = [left.tree, right.tree]
    return compared({name: same}, {OPPOSITES[name]: same}, left, right)


def _arithmetic(name: str, left: Values, right: Values) -> Values:
    if name not in ARITHMETIC:
        raise unknown(name)
    if "nothing" in (left.kind, right.kind):
        return Values(NOTHING, "nothing")
    if name in ("+", "-") and left.kind in ("date", "date_time") and right.kind.startswith("number "):
        return left._replace(tree=shift_of(left, right, name), placed=None)
    if name == "+" and left.kind == right.kind == "text":
        both_exist = all_of([exists(left.tree), exists(right.tree)])
        joined = {"text": [left.tree, right.tree]}
        return Values(joined if both_exist is True else {"if": [both_exist, joined, NOTHING]}, "text")
    return Values({name: [_number(left, name).tree, _number(right, name).tree]}, "number")


def _negative(tree: Tree) -> Tree:
    if isinstance(tree, dict) and "number" in tree and not tree["number"].startswith("-"):
        return {"number": f"-{tree['number']}"}
    return {"negate": [tree]}


def _number(meaning: Meaning, what: str) -> Values:
    values = one_value(valued(meaning), what)
    if values.kind not in ("number", "nothing"):
        raise unlike(what, values.kind)
    return values._replace(placed=None)


def _text(values: Values, what: str) -> Tree:
    if values.kind not in ("text", "nothing"):
        raise unlike(what, values.kind)
    return values.tree
