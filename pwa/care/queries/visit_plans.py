"""Knows where all that is planned at a visit lies as one piece; knows nothing of what is in it."""

from collections.abc import Collection, Iterable

from pwa.database import Transaction
from pwa.database.lists import Key, of_visits


async def list_plans(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, str]]:
    """The pieces (JSON) of those of these visits that have one, each with its visit."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(f"select team_id, visit_id, body from visit_plan where {condition}", params)
    return [((team_id, visit_id), body) for team_id, visit_id, body in rows]


async def set_plans(tx: Transaction, plans: Iterable[tuple[Key, str]]) -> None:
    """Keep these pieces in place of those that were there."""
    await tx.execute_many(
        """
        insert into visit_plan (team_id, visit_id, body) values (:team_id, :visit_id, :body)
        on conflict (team_id, visit_id) do update set body = :body
        """,
        [(*key, body) for key, body in plans],
    )
