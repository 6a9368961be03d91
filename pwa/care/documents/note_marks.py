"""Knows what was done with notes: who pinned one for the next visitor, who has read it, and which is about another citizen;
knows no database.

Marks come from any visit of the citizen's, in any order. A pin has an id: that of the change that made it, or the note's own where
its writer pinned it. Who reads or removes a pin names it, and with it goes what was pinned before; a later one stays, for nobody has
seen it. Twin of `noted`: service_worker/pages/note_marks.js. Cases: tests/cases/noted.json.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pwa.words import Json
from pwa.written import NoteMark

MOST_MARKS = 100

Part = Mapping[str, Any]


def fold_marks(rows: Iterable[NoteMark], taken_back: Collection[str]) -> Json:
    """What was marked at a visit, as it happened, each thing once for each person; nothing at all where there is none."""
    standing = sorted(
        (row for row in rows if row.change_id not in taken_back), key=lambda row: (row.at, row.change_id)
    )
    first = {(row.kind, row.note_id, row.pin_id, row.by_id): row for row in reversed(standing)}
    marks = sorted(first.values(), key=lambda row: (row.at, row.change_id))
    return {"marks": [mark_body(row) for row in marks[-MOST_MARKS:]]} if marks else {}


def mark_body(row: NoteMark) -> Json:
    """A mark as pages read it."""
    body: Json = {"id": row.change_id, "kind": row.kind, "note_id": row.note_id}
    if row.pin_id:
        body["pin_id"] = row.pin_id
    if row.other_visit_id:
        body["other_visit_id"] = row.other_visit_id
    if row.by_leader:
        body["by_leader"] = True
    return body | {"at": row.at, "by": {"id": row.by_id, "name": row.by_name}, "waiting_since": None}


def noted(notes: Sequence[Part], marks: Sequence[Part]) -> list[dict[str, Any]]:
    """The notes, each with the `pin` that nobody has read yet (or None), who has `read` one, and that it is the `wrong` citizen's."""
    return [
        dict(note) | _marked(note, [one for one in marks if one["note_id"] == note["id"]]) for note in notes
    ]


def _marked(note: Part, marks: Sequence[Part]) -> dict[str, Any]:
    in_order = sorted(marks, key=_by_time)
    own = (
        [{"id": note["id"], "at": note["written_at"], "by": note["written_by"]}] if note.get("pinned") else []
    )
    others = [{name: one[name] for name in ("id", "at", "by")} for one in in_order if one["kind"] == "pinned"]
    pins = sorted([*own, *others], key=_by_time)
    numbers = {str(pin["id"]): number for number, pin in enumerate(pins)}
    gone = [
        numbers.get(str(one.get("pin_id")), -1)
        for one in in_order
        if one["kind"] == "read" or (one["kind"] == "unpinned" and _may_unpin(one, note, pins, numbers))
    ]
    left = pins[max(gone, default=-1) + 1 :]
    return {
        "pin": left[-1] if left else None,
        "read": [one for one in in_order if one["kind"] == "read"],
        "wrong": next((one for one in in_order if one["kind"] == "wrong_citizen"), None),
    }


def _may_unpin(mark: Part, note: Part, pins: Sequence[Part], numbers: Mapping[str, int]) -> bool:
    """Who wrote the note, who pinned it, and a leader."""
    number = numbers.get(str(mark.get("pin_id")))
    own = {note["written_by"]["id"], *([pins[number]["by"]["id"]] if number is not None else [])}
    return bool(mark.get("by_leader")) or mark["by"]["id"] in own


def _by_time(one: Part) -> tuple[str, str]:
    return str(one["at"]), str(one["id"])
