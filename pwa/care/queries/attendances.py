"""Knows when carers came and went, and what was taken back; knows nothing of which of them is shown."""

from collections.abc import Collection, Iterable

from pwa.database import Transaction
from pwa.database.lists import Key, of_visits
from pwa.written import Attendance, TakenBack


async def add_attendances(tx: Transaction, attendances: Iterable[tuple[Key, Attendance]]) -> None:
    """Carers came ("start") or went ("finish")."""
    await tx.execute_many(
        """
        insert into attendance (team_id, visit_id, change_id, kind, at, received_at, by_id)
        values (:team_id, :visit_id, :change_id, :kind, :at, :received_at, :by_id)
        """,
        [(*key, row.change_id, row.kind, row.at, row.received_at, row.by_id) for key, row in attendances],
    )


async def list_attendances(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, Attendance]]:
    """Everybody's coming and going at these visits, each with its visit."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"""
        select team_id, visit_id, change_id, kind, at, received_at, by_id, person.name as by_name
        from attendance join person on person.id = by_id where {condition}
        """,
        params,
    )
    return [((team_id, visit_id), Attendance(*row)) for team_id, visit_id, *row in rows]


async def add_taken_back(tx: Transaction, taken_back: Iterable[tuple[Key, TakenBack]]) -> None:
    """Changes were slips; they may not have arrived yet."""
    await tx.execute_many(
        """
        insert into taken_back (team_id, visit_id, change_id, taken_back_id, at, received_at, by_id)
        values (:team_id, :visit_id, :change_id, :taken_back_id, :at, :received_at, :by_id)
        """,
        [
            (*key, row.change_id, row.taken_back_id, row.at, row.received_at, row.by_id)
            for key, row in taken_back
        ],
    )


async def list_taken_back(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, tuple[str, str]]]:
    """The ids of the changes that were slips at these visits and who says so, each with its visit."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"select team_id, visit_id, taken_back_id, by_id from taken_back where {condition}", params
    )
    return [((team_id, visit_id), (slip_id, by_id)) for team_id, visit_id, slip_id, by_id in rows]
