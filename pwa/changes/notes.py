"""Knows how notes are written and corrected: both only ever add."""

from pwa.changes.doing import Doing
from pwa.problems import IdUsedTwice, UnknownNote
from pwa.words import Note


def write_note(doing: Doing) -> Note:
    """Write a note. Raises IdUsedTwice if another note has its id."""
    return _note(doing, None)


def correct_note(doing: Doing) -> Note:
    """Add a correction to a note of the same visit, which stays readable. Raises UnknownNote, IdUsedTwice."""
    corrects = doing.needed("corrects")
    if not _has_note(doing, corrects):
        raise UnknownNote
    return _note(doing, corrects)


def _note(doing: Doing, corrects: str | None) -> Note:
    note_id = doing.needed("note_id")
    if _has_note(doing, note_id):
        raise IdUsedTwice
    return Note(
        id=note_id,
        corrects_id=corrects,
        text=doing.needed("text"),
        written_at=doing.at,
        received_at=doing.received_at,
        by_id=doing.carer.id,
        by_name=doing.carer.name,
    )


def _has_note(doing: Doing, note_id: str) -> bool:
    return any(note.id == note_id for note in doing.visit.written.notes)
