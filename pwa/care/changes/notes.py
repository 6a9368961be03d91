"""Knows how notes are written and corrected: both only ever add."""

from pwa.care.changes.context import ChangeContext
from pwa.care.problems import IdUsedTwice, UnknownNote
from pwa.words import Note


def write_note(context: ChangeContext) -> Note:
    """Write a note. Raises IdUsedTwice if another note has its id."""
    return _note(context, None)


def correct_note(context: ChangeContext) -> Note:
    """Add a correction to a note of the same visit, which stays readable. Raises UnknownNote, IdUsedTwice."""
    corrects = context.needed("corrects")
    if not _has_note(context, corrects):
        raise UnknownNote
    return _note(context, corrects)


def _note(context: ChangeContext, corrects: str | None) -> Note:
    note_id = context.needed("note_id")
    if _has_note(context, note_id):
        raise IdUsedTwice
    return Note(
        id=note_id,
        corrects_id=corrects,
        text=context.needed("text"),
        written_at=context.at,
        received_at=context.received_at,
        by_id=context.carer.id,
        by_name=context.carer.name,
    )


def _has_note(context: ChangeContext, note_id: str) -> bool:
    return any(note.id == note_id for note in context.visit.written.notes)
