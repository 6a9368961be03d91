"""A definition becomes a Questionnaire from which the same definition is read, whatever of it FHIR has no words for."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from pwa.checklists.definition import read_definition
from pwa.checklists.fhir.ours import URL
from pwa.checklists.fhir.questionnaire import read_questionnaire
from pwa.checklists.fhir.writing import write_questionnaire
from pwa.checklists.mistakes import WrongChecklist
from tests.checklists.made_up import checklists

pytestmark = pytest.mark.no_database

FULL: list[dict[str, Any]] = [
    {"id": "bad", "kind": "who", "label": "Bad", "help": "Se vejledningen.", "required": True, "planned": "together", "by_itself": True},
    {"id": "spist", "link": "1.1", "kind": "yes_no", "label": "Spist?"},
    {"id": "hvorfor", "kind": "long_text", "label": "Hvorfor ikke?", "limits": {"longest": 400, "shortest": 2},
     "shown_when": {"and": [{"=": [{"answer": "spist"}, False]}, {"!=": [{"answer": "bad"}, "not_relevant"]}]}},
    {"id": "puls", "kind": "number", "label": "Puls", "unit": "slag/min", "limits": {"least": "20", "most": "220.5", "decimals": 1},
     "valid_when": [{"condition": {"<": [{"own": []}, {"number": "200"}]}, "message": "Ring", "is_warning": True}]},
    {"id": "antal", "kind": "number", "label": "Antal", "limits": {"decimals": 0, "least": "1"}, "first": {"number": "3"}},
    {"id": "naar", "kind": "date", "label": "Når", "limits": {"least": "2026-01-01"}, "first": {"today": []}},
    {"id": "tid", "kind": "time", "label": "Tid"},
    {"id": "da", "kind": "date_time", "label": "Da"},
    {"id": "hvor", "kind": "choice", "label": "Hvor", "other": True, "occurrences": {"least": 1, "most": 3}, "options": [
        {"value": "arm", "label": "Arm", "system": "https://example.org/s"},
        {"value": "to  ben", "label": "Ben", "shown_when": {"exists": [{"answer": "puls"}]}}],
     "shown_when": {"or": [{"exists": [{"answer": "puls"}]}, {">=": [{"answer": "antal"}, {"number": "2"}]}]}},
    {"id": "piller", "kind": "repeating_group", "label": "Piller", "as_table": True, "occurrences": {"least": 1}, "steps": [
        {"id": "navn", "kind": "short_text", "label": " Navn ", "pattern": "[A-Z].*"},
        {"id": "nr", "kind": "number", "label": "Nr", "calculated": {"row": "piller"}, "read_only": True, "hidden": True}]},
    {"id": "g", "kind": "group", "label": "", "shown_when": {"not": [{"exists": [{"answer": "spist"}]}]}, "steps": [
        {"id": "foto", "kind": "photo", "label": "Foto"},
        {"id": "navn2", "kind": "signature", "label": "Underskrift"},
        {"id": "kode", "kind": "scanned_code", "label": "Kode", "limits": {"longest": 12}}]},
    {"id": "slut", "link": "spist", "kind": "information", "label": "=1+1", "help": "Tak", "shown_when": {"=": [{"answer": "hvor"}, "arm"]}},
]  # fmt: skip


ODD: list[dict[str, Any]] = [
    {"id": "a", "kind": "time", "label": "A", "limits": {"least": "07:31", "most": "22:00:01.500"}, "first": {"time": "08:00"}},
    {"id": "b", "kind": "date_time", "label": "  ", "limits": {"least": "2026-11-23T07:31:02.004Z"}},
    {"id": "c", "kind": "photo", "label": "C", "occurrences": {"least": 1, "most": 1}},
    {"id": "r", "kind": "repeating_group", "label": "R", "occurrences": {"most": 1}, "steps": [{"id": "t", "kind": "short_text", "label": "T"}]},
    {"id": "d", "kind": "number", "label": "D", "limits": {"most": "9" * 30, "longest": None}, "shown_when": {"exists": [{"answer": "r"}]}},
    {"id": "e", "kind": "choice", "label": "E", "options": [{"value": "x  y", "label": ""}, {"value": " z", "label": " ", "system": "a b"}],
     "first": {"list": ["x  y", " z"]}},
    {"id": "f", "link": "e", "kind": "number", "label": "F", "unit": " ", "limits": {"decimals": 0, "least": "12345678901"}},
]  # fmt: skip
"""What FHIR has nearly words for: our own reader would take them for something else, or for nothing that it knows."""


def written(definition: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(
        json.dumps(write_questionnaire(read_definition(definition), "urn:uuid:1", 3))
    )
    return said


def items_in(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [found for each in said.get("item", []) for found in (each, *items_in(each))]


@pytest.mark.parametrize("steps", [FULL, ODD], ids=["all kinds", "odd ones"])
def test_all_kinds_of_steps_come_back_the_same(steps: list[dict[str, Any]]):
    definition = {"title": "Morgen", "steps": steps}

    back = read_questionnaire(written(definition))

    assert back.definition == read_definition(definition)
    assert back.left_out == []


def test_what_fhir_has_words_for_is_said_in_fhir():
    said = written({"title": "Morgen", "steps": FULL})

    by_link = {item["linkId"]: item for item in items_in(said)}
    assert (said["url"], said["version"], said["status"]) == ("urn:uuid:1", "3", "active")
    assert by_link["hvorfor"]["enableWhen"] == [
        {"question": "1.1", "operator": "=", "answerBoolean": False},
        {
            "question": "bad",
            "operator": "!=",
            "answerCoding": {"system": "urn:haand:who", "code": "not_relevant"},
        },
    ]
    assert by_link["hvorfor"]["enableBehavior"] == "all"
    assert [option["valueCoding"]["code"] for option in by_link["bad"]["answerOption"]][:3] == [
        "alone",
        "together",
        "carer",
    ]
    assert by_link["bad-help"]["text"] == "Se vejledningen."
    assert (by_link["antal"]["type"], by_link["antal"]["initial"]) == ("integer", [{"valueInteger": 3}])
    ours = {
        item["linkId"]: set(json.loads(each["valueString"])) - {"link"}
        for item in items_in(said)
        for each in item.get("extension", [])
        if each["url"] == URL
    }
    assert {link: keys for link, keys in ours.items() if keys} == {
        "bad": {"kind", "options", "planned", "by_itself"}, "1.1": {"id"}, "puls": {"valid_when"}, "naar": {"first"},
        "hvor": {"options"}, "navn": {"label"}, "nr": {"calculated"}, "navn2": {"kind"}, "kode": {"kind"}, "spist": {"id", "help"},
    }  # fmt: skip


@pytest.mark.parametrize("steps", [FULL, ODD], ids=["all kinds", "odd ones"])
def test_it_is_as_fhir_says(steps: list[dict[str, Any]]):
    """What FHIR R4 asks of every item (its invariants que-1 to que-13), as far as a definition has it."""
    for item in items_in(written({"title": "Morgen", "steps": steps})):
        kind = item["type"]
        assert not (
            kind == "display"
            and item.keys() & {"item", "required", "readOnly", "repeats", "initial", "answerOption"}
        )
        assert "answerOption" not in item or kind in ("choice", "open-choice")
        assert "maxLength" not in item or kind in ("string", "text", "integer", "decimal")
        assert kind != "group" or item["item"]
        assert len(item.get("enableWhen", [])) < 2 or "enableBehavior" in item
        assert all(item.values())
        for option in item.get("answerOption", []):
            assert option["valueCoding"]["code"] == " ".join(option["valueCoding"]["code"].split())


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(checklists())
def test_a_made_up_checklist_comes_back_the_same(checklist: dict[str, Any]):
    try:
        definition = read_definition(checklist)
    except WrongChecklist:  # steps that wait for each other
        assume(False)

    back = read_questionnaire(json.loads(json.dumps(write_questionnaire(definition, "urn:uuid:1", 1))))

    assert back.definition == definition
    assert back.left_out == []


@pytest.mark.parametrize("ours", ["nothing", "[1]", '{"steps": []}', '{"colour": "red"}', "[" * 100_000])
def test_an_extension_that_looks_like_ours_is_told(ours: str):
    item = {"linkId": "1", "type": "string", "text": "A", "extension": [{"url": URL, "valueString": ours}]}

    read = read_questionnaire({"resourceType": "Questionnaire", "title": "T", "item": [item]})

    [told] = [each.why.words(str) for each in read.left_out if each.why]
    assert told == "1: The extension “urn:haand:step” is not as Hånd writes it."
    assert read.definition


def test_an_extension_of_ours_is_judged_like_any_definition():
    ours = json.dumps({"kind": "number", "limits": {"least": "to"}})
    item = {"linkId": "1", "type": "string", "text": "A", "extension": [{"url": URL, "valueString": ours}]}

    read = read_questionnaire({"resourceType": "Questionnaire", "title": "T", "item": [item]})

    assert read.definition is None
