"""What was answered becomes FHIR that an independent program reads, and no answer is another one there."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.checklists.definition import read_definition
from pwa.checklists.fhir.response import AT, AUTHOR, DIFFERING, REASON, Standing, write_items
from pwa.checklists.fhir.writing import write_questionnaire
from tests.checklists.made_up import INNER, KINDS, ROWS, STEPS, taps
from tests.checklists.test_fhir_writing import FULL, ODD

pytestmark = pytest.mark.no_database

ANNA, BO = {"id": "1", "name": "Anna"}, {"id": "2", "name": "Bo"}
AT_SEVEN = "2026-11-23T07:00:00.000Z"
SAID: dict[str, list[Any]] = {
    "bad": ["technology"], "spist": [False], "puls": ["72.50"], "antal": ["3"], "naar": ["2026-11-23"], "tid": ["07:31"],
    "da": ["2026-11-23T07:31:02.004Z"], "hvor": ["arm", {"other": "hoften"}], "piller": ["r1", "r2"], "navn@r1": ["Panodil"],
    "navn@r2": ["=1+1"], "kode": ["571234"],
}  # fmt: skip


def written(steps: list[dict[str, Any]], said: Mapping[str, list[Any]]) -> dict[str, dict[str, Any]]:
    """The items of a response, read by the independent program and back, by linkId; of rows all of them."""
    standing = {place: Standing(one, "", AT_SEVEN, ANNA) for place, one in said.items()}
    items = write_items(read_definition({"title": "T", "steps": steps}), standing.get)
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        **({"item": items} if items else {}),
    }
    text = msgspec.json.Encoder(decimal_format="number").encode(response)
    QuestionnaireResponse.model_validate_json(text)
    read = json.loads(text, parse_float=Decimal)
    found: dict[str, dict[str, Any]] = {}

    def gather(items: list[dict[str, Any]]) -> None:
        for item in items:
            found.setdefault(item["linkId"], {"answer": []})["answer"] += item.get("answer", [])
            gather(item.get("item", []))

    gather(read.get("item", []))
    return found


def test_each_kind_of_answer_is_said_in_fhirs_words_in_groups_and_rows():
    found = written(FULL, SAID)

    assert {link: item["answer"] for link, item in found.items()} == {
        "bad": [{"valueCoding": {"system": "urn:haand:who", "code": "technology", "display": "Teknologi"}}],
        "1.1": [{"valueBoolean": False}],
        "puls": [{"valueDecimal": Decimal("72.50")}],
        "antal": [{"valueInteger": 3}],
        "naar": [{"valueDate": "2026-11-23"}],
        "tid": [{"valueTime": "07:31:00"}],
        "da": [{"valueDateTime": "2026-11-23T07:31:02.004Z"}],
        "hvor": [
            {"valueCoding": {"system": "https://example.org/s", "code": "arm", "display": "Arm"}},
            {"valueString": "hoften"},
        ],
        "piller": [],
        "navn": [{"valueString": "Panodil"}, {"valueString": "=1+1"}],
        "g": [],
        "kode": [{"valueString": "571234"}],
    }


def test_who_and_when_and_why_and_what_others_answered_go_with_it():
    steps = [{"id": "puls", "kind": "number", "label": "Puls"}]
    other = Standing(["80"], "", AT_SEVEN, BO)
    stands = {"puls": Standing([], "Sov", AT_SEVEN, ANNA, [other])}
    [item] = write_items(read_definition({"title": "T", "steps": steps}), stands.get)

    [by, at, reason, differing] = item["extension"]
    assert "answer" not in item
    assert (by["url"], by["valueReference"]["display"]) == (AUTHOR, "Anna")
    assert (at["url"], at["valueDateTime"], reason["url"], reason["valueString"]) == (
        AT,
        AT_SEVEN,
        REASON,
        "Sov",
    )
    assert (differing["url"], differing["extension"][0]["valueReference"]["display"]) == (DIFFERING, "Bo")
    assert differing["extension"][-1] == {"url": "answer", "valueDecimal": Decimal("80")}


def test_a_picture_is_an_attachment_by_its_hash_and_a_signature_says_who():
    steps = [{"id": kind, "kind": kind, "label": kind} for kind in ("photo", "signature")]
    name = "a" * 64
    drawn = written(
        steps, {"photo": [f"{name} image/jpeg 1834"], "signature": [f"{name} image/png 53 Else Holm"]}
    )
    by_name = written(steps, {"signature": ["Ib Bo"], "photo": ["en plet"]})

    url = f"urn:haand:picture:{name}"
    assert drawn["photo"]["answer"] == [
        {"valueAttachment": {"contentType": "image/jpeg", "url": url, "size": 1834}}
    ]
    assert drawn["signature"]["answer"][0]["valueAttachment"]["title"] == "Else Holm"
    assert by_name["signature"]["answer"] == [{"valueAttachment": {"title": "Ib Bo"}}]
    assert by_name["photo"]["answer"] == [{"valueString": "en plet"}]


def test_what_a_step_cannot_have_stays_as_it_was_written():
    found = written([{"id": "puls", "kind": "number", "label": "Puls"}], {"puls": ["høj"]})

    assert found["puls"]["answer"] == [{"valueString": "høj"}]


@settings(max_examples=40, deadline=None)
@given(st.lists(taps(), max_size=8))
def test_whatever_is_answered_is_fhir(said: list[tuple[str, list[Any]]]):
    inner = {"id": "inde", "kind": "repeating_group", "label": "inde", "steps": INNER}
    each = {"id": "ja_hver", "kind": "yes_no", "label": "ja_hver"}
    rows = {"id": "hver", "kind": "repeating_group", "label": "hver", "steps": [each, inner]}
    answers = {**ROWS, **dict(said)}

    found = written([*STEPS, rows], answers)

    assert {link for link in found if link in KINDS} >= {
        place
        for place, one in answers.items()
        if place in (step["id"] for step in STEPS) and any(each not in ("", {"other": ""}) for each in one)
    }


@pytest.mark.parametrize("steps", [FULL, ODD], ids=["all kinds", "odd ones"])
def test_a_checklist_is_fhir_too(steps: list[dict[str, Any]]):
    said = write_questionnaire(read_definition({"title": "Morgen", "steps": steps}), "urn:uuid:1", 3)

    assert len(Questionnaire.model_validate_json(json.dumps(said)).item or []) == len(steps)
