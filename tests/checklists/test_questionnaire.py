"""A FHIR Questionnaire becomes a definition, and what did not come over is told by linkId."""

import subprocess
import sys
from typing import Any

import pytest

from pwa.checklists.fhir.questionnaire import read_questionnaire
from pwa.checklists.filled import Filled
from pwa.checklists.mistakes import WrongChecklist
from pwa.checklists.publishing import publish
from tests.checklists.cases import moment

pytestmark = pytest.mark.no_database

NOW = moment("2026-11-23T07:00:00.000Z")
FHIR = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"


def expression(url: str, said: str, language: str = "text/fhirpath", **more: str) -> dict[str, Any]:
    return {"url": url, "valueExpression": {"language": language, "expression": said, **more}}


def item(link: str, kind: str, *extensions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "linkId": link,
        "type": kind,
        "text": link.upper(),
        **({"extension": list(extensions)} if extensions else {}),
        **more,
    }


def read(*items: dict[str, Any], **more: Any) -> Any:
    return read_questionnaire({"resourceType": "Questionnaire", "title": "Fald", "item": list(items), **more})


def step_of(read: Any, number: int = 0) -> dict[str, Any]:
    steps: list[dict[str, Any]] = read.definition.model_dump(mode="json", exclude_defaults=True)["steps"]
    return steps[number]


def left_out(read: Any) -> list[tuple[str, str]]:
    return [(told.link, told.what) for told in read.left_out]


@pytest.mark.parametrize(
    ("said", "step"),
    [
        (item("a/b", "boolean", required=True), {"id": "s1", "link": "a/b", "kind": "yes_no", "label": "A/B", "required": True}),
        (item("a", "integer", readOnly=True, prefix="1."), {"kind": "number", "limits": {"decimals": 0}, "read_only": True, "label": "1. A"}),
        (item("a", "decimal", {"url": FHIR + "minValue", "valueDecimal": 0.5}, {"url": FHIR + "maxDecimalPlaces", "valueInteger": 2}),
         {"kind": "number", "limits": {"least": "0.5", "decimals": 2}}),
        (item("a", "quantity", {"url": FHIR + "questionnaire-unit", "valueCoding": {"code": "kg"}}), {"kind": "number", "unit": "kg"}),
        (item("a", "string", {"url": FHIR + "regex", "valueString": "^[A-Z]+$"}, maxLength=5), {"kind": "short_text", "pattern": "^[A-Z]+$", "limits": {"longest": 5}}),
        (item("a", "text", {"url": FHIR + "questionnaire-hidden", "valueBoolean": True}), {"kind": "long_text", "hidden": True}),
        (item("a", "date", {"url": FHIR + "minValue", "valueDate": "2026-01-01"}), {"kind": "date", "limits": {"least": "2026-01-01"}}),
        (item("a", "dateTime"), {"kind": "date_time"}),
        (item("a", "time"), {"kind": "time"}),
        (item("a", "display"), {"kind": "information"}),
        (item("a", "attachment", {"url": FHIR + "mimeType", "valueCode": "image/jpeg"}), {"kind": "photo"}),
        (item("a", "attachment"), {"kind": "photo"}),
        (item("a", "attachment", {"url": FHIR + "questionnaire-signatureRequired", "valueCodeableConcept": {"text": "x"}}), {"kind": "signature"}),
        (item("a", "string", {"url": FHIR + "questionnaire-maxOccurs", "valueInteger": 3}, repeats=True), {"kind": "short_text", "occurrences": {"most": 3}}),
        (item("a", "choice", answerOption=[{"valueCoding": {"system": "u", "code": "x", "display": "X"}}, {"valueString": "y"}]),
         {"kind": "choice", "options": [{"value": "x", "label": "X", "system": "u"}, {"value": "y", "label": "y"}]}),
        (item("a", "open-choice", answerValueSet="#v"), {"kind": "choice", "other": True, "options": [{"value": "x", "label": "X", "system": "u"}]}),
        (item("a", "boolean", initial=[{"valueBoolean": False}]), {"kind": "yes_no", "first": False}),
        (item("a", "decimal", initial=[{"valueDecimal": 1.5}]), {"kind": "number", "first": {"number": "1.5"}}),
        (item("a", "date", expression(SDC + "initialExpression", "today()")), {"kind": "date", "first": {"today": []}}),
    ],
)  # fmt: skip
def test_an_item_becomes_a_step(said, step):
    value_set = {
        "id": "v",
        "compose": {"include": [{"system": "u", "concept": [{"code": "x", "display": "X"}]}]},
    }
    found = read(said, contained=[value_set])

    assert left_out(found) == []
    assert step_of(found) == {"id": "a", "link": "a", "label": "A", **step}


def test_a_form_is_filled_in_as_it_says():
    enabled = {"question": "fald", "operator": "=", "answerBoolean": True}
    form = read(
        item("fald", "boolean"),
        item("antal", "integer", enableWhen=[enabled]),
        item("gange", "group", repeats=True, item=[
            item("puls", "integer"),
            item("høj", "boolean", expression(SDC + "calculatedExpression", "%resource.item.where(linkId='antal').answer.value > 1")),
        ]),
        item("sum", "integer", expression(SDC + "calculatedExpression", "%pulse.sum() + %extra")),
        item("hvorfor", "text", expression(SDC + "enableWhenExpression", "%pulse.where($this > 100).exists()")),
        extension=[
            expression(FHIR + "variable", "item.where(linkId='gange').item.where(linkId='puls').answer.value", name="pulse"),
            expression(FHIR + "variable", "10", name="extra"),
        ],
    )  # fmt: skip
    answers: dict[str, list[Any]] = {
        "fald": [True],
        "antal": ["2"],
        "gange": ["a", "b"],
        "puls@a": ["80"],
        "puls@b": ["110"],
    }
    filled = Filled(publish(form.definition), answers, NOW)

    assert left_out(form) == []
    assert filled.values("sum") == ["200"]
    assert filled.is_shown("hvorfor")
    assert filled.values(f"{form.definition.steps[2].steps[1].id}@b") == [True]
    filled.answer("fald", [])
    assert not filled.is_shown("antal")


def test_what_does_not_come_over_is_told_by_its_link_id():
    found = read(
        item("r", "reference"),
        item(
            "x",
            "string",
            {"url": FHIR + "regex", "valueString": "(?=a)"},
            {"url": "urn:new", "valueString": "?"},
        ),
        item("p", "string", expression(SDC + "initialExpression", "%patient.name")),
        item("q", "date", expression(SDC + "calculatedExpression", "Patient?x", "application/x-fhir-query")),
        item("o", "choice", answerValueSet="http://example.org/vs"),
        item("e", "boolean", enableWhen=[{"question": "r", "operator": "exists", "answerBoolean": True}]),
        item("v", "string", initial=[{"valueInteger": 1}]),
        item("b", "boolean", item=[item("under", "string")]),
        item("k", "string", disabledDisplay="protected", _text={"extension": []}),
        item(
            "w",
            "choice",
            answerOption=[
                {"valueString": "y", "extension": [{"url": FHIR + "ordinalValue", "valueDecimal": 2}]}
            ],
        ),
        extension=[{"url": SDC + "launchContext", "extension": []}],
    )

    assert left_out(found) == [
        ("r", "type reference"), ("x", "regex"), ("x", "urn:new"), ("o", "answerValueSet"), ("b", "item under a question"),
        ("k", "_text"), ("k", "disabledDisplay"), ("w", "answerOption ordinalValue"),
        ("p", "sdc-questionnaire-initialExpression"), ("q", "sdc-questionnaire-calculatedExpression"), ("e", "enableWhen"), ("v", "initial"),
        ("", "sdc-questionnaire-launchContext"),
    ]  # fmt: skip
    assert [step.link for step in found.definition.steps] == [
        "x",
        "p",
        "q",
        "o",
        "e",
        "v",
        "b",
        "under",
        "k",
        "w",
    ]
    assert [told.why.words(str) for told in found.left_out][
        8
    ] == "p: A checklist is filled in without a record: “%patient” is not known."


def test_a_constraint_is_a_rule_with_its_words():
    said = [
        {"url": "expression", "valueString": "answer.value > 5"},
        {"url": "human", "valueString": "Mere end fem"},
        {"url": "severity", "valueCode": "error"},
    ]
    found = read(item("n", "integer", {"url": FHIR + "questionnaire-constraint", "extension": said}))
    filled = Filled(publish(found.definition), {}, NOW)
    results = []
    for answer in ([], ["6"], ["5"]):
        filled.answer("n", answer)
        results += filled.result("valid", "n")

    assert step_of(found)["valid_when"][0]["message"] == "Mere end fem"
    assert results == [True, True, False]
    assert "is_warning" not in step_of(found)["valid_when"][0]


def test_a_constraint_may_be_a_warning():
    said = [
        {"url": "expression", "valueString": "answer.count() > 1"},
        {"url": "severity", "valueCode": "warning"},
    ]
    found = read(
        item("n", "integer", {"url": FHIR + "questionnaire-constraint", "extension": said}, repeats=True)
    )

    assert step_of(found)["valid_when"][0]["is_warning"] is True


def test_a_help_text_belongs_to_its_question():
    control = {
        "url": FHIR + "questionnaire-itemControl",
        "valueCodeableConcept": {"coding": [{"code": "help"}]},
    }
    found = read(item("a", "string", item=[item("h", "display", control)]))

    assert step_of(found) == {"id": "a", "link": "a", "label": "A", "kind": "short_text", "help": "H"}


def test_steps_that_wait_for_each_other_are_told():
    path = "item.where(linkId='{}').answer.value"
    found = read(
        *(
            item(link, "integer", expression(SDC + "calculatedExpression", "%resource." + path.format(other)))
            for link, other in (("a", "b"), ("b", "a"))
        )
    )

    assert found.definition is None
    assert found.left_out[-1].why.words(str) == "These steps wait for each other: a “A” → b “B” → a “A”."


@pytest.mark.parametrize(
    "said",
    [
        item("a", "string", {"url": FHIR + "minLength", "valueString": "many"}),
        item("a", "string", {"url": FHIR + "questionnaire-maxOccurs", "valueInteger": 0}, repeats=True),
        item("a", "string", maxLength="five"),
        {"linkId": "a", "type": "string", "text": "x" * 10_001},
    ],
)
def test_what_no_questionnaire_may_have_is_left_out(said):
    found = read(item("b", "boolean"), said)

    assert [told.link for told in found.left_out] == ["a"]
    assert "b" in [step.link for step in found.definition.steps]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (item("a", "choice", answerOption="x"), "a: “answerOption” is not as FHIR says."),
        (item("a", "string", enableWhen=[None]), "a: “enableWhen” is not as FHIR says."),
        (item("a", "string", item={"linkId": "c"}), "a: “item” is not as FHIR says."),
        ({"linkId": "a", "type": 3}, "a: “type” is not as FHIR says."),
        (item("a", "choice", answerOption=[{"valueCoding": {"code": "x", "display": 1}}]), "a: “display” is not as FHIR says."),
        (item("a", "string", {"url": None}), "a: “url” is not as FHIR says."),
    ],
)  # fmt: skip
def test_what_is_not_even_in_the_form_of_one_is_refused_whole(said, words: str):
    with pytest.raises(WrongChecklist) as wrong:
        read(item("b", "boolean"), said)

    assert [mistake.words(str) for mistake in wrong.value.mistakes] == [words]


def test_two_items_with_one_link_id_are_told():
    link = "x" * 64
    found = read(item(link, "string"), item(link, "string"), item("s2", "string"), item("a b", "string"))

    assert [told.why.words(str) for told in found.left_out] == [f"The link “{link}” stands 2 times."]


def test_what_is_no_questionnaire():
    with pytest.raises(WrongChecklist):
        read_questionnaire({"resourceType": "Patient"})


@pytest.mark.slow
def test_items_that_are_a_million_deep_hang_nobody():
    said: dict[str, Any] = item("a", "group")
    for _ in range(1_000_000):
        said = item("a", "group", item=[said])

    with pytest.raises(WrongChecklist, match="too deep"):
        read(said)


@pytest.mark.slow
def test_the_parsers_are_loaded_when_an_expression_is_read_and_not_before():
    program = """
import sys
import pwa.app, pwa.checklists.fhir.questionnaire as fhir, pwa.checklists.xlsform.xpath
loaded = {"fhirpathpy", "antlr4", "elementpath"} & set(sys.modules)
fhir.compile_condition("true", {})
print(loaded, "fhirpathpy" in sys.modules)
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout.split() == ["set()", "True"]
