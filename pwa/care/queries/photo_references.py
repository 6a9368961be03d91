"""Knows which photos are shown by what at which visit, and whether they have come; knows nothing of their bytes, nor who may see them."""

from collections.abc import Iterable

from pwa.database import Params, Transaction
from pwa.database.lists import Key

REFERENCE = ("team_id", "visit_id", "change_id", "sha256", "received_at", "by_id")


async def add_references(tx: Transaction, references: Iterable[Params]) -> None:
    """Photos are shown at visits; each has everything in REFERENCE.

    The photo's own row is written too: a sweep that would remove it waits here, or has removed it already.
    """
    rows = list(references)
    await tx.execute_many(
        """
        insert into photo_reference (team_id, visit_id, change_id, sha256, received_at, by_id)
        values (:team_id, :visit_id, :change_id, :sha256, :received_at, :by_id)
        """,
        [tuple(row[name] for name in REFERENCE) for row in rows],
    )
    await tx.execute_many(
        "update photo set referenced_at = coalesce(referenced_at, :received_at) where sha256 = :sha256",
        [(row["received_at"], row["sha256"]) for row in rows],
    )


async def list_come(tx: Transaction, key: Key) -> list[str]:
    """The photos shown at a visit that whoever shows them has sent."""
    rows = await tx.tuples(
        """
        select distinct photo_reference.sha256 from photo_reference
        join photo_sender on photo_sender.sha256 = photo_reference.sha256 and person_id = by_id
        where team_id = :team_id and visit_id = :visit_id
        """,
        {"team_id": key[0], "visit_id": key[1]},
    )
    return [sha256 for (sha256,) in rows]
