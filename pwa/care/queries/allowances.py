"""Knows the SQL about how much people have sent lately; knows no limits."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from pwa.database import Transaction
from pwa.database.lists import each_of


class Level(NamedTuple):
    """How much of something there was at a moment, in millionths; in the order of `set_levels`."""

    person_id: str
    what: str
    level: int
    at: str


async def list_levels(tx: Transaction, person_ids: Collection[str]) -> list[Level]:
    """All that is counted of these people."""
    inside, params = each_of("person", person_ids)
    rows = await tx.tuples(
        f"select person_id, what, level, at from allowance where person_id in ({inside})", params
    )
    return [Level(*row) for row in rows]


async def set_levels(tx: Transaction, levels: Iterable[Level]) -> None:
    """How much there is now."""
    await tx.execute_many(
        """
        insert into allowance (person_id, what, level, at) values (:person_id, :what, :level, :at)
        on conflict (person_id, what) do update set level = excluded.level, at = excluded.at
        """,
        levels,
    )
