"""What depends on what is known when a checklist is published; a tap pays for what depends on it, not for the checklist."""

from time import process_time

import pytest

from pwa.checklists.definition import read_definition
from pwa.checklists.filled import Filled
from pwa.checklists.publishing import publish
from tests.checklists.cases import moment, published_with, questions

pytestmark = pytest.mark.no_database

NOW = moment("2026-11-23T07:00:00.000Z")


def test_each_is_evaluated_after_what_it_depends_on():
    graph = published_with(questions(4) | {"steps": questions(40)["steps"][::-1]}).graph

    assert graph.order[-1] == ("value", "sum")
    assert graph.readers["q0"] == [(graph.order.index(("shown", "n0")), 0)]
    assert graph.readers["n0"] == [(graph.order.index(("value", "sum")), 0)]
    assert graph.below["n0"] == graph.readers["n0"]


@pytest.mark.parametrize("count", [20, 200, 1800])
def test_a_tap_evaluates_no_more_than_depends_on_it(count):
    filled = Filled(published_with(questions(count)), {"n0": ["2"]}, NOW)
    before = filled.evaluations

    filled.answer("q0", [True])

    assert filled.evaluations - before == 2
    assert filled.values("sum") == ["2"]


def cost_of_taps(filled: Filled) -> float:
    """Seconds of CPU for a thousand taps, the least of five times."""
    costs = []
    for _ in range(5):
        begun = process_time()
        for tap in range(1000):
            filled.answer("q0", [tap % 2 == 0])
        costs.append(process_time() - begun)
    return min(costs)


@pytest.mark.wall_clock
def test_a_tap_on_two_hundred_steps_costs_what_one_on_twenty_does():
    few, many = (Filled(published_with(questions(count)), {"n0": ["2"]}, NOW) for count in (20, 200))

    assert cost_of_taps(many) < 1.1 * cost_of_taps(few)


def test_in_rows_a_tap_evaluates_its_own_row():
    steps = [
        {"id": "a", "kind": "number", "label": ""},
        {"id": "b", "kind": "number", "label": "", "calculated": {"+": [{"answer": "a"}, {"number": "1"}]}},
    ]
    group = {"id": "rows", "kind": "repeating_group", "label": "", "steps": steps}
    rows = [f"r{number}" for number in range(100)]
    filled = Filled(published_with({"title": "T", "steps": [group]}), {"rows": rows}, NOW)
    before = filled.evaluations

    filled.answer("a@r50", ["1"])

    assert filled.evaluations - before == 1
    assert filled.values("b@r50") == ["2"]


@pytest.mark.slow
def test_a_large_checklist_is_published_in_no_time():
    chain = [
        {"id": f"s{number}", "kind": "number", "label": "", "calculated": {"answer": f"s{number - 1}"}}
        for number in range(1, 2000)
    ]
    definition = read_definition(
        {"title": "T", "steps": [{"id": "s0", "kind": "number", "label": ""}, *chain]}
    )
    begun = process_time()

    published = publish(definition)
    filled = Filled(published, {"s0": ["5"]}, NOW)

    assert filled.values("s1999") == ["5"]
    assert process_time() - begun < 3
