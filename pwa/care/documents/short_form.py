"""Knows the short form in which a visit's document is stored and sent, and how it becomes whole; knows no page.

A document is written at each push, and each of its steps says much that is empty or stands elsewhere in it. In the short form
these are left out: what is empty, who did it where that is the first of those who come, when and by whom of a step that "as
planned" filled, and of a step's id the part that is the visit's. A document that is whole stays as it is.

Twin: service_worker/sync/short_form.js. Cases: tests/cases/short_form.json.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from pwa.documents.queries import Stored
from pwa.words import Json

DOCUMENTS, SHORT = "Haand-Documents", "short"
"""The header by which a phone says what it knows, words with commas between; and that it makes documents whole itself."""

Part = dict[str, Any]

EMPTY_IN_VISIT: Mapping[str, object] = {
    "minutes": 0, "address": "", "door": "", "bring": "", "carers": [], "guides": [], "contacts": [], "cancelled_at": None,
    "started_at": None, "started_received_at": None, "started_by": None, "started_change": None,
    "finished_at": None, "finished_received_at": None, "finished_by": None, "finished_change": None,
    "as_planned_at": None, "as_planned_by": None, "as_planned_change": None,
    "steps": [], "deviations": [], "notes": [], "waiting": 0,
}  # fmt: skip
EMPTY_IN_STEP: Mapping[str, object] = {
    "help": "", "answer": None, "reason": "", "answered_at": None, "answered_received_at": None, "answered_by": None,
    "answered_change": None, "differing": [], "waiting_since": None,
}  # fmt: skip
EMPTY_IN_FILLED: Mapping[str, object] = {"reason": "", "differing": [], "waiting_since": None}
EMPTY_IN_NOTE: Mapping[str, object] = {"waiting_since": None, "corrections": []}
EMPTY_IN_CORRECTION: Mapping[str, object] = {"waiting_since": None}
EMPTY_IN_DEVIATION: Mapping[str, object] = {"text": "", "waiting_since": None}

FILLED = {
    "answered_at": "as_planned_at", "answered_received_at": "as_planned_received_at", "answered_by": "as_planned_by",
    "answered_change": "as_planned_change",
}  # fmt: skip
"""What a step that "as planned" filled says, and where the visit says the same."""
DONE = ("started", "finished", "as_planned")
OF_VISIT = 24
"""So many signs of a step's id are those of its visit's, see checklists/copies.py."""
WHOLE_ID = 36


def shortened(body: Mapping[str, Any]) -> Json:
    """A visit's document, which is whole, in its short form."""
    visit, first = dict(body), _first(body)
    filled_by, id_begins = body["as_planned_change"], body["visit_id"][:OF_VISIT]
    steps = []
    for step in body["steps"]:
        short = {name: value for name, value in step.items() if value or name not in EMPTY_IN_STEP}
        if filled_by and step["answered_change"] == filled_by:
            visit["as_planned_received_at"] = step["answered_received_at"]
            for name in FILLED:
                del short[name]
        elif first is not None and step["answered_by"] == first:
            del short["answered_by"]
        if step["id"].startswith(id_begins):
            short["id"] = step["id"][OF_VISIT:]
        steps.append(short)
    visit["steps"] = steps
    visit["notes"] = [_short_note(note, first) for note in body["notes"]]
    visit["deviations"] = [
        _short(each, EMPTY_IN_DEVIATION, "reported_by", first) for each in body["deviations"]
    ]
    if "filled" in body:
        visit["filled"] = [_short(each, EMPTY_IN_FILLED, "answered_by", first) for each in body["filled"]]
    for name in DONE:
        if visit[f"{name}_by"] == first:
            visit[f"{name}_by"] = None
    return {name: value for name, value in visit.items() if value or name not in EMPTY_IN_VISIT}


def _short_note(note: Part, first: Part | None) -> Part:
    texts: Part = {
        name: [_short(each, EMPTY_IN_CORRECTION, "written_by", first) for each in note[name]]
        for name in ("corrections", "differing")
        if name in note
    }
    return _short({**note, **texts}, EMPTY_IN_NOTE, "written_by", first)


def _short(part: Part, empty: Mapping[str, object], by: str, first: Part | None) -> Part:
    return {
        name: value
        for name, value in part.items()
        if (value or name not in empty) and not (name == by and value == first)
    }


def whole(body: Mapping[str, Any]) -> dict[str, Any]:
    """A visit's document with everything that pages read."""
    visit: Part = {**EMPTY_IN_VISIT, **body}
    first = _first(visit)
    for name in DONE:
        if visit[f"{name}_at"] and not visit[f"{name}_by"]:
            visit[f"{name}_by"] = first
    visit["steps"] = [_whole_step(step, visit, first) for step in visit["steps"]]
    if "filled" in visit:
        visit["filled"] = [{**EMPTY_IN_FILLED, "answered_by": first, **each} for each in visit["filled"]]
    visit["notes"] = [_whole_note(note, first) for note in visit["notes"]]
    visit["deviations"] = [
        {**EMPTY_IN_DEVIATION, "reported_by": first, **each} for each in visit["deviations"]
    ]
    visit.pop("as_planned_received_at", None)
    return visit


def _whole_step(step: Part, visit: Part, first: Part | None) -> Part:
    said: Part = {}
    if "answer" in step and step["answer"] is not None:
        is_filled = "answered_change" not in step
        said = {name: visit.get(of) for name, of in FILLED.items()} if is_filled else {"answered_by": first}
    id = step["id"] if len(step["id"]) == WHOLE_ID else visit["visit_id"][:OF_VISIT] + step["id"]
    return {**EMPTY_IN_STEP, **said, **step, "id": id}


def _whole_note(note: Part, first: Part | None) -> Part:
    texts: Part = {
        name: [{**EMPTY_IN_CORRECTION, "written_by": first, **each} for each in note[name]]
        for name in ("corrections", "differing")
        if name in note
    }
    return {**EMPTY_IN_NOTE, "written_by": first, **note, **texts}


def _first(visit: Mapping[str, Any]) -> Part | None:
    """Who stands first among those who come."""
    carers = visit["carers"]
    return carers[0] if carers else None


def read_visit(text: str) -> Part:
    """A visit's body, as it is stored, as pages read it."""
    return whole(msgspec.json.decode(text))


def load_visit(document: Stored) -> Part:
    """The same with its version."""
    return read_visit(document.body) | {"version": document.version}
