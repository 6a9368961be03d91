"""Knows what was done with a visit's notes, at whichever visit it was done, for who reads it as a leader; knows no page."""

from collections.abc import Mapping
from typing import Any

from pwa.care.documents.note_marks import mark_body, noted
from pwa.care.queries.note_marks import list_marks_of_notes, list_meant_for
from pwa.database import Transaction


async def with_marks(tx: Transaction, visit: Mapping[str, Any]) -> dict[str, Any]:
    """The visit, its notes with their pins, who has read them and whose they are not; `meant_for` are those that were written at
    another citizen's and should stand here.
    """
    ids = [note["id"] for note in visit["notes"]]
    rows = await list_marks_of_notes(tx, visit["team"]["id"], ids) if ids else []
    marks = [mark_body(row) | {"visit_id": key[1]} for key, row in rows]
    meant = await list_meant_for(tx, visit["visit_id"])
    return {**visit, "notes": noted(visit["notes"], marks), "meant_for": meant}
