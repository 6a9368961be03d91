"""Knows which changes have no certain time; knows nothing of why."""

from collections.abc import Collection, Iterable

from pwa.database import Transaction
from pwa.database.lists import Key, of_visits
from pwa.written import UncertainTime


async def add_uncertain_times(tx: Transaction, times: Iterable[tuple[Key, UncertainTime]]) -> None:
    """When these changes happened is known only roughly."""
    await tx.execute_many(
        """
        insert into uncertain_time (team_id, visit_id, change_id, earliest_at, latest_at)
        values (:team_id, :visit_id, :change_id, :earliest_at, :latest_at)
        """,
        [(*key, row.change_id, row.earliest_at, row.latest_at) for key, row in times],
    )


async def list_uncertain_times(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, UncertainTime]]:
    """The changes at these visits whose time is uncertain, each with its visit."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"select team_id, visit_id, change_id, earliest_at, latest_at from uncertain_time where {condition}",
        params,
    )
    return [((team_id, visit_id), UncertainTime(*row)) for team_id, visit_id, *row in rows]
