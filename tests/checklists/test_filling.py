"""A visit's checklist is shown the same by the phone, which evaluates what a tap depends on, and by the server, which evaluates all."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pwa.care.documents.filling import fill
from pwa.checklists.definition import read_definition
from pwa.checklists.fhir.questionnaire import read_questionnaire
from pwa.checklists.filled import Filled
from pwa.checklists.mistakes import WrongChecklist
from pwa.checklists.publishing import Published, publish
from pwa.demo import FILES
from tests.checklists.cases import moment
from tests.checklists.made_up import ROWS, checklists, taps
from tests.checklists.phone import phone

pytestmark = [pytest.mark.no_database]

NOW = "2026-11-23T23:30:00.000Z"
ANNA, BO = {"id": "a", "name": "Anna"}, {"id": "b", "name": "Bo"}


def entry(place: str, said: list[Any], reason: str = "", *others: list[Any]) -> dict[str, Any]:
    """What stands at a place; `others` are what two said without seeing each other's."""
    differing = [{"said": other, "reason": "", "at": NOW, "by": BO} for other in others]
    return {"place": place, "checklist_id": "c", "said": said, "reason": reason, "answered_at": NOW,
            "answered_received_at": None, "answered_by": ANNA, "answered_change": "x", "differing": differing,
            "waiting_since": None}  # fmt: skip


def visit(filled: list[dict[str, Any]], steps: Sequence[object] = ()) -> dict[str, Any]:
    """One whose checklist is filled in so far."""
    return {"visit_id": "v", "checklist": {"id": "c"}, "steps": list(steps), "filled": filled}


@pytest.fixture(scope="module")
def node():
    with phone() as asked:
        yield asked


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(checklists(), st.lists(st.lists(taps(), max_size=4), min_size=1, max_size=4))
def test_what_is_shown_is_the_same_on_both_sides_however_it_came_to_be(node, checklist, times):
    try:
        published = publish(read_definition(checklist))
    except WrongChecklist:
        return
    stands: dict[str, list[Any]] = dict(ROWS)
    visits = []
    for tapped in times:
        stands = {**stands, **dict(tapped)}
        visits.append(visit([entry(place, said) for place, said in sorted(stands.items())]))

    there = node.ask(published=published.document(), visits=visits, now=NOW)

    assert there == [fill(published, each, moment(NOW)) for each in visits]


WOUND_CARE = read_questionnaire(json.loads((FILES / "wound_care.json").read_text("utf-8"))).definition
assert WOUND_CARE
WOUND = publish(WOUND_CARE)
BANDAGES = "materialer"


@pytest.mark.parametrize(
    "filled",
    [
        [],
        [entry("anderledes", [True]), entry("hvordan", ["lugt", {"other": "Blå"}]), entry("smerte", ["væk"])],
        [entry("anderledes", [False]), entry("hvordan", ["lugt"])],
        [
            entry("temperatur", ["45.55"]),
            entry("vaegt", [], "Vægten er i stykker"),
            entry("maalt", ["07:31"]),
        ],
        [
            entry(BANDAGES, ["r1"], "", ["r1"], ["r2"]),
            entry("antal@r2", ["1.5"]),
            entry("hvilken@r3", ["Gaze"]),
        ],
        [entry("anderledes", [False], "", [True], [False])],
        [entry("gone", [True]), entry("naeste", ["2026-11-30"], "", ["2026-11-30"], ["2026-12-01"])],
    ],
)
def test_the_demos_checklist_is_shown_the_same_on_both_sides(node, filled: list[dict[str, Any]]):
    steps = [
        {"id": "s1", "place": "skift", "answer": None},
        {"id": "s2", "place": "stoevsuget", "answer": "technology"},
    ]
    given = visit(filled, steps)

    there = node.ask(published=WOUND.document(), visits=[given], now=NOW)

    assert there == [fill(WOUND, given, moment(NOW))]


def shown(filled: list[dict[str, Any]], published: Published = WOUND) -> dict[str, Any]:
    """What is in sight, by place, and the whole."""
    told = fill(published, visit(filled), moment(NOW))
    return told | {"by_place": {field["place"]: field for field in told["fields"] if field["is_shown"]}}


CALL = publish(
    read_definition(
        {
            "title": "Smerter",
            "steps": [
                {"id": "smerte", "kind": "choice", "label": "Smerter", "options": [
                    {"value": "lidt", "label": "Lidt"}, {"value": "meget", "label": "Meget"}]},
                {"id": "feber", "kind": "yes_no", "label": "Feber"},
                {"id": "ring", "kind": "information", "label": "Ring til sygeplejersken i dag",
                 "shown_when": {"and": [{"=": [{"answer": "smerte"}, "meget"]}, {"answer": "feber"}]}},
            ],
        }
    )
)  # fmt: skip


def test_what_any_of_differing_answers_brings_into_sight_is_in_sight_until_it_is_settled(node):
    pain = entry("smerte", ["lidt"], "", ["meget"], ["lidt"])
    fever = entry("feber", [False], "", [True], [False])
    settled = entry("smerte", ["lidt"])
    times = [visit([pain, fever]), visit([settled, fever]), visit([pain, entry("feber", [False])])]

    there = node.ask(published=CALL.document(), visits=times, now=NOW)

    here = [fill(CALL, each, moment(NOW)) for each in times]
    assert there == here
    assert [told["fields"][2]["is_shown"] for told in here] == [True, False, False]
    assert here[0]["fields"][2]["conditional"]


def test_where_there_are_too_many_differences_each_is_tried_by_itself(node):
    many = [entry(f"q{number}", [False], "", [False], [True]) for number in range(7)]
    asked = [{"id": f"q{number}", "kind": "yes_no", "label": "?"} for number in range(7)]
    told = {"id": "ring", "kind": "information", "label": "Ring", "shown_when": {"answer": "q3"}}
    published = publish(read_definition({"title": "Mange", "steps": [*asked, told]}))

    there = node.ask(published=published.document(), visits=[visit(many)], now=NOW)

    here = fill(published, visit(many), moment(NOW))
    assert there == [here]
    assert here["fields"][-1]["is_shown"]


def test_rows_that_two_have_added_without_seeing_each_others_are_all_there():
    told = shown([entry(BANDAGES, ["r2"], "", ["r1"], ["r2"]), entry("hvilken@r1", ["Gaze"])])

    assert told["by_place"][BANDAGES]["rows"] == ["r1", "r2"]
    assert told["by_place"][BANDAGES]["entry"]["differing"] == []
    assert told["by_place"]["hvilken@r1"]["texts"] == ["Gaze"]


def test_what_was_answered_and_is_not_asked_any_more_is_told_beside_with_its_row(node):
    standing = [
        entry("anderledes", [False]), entry("hvordan", ["lugt"]), entry(BANDAGES, ["r2"]),
        entry("hvilken@r9", ["Gaze"]), entry("antal@r9", ["1.5"]), entry("hvilken@r8", ["Plaster"]),
        entry("gone", [True]),
    ]  # fmt: skip
    told = shown(standing)

    there = node.ask(published=WOUND.document(), visits=[visit(standing)], now=NOW)

    assert there == [fill(WOUND, visit(standing), moment(NOW))]
    assert "hvordan" not in told["by_place"]
    group = next(step.label for step in WOUND.definition.steps if step.id == BANDAGES)
    found = [(one["group"], one["number"], one["is_gone"], one["texts"]) for one in told["beside"]]
    assert found == [
        ("", 0, False, ["Lugt"]),
        (group, 1, True, ["Gaze"]),
        (group, 1, True, ["1,5"]),
        (group, 2, True, ["Plaster"]),
        ("", 0, False, ["true"]),
    ]


def test_what_must_be_answered_and_is_not_is_named_while_it_is_asked(node):
    steps = [
        {"id": "ondt", "kind": "yes_no", "label": "Ondt?", "required": True},
        {"id": "hvor", "kind": "short_text", "label": "Hvor?", "required": True, "shown_when": {"answer": "ondt"}},
        {"id": "mere", "kind": "short_text", "label": "Mere?"},
    ]  # fmt: skip
    published = publish(read_definition({"title": "Ondt", "steps": steps}))
    times = [visit([]), visit([entry("ondt", [True])]), visit([entry("ondt", [False])])]

    there = node.ask(published=published.document(), visits=times, now=NOW)

    here = [fill(published, each, moment(NOW)) for each in times]
    assert there == here
    assert [(told["needed"], told["missing"]) for told in here] == [(1, ["Ondt?"]), (2, ["Hvor?"]), (1, [])]


def test_what_is_wrong_with_an_answer_is_said_and_it_stands():
    told = shown([entry("vaegt", ["305.5"]), entry("smerte", ["væk"])])

    assert told["by_place"]["vaegt"]["wrong"] == ["too_large"]
    assert told["by_place"]["vaegt"]["limits"] == {"least": "20", "most": "250", "decimals": 0}
    assert told["by_place"]["vaegt"]["texts"] == ["305,5"]
    assert told["by_place"]["smerte"]["wrong"] == ["no_option"]


def test_a_tap_evaluates_what_depends_on_it_and_nothing_else(node):
    """The phone's counter, over the demo's checklist: two conditions read the first question."""
    before, after = visit([]), visit([entry("anderledes", [True])])

    counts = node.ask(published=WOUND.document(), visits=[before, after, before], now=NOW, counts=True)

    whole = Filled(WOUND, {}, moment(NOW)).evaluations
    assert [counts[0], counts[1] - counts[0], counts[2] - counts[1]] == [whole, 2, 2]
