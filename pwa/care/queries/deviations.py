"""Knows what did not go as planned; knows nothing of what was taken back."""

from collections.abc import Collection, Iterable

from pwa.database import Transaction
from pwa.database.lists import Key, of_visits
from pwa.written import Deviation


async def add_deviations(tx: Transaction, deviations: Iterable[tuple[Key, Deviation]]) -> None:
    """Keep deviations."""
    await tx.execute_many(
        """
        insert into deviation
          (team_id, visit_id, change_id, kind, text, reported_at, received_at, reported_by_id)
        values (:team_id, :visit_id, :change_id, :kind, :text, :reported_at, :received_at, :reported_by_id)
        """,
        [
            (*key, row.change_id, row.kind, row.text, row.reported_at, row.received_at, row.by_id)
            for key, row in deviations
        ],
    )


async def list_deviations(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, Deviation]]:
    """Every deviation of these visits, each with its visit."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"""
        select team_id, visit_id, change_id, kind, text, reported_at, received_at, reported_by_id as by_id,
          person.name as by_name
        from deviation join person on person.id = reported_by_id where {condition}
        """,
        params,
    )
    return [((team_id, visit_id), Deviation(*row)) for team_id, visit_id, *row in rows]
