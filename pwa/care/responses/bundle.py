"""Knows how what was answered at visits becomes a FHIR Bundle of QuestionnaireResponses (R4), written piece by piece.

Source: hl7.org/fhir/R4/bundle.html, questionnaireresponse.html.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from pwa.care.responses.answered import Answered
from pwa.checklists.fhir.response import Standing, reference_to, write_items

CITIZEN_SYSTEM, VISIT_SYSTEM = "urn:haand:citizen", "urn:haand:visit"
_encoder = msgspec.json.Encoder(decimal_format="number")


def bundle_of(entries: Iterable[bytes], at: str) -> Iterator[bytes]:
    """The Bundle of these entries; `at` is when it is made. FHIR has no empty list."""
    yield b'{"resourceType":"Bundle","type":"collection","timestamp":"%s"' % at.encode()
    between = b',"entry":[\n'
    for entry in entries:
        yield between + entry
        between = b",\n"
    yield b"}\n" if between != b",\n" else b"\n]}\n"


def entry_of(answered: Answered) -> bytes:
    """A response as an entry of the Bundle."""
    response = response_of(answered)
    return _encoder.encode({"fullUrl": f"urn:uuid:{response['id']}", "resource": response})


def response_of(answered: Answered) -> dict[str, Any]:
    """What was answered at a visit. It is completed when the visit is finished; one that went on after that is amended."""
    visit = answered.visit
    filled = {entry["place"]: entry for entry in visit.get("filled", ())}
    standing = {
        field["place"]: _standing(field, filled.get(field["place"]))
        for field in answered.fields
        if field["is_shown"] and field["kind"] != "row"
    }
    items = write_items(answered.definition, standing.get)
    told = [each for each in standing.values() if each and each.by]
    last = max(told, key=lambda one: one.at, default=None)
    finished = visit["finished_at"]
    at = max(filter(None, [finished, visit["started_at"], last.at if last else None]), default=None)
    by = (last.by if last else None) or visit["finished_by"] or visit["started_by"]
    is_amended = finished and last and last.at > finished
    response: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "id": str(uuid5(NAMESPACE_URL, f"{VISIT_SYSTEM}:{visit['visit_id']}")),
        "identifier": {"system": VISIT_SYSTEM, "value": visit["visit_id"]},
        "questionnaire": f"urn:uuid:{answered.checklist_id}|{answered.version}",
        "status": "amended" if is_amended else "completed" if finished else "in-progress",
        "subject": {
            "type": "Patient",
            "identifier": {"system": CITIZEN_SYSTEM, "value": visit["citizen"]["id"]},
            "display": visit["citizen"]["name"],
        },
    }
    if at:
        response["authored"] = at
    if by:
        response["author"] = reference_to(by)
    if items:
        response["item"] = items
    return response


def _standing(field: dict[str, Any], entry: Mapping[str, Any] | None) -> Standing | None:
    """What stands in a field of the visit's page, and what others filled in there."""
    step = field["step"]
    if step is not None:
        if not step["answer"]:
            return None
        others = [Standing([one["answer"]], one["reason"], one["at"], one["by"]) for one in step["differing"]]
        return Standing(
            [step["answer"]], step["reason"], step["answered_at"] or "", step["answered_by"], others
        )
    said = json.loads(field["stands"])
    if entry is None:
        return Standing(said, "", "", None) if said else None
    is_rows = field["kind"] == "repeating_group"
    beside = [] if is_rows else entry["differing"]
    others = [Standing(one["said"], one["reason"], one["at"], one["by"]) for one in beside]
    return Standing(said, entry["reason"], entry["answered_at"] or "", entry["answered_by"], others)
