"""Knows how a text is held against a pattern in time that grows with the text alone; knows no steps.

A pattern is made into a table when its checklist is published: for each state and each class of signs the next state. Whoever
holds a text against it, here or on a phone, takes one step in the table per sign, so no pattern hangs anybody. What a pattern
may hold is in docs/checklists.md; the rest is refused by name. Twin of `matches`: service_worker/checklists/pattern.js; both
run tests/cases/checklist_patterns.json.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from pwa.checklists.pattern_syntax import Fragment, Signs, parse

MOST_STATES = 1000
MOST_CELLS = 12_000


class Table(NamedTuple):
    """`starts` are the code points where a class begins, `classes` which one; `next_states[state]` has a state per class, -1
    for none; the first state is 0, and a text fits when it ends in one of `ends`."""

    starts: list[int]
    classes: list[int]
    next_states: list[list[int]]
    ends: list[int]


class PatternTooLarge(ValueError):
    """The pattern would need too large a table."""


def matches(table: Table, text: str) -> bool:
    """Whether the whole text fits the pattern."""
    state = 0
    for sign in text:
        state = table.next_states[state][table.classes[bisect_right(table.starts, ord(sign)) - 1]]
        if state < 0:
            return False
    return state in table.ends


def compile_pattern(pattern: str, is_search: bool = False) -> Table:
    """The table of a pattern that the whole text must fit, or of one that may fit a part of it (`is_search`).

    Raises BadPattern for what a pattern may not hold, and PatternTooLarge.
    """
    fragments = _Fragments()
    start, end = fragments.build(parse(pattern, is_search))
    starts, classes, members = _classes(fragments.steps)
    numbers = {frozenset(fragments.closure([start])): 0}
    next_states: list[list[int]] = []
    waiting = list(numbers)
    for states in waiting:
        next_states.append([])
        for sign in members:
            reached = frozenset(fragments.closure(fragments.after(states, sign)))
            if reached and reached not in numbers:
                numbers[reached] = len(numbers)
                waiting.append(reached)
            next_states[-1].append(numbers[reached] if reached else -1)
        if len(numbers) > MOST_STATES or len(numbers) * len(members) > MOST_CELLS:
            raise PatternTooLarge
    ends = [number for states, number in numbers.items() if end in states]
    return Table(starts, classes, next_states, ends)


def _classes(steps: Iterable[tuple[Signs, int]]) -> tuple[list[int], list[int], list[int]]:
    """Where classes begin, which class begins there, and one sign of each class."""
    edges = sorted({0} | {edge for signs, _ in steps for low, high in signs for edge in (low, high + 1)})
    kinds = list({signs for signs, _ in steps})
    numbers: dict[tuple[bool, ...], int] = {}
    starts: list[int] = []
    classes: list[int] = []
    members: list[int] = []
    for edge in edges:
        having = tuple(_holds(signs, edge) for signs in kinds)
        if having not in numbers:
            numbers[having] = len(numbers)
            members.append(edge)
        if not classes or classes[-1] != numbers[having]:
            starts.append(edge)
            classes.append(numbers[having])
    return starts, classes, members


def _holds(signs: Signs, sign: int) -> bool:
    place = bisect_right(signs, (sign, 0x110000)) - 1
    return place >= 0 and signs[place][0] <= sign <= signs[place][1]


class _Fragments:
    """Thompson's states: a step over signs to the next state, or free ways to several."""

    def __init__(self) -> None:
        self.steps: list[tuple[Signs, int]] = []
        self.step_of: dict[int, int] = {}
        self.free: list[list[int]] = []

    def state(self) -> int:
        self.free.append([])
        return len(self.free) - 1

    def build(self, fragment: Fragment) -> tuple[int, int]:
        """The first and the last state of a fragment."""
        if fragment.kind == "signs":
            start, end = self.state(), self.state()
            self.step_of[start] = len(self.steps)
            self.steps.append((fragment.signs, end))
            return start, end
        start = end = self.state()
        if fragment.kind == "either":
            end = self.state()
            for part in fragment.parts:
                self._between(part, start, end)
        elif fragment.kind == "row":
            for part in fragment.parts:
                first, last = self.build(part)
                self.free[end].append(first)
                end = last
        else:
            end = self._repeated(fragment, start)
        return start, end

    def _between(self, part: Fragment, start: int, end: int) -> None:
        first, last = self.build(part)
        self.free[start].append(first)
        self.free[last].append(end)

    def _repeated(self, fragment: Fragment, start: int) -> int:
        [part] = fragment.parts
        end = start
        for _ in range(fragment.least):
            first, last = self.build(part)
            self.free[end].append(first)
            end = last
        if fragment.most is None:
            around = self.state()
            self.free[end].append(around)
            self._between(part, around, around)
            return around
        after = self.state()
        for _ in range(fragment.most - fragment.least):
            self.free[end].append(after)
            first, last = self.build(part)
            self.free[end].append(first)
            end = last
        self.free[end].append(after)
        return after

    def closure(self, states: Iterable[int]) -> set[int]:
        """The states and all that is reached from them freely."""
        waiting = list(states)
        reached = set(waiting)
        while waiting:
            for state in self.free[waiting.pop()]:
                if state not in reached:
                    reached.add(state)
                    waiting.append(state)
        return reached

    def after(self, states: Iterable[int], sign: int) -> list[int]:
        """Where the sign leads to."""
        ways = [self.steps[self.step_of[state]] for state in states if state in self.step_of]
        return [end for signs, end in ways if _holds(signs, sign)]
