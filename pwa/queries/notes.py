"""Knows notes and their corrections. There is no way here to change or remove one."""

from pwa.database import Transaction
from pwa.words import Note


async def add_note(tx: Transaction, team_id: str, visit_id: str, note: Note) -> int:
    """Keep a note, or a correction of one."""
    return await tx.execute(
        """
        insert into note (team_id, visit_id, id, corrects_id, text, written_at, received_at, written_by_id)
        values (:team_id, :visit_id, :id, :corrects_id, :text, :written_at, :received_at, :written_by_id)
        """,
        {"team_id": team_id, "visit_id": visit_id, "id": note.id, "corrects_id": note.corrects_id,
         "text": note.text, "written_at": note.written_at, "received_at": note.received_at, "written_by_id": note.by_id},
    )  # fmt: skip


async def has_note(tx: Transaction, team_id: str, visit_id: str, note_id: str) -> bool:
    """Whether the visit has this note or correction."""
    row = await tx.row(
        "select 1 from note where team_id = :team_id and visit_id = :visit_id and id = :note_id",
        {"team_id": team_id, "visit_id": visit_id, "note_id": note_id},
    )
    return row is not None


async def list_notes(tx: Transaction, team_id: str, visit_id: str) -> list[Note]:
    """Every note and correction of a visit, as they were written."""
    rows = await tx.rows(
        """
        select note.id, corrects_id, text, written_at, received_at, written_by_id as by_id,
          person.name as by_name
        from note join person on person.id = written_by_id
        where team_id = :team_id and visit_id = :visit_id order by written_at, note.id
        """,
        {"team_id": team_id, "visit_id": visit_id},
    )
    return [Note(**row) for row in rows]
