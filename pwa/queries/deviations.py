"""Knows what did not go as planned; knows nothing of what was taken back."""

from pwa.database import Transaction
from pwa.words import Deviation


async def add_deviation(tx: Transaction, team_id: str, visit_id: str, deviation: Deviation) -> int:
    """Keep a deviation."""
    return await tx.execute(
        """
        insert into deviation
          (team_id, visit_id, change_id, kind, text, reported_at, received_at, reported_by_id)
        values (:team_id, :visit_id, :change_id, :kind, :text, :reported_at, :received_at, :reported_by_id)
        """,
        {"team_id": team_id, "visit_id": visit_id, "change_id": deviation.change_id, "kind": deviation.kind,
         "text": deviation.text, "reported_at": deviation.reported_at, "received_at": deviation.received_at,
         "reported_by_id": deviation.by_id},
    )  # fmt: skip


async def list_deviations(tx: Transaction, team_id: str, visit_id: str) -> list[Deviation]:
    """Every deviation of a visit, as they were reported."""
    rows = await tx.rows(
        """
        select change_id, kind, text, reported_at, received_at, reported_by_id as by_id,
          person.name as by_name
        from deviation join person on person.id = reported_by_id
        where team_id = :team_id and visit_id = :visit_id order by reported_at, change_id
        """,
        {"team_id": team_id, "visit_id": visit_id},
    )
    return [Deviation(**row) for row in rows]
