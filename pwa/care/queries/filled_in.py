"""Knows everything that was ever filled in at a visit's checklist; knows nothing of which of it is shown."""

from collections.abc import Collection, Iterable

from pwa.database import Transaction
from pwa.database.lists import Key, of_visits
from pwa.written import FilledIn


async def add_filled_in(tx: Transaction, filled: Iterable[tuple[Key, FilledIn]]) -> None:
    """Keep it; each gets its version when its document does."""
    await tx.execute_many(
        """
        insert into filled_in
          (team_id, visit_id, change_id, checklist_id, place, said, reason, at, received_at, by_id, seen, phone_id)
        values (:team_id, :visit_id, :change_id, :checklist_id, :place, :said, :reason, :at, :received_at, :by_id,
          :seen, :phone_id)
        """,
        [
            (
                *key,
                row.change_id,
                row.checklist_id,
                row.place,
                row.said,
                row.reason,
                row.at,
                row.received_at,
                row.by_id,
                row.seen,
                row.phone_id,
            )
            for key, row in filled
        ],
    )


async def list_filled_in(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, FilledIn]]:
    """All of these visits, each with its visit."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"""
        select team_id, visit_id, change_id, checklist_id, place, said, reason, at, received_at, by_id,
          person.name as by_name, seen, version, phone_id
        from filled_in join person on person.id = by_id where {condition}
        """,
        params,
    )
    return [((team_id, visit_id), FilledIn(*row)) for team_id, visit_id, *row in rows]
