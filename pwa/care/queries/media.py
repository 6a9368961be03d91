"""Knows pictures as they are asked for; knows nothing of guides but that they name their pictures."""

from collections.abc import Collection

from pwa.database import Row, Transaction
from pwa.database.lists import each_of


async def find_media(tx: Transaction, team_ids: Collection[str], sha256: str) -> Row | None:
    """type and content (bytes) of a picture, if a guide of one of these teams names it."""
    names, params = each_of("team", team_ids)
    return await tx.row(
        f"""
        select type, content from media where sha256 = :sha256 and exists (
          select 1 from guide where team_id in ({names}) and body like '%"' || :sha256 || '"%'
        )
        """,
        {"sha256": sha256, **params},
    )
