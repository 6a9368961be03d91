"""Knows guides and their pictures; knows nothing of who reads them."""

from pwa.database import Row, Transaction


async def get_guide(tx: Transaction, guide_id: str) -> Row | None:
    """team_id, id, title and body (JSON) of a guide, or None."""
    return await tx.row(
        "select team_id, id, title, body from guide where id = :guide_id", {"guide_id": guide_id}
    )


async def list_known_guide_ids(tx: Transaction) -> set[str]:
    """Every guide."""
    return {row["id"] for row in await tx.rows("select id from guide")}


async def remove_guide(tx: Transaction, guide_id: str) -> int:
    """Take a guide away, to add it to another team."""
    return await tx.execute("delete from guide where id = :guide_id", {"guide_id": guide_id})


async def add_guide(tx: Transaction, team_id: str, guide_id: str, title: str, body: str) -> int:
    """Add a guide, or change its content."""
    return await tx.execute(
        """
        insert into guide (team_id, id, title, body) values (:team_id, :guide_id, :title, :body)
        on conflict (team_id, id) do update set title = :title, body = :body
        """,
        {"team_id": team_id, "guide_id": guide_id, "title": title, "body": body},
    )


async def add_media(tx: Transaction, sha256: str, type: str, content: bytes) -> int:
    """Keep a picture; one that is there already is the same, for its name says so."""
    return await tx.execute(
        """
        insert into media (sha256, type, content) values (:sha256, :type, :content)
        on conflict (sha256) do nothing
        """,
        {"sha256": sha256, "type": type, "content": content},
    )


async def list_teams_of_guide(tx: Transaction, guide_id: str) -> list[str]:
    """The teams that have a guide with this id."""
    rows = await tx.tuples("select team_id from guide where id = :id order by team_id", {"id": guide_id})
    return [team_id for (team_id,) in rows]
