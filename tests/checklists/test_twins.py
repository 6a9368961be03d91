"""The phone's evaluator and the server's give the same, for checklists, answers and trees by lot."""

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pwa.checklists.definition import read_definition
from pwa.checklists.filled import Filled
from pwa.checklists.language import tree_mistakes
from pwa.checklists.mistakes import WrongChecklist
from pwa.checklists.outline import outline_of
from tests.checklists.cases import evaluated, moment, published_with
from tests.checklists.made_up import PLACES, ROWS, checklists, taps, trees
from tests.checklists.phone import phone

pytestmark = [pytest.mark.no_database, pytest.mark.slow]

NOW = "2026-11-23T23:30:00.000Z"
AT = st.sampled_from(["", "ja", "ja_hver@r1", "tal_ind@r2/p1"])


@pytest.fixture(scope="module")
def node():
    with phone() as asked:
        yield asked


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    checklists(),
    st.lists(taps(), max_size=6),
    st.lists(taps(), max_size=4),
    st.lists(st.tuples(trees, AT), max_size=8),
)
def test_both_sides_give_the_same(node, checklist, answered, tapped, asked):
    definition = _definition(checklist)
    outline = outline_of(definition.steps)
    asked = [(tree, at) for tree, at in asked if not tree_mistakes(tree, outline, "")]
    published = published_with(checklist, [tree for tree, _ in asked])
    answers = {**ROWS, **dict(answered)}
    repeats = {step_id: placed.repeats for step_id, placed in outline.items()}

    filled = Filled(published, answers, moment(NOW))
    told = [[_named(filled.answer(place, said)), filled.evaluations] for place, said in tapped]
    here: dict[str, Any] = {
        "told": told,
        "trees": [evaluated(filled, tree, at, repeats) for tree, at in asked],
        "values": [[filled.is_shown(place), filled.values(place)] for place in PLACES],
    }
    there = node.ask(
        published=published.document(), answers=answers, now=NOW, taps=tapped, trees=asked, places=PLACES
    )

    assert there == here


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(checklists(), st.lists(taps(), max_size=8))
def test_one_answer_at_a_time_comes_to_the_same_as_all_at_once(checklist, tapped):
    published = published_with(_definition(checklist).model_dump(mode="json"))

    step_by_step = Filled(published, ROWS, moment(NOW))
    for place, said in tapped:
        step_by_step.answer(place, said)
    at_once = Filled(published, {**ROWS, **dict(tapped)}, moment(NOW))

    assert _shown(step_by_step) == _shown(at_once)


def _shown(filled: Filled) -> list[Any]:
    return [(place, filled.is_shown(place), filled.values(place)) for place in PLACES]


def _named(changed: set[Any]) -> list[str]:
    return sorted(f"{what}:{place}" for what, place in changed)


def _definition(checklist: object):
    """What is no checklist, most of all a cycle, is not asked about."""
    try:
        return read_definition(checklist)
    except WrongChecklist:
        assume(False)
        raise
