"""Knows notes and their corrections. There is no way here to change or remove one."""

from collections.abc import Collection, Iterable

from pwa.database import Transaction
from pwa.database.lists import Key, of_visits
from pwa.written import Note


async def add_notes(tx: Transaction, notes: Iterable[tuple[Key, Note]]) -> None:
    """Keep notes and corrections, a note before its corrections."""
    await tx.execute_many(
        """
        insert into note (team_id, visit_id, id, corrects_id, text, written_at, received_at, written_by_id,
          phone_id, seen, base_version, kind, pinned, composed, adds_to_id)
        values (:team_id, :visit_id, :id, :corrects_id, :text, :written_at, :received_at, :written_by_id,
          :phone_id, :seen, :base_version, :kind, :pinned, :composed, :adds_to_id)
        """,
        [
            (
                *key,
                row.id,
                row.corrects_id,
                row.text,
                row.written_at,
                row.received_at,
                row.by_id,
                row.phone_id,
                row.seen,
                row.base_version,
                row.kind,
                row.pinned,
                row.composed,
                row.adds_to_id,
            )
            for key, row in notes
        ],
    )


async def list_notes(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, Note]]:
    """Every note and correction of these visits, each with its visit."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"""
        select team_id, visit_id, note.id, corrects_id, text, written_at, received_at, written_by_id as by_id,
          person.name as by_name, phone_id, seen, base_version, kind, pinned, composed, adds_to_id
        from note join person on person.id = written_by_id where {condition}
        """,
        params,
    )
    return [((team_id, visit_id), Note(*row)) for team_id, visit_id, *row in rows]
