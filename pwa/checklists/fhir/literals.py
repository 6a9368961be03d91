"""Knows FHIRPath's and FHIR's literals, units and codes as values of our language."""

from pwa.checklists.compiling import NOTHING, Refused, Tree, dated_tree, number_tree, unknown, unlike
from pwa.checklists.days import DatedKind
from pwa.checklists.fhir.fhirpath_syntax import Node
from pwa.checklists.fhir.meanings import Values
from pwa.checklists.steps import Step
from pwa.words import N_

UNITS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
MOST_DISPLAYED = 50


def literal(node: Node) -> Values:
    """A literal's value."""
    if node.name == "bool":
        return Values(node.value == "true", "bool")
    if node.name == "text":
        return Values(node.value, "text")
    if node.name == "nothing":
        return Values(NOTHING, "nothing")
    if node.name == "number":
        return Values(number_tree(node.value), "number")
    written = node.value.removeprefix("@").removeprefix("T" if node.name == "time" else "")
    kind: DatedKind = "time" if node.name == "time" else "date_time" if "T" in written else "date"
    return Values(dated_tree(kind, written), kind)


def unit_of(values: Values, other: Values) -> str:
    """The kind of a value, and its unit when it is compared with a quantity."""
    if values.kind == "number" and other.kind.startswith("number ") and values.placed:
        return f"number {values.placed.step.unit}"
    return values.kind


def shift_of(dated: Values, quantity: Values, sign: str) -> Tree:
    """A date so much later or earlier."""
    unit = quantity.kind.removeprefix("number ")
    unit = unit if unit.endswith("s") else f"{unit}s"
    if unit not in UNITS:
        raise unlike(dated.kind, unit)
    count = quantity.tree["number"] if sign == "+" else f"-{quantity.tree['number']}"
    return {"shift": [dated.tree, {"number": count}, unit]}


def code_of(name: str, values: Values, step: Step) -> Values:
    """The code or the words of an option that is chosen."""
    if name == "code":
        if any(option.system and option.value.startswith(f"{option.system}|") for option in step.options):
            raise Refused(N_("The options of “%(step)s” have one code in two systems."), step=step.link)
        return values._replace(kind="text", placed=None)
    if values.is_many or len(step.options) > MOST_DISPLAYED:
        raise unknown(name)
    return Values(words_of(values.tree, step), "text")


def words_of(tree: Tree, step: Step) -> Tree:
    """The words of the one option that is chosen."""
    words: Tree = NOTHING
    for option in step.options[::-1]:
        words = {"if": [{"=": [tree, option.value]}, option.label, words]}
    return words
