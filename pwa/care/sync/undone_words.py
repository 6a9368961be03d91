"""Knows which words a form takes out of the record, and makes them half-written again: whoever undoes has not thrown away
what she wrote. Knows no HTTP.

Twin: service_worker/sync/undone_words.js, for phones; they do it themselves, before they send.
"""

import json
from collections.abc import Mapping
from typing import Any

from pwa.care.documents.bodies import with_bodies
from pwa.care.documents.half_written import about_visit
from pwa.care.documents.short_form import load_visit
from pwa.care.documents.visit_rows import read_visits
from pwa.care.queries.drafts import DraftRow
from pwa.database import Transaction
from pwa.words import Json, NewId, Person

TAPPED_REASONS = ("Ville ikke", "For træt eller syg", "Ikke tid", "Noget manglede")
"""Reasons that are given with one tap: nobody has written them. As in templates/carer/_answers.html."""


async def find_undone_words(
    tx: Transaction, carer: Person, name: str, args: Mapping[str, str | None], received_at: str, new_id: NewId
) -> DraftRow | None:
    """What the carer wrote and this change, which is not judged yet, undoes; None if that is nothing."""
    is_removed = name == "answer_step" and args.get("answer") is None
    if not (is_removed or name == "take_back"):
        return None
    for visit in await read_visits(tx, [args.get("visit_id") or ""]):
        [document] = await with_bodies(tx, [visit.stored]) if visit.stored else [None]
        body: Json = load_visit(document) if document else {}
        found = _reason(body, carer, args) if is_removed else _words(body, carer, args)
        if found and found["text"]:
            about = about_visit(body, args.get("step_id"))
            content = {
                **found,
                "since": found["at"],
                "about": about,
                "basis": {"version": visit.version, "over": ""},
            }
            del content["at"]
            return DraftRow(carer.id, new_id(), None, 0, str(found["at"]), received_at, json.dumps(content))
    return None


def _words(body: Json, carer: Person, args: Mapping[str, str | None]) -> Json | None:
    return _deviation(body, carer, args) or _observation(body, carer, args)


def _observation(body: Json, carer: Person, args: Mapping[str, str | None]) -> Json | None:
    for one in _rows(body, "observations"):
        if one["id"] == args.get("change_id") and one["observed_by"]["id"] == carer.id and _is_free(one):
            visit_id = str(body["visit_id"])
            form = {"visit_id": visit_id, "area": one["area"]}
            told = {"text": one["text"], "at": one["observed_at"]}
            return {"field": f"observation-{visit_id}", "name": "report_observation", "args": form, **told}
    return None


def _is_free(matter: Json) -> bool:
    """Whether nobody follows it up yet: undone, it goes. What somebody has taken stays, and its words with it."""
    return not (matter["taken_at"] or matter["done_at"] or matter.get("colour"))


def _deviation(body: Json, carer: Person, args: Mapping[str, str | None]) -> Json | None:
    for one in _rows(body, "deviations"):
        if one["id"] == args.get("change_id") and one["reported_by"]["id"] == carer.id:
            visit_id = str(body["visit_id"])
            form = {"visit_id": visit_id, "kind": one["kind"]}
            told = {"text": one["text"], "at": one["reported_at"]}
            return {"field": f"deviation-{visit_id}", "name": "report_deviation", "args": form, **told}
    return None


def _reason(body: Json, carer: Person, args: Mapping[str, str | None]) -> Json | None:
    for step in _rows(body, "steps"):
        by = step["answered_by"]
        if step["id"] == args.get("step_id") and by and by["id"] == carer.id:
            form = {"visit_id": body["visit_id"], "step_id": step["id"], "answer": "not_done"}
            text = "" if step["reason"] in TAPPED_REASONS else step["reason"]
            told = {"text": text, "at": step["answered_at"]}
            return {"field": f"reason-{step['id']}", "name": "answer_step", "args": form, **told}
    return None


def _rows(body: Json, name: str) -> list[dict[str, Any]]:
    rows = body.get(name, [])
    assert isinstance(rows, list)
    return rows
