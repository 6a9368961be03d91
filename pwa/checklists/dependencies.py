"""Knows which conditions and calculations of a checklist depend on which steps, and in which order they are evaluated.

Made when a checklist is published, and stored with it: a phone that is told one answer evaluates what depends on it, and
nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import groupby
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from pwa.checklists.language import Reading, patterns_in, readings
from pwa.checklists.outline import Outline, Placed
from pwa.checklists.pattern import Table, compile_pattern

What = Literal["shown", "value", "options", "valid"]
Node = tuple[What, str]
"""Whether a step is shown, its calculated value, which options are offered, and which rules its answers break."""


class Graph(BaseModel):
    """`order` has everything that is evaluated, each after what it depends on.

    By a step's id, `readers` are the places in `order` of what reads its answers, each with how many of the outermost
    repeating groups it shares with it: the rows of these are the same. `below` is the same for whatever depends on whether
    the step is shown, or on which rows it has. The clock is the step "".
    """

    model_config = ConfigDict(frozen=True)

    order: list[tuple[What, str]]
    readers: dict[str, list[tuple[int, int]]]
    below: dict[str, list[tuple[int, int]]]


class Edge(NamedTuple):
    """What reads a step, and how many rows are the same."""

    node: Node
    shared: int


def trees_at(placed: Placed) -> Iterator[tuple[What, list[object]]]:
    """What is evaluated at a step, with its trees."""
    step = placed.step
    if step.shown_when is not None:
        yield "shown", [step.shown_when]
    if step.calculated is not None:
        yield "value", [step.calculated]
    if conditions := [each.shown_when for each in step.options if each.shown_when is not None]:
        yield "options", conditions
    if step.valid_when:
        yield "valid", [rule.condition for rule in step.valid_when]


def graph_of(outline: Outline) -> Graph:
    """The graph of a checklist that has no cycle."""
    nodes, edges = _edges(outline)
    order = _in_order(nodes, outline, edges)
    places = {node: place for place, node in enumerate(order)}

    def placed(found: Mapping[str, Sequence[Edge]]) -> dict[str, list[tuple[int, int]]]:
        return {
            step_id: sorted({(places[edge.node], edge.shared) for edge in some})
            for step_id, some in found.items()
            if some
        }

    return Graph(order=order, readers=placed(edges), below=placed(_edges_below(outline, edges)))


def _is_switch(placed: Placed) -> bool:
    """Whether the step can come and go with all that stands in it."""
    return placed.step.shown_when is not None or placed.kind == "repeating_group"


def _edges(outline: Outline) -> tuple[list[Node], dict[str, list[Edge]]]:
    """Everything that is evaluated, and by a step's id what reads it."""
    nodes: list[Node] = []
    edges: dict[str, list[Edge]] = {}
    for step_id, placed in outline.items():
        for what, trees in trees_at(placed):
            node = (what, step_id)
            nodes.append(node)
            reads = {reading for tree in trees for reading in readings(tree, step_id, outline)}
            if what == "valid":
                reads.add(Reading(step_id, len(placed.repeats)))
            for reading in reads:
                edges.setdefault(reading.step_id, []).append(Edge(node, reading.shared))
    return nodes, edges


def _edges_below(outline: Outline, edges: Mapping[str, Sequence[Edge]]) -> dict[str, list[Edge]]:
    """By a step that can come and go, what reads it or any step in it."""
    below: dict[str, list[Edge]] = {step_id: [] for step_id, placed in outline.items() if _is_switch(placed)}
    for step_id, some in edges.items():
        for switch in (step_id, *outline[step_id].groups) if step_id else ():
            if switch in below:
                below[switch] += some
    return below


def _followers(outline: Outline, edges: Mapping[str, Sequence[Edge]]) -> dict[Node, set[Node]]:
    """For everything that is evaluated, what must come after it."""
    after: dict[Node, set[Node]] = {}
    below = _edges_below(outline, edges)
    for step_id, placed in outline.items():
        if placed.step.shown_when is not None:
            after["shown", step_id] = {edge.node for edge in below[step_id]}
        if placed.step.calculated is not None:
            after["value", step_id] = {edge.node for edge in edges.get(step_id, ())}
    return after


def _in_order(nodes: Sequence[Node], outline: Outline, edges: Mapping[str, Sequence[Edge]]) -> list[Node]:
    """The nodes, each after those it depends on, else as they stand in the checklist; those of a cycle are left out."""
    after = _followers(outline, edges)
    stands = {node: place for place, node in enumerate(nodes)}
    waits = dict.fromkeys(nodes, 0)
    for followers in after.values():
        for node in followers:
            waits[node] += 1
    ready = [stands[node] for node in nodes if not waits[node]]
    heapify(ready)
    order = []
    while ready:
        node = nodes[heappop(ready)]
        order.append(node)
        for follower in after.get(node, ()):
            waits[follower] -= 1
            if not waits[follower]:
                heappush(ready, stands[follower])
    return order


def find_cycle(outline: Outline) -> list[str]:
    """The steps that wait for each other, the first one again at the end; none where there is no cycle."""
    nodes, edges = _edges(outline)
    left = set(nodes) - set(_in_order(nodes, outline, edges))
    if not left:
        return []
    after = _followers(outline, edges)
    before = {follower: node for node in left for follower in after.get(node, set()) & left}
    # Each that is left waits for another that is left: whoever goes back comes round.
    node, path = min(left), list[Node]()
    while node not in path:
        path.append(node)
        node = before[node]
    names = [step_id for _, step_id in path[path.index(node) :]]
    turns = [name for name, _ in groupby([*names, names[0]])]
    return turns if len(turns) > 1 else turns * 2


def patterns_of(outline: Outline) -> dict[str, Table]:
    """The table of every pattern that a checklist holds texts against."""
    patterns = {placed.step.pattern for placed in outline.values() if placed.step.pattern}
    for placed in outline.values():
        trees = [tree for _, some in trees_at(placed) for tree in some]
        patterns |= {pattern for tree in [*trees, placed.step.first] for pattern in patterns_in(tree)}
    return {pattern: compile_pattern(pattern) for pattern in sorted(patterns)}
