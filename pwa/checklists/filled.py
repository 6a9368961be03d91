"""Knows a checklist while it is filled in: what is answered, shown, calculated, offered and wrong; evaluates at each answer what
depends on it, and nothing else. Knows no visits, and stores nothing. Twin: service_worker/checklists/filled.js; both run
tests/cases/checklist_filled.json.

A place is a step, and the rows of the repeating groups around it: "pulse", "pulse@r1", "dose@r1/d2". Answers are by place: a
list of what was answered; a repeating group's answers are the ids of its rows.
"""

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Any

from pwa.checklists.days import Dated
from pwa.checklists.dependencies import What, trees_at
from pwa.checklists.evaluate import Here, Rows, evaluate
from pwa.checklists.outline import Placed, outline_of
from pwa.checklists.publishing import Published
from pwa.checklists.values import Values, as_answer, is_true, read_answer, text_of

Said = Mapping[str, Sequence[Any]]
"""What was answered, by place, as JSON."""


Instance = tuple[int, tuple[str, ...]]
"""A place in the graph's order, and the rows in which it is evaluated."""


def place_of(step_id: str, rows: Sequence[str]) -> str:
    """A step's place in these rows, the outermost first."""
    return f"{step_id}@{'/'.join(rows)}" if rows else step_id


def split_place(place: str) -> tuple[str, tuple[str, ...]]:
    """The step and the rows of a place.

    >>> split_place("dose@r1/d2"), split_place("pulse")
    (('dose', ('r1', 'd2')), ('pulse', ()))
    """
    step_id, _, rows = place.partition("@")
    return step_id, tuple(rows.split("/")) if rows else ()


class Filled:
    """A checklist with its answers. `evaluations` counts how often a condition or calculation was evaluated."""

    def __init__(self, published: Published, answers: Said, now: Dated) -> None:
        """`now` is a moment. Everything is evaluated once."""
        self.now = now
        self.patterns = published.patterns
        self.evaluations = 0
        self._graph = published.graph
        self._outline = outline_of(published.definition.steps)
        self._trees = {
            (what, step_id): trees
            for step_id, placed in self._outline.items()
            for what, trees in trees_at(placed)
        }
        self._guards = {
            step_id: [
                each for each in (step_id, *placed.groups) if self._outline[each].step.shown_when is not None
            ]
            for step_id, placed in self._outline.items()
        }
        self._values = {place: self._typed(split_place(place)[0], said) for place, said in answers.items()}
        self._results: dict[tuple[What, str], Values] = {}
        self._inside: dict[str, list[int]] = {}
        for number, (_, step_id) in enumerate(self._graph.order):
            for group in self._outline[step_id].repeats:
                self._inside.setdefault(group, []).append(number)
        self._evaluate(
            [each for number in range(len(self._graph.order)) for each in self._everywhere(number, ())]
        )

    def answer(self, place: str, said: Sequence[Any]) -> set[tuple[What, str]]:
        """Take an answer, or a group's rows; an empty list takes it away. Gives what came out different."""
        step_id, rows = split_place(place)
        before, after = self._values.get(place, []), self._typed(step_id, said)
        self._values[place] = after
        if before == after:
            return set()
        depends = self._readers(step_id, rows)
        if self._outline[step_id].kind == "repeating_group":
            new = [str(row) for row in after if row not in before]
            depends += self._readers_of_rows(step_id, rows) + self._in_rows(step_id, rows, new)
        return self._evaluate(depends)

    def tick(self, now: Dated) -> set[tuple[What, str]]:
        """Take another time. Gives what came out different."""
        self.now = now
        return self._evaluate(self._readers("", ()))

    def is_shown(self, place: str) -> bool:
        """Whether the step is shown, its rows are there, and all groups around it are shown."""
        step_id, rows = split_place(place)
        return self._is_there(step_id, rows) and self._is_shown(step_id, rows)

    def is_conditional(self, step_id: str) -> bool:
        """Whether it depends on an answer if the step is shown, or a group around it."""
        return bool(self._guards[step_id])

    def values(self, place: str) -> list[str | bool]:
        """What the step says, as it is stored: what was calculated, or else answered. Nothing while it is not shown."""
        step_id, rows = split_place(place)
        return _stored(self._at(step_id, rows)) if self._is_there(step_id, rows) else []

    def result(self, what: What, place: str) -> Values:
        """What was evaluated: "options" has true or false for each option with a condition, "valid" for each rule."""
        return self._results.get((what, place), [])

    def first(self, place: str) -> list[str | bool]:
        """What stands at a step before anybody has answered it, as it is stored."""
        step_id, rows = split_place(place)
        step = self._outline[step_id].step
        if step.first is None:
            return []
        return _stored(as_answer(step, evaluate(step.first, self._here(step_id, rows, []))))

    # What the evaluator asks.

    def read(self, step_id: str, rows: Rows) -> Values:
        return [value for each in self._rows_of(step_id, rows) for value in self._at(step_id, each)]

    def stand(self, group_id: str, rows: Rows) -> list[Rows]:
        repeats = (*self._outline[group_id].repeats, group_id)
        kept = {group: row for group, row in rows.items() if group_id not in self._outline[group].repeats}
        return [
            {**kept, **dict(zip(repeats, (*outer, str(row)), strict=True))}
            for outer in self._rows_of(group_id, rows)
            for row in self._at(group_id, outer)
        ]

    def number_of_row(self, group_id: str, rows: Rows) -> int | None:
        if group_id not in rows:
            return None
        outer = tuple(rows[group] for group in self._outline[group_id].repeats)
        there = self._at(group_id, outer)
        return there.index(rows[group_id]) + 1 if rows[group_id] in there else None

    def _at(self, step_id: str, rows: tuple[str, ...]) -> Values:
        if not self._is_shown(step_id, rows):
            return []
        place = place_of(step_id, rows)
        if self._outline[step_id].step.calculated is not None:
            return self._results.get(("value", place), [])
        return self._values.get(place, [])

    def _is_there(self, step_id: str, rows: tuple[str, ...]) -> bool:
        """Whether the rows are there: what was evaluated in one that is gone is not said any more."""
        repeats = self._outline[step_id].repeats
        return all(
            row in self._values.get(place_of(group, rows[:level]), [])
            for level, (group, row) in enumerate(zip(repeats, rows, strict=True))
        )

    def _is_shown(self, step_id: str, rows: tuple[str, ...]) -> bool:
        for guard in self._guards[step_id]:
            place = place_of(guard, rows[: len(self._outline[guard].repeats)])
            if not is_true(self._results.get(("shown", place), [])):
                return False
        return True

    def _rows_of(self, step_id: str, fixed: Rows) -> list[tuple[str, ...]]:
        """The step's rows: those that are fixed, and all of the other groups."""
        found: list[tuple[str, ...]] = [()]
        is_fixed = True
        for group in self._outline[step_id].repeats:
            is_fixed = is_fixed and group in fixed
            if is_fixed:
                found = [(*rows, fixed[group]) for rows in found]
            else:
                found = [(*rows, str(row)) for rows in found for row in self._at(group, rows)]
        return found

    # What depends on what.

    def _everywhere(self, number: int, first: tuple[str, ...]) -> list[Instance]:
        """Everywhere below the first rows that something is evaluated, shown or not."""
        found = [first]
        _, step_id = self._graph.order[number]
        for group in self._outline[step_id].repeats[len(first) :]:
            found = [
                (*rows, str(row)) for rows in found for row in self._values.get(place_of(group, rows), [])
            ]
        return [(number, rows) for rows in found]

    def _readers(self, step_id: str, rows: tuple[str, ...]) -> list[Instance]:
        found = self._graph.readers.get(step_id, ())
        return [each for number, shared in found for each in self._everywhere(number, rows[:shared])]

    def _below(self, step_id: str, rows: tuple[str, ...]) -> list[Instance]:
        """What reads the step or any step in it."""
        found = self._graph.below.get(step_id, ())
        return [each for number, shared in found for each in self._everywhere(number, rows[:shared])]

    def _readers_of_rows(self, group_id: str, rows: tuple[str, ...]) -> list[Instance]:
        """What reads a group's rows or anything in them from outside of the one row."""
        found = [
            (number, shared) for number, shared in self._graph.below.get(group_id, ()) if shared <= len(rows)
        ]
        return [each for number, shared in found for each in self._everywhere(number, rows[:shared])]

    def _in_rows(self, group_id: str, rows: tuple[str, ...], new: Sequence[str]) -> list[Instance]:
        """Everything in the new rows of a group."""
        inside = self._inside.get(group_id, ())
        return [each for row in new for number in inside for each in self._everywhere(number, (*rows, row))]

    def _evaluate(self, first: Sequence[Instance]) -> set[tuple[What, str]]:
        """Evaluate these, and what depends on those that come out different, each once."""
        waiting = list(set(first))
        seen = set(waiting)
        heapify(waiting)
        changed: set[tuple[What, str]] = set()
        while waiting:
            number, rows = heappop(waiting)
            what, step_id = self._graph.order[number]
            place = place_of(step_id, rows)
            result = self._result(what, self._outline[step_id], rows)
            if result == self._results.get((what, place)):
                continue
            self._results[what, place] = result
            changed.add((what, place))
            depends = {"shown": self._below, "value": self._readers}.get(what)
            for each in depends(step_id, rows) if depends else ():
                if each not in seen:
                    seen.add(each)
                    heappush(waiting, each)
        return changed

    def _result(self, what: What, placed: Placed, rows: tuple[str, ...]) -> Values:
        self.evaluations += 1
        step_id = placed.step.id
        trees = self._trees[what, step_id]
        here = self._here(step_id, rows, self._at(step_id, rows) if what == "valid" else [])
        if what == "value":
            return as_answer(placed.step, evaluate(trees[0], here))
        return [is_true(evaluate(tree, here)) for tree in trees]

    def _here(self, step_id: str, rows: tuple[str, ...], own: Values) -> Here:
        return Here(self, dict(zip(self._outline[step_id].repeats, rows, strict=True)), own, [])

    def _typed(self, step_id: str, said: Sequence[Any]) -> Values:
        placed = self._outline.get(step_id)
        return [] if placed is None else [value for one in said for value in read_answer(placed.step, one)]


def _stored(values: Values) -> list[str | bool]:
    return [value if isinstance(value, bool) else text_of(value) for value in values]
