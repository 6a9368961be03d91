"""Knows how notes are written and corrected: both only ever add."""

from pwa.changes.doing import Doing
from pwa.database import Transaction
from pwa.problems import IdUsedTwice, UnknownNote
from pwa.queries import notes
from pwa.words import Note


async def write_note(tx: Transaction, doing: Doing) -> None:
    """Write a note. Raises IdUsedTwice if another note has its id."""
    await _add(tx, doing, None)


async def correct_note(tx: Transaction, doing: Doing) -> None:
    """Add a correction to a note of the same visit, which stays readable. Raises UnknownNote, IdUsedTwice."""
    corrects = doing.needed("corrects")
    if not await notes.has_note(tx, doing.team_id, doing.visit_id, corrects):
        raise UnknownNote
    await _add(tx, doing, corrects)


async def _add(tx: Transaction, doing: Doing, corrects: str | None) -> None:
    note_id = doing.needed("note_id")
    if await notes.has_note(tx, doing.team_id, doing.visit_id, note_id):
        raise IdUsedTwice
    await notes.add_note(
        tx,
        doing.team_id,
        doing.visit_id,
        Note(
            id=note_id,
            corrects_id=corrects,
            text=doing.needed("text"),
            written_at=doing.at,
            received_at=doing.received_at,
            by_id=doing.carer.id,
            by_name=doing.carer.name,
        ),
    )
