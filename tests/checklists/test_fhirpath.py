"""FHIRPath of questionnaires: what we make of it gives what fhirpathpy gives of the same response; the rest is refused by name."""

from typing import Any

import pytest

from pwa.checklists.compiling import Refused
from pwa.checklists.evaluate import Here, evaluate
from pwa.checklists.fhir.fhirpath import compile_condition, compile_rule, compile_value
from pwa.checklists.fhir.meanings import Variable
from pwa.checklists.filled import Filled
from pwa.checklists.language import tree_mistakes
from pwa.checklists.outline import outline_of
from pwa.checklists.values import is_true, kind_of, text_of
from tests.checklists.cases import moment, published_with, step

pytestmark = pytest.mark.no_database

NOW = moment("2026-11-23T07:00:00.000Z")
CODES = [{"value": code, "label": code.upper(), "system": "urn:s"} for code in ("red", "blue")]


STEPS = [
    step("ok", "yes_no"),
    step("n", "number"),
    step("m", "number"),
    step("none", "number"),
    step("t", "short_text"),
    step("d", "date"),
    step("c", "choice", options=CODES),
    step("many", "choice", options=CODES, occurrences={}),
    step("g", "group", steps=[step("g.n", "number")]),
    step("r", "repeating_group", steps=[step("r.n", "number"), step("r.ok", "yes_no")]),
]
PUBLISHED = published_with({"title": "T", "steps": STEPS})
OUTLINE = outline_of(PUBLISHED.definition.steps)
ANSWERS: dict[str, list[Any]] = {
    "ok": [True], "n": ["7"], "m": ["2.5"], "t": ["Hello"], "d": ["2026-02-28"], "c": ["red"], "many": ["red", "blue"],
    "g.n": ["4"], "r": ["a", "b", "c"], "r.n@a": ["1"], "r.n@b": ["2"], "r.ok@a": [True], "r.ok@b": [False], "r.ok@c": [True],
}  # fmt: skip


def item(link: str, *values: Any, items: list[Any] | None = None) -> dict[str, Any]:
    kinds = {
        bool: "valueBoolean",
        int: "valueInteger",
        float: "valueDecimal",
        str: "valueString",
        dict: "valueCoding",
    }
    answers = [value if isinstance(value, tuple) else (kinds[type(value)], value) for value in values]
    found: dict[str, Any] = {"linkId": link, "answer": [dict([each]) for each in answers]}
    return {"linkId": link, "item": items} if items is not None else found


RED, BLUE = ({"system": "urn:s", "code": code, "display": code.upper()} for code in ("red", "blue"))
RESPONSE = {
    "resourceType": "QuestionnaireResponse",
    "item": [
        item("ok", True), item("n", 7), item("m", 2.5), item("t", "Hello"), item("d", ("valueDate", "2026-02-28")),
        item("c", RED), item("many", RED, BLUE), item("g", items=[item("g.n", 4)]),
        item("r", items=[item("r.n", 1), item("r.ok", True)]),
        item("r", items=[item("r.n", 2), item("r.ok", False)]),
        item("r", items=[item("r.ok", True)]),
    ],
}  # fmt: skip

OK, N, M, NONE, T, D, C, MANY = (
    f"item.where(linkId='{link}').answer.value" for link in ("ok", "n", "m", "none", "t", "d", "c", "many")
)
GN = "item.where(linkId='g').item.where(linkId='g.n').answer.value"
RN = "item.where(linkId='r').item.where(linkId='r.n').answer.value"
R = "item.where(linkId='r')"

CONDITIONS = [
    "true", "false", "{}", OK, f"{OK}.not()", f"{OK} = true", f"{OK} != true", f"{OK} = false", f"{OK} and {N} > 6",
    f"{N} = 7", f"{N} = 7.0", f"{N} != 8", f"{NONE} = 7", f"{NONE} != 7", f"({NONE} = 7).not()", f"{NONE} > 1", f"({NONE} > 1).not()",
    f"{NONE}.exists()", f"{NONE}.empty()", f"{NONE}.exists().not()", f"{N}.exists() and {NONE}.empty()",
    f"{NONE} = 7 or {N} = 7", f"{NONE} = 7 or {N} = 8", f"({NONE} = 7 or {N} = 8).not()", f"{NONE} = 7 and {N} = 8",
    f"({NONE} = 7 and {N} = 8).not()", f"({NONE} = 7 and {N} = 7).not()", f"{N} = 7 xor {OK}", f"{NONE} = 7 xor {OK}", f"{N} = 8 implies {OK}",
    f"{NONE} = 7 implies {OK}", f"{NONE} = 7 implies {N} = 8", f"{N} = 7 implies {NONE} = 7", f"{N} >= 7 and {N} <= 7", f"{N} < {M}", f"{M} < {N}",
    f"{T} = 'Hello'", f"{T} = 'hello'", f"{T} != 'x'", f"{T}.startsWith('He')", f"{T}.endsWith('x')", f"{T}.contains('ell')",
    f"{T}.matches('^H.*o$')", f"{T}.matches('l+')", f"{T}.matches('^l')", f"{NONE}.empty() or {T}.length() > 4", f"{T} in ('a' | 'Hello')",
    f"{N} in (1 | 2)", f"(1 | 7) contains {N}", f"{NONE} in (1 | 7)", f"({NONE} in (1 | 7)).not()", f"{D} = @2026-02-28", f"{D} > @2026-01-01", f"{D} < @2026-01-01",
    f"{C}.code = 'red'", f"{C}.code = 'blue'", f"{C}.display = 'RED'", f"{MANY}.where(code = 'blue').exists()",
    f"{MANY}.exists(code = 'green')", f"{MANY}.code contains 'blue'", f"{MANY}.all(code != 'green')", f"{MANY}.count() = 2",
    f"{MANY}.code = 'red'", f"({MANY}.code = 'red').not()", f"{GN} = 4",
    f"{R}.where(item.where(linkId='r.ok').answer.value = true).count() = 2",
    f"{R}.where(item.where(linkId='r.n').answer.value > 1).exists()", f"{R}.where(item.where(linkId='r.n').answer.value > 2).exists()",
    f"{R}.where(item.where(linkId='r.n').answer.empty()).count() = 1", f"{R}.exists(item.where(linkId='r.n').answer.value = 2)",
    f"{RN}.count() = 2", f"{RN} = 1", f"{RN}.first() = 1", f"iif({NONE}.exists(), false, {OK})", f"iif({N} > 5, 'a', 'b') = 'a'",
    "%resource.descendants().where(linkId='g.n').answer.value = 4", "%resource.repeat(item).where(linkId='g.n' and answer.empty().not()).answer.value = 4",
    "%resource.repeat(item).where(linkId='ok').select(answer.value) = true", "QuestionnaireResponse.item.where(linkId='n').answer.value = 7",
    f"{N}.toString() = '7'", "'12'.toInteger() = 12", "'1.5'.toInteger().empty()", f"{T}.toInteger().exists()", f"'a' & {NONE}.toString() = 'a'",
    f"('a' + {T}).exists()", f"('a' + {NONE}.toString()).empty()", "today() >= @2020-01-01", f"({N} div 0).empty()",
]  # fmt: skip
VALUES = [
    N, f"{N} + {M}", f"{N} - {M} * 2", f"{N} / {M}", f"{N} div 2", f"{N} mod 2", f"({N} / 3).round(2)", f"{M}.floor()",
    f"{M}.ceiling()", f"({M} * -1).truncate()", f"({M} * -1).abs()", f"{N}.power(2)", f"{NONE} + 1", f"{RN}",
    f"{RN}.count() + 1", f"{RN}.last()", f"{RN}[0]", f"{RN}[5]", f"{MANY}.code", f"{MANY}.first().code", f"{MANY}.code.join('-')", f"{MANY}.code.distinct().count()",
    f"{T}.substring(1, 3)", f"{T}.substring(2)", f"{T}.upper()", f"{T}.lower()", f"{T}.replace('l', 'L')", f"'a' & {T} & {NONE}.toString()", f"{D} + 1 month",
    f"{D} + 2 years", f"{D} - 1 day", f"{D}.toString()", f"{D}.toString().substring(0, 4).toInteger() + 1", f"iif({NONE}.exists(), 1, {N})", f"iif({N} > 9, 1)",
    f"{R}.select(item.where(linkId='r.n').answer.value * 10)", f"{R}.where(item.where(linkId='r.ok').answer.value = true).item.where(linkId='r.n').answer.value",
    "(1 | 2.0 | 1).count()", "item.where(linkId='many').answer.count()", f"{R}.count()", f"{N} = 7", f"{NONE} = 7",
]  # fmt: skip


def ours(tree: Any) -> list[Any]:
    assert tree_mistakes(tree, OUTLINE, "") == []
    published = published_with({"title": "T", "steps": STEPS}, [tree])
    return evaluate(tree, Here(Filled(published, ANSWERS, NOW), {}, [], []))


def theirs(expression: str) -> list[Any]:
    import fhirpathpy
    from fhirpathpy.models import models

    return fhirpathpy.evaluate(
        RESPONSE, expression, {"resource": RESPONSE, "context": RESPONSE}, model=models["r4"]
    )


@pytest.mark.parametrize("expression", CONDITIONS)
def test_a_condition_is_true_when_fhirpath_says_so(expression):
    condition = is_true(ours(compile_condition(expression, OUTLINE)))
    rule = is_true(ours(compile_rule(expression, OUTLINE)))

    assert condition == (theirs(expression) == [True])
    assert rule == (theirs(expression) != [False])


@pytest.mark.parametrize("expression", VALUES)
def test_a_value_is_the_one_that_fhirpath_gives(expression):
    values = [
        (
            float(text_of(value))
            if kind_of(value) == "number"
            else value
            if isinstance(value, bool)
            else text_of(value)
        )
        for value in ours(compile_value(expression, OUTLINE))
    ]

    assert values == pytest.approx(
        [each if isinstance(each, bool) else _plain(each) for each in theirs(expression)]
    )


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (f"-{M}", ["-2.5"]),
        (f"{RN}.sum()", ["3"]),
        (f"{RN}.max()", ["2"]),
        (f"{RN}.min()", ["1"]),
        (f"{RN}.avg()", ["1.5"]),
        (f"{N}.select($this + 1)", ["8"]),
        (f"({N} as Decimal)", ["7"]),
        (f"{N}.ofType(integer)", ["7"]),
        ("item.where(linkId='n').answer.valueInteger", ["7"]),
        (f"({N} | {M} | 7).count()", ["2"]),
        (f"{R}.where(item.where(linkId='r.ok').answer.value).count()", ["2"]),
    ],
)
def test_values_that_fhirpathpy_does_not_give_of_a_response(expression, written):
    assert [text_of(value) for value in ours(compile_value(expression, OUTLINE))] == written


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, int | float) or type(value).__name__ == "Decimal" else str(value)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("%patient.birthDate", "A checklist is filled in without a record: “%patient” is not known."),
        (f"{N}.ln()", "“ln()” is not known here."),
        (f"{N}.frobnicate(1)", "“frobnicate()” is not known here."),
        ("item.where(linkId='x').answer.value", "There is no step “x” in the checklist."),
        ("item.where(linkId='g.n').answer.value", "The step “g.n” is not there, where it is looked for."),
        ("item.answer.value", "“answer” is not known here."),
        ("item.where(linkId.startsWith('n')).answer.value", "“where()” is not known here."),
        (f"{N} ~ 7", "“~” is not known here."),
        (f"{N} + {T}", "“+” and “text” do not go together."),
        (f"{N} = {T}", "“number” and “text” do not go together."),
        (f"{C} = 'red'", "“coding” and “text” do not go together."),
        (f"{MANY} = {MANY}", "“codings” and “codings” do not go together."),
        (f"{D} + 1 'mg'", "“date” and “mgs” do not go together."),
        ("@2026-13-01 = today()", "“2026-13-01” is not known here."),
        ("answer.count() = 3 asdf", "“answer.count() = 3 asdf” cannot be read as an expression."),
        (f"{N}", "is neither true nor false."),
        ("item.where(linkId='g').count() > 0", "“g.count()” is not known here."),
        ("%loop", "The variable “loop” waits for itself."),
        ("1" * 30_000, "cannot be read as an expression."),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused_by_name(expression, said):
    with pytest.raises(Refused) as refused:
        compile_condition(expression, OUTLINE, None, {"loop": Variable("%loop + 1")})

    assert said in str(refused.value)


def test_a_variable_begins_where_it_is_declared():
    variables = {"total": Variable(f"{RN}.sum()"), "half": Variable("%total / 2")}
    at_the_top = ours(compile_value("%half", OUTLINE, None, variables))
    in_a_row = compile_value("%half", OUTLINE, "r.n", variables)

    assert [text_of(value) for value in at_the_top] == ["1.5"]
    assert "answers" in str(in_a_row)
    assert ours(in_a_row) == at_the_top


def test_at_a_question_a_path_begins_at_it():
    assert compile_condition("answer.count() = 2", OUTLINE, "many") == {
        "=": [{"count": [{"answer": "many"}]}, {"number": "2"}]
    }
