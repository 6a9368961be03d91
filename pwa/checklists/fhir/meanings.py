"""Knows what a part of a FHIRPath expression may mean: the response, items, answers, values, or whether something is so."""

from collections.abc import Mapping
from typing import NamedTuple

from pwa.checklists.compiling import (
    NOTHING,
    Refused,
    Tree,
    all_of,
    any_of,
    exists,
    none_of,
    unknown,
    unlike,
)
from pwa.checklists.outline import Outline, Placed
from pwa.words import N_

KINDS = {
    "yes_no": "bool",
    "number": "number",
    "choice": "coding",
    "date": "date",
    "time": "time",
    "date_time": "date_time",
}
UNREADABLE = ("photo", "signature", "information", "group", "repeating_group")


TYPES = {
    "Boolean": "bool", "Decimal": "number", "Integer": "number", "Quantity": "number", "String": "text", "Coding": "coding",
    "Date": "date", "DateTime": "date_time", "Time": "time",
}  # fmt: skip


class Values(NamedTuple):
    """What a tree gives, and of which kind that is; `placed` is the step that it is answered at."""

    tree: Tree
    kind: str
    is_many: bool = False
    placed: Placed | None = None


class Truth(NamedTuple):
    """When something is surely so, and when it is surely not; without `false`, whenever it is not so."""

    true: Tree
    false: Tree | None = None


class Root(NamedTuple):
    """The whole response; `is_whole`: as seen from everywhere, not only from where the expression stands."""

    is_whole: bool


class Guard(NamedTuple):
    """What must be true of an item; `group` is the repeating group whose rows it is asked of."""

    group: str | None
    condition: Tree


class Items(NamedTuple):
    """Items of some of the steps."""

    steps: tuple[Placed, ...]
    is_whole: bool = False
    guards: tuple[Guard, ...] = ()
    is_chosen: bool = False

    def one(self, what: str) -> Placed:
        """The step, when it is only one."""
        if len(self.steps) != 1 or not self.is_chosen:
            raise unknown(what)
        return self.steps[0]


class Answers(NamedTuple):
    """The answers to a step."""

    placed: Placed
    tree: Tree
    is_many: bool


Meaning = Values | Truth | Root | Items | Answers


class Variable(NamedTuple):
    """A variable's expression, and the id of the step that declares it, None of the whole: there its paths begin."""

    expression: str
    at: str | None = None


class Context(NamedTuple):
    """Where an expression stands: in which repeating groups, and what a path without a beginning is of.

    `deeper` are the groups around whoever uses a variable, and not around whoever declares it.
    """

    outline: Outline
    links: Mapping[str, Placed]
    focus: Meaning
    standing: tuple[str, ...]
    variables: Mapping[str, Variable]
    deeper: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()

    def beyond(self, placed: Placed) -> tuple[str, ...]:
        """The repeating groups around a step, and the step if it is one, that the expression does not stand in."""
        around = (*placed.repeats, placed.step.id) if placed.kind == "repeating_group" else placed.repeats
        shared = 0
        while (
            around[shared : shared + 1] and around[shared : shared + 1] == self.standing[shared : shared + 1]
        ):
            shared += 1
        return around[shared:]


def values_of(answers: Answers, name: str = "value") -> Values:
    """The values of answers."""
    kind = answers.placed.kind
    if kind in UNREADABLE:
        raise unknown(f"{answers.placed.step.link}.{name}")
    return Values(answers.tree, KINDS.get(kind, "text"), answers.is_many, answers.placed)


def valued(meaning: Meaning) -> Meaning:
    """Answers as their values, all else as it is."""
    return values_of(meaning) if isinstance(meaning, Answers) else meaning


def as_values(meaning: Meaning, what: str) -> Values:
    """A meaning as values."""
    if isinstance(meaning, Values):
        return meaning
    if isinstance(meaning, Truth):
        if meaning.false is None:
            return Values(meaning.true, "bool")
        unsure = {"if": [meaning.false, False, NOTHING]}
        return Values({"if": [meaning.true, True, unsure]}, "bool")
    raise unknown(what)


def one_value(meaning: Meaning, what: str) -> Values:
    """A meaning as one value at most; of several there is none, as FHIRPath refuses them."""
    values = as_values(meaning, what)
    return values._replace(tree={"one": [values.tree]}, is_many=False) if values.is_many else values


def as_truth(meaning: Meaning, what: str) -> Truth:
    """When a meaning is surely true, and when surely false."""
    if isinstance(meaning, Truth):
        return meaning
    values = as_values(meaning, what)
    if values.kind == "nothing":
        return Truth(False, False)
    if isinstance(values.tree, bool):
        return Truth(values.tree, not values.tree)
    if values.kind != "bool":
        raise Refused(N_("“%(what)s” is neither true nor false."), what=what[:60])
    single = {"one": [values.tree]} if values.is_many else values.tree
    return Truth(single, {"=": [single, False]})


def no(truth: Truth) -> Tree:
    """When it is surely not so."""
    return none_of(truth.true) if truth.false is None else truth.false


def negated(truth: Truth) -> Truth:
    """Not."""
    return Truth(no(truth), None if truth.false is None else truth.true)


def both(left: Truth, right: Truth) -> Truth:
    """And."""
    true = all_of([left.true, right.true])
    is_sure = left.false is None and right.false is None
    return Truth(true, None if is_sure else any_of([no(left), no(right)]))


def either(left: Truth, right: Truth) -> Truth:
    """Or."""
    return (
        negated(both(negated(left), negated(right)))
        if left.false is None and right.false is None
        else Truth(any_of([left.true, right.true]), all_of([no(left), no(right)]))
    )


def compared(tree: Tree, opposite: Tree, left: Values, right: Values) -> Truth:
    """A comparison that is neither true nor false when a side has no value."""
    return Truth(tree, all_of([exists(left.tree), exists(right.tree), opposite]))


def union(left: Values, right: Values) -> Values:
    """The different values of both."""
    kind = (
        left.kind if right.kind in ("nothing", left.kind) else right.kind if left.kind == "nothing" else None
    )
    if kind is None:
        raise unlike(left.kind, right.kind)
    return Values({"distinct": [{"list": [left.tree, right.tree]}]}, kind, True)


def of_type(values: Values, name: str) -> Values:
    """The values, when they are of a type that FHIR calls this."""
    kind = TYPES.get(name.rpartition(".")[2][:1].upper() + name.rpartition(".")[2][1:])
    if kind is None or (kind != values.kind and values.kind != "nothing"):
        raise unlike(name, values.kind)
    return values
