"""A definition is read, and all that is wrong with one is said in plain words, with its place."""

import json
from time import process_time
from typing import Any

import pytest

from pwa.checklists.definition import read_definition
from pwa.checklists.mistakes import WrongChecklist
from pwa.checklists.publishing import Published, publish

pytestmark = pytest.mark.no_database

FULL: dict[str, Any] = {
    "title": "Morgen",
    "steps": [
        {"id": "hvem", "kind": "who", "label": "Bad", "link": "1", "required": True, "help": "Se vejledningen."},
        {"id": "puls", "kind": "number", "label": "Puls", "link": "2", "unit": "slag/min",
         "limits": {"least": "20", "most": "220.5", "decimals": 1}},
        {"id": "blå", "kind": "yes_no", "label": "Blå mærker"},
        {"id": "hvor", "kind": "choice", "label": "Hvor", "other": True, "shown_when": {"answer": "blaa"},
         "options": [{"value": "arm", "label": "Arm"}, {"value": "ben", "label": "Ben"}],
         "occurrences": {"least": 1, "most": 3}},
        {"id": "piller", "kind": "repeating_group", "label": "Piller", "as_table": True, "steps": [
            {"id": "pille", "kind": "short_text", "label": "Navn", "pattern": "[A-Z].*", "limits": {"longest": 40}},
            {"id": "nummer", "kind": "number", "label": "Nummer", "calculated": {"row": "piller"}, "read_only": True}]},
        {"id": "slut", "kind": "information", "label": "Tak", "shown_when": {"exists": [{"answer": "pille"}]}},
    ],
}  # fmt: skip
FULL["steps"][2]["id"] = "blaa"


def said_of(checklist: object) -> list[str]:
    """What is wrong with a checklist, in English."""
    with pytest.raises(WrongChecklist) as wrong:
        read_definition(checklist)
    return [mistake.words(str) for mistake in wrong.value.mistakes]


def with_steps(*steps: dict[str, Any]) -> dict[str, Any]:
    """A checklist of these steps; each has a kind and a label of its own, unless it says one."""
    return {
        "title": "T",
        "steps": [{"kind": "short_text", "label": step["id"].upper(), **step} for step in steps],
    }


def test_a_checklist_is_read_from_json_and_published():
    published = publish(read_definition(json.dumps(FULL)))

    assert Published.model_validate(json.loads(json.dumps(published.document()))) == published
    assert published.document()["definition"] == FULL | {"steps": published.document()["definition"]["steps"]}  # type: ignore[index]
    assert list(published.patterns) == ["[A-Z].*"]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"kind": "song"}, "a “A”, kind: This is none of the values that it may have."),
        ({"colour": "red"}, "a “A”, colour: The key is not known."),
        ({"required": 1}, "a “A”, required: This must be true or false."),
        ({"limits": {"least": 1}}, "a “A”, limits least: This must be a text."),
        ({"limits": {"least": "1"}}, "a “A”, limits least: A step of the kind “text” cannot have this."),
        ({"kind": "number", "limits": {"least": "1,5"}}, "a “A”, limits: The limit is no value that the step could have."),
        ({"kind": "date", "limits": {"least": "2026-02-01", "most": "2026-01-31"}}, "a “A”, limits: The least is more than the most."),
        ({"limits": {"shortest": 3, "longest": 2}}, "a “A”, limits: The least is more than the most."),
        ({"occurrences": {"least": 3, "most": 2}}, "a “A”, occurrences: The least is more than the most."),
        ({"occurrences": {"most": 0}}, "a “A”, occurrences most: The number is too small."),
        ({"unit": "kg"}, "a “A”, unit: A step of the kind “text” cannot have this."),
        ({"kind": "information", "required": True}, "a “A”, required: A step of the kind “information” cannot have this."),
        ({"kind": "photo", "calculated": "x"}, "a “A”, calculated: A step of the kind “photo” cannot have this."),
        ({"kind": "choice"}, "a “A”, options: A choice needs options."),
        ({"kind": "choice", "options": [{"value": "x", "label": ""}, {"value": "x", "label": ""}]}, "a “A”, options: The option “x” stands 2 times."),
        ({"pattern": "(?=a)"}, "a “A”, pattern: A pattern cannot have “(?=” there."),
        ({"pattern": "(a|b)*a(a|b){12}"}, "a “A”, pattern: The pattern is too large."),
        ({"shown_when": {"matches": [{"own": []}, "\\b"]}}, "a “A”, shown_when: A pattern cannot have “\\b” there."),
        ({"shown_when": {"answer": "x"}}, "a “A”, shown_when: There is no step “x” in the checklist."),
        ({"shown_when": {"row": "a"}}, "a “A”, shown_when: The step “a” is not a repeating group."),
        ({"shown_when": {"each": ["a", True, True]}}, "a “A”, shown_when: The step “a” is not a repeating group."),
        ({"shown_when": {"=": ["x"]}}, "a “A”, shown_when: “=” is given too much or too little."),
        ({"shown_when": {"and": "x"}}, "a “A”, shown_when: “and” is given too much or too little."),
        ({"shown_when": {"sing": []}}, "a “A”, shown_when: The language has no operation called “sing”."),
        ({"shown_when": {"and": [1]}}, "a “A”, shown_when: “1” is no part of a condition or calculation."),
        ({"shown_when": {"number": "1,5"}}, "a “A”, shown_when: “1,5” cannot be used with “number”."),
        ({"shown_when": {"date": "2026-02-30"}}, "a “A”, shown_when: “2026-02-30” cannot be used with “date”."),
        ({"shown_when": {"shift": [{"today": []}, {"number": "1"}, "moons"]}}, "a “A”, shown_when: “moons” cannot be used with “shift”."),
        ({"valid_when": [{"condition": {"answer": "x"}}]}, "a “A”, valid_when: There is no step “x” in the checklist."),
        ({"kind": "choice", "options": [{"value": "v", "label": "", "shown_when": {"answer": "x"}}]}, "a “A”, option v: There is no step “x” in the checklist."),
        ({"shown_when": {"exists": [{"answer": "a"}]}}, "These steps wait for each other: a “A” → a “A”."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_step_is_said_with_its_place(step, said):
    assert said_of(with_steps({"id": "a", **step})) == [said]


def test_all_that_is_wrong_is_said_at_once():
    assert said_of(with_steps({"id": "a", "kind": "number", "pattern": "x"}, {"id": "a", "link": "1"}, {"id": "b", "link": "1"})) == [
        "The id “a” stands 2 times.",
        "The link “1” stands 2 times.",
        "a “A”, pattern: A step of the kind “number” cannot have this.",
    ]  # fmt: skip


def test_an_id_that_no_id_is_and_no_title():
    assert said_of({"steps": [{"id": "a@b", "kind": "who", "label": ""}]}) == [
        "title: This is missing.",
        "a@b “”, id: An id has 1 to 64 letters from a to z, digits, hyphens, dots and underscores.",
    ]


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (
            [{"id": "a", "calculated": {"answer": "b"}}, {"id": "b", "calculated": {"answer": "c"}}, {"id": "c", "calculated": {"answer": "a"}}],
            "a “A” → b “B” → c “C” → a “A”",
        ),
        (
            [{"id": "d", "calculated": {"answer": "a"}}, {"id": "a", "shown_when": {"answer": "b"}}, {"id": "b", "shown_when": {"answer": "a"}}],
            "a “A” → b “B” → a “A”",
        ),
        (
            [{"id": "g", "kind": "group", "shown_when": {"exists": [{"answer": "a"}]}, "steps": [{"id": "a", "kind": "date", "label": "A"}]}],
            "g “G” → g “G”",
        ),
    ],
)  # fmt: skip
def test_a_cycle_names_its_steps(steps, said):
    assert said_of(with_steps(*steps)) == [f"These steps wait for each other: {said}."]


def test_a_step_may_ask_of_its_own_answer_whether_it_is_valid():
    read_definition(
        with_steps({"id": "a", "valid_when": [{"condition": {"=": [{"own": []}, {"answer": "a"}]}}]})
    )


def nested(depth: int) -> dict[str, Any]:
    """Groups in groups."""
    step: dict[str, Any] = {"id": "innermost", "kind": "who", "label": ""}
    for number in range(depth):
        step = {"id": f"g{number}", "kind": "group", "label": "", "steps": [step]}
    return {"title": "T", "steps": [step]}


def test_groups_may_stand_twelve_deep():
    read_definition(nested(11))

    assert said_of(nested(12)) == ["innermost: Groups may stand 12 deep in each other."]


TOO_LARGE = "The checklist is too large, or its groups are too deep."


@pytest.mark.slow
@pytest.mark.parametrize(
    "made",
    [
        lambda: nested(1_000_000),
        lambda: '{"title":"T","steps":[' * 1_000_000,
        lambda: "[" * 1_000_000,
        lambda: {"title": "T", "steps": [{"shown_when": [False] * 600_000}]},
        lambda: '"' + "x" * 5_000_000 + '"',
    ],
    ids=["groups", "json", "brackets", "parts", "text"],
)
def test_nothing_is_so_deep_or_so_large_that_it_hangs(made):
    checklist = made()
    begun = process_time()

    assert said_of(checklist) == [TOO_LARGE]
    assert process_time() - begun < 3


def test_conditions_have_an_end_too():
    deep: object = True
    for _ in range(60):
        deep = {"not": [deep]}
    many = {"and": [True] * 2000}
    rows: object = True
    for _ in range(4):
        rows = {"filter": [{"it": []}, rows]}

    for tree in (deep, many, rows):
        assert said_of(with_steps({"id": "a", "shown_when": tree})) == [
            "a “A”, shown_when: The condition or calculation is too large."
        ]


def test_a_checklist_of_too_many_steps():
    assert said_of(with_steps(*({"id": f"s{number}"} for number in range(2001)))) == [
        "The checklist has more than 2000 steps."
    ]


@pytest.mark.parametrize("content", ["{", b"\xff", "nej"])
def test_what_is_no_json(content):
    assert said_of(content) == ["This is not JSON."]
