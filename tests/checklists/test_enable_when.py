"""FHIR's enableWhen: every operator, any and all, in groups and in rows, as R4 and R5 say it."""

from typing import Any

import pytest

from pwa.checklists.compiling import Refused
from pwa.checklists.fhir.enable_when import compile_enable_when
from pwa.checklists.filled import Filled
from pwa.checklists.outline import outline_of
from tests.checklists.cases import moment, published_with, step

pytestmark = pytest.mark.no_database

NOW = moment("2026-11-23T07:00:00.000Z")
OPTIONS = [
    {"value": "A", "label": "a", "system": "urn:s"},
    {"value": "urn:s|B", "label": "b", "system": "urn:s"},
    {"value": "urn:t|B", "label": "b", "system": "urn:t"},
]


STEPS = [
    step("bool", "yes_no"),
    step("num", "number", unit="kg"),
    step("date", "date"),
    step("time", "time"),
    step("moment", "date_time"),
    step("text", "short_text"),
    step("code", "choice", options=OPTIONS, occurrences={}),
    step("rows", "repeating_group", steps=[step("in", "number"), step("asked", "short_text")]),
    step("off", "group", shown_when=False, steps=[step("gone", "yes_no")]),
    step("asked_after", "short_text"),
    step("later", "repeating_group", steps=[step("in_later", "number")]),
]
OUTLINE = outline_of(published_with({"title": "T", "steps": STEPS}).definition.steps)


def is_enabled(
    conditions: list[dict[str, Any]],
    answers: dict[str, Any],
    at: str = "asked_after",
    behavior: str = "all",
    row: str = "",
) -> bool:
    """Whether the step is enabled, when this is its enableWhen."""
    tree = compile_enable_when(conditions, behavior, OUTLINE, at)
    checklist = {"title": "T", "steps": _with(STEPS, at, tree)}
    return Filled(published_with(checklist), answers, NOW).is_shown(at + row)


def _with(steps: list[dict[str, Any]], at: str, tree: object) -> list[dict[str, Any]]:
    return [
        {**each, **({"shown_when": tree} if each["id"] == at else {}),
         **({"steps": _with(each["steps"], at, tree)} if "steps" in each else {})}
        for each in steps
    ]  # fmt: skip


def when(question: str, operator: str, **answer: Any) -> dict[str, Any]:
    return {"question": question, "operator": operator, **answer}


CODE_B = {"system": "urn:t", "code": "B"}


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        (when("bool", "=", answerBoolean=False), [False], [True]),
        (when("bool", "exists", answerBoolean=True), [False], []),
        (when("bool", "exists", answerBoolean=False), [], [False]),
        (when("num", "=", answerDecimal=1.5), ["1.50"], ["1.51"]),
        (when("num", "!=", answerInteger=2), ["3"], ["2.0"]),
        (when("num", "!=", answerInteger=2), [], ["2"]),
        (when("num", ">", answerInteger=2), ["2.1"], ["2"]),
        (when("num", ">=", answerInteger=2), ["2"], ["1.9"]),
        (when("num", "<", answerInteger=2), ["-3"], []),
        (when("num", "<=", answerQuantity={"value": 2, "unit": "kg"}), ["2"], ["2.01"]),
        (when("date", ">", answerDate="2026-01-31"), ["2026-02-01"], ["2026-01-31"]),
        (when("time", "<=", answerTime="12:00:00"), ["12:00"], ["12:00:01"]),
        (when("moment", "=", answerDateTime="2026-01-31T12:00:00+01:00"), ["2026-01-31T11:00:00.000Z"], ["2026-01-31T12:00:00.000Z"]),
        (when("text", "=", answerString="ja"), ["ja"], ["Ja"]),
        (when("code", "=", answerCoding={"system": "urn:s", "code": "A"}), ["urn:t|B", "A"], ["urn:t|B"]),
        (when("code", "=", answerCoding=CODE_B), ["urn:t|B"], ["urn:s|B"]),
        (when("code", "!=", answerCoding=CODE_B), ["A"], ["A", "urn:t|B"]),
        (when("code", "=", answerCoding={"system": "urn:x", "code": "Q"}), ["Q"], ["A"]),
    ],
)  # fmt: skip
def test_every_operator_with_every_kind_of_answer(condition, yes, no):
    assert is_enabled([condition], {condition["question"]: yes})
    assert not is_enabled([condition], {condition["question"]: no})


def test_all_and_any():
    conditions = [when("bool", "=", answerBoolean=True), when("num", ">", answerInteger=1)]

    assert is_enabled(conditions, {"bool": [True], "num": ["2"]})
    assert not is_enabled(conditions, {"bool": [True], "num": ["1"]})
    assert is_enabled(conditions, {"bool": [True], "num": ["1"]}, behavior="any")
    assert not is_enabled(conditions, {"num": ["1"]}, behavior="any")


def test_the_answer_to_a_question_that_is_not_enabled_is_no_answer():
    assert not is_enabled([when("gone", "=", answerBoolean=True)], {"gone": [True]})
    assert is_enabled([when("gone", "!=", answerBoolean=True)], {"gone": [True]})
    assert is_enabled([when("gone", "exists", answerBoolean=False)], {"gone": [True]})


ROWS = {
    "rows": ["a", "b"],
    "in@a": ["1"],
    "in@b": ["5"],
    "later": ["c", "d"],
    "in_later@c": ["7"],
    "in_later@d": ["9"],
}


def test_in_rows_the_nearest_question_is_meant():
    assert is_enabled([when("in", "=", answerInteger=1)], ROWS, "asked", row="@a")
    assert not is_enabled([when("in", "=", answerInteger=1)], ROWS, "asked", row="@b")


def test_outside_of_its_rows_the_last_one_before_and_the_first_one_after():
    assert is_enabled([when("in", "=", answerInteger=5)], ROWS)
    assert not is_enabled([when("in", "=", answerInteger=1)], ROWS)
    assert is_enabled([when("in_later", "=", answerInteger=7)], ROWS)
    assert not is_enabled([when("in_later", "=", answerInteger=9)], ROWS)


def test_a_row_more_changes_which_question_is_nearest():
    tree = compile_enable_when([when("in", "=", answerInteger=5)], "all", OUTLINE, "asked_after")
    filled = Filled(published_with({"title": "T", "steps": _with(STEPS, "asked_after", tree)}), ROWS, NOW)

    filled.answer("rows", ["a", "b", "c"])

    assert not filled.is_shown("asked_after")


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (when("nobody", "exists", answerBoolean=True), "There is no step “nobody” in the checklist."),
        (when("num", "~", answerInteger=1), "“~” is not known here."),
        (when("num", "="), "“answer[x]” is not known here."),
        (when("num", "=", answerReference={}), "“answerReference” is not known here."),
        (when("num", "=", answerString="1"), "“number” and “answerString” do not go together."),
        (when("num", "=", answerQuantity={"value": 1, "unit": "g"}), "“kg” and “g” do not go together."),
        (when("code", ">", answerCoding=CODE_B), "“choice” and “>” do not go together."),
        (when("date", "=", answerDate="2026"), "“2026” is not known here."),
        (when("moment", "=", answerDateTime="2026-01-31T12:00:00"), "“2026-01-31T12:00:00” is not known here."),
        (when("rows", "=", answerBoolean=True), "“repeating_group” and “answerBoolean” do not go together."),
        (when("off", "exists", answerBoolean=True), "“group” and “exists” do not go together."),
        (when("code", "=", answerCoding={"code": "B"}), "“B” is more than one option of “code”."),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused_by_name(condition, said):
    with pytest.raises(Refused) as refused:
        compile_enable_when([condition], None, OUTLINE, "asked_after")

    assert str(refused.value) == said


def test_several_conditions_must_say_whether_all_or_any():
    with pytest.raises(Refused):
        compile_enable_when([when("bool", "=", answerBoolean=True)] * 2, None, OUTLINE, "asked_after")
