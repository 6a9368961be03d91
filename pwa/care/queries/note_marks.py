"""Knows what was done with notes after they were written; knows nothing of which of it counts."""

from collections.abc import Collection, Iterable

from pwa.database import Row, Transaction
from pwa.database.lists import Key, each_of, of_visits
from pwa.written import NoteMark

COLUMNS = """
    change_id, note_mark.kind, note_id, pin_id, other_visit_id, by_leader, at, received_at, by_id, person.name as by_name
"""


async def add_note_marks(tx: Transaction, marks: Iterable[tuple[Key, NoteMark]]) -> None:
    """Keep marks."""
    await tx.execute_many(
        """
        insert into note_mark (team_id, visit_id, change_id, kind, note_id, pin_id, other_visit_id, by_leader, at,
          received_at, by_id)
        values (:team_id, :visit_id, :change_id, :kind, :note_id, :pin_id, :other_visit_id, :by_leader, :at,
          :received_at, :by_id)
        """,
        [
            (
                *key,
                row.change_id,
                row.kind,
                row.note_id,
                row.pin_id,
                row.other_visit_id,
                row.by_leader,
                row.at,
                row.received_at,
                row.by_id,
            )
            for key, row in marks
        ],
    )


async def list_note_marks(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, NoteMark]]:
    """Every mark that was made at these visits, each with its visit."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"""
        select team_id, visit_id, {COLUMNS} from note_mark join person on person.id = by_id where {condition}
        """,
        params,
    )
    return [((team_id, visit_id), NoteMark(*row)) for team_id, visit_id, *row in rows]


async def list_marks_of_notes(
    tx: Transaction, team_id: str, note_ids: Collection[str]
) -> list[tuple[Key, NoteMark]]:
    """Every mark of these notes of a team's that stands, at whichever visit it was made."""
    inside, params = each_of("note", note_ids)
    rows = await tx.tuples(
        f"""
        select team_id, visit_id, {COLUMNS} from note_mark join person on person.id = by_id
        where note_id in ({inside}) and team_id = :team_id and not exists (
          select 1 from taken_back where taken_back.team_id = note_mark.team_id
            and taken_back.visit_id = note_mark.visit_id and taken_back_id = note_mark.change_id
        )
        """,
        {**params, "team_id": team_id},
    )
    return [((team, visit_id), NoteMark(*row)) for team, visit_id, *row in rows]


async def list_meant_for(tx: Transaction, visit_id: str) -> list[Row]:
    """id, text, at and by_name of the notes that were written at another visit and should stand at this one, said by somebody."""
    return await tx.rows(
        """
        select note.id, note.text, note_mark.at, person.name as by_name
        from note_mark
        join note on note.team_id = note_mark.team_id and note.id = note_mark.note_id
        join person on person.id = note_mark.by_id
        where other_visit_id = :visit_id and not exists (
          select 1 from taken_back where taken_back.team_id = note_mark.team_id
            and taken_back.visit_id = note_mark.visit_id and taken_back_id = note_mark.change_id
        )
        order by note_mark.at, note_mark.change_id
        """,
        {"visit_id": visit_id},
    )
