"""Knows what each operation of the language gives: a list of values, none of them when there is nothing to say.

Nothing raises: what makes no sense gives no value. Knows no storage. Twin: service_worker/checklists/evaluate.js; both run
tests/cases/checklist_trees.json, and a property holds them together for trees and answers of any kind. docs/checklists.md says
what each operation is.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from pwa.checklists.days import Dated, between, day_of, read_dated, shifted
from pwa.checklists.decimals import ONE, to_number
from pwa.checklists.operations import OPERATIONS, of_one, some, whole
from pwa.checklists.pattern import Table, matches
from pwa.checklists.values import Value, Values, is_true

Rows = Mapping[str, str]
"""The row of each repeating group that somebody stands in, by the group's id."""


class Answers(Protocol):
    """What is asked for while a tree is evaluated."""

    @property
    def now(self) -> Dated: ...
    @property
    def patterns(self) -> Mapping[str, Table]: ...
    def read(self, step_id: str, rows: Rows) -> Values:
        """What is answered at the step, in the rows that are given and in all of its other ones."""

    def stand(self, group_id: str, rows: Rows) -> list[Rows]:
        """Each of the group's rows to stand in."""

    def number_of_row(self, group_id: str, rows: Rows) -> int | None:
        """Which row of the group this is, the first is 1; None outside of it."""


class Here(NamedTuple):
    """Where a tree is evaluated: in which rows, at which step's own answers, and for which one of a list."""

    answers: Answers
    rows: Rows
    own: Values
    it: Values


def evaluate(tree: Any, here: Here) -> Values:
    """The values of a tree that `tree_mistakes` finds nothing wrong with."""
    if isinstance(tree, str | bool):
        return [tree]
    [(name, given)] = tree.items()
    if form := FORMS.get(name):
        return form(given, here)
    return OPERATIONS[name](*(evaluate(part, here) for part in given))


def _each(given: Sequence[Any], here: Here) -> Values:
    group_id, condition, value = given
    inside = [here._replace(rows=rows) for rows in here.answers.stand(group_id, here.rows)]
    return [one for row in inside if is_true(evaluate(condition, row)) for one in evaluate(value, row)]


def _filter(given: Sequence[Any], here: Here) -> Values:
    values, condition = given
    return [one for one in evaluate(values, here) if is_true(evaluate(condition, here._replace(it=[one])))]


def _if(given: Sequence[Any], here: Here) -> Values:
    condition, then, otherwise = given
    return evaluate(then if is_true(evaluate(condition, here)) else otherwise, here)


def _row(group_id: str, here: Here) -> Values:
    number = here.answers.number_of_row(group_id, here.rows)
    return [] if number is None else [number * ONE]


def _matches(given: Sequence[Any], here: Here) -> Values:
    table = here.answers.patterns[given[1]]
    return of_one(lambda text: matches(table, text), "text")(evaluate(given[0], here))


def _shift(given: Sequence[Any], here: Here) -> Values:
    def shift(dated: Value, number: int) -> Value | None:
        count = whole(number)
        return shifted(dated, count, given[2]) if isinstance(dated, Dated) and count is not None else None

    return of_one(shift, "", "number")(evaluate(given[0], here), evaluate(given[1], here))


def _between(given: Sequence[Any], here: Here) -> Values:
    def gone(start: Value, end: Value) -> int | None:
        if not isinstance(start, Dated) or not isinstance(end, Dated):
            return None
        count = between(start, end, given[2])
        return None if count is None else count * ONE

    return of_one(gone)(evaluate(given[0], here), evaluate(given[1], here))


FORMS: Mapping[str, Callable[[Any, Here], Values]] = {
    "number": lambda text, _: some(to_number(text)),
    "date": lambda text, _: some(read_dated("date", text)),
    "time": lambda text, _: some(read_dated("time", text)),
    "date_time": lambda text, _: some(read_dated("date_time", text)),
    "answer": lambda step_id, here: here.answers.read(step_id, here.rows),
    "answers": lambda step_id, here: here.answers.read(step_id, {}),
    "own": lambda _, here: here.own,
    "it": lambda _, here: here.it,
    "row": _row,
    "today": lambda _, here: some(day_of(here.answers.now)),
    "now": lambda _, here: [here.answers.now],
    "and": lambda given, here: [all(is_true(evaluate(part, here)) for part in given)],
    "or": lambda given, here: [any(is_true(evaluate(part, here)) for part in given)],
    "if": _if,
    "each": _each,
    "filter": _filter,
    "matches": _matches,
    "shift": _shift,
    "between": _between,
}
"""What does not first evaluate all that it is given."""
