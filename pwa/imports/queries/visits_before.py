"""Knows where it is kept how visits were planned before an import; knows nothing of what that says."""

from collections.abc import Collection, Iterable

from pwa.database import Transaction
from pwa.database.lists import Key, of_visits


async def add_before(tx: Transaction, import_id: str, visits: Iterable[tuple[Key, str | None]]) -> None:
    """Keep this (JSON, or None for what was not there) of visits; what is kept of a visit already stays."""
    await tx.execute_many(
        """
        insert into visit_before_import (import_id, team_id, visit_id, before)
        values (:import_id, :team_id, :visit_id, :before) on conflict do nothing
        """,
        [(import_id, *key, before) for key, before in visits],
    )


async def list_before(tx: Transaction, import_id: str) -> list[tuple[Key, str | None]]:
    """What is kept of an import's visits, in order."""
    rows = await tx.tuples(
        """
        select team_id, visit_id, before from visit_before_import where import_id = :import_id
        order by team_id, visit_id
        """,
        {"import_id": import_id},
    )
    return [((team_id, visit_id), before) for team_id, visit_id, before in rows]


async def remove_before(tx: Transaction, import_id: str, keys: Collection[Key]) -> int:
    """Keep it no longer of these visits."""
    condition, params = of_visits(keys)
    return await tx.execute(
        f"delete from visit_before_import where import_id = :import_id and {condition}",
        {**params, "import_id": import_id},
    )


async def remove_all_before(tx: Transaction, import_id: str) -> int:
    """Keep nothing of an import's visits any longer."""
    return await tx.execute(
        "delete from visit_before_import where import_id = :import_id", {"import_id": import_id}
    )


async def remove_some_of_others(tx: Transaction, import_id: str, most: int) -> int:
    """Keep so many fewer of earlier imports; how many that were."""
    return await tx.execute(
        """
        delete from visit_before_import where (import_id, team_id, visit_id) in (
          select import_id, team_id, visit_id from visit_before_import where import_id <> :import_id limit :most
        )
        """,
        {"import_id": import_id, "most": most},
    )


async def find_import_to_undo(tx: Transaction) -> str | None:
    """The id of the last import that was to change the plan, if it can still be undone.

    One that was broken off while it made way, before it changed anything, leaves some of what is kept of the one before.
    """
    rows = await tx.tuples(
        """
        select id from file_import
        where id = (select max(id) from file_import where kind = 'plan' and going_on <> '')
          and exists (select 1 from visit_before_import where import_id = file_import.id)
        """
    )
    return str(rows[0][0]) if rows else None
