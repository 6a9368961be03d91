"""Knows when carers came and went, and what was taken back; knows nothing of which of them is shown."""

from pwa.database import Transaction
from pwa.words import Attendance


async def add_attendance(
    tx: Transaction,
    team_id: str,
    visit_id: str,
    change_id: str,
    kind: str,
    at: str,
    received_at: str,
    by_id: str,
) -> int:
    """Somebody came ("start") or went ("finish")."""
    return await tx.execute(
        """
        insert into attendance (team_id, visit_id, change_id, kind, at, received_at, by_id)
        values (:team_id, :visit_id, :change_id, :kind, :at, :received_at, :by_id)
        """,
        {"team_id": team_id, "visit_id": visit_id, "change_id": change_id, "kind": kind, "at": at,
         "received_at": received_at, "by_id": by_id},
    )  # fmt: skip


async def list_attendances(tx: Transaction, team_id: str, visit_id: str) -> list[Attendance]:
    """Everybody's coming and going at a visit."""
    rows = await tx.rows(
        """
        select change_id, kind, at, received_at, by_id, person.name as by_name
        from attendance join person on person.id = by_id
        where team_id = :team_id and visit_id = :visit_id order by at, change_id
        """,
        {"team_id": team_id, "visit_id": visit_id},
    )
    return [Attendance(**row) for row in rows]


async def add_taken_back(
    tx: Transaction,
    team_id: str,
    visit_id: str,
    change_id: str,
    taken_back_id: str,
    at: str,
    received_at: str,
    by_id: str,
) -> int:
    """A change was a slip; it may not have arrived yet."""
    return await tx.execute(
        """
        insert into taken_back (team_id, visit_id, change_id, taken_back_id, at, received_at, by_id)
        values (:team_id, :visit_id, :change_id, :taken_back_id, :at, :received_at, :by_id)
        """,
        {"team_id": team_id, "visit_id": visit_id, "change_id": change_id,
         "taken_back_id": taken_back_id, "at": at, "received_at": received_at, "by_id": by_id},
    )  # fmt: skip


async def list_taken_back(tx: Transaction, team_id: str, visit_id: str) -> frozenset[str]:
    """The ids of the visit's changes that were slips."""
    rows = await tx.rows(
        "select taken_back_id from taken_back where team_id = :team_id and visit_id = :visit_id",
        {"team_id": team_id, "visit_id": visit_id},
    )
    return frozenset(row["taken_back_id"] for row in rows)
