"""Knows how answers of either kind are told which version of their visit's document brought them."""

from collections.abc import Collection

from pwa.database import Transaction
from pwa.database.lists import Key, triples_of


async def set_versions(tx: Transaction, table: str, versions: Collection[tuple[Key, int]]) -> None:
    """Tell what is new at these visits, in the table `answer` or `filled_in`, which version of the document brought it."""
    stamped, params = triples_of([(*key, str(version)) for key, version in versions])
    await tx.execute(
        f"""
        with stamped (team_id, visit_id, version) as ({stamped})
        update {table} set version = cast(stamped.version as bigint) from stamped
        where {table}.team_id = stamped.team_id and {table}.visit_id = stamped.visit_id and {table}.version is null
        """,
        params,
    )
