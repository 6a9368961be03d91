"""Knows what a citizen's own page and what is pinned at her visits are made of: her document, and visits that are newer than it;
knows no database.

Twin: service_worker/pages/citizen.js. Cases: tests/cases/citizen_page.json.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from pwa.care.documents.citizen import last_body
from pwa.care.documents.note_marks import noted

NOTE_DAYS = 14
"""Of so many days a page tells while the phone has no document that says otherwise."""

Part = Mapping[str, Any]


def citizen_page(document: Part | None, visits: Sequence[Part], today: str) -> dict[str, Any]:
    """What is told of a citizen: `notes`, what is pinned first and then the newest, each with `visit_id`, `day` and what was done
    with it; the `last` visit that is finished; of how many `days`, and how many `older_notes` are left out.

    `visits` are hers: of these everything is taken from there.
    """
    known: Part = document or {"days": NOTE_DAYS, "notes": [], "marks": [], "last": None}
    since = (date.fromisoformat(today) - timedelta(known["days"])).isoformat()
    ids = {visit["visit_id"] for visit in visits}
    notes = [note for note in known["notes"] if note["visit_id"] not in ids]
    marks = [mark for mark in known["marks"] if mark["visit_id"] not in ids]
    for visit in visits:
        here = {"visit_id": visit["visit_id"], "day": visit["day"]}
        notes += [{**note, **here} for note in visit["notes"]]
        marks += [{**mark, "visit_id": visit["visit_id"]} for mark in visit.get("marks", ())]
    shown = [note for note in noted(notes, marks) if note["pin"] or note["day"] >= since]
    shown.sort(key=lambda note: (note["written_at"], note["id"]), reverse=True)
    return {
        "notes": [note for note in shown if note["pin"]] + [note for note in shown if not note["pin"]],
        "last": _last(known["last"], visits),
        "days": known["days"],
        "older_notes": known.get("older_notes", 0),
    }


def _last(known: Part | None, visits: Sequence[Part]) -> Part | None:
    """The visit that was finished last; what the document says of a visit that is here goes by what is here."""
    ids = {visit["visit_id"] for visit in visits}
    found = [last_body(visit) for visit in visits if visit["finished_at"]]
    if known and known["visit_id"] not in ids:
        found.append(dict(known))
    return max(found, key=lambda one: (one["finished_at"], one["visit_id"]), default=None)


def pinned_at(page: Part, visit_id: str, person_id: str) -> list[Part]:
    """What somebody is to read at a visit, and what she has read there: pinned by others, or at another visit."""
    return [
        note
        for note in page["notes"]
        if _is_to_read(note, visit_id, person_id) or _read_by(note, visit_id, person_id)
    ]


def count_pinned(page: Part, visit_id: str, person_id: str) -> int:
    """How much of that nobody has read yet."""
    return sum(_is_to_read(note, visit_id, person_id) for note in page["notes"])


def _is_to_read(note: Part, visit_id: str, person_id: str) -> bool:
    pin = note["pin"]
    return (
        pin is not None
        and not note["wrong"]
        and (pin["by"]["id"] != person_id or note["visit_id"] != visit_id)
    )


def _read_by(note: Part, visit_id: str, person_id: str) -> bool:
    return any(mark["by"]["id"] == person_id and mark["visit_id"] == visit_id for mark in note["read"])


def notes_at(page: Part, visit_id: str) -> list[Part]:
    """Those of a visit, in the order in which they were written."""
    notes = [note for note in page["notes"] if note["visit_id"] == visit_id]
    return sorted(notes, key=lambda note: (note["written_at"], note["id"]))
