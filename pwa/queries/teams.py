"""Knows the tree of teams as it is written; knows nothing of what a place in it allows."""

from pwa.database import Transaction


async def set_team(tx: Transaction, team_id: str, name: str, parent_id: str | None) -> int:
    """Add a team, or give it another name or place."""
    return await tx.execute(
        """
        insert into team (id, parent_id, name) values (:team_id, :parent_id, :name)
        on conflict (id) do update set parent_id = :parent_id, name = :name
        where team.name <> :name or coalesce(team.parent_id, '') <> coalesce(:parent_id, '')
        """,
        {"team_id": team_id, "parent_id": parent_id, "name": name},
    )


async def list_known_team_ids(tx: Transaction) -> list[str]:
    """Every team."""
    return [row["id"] for row in await tx.rows("select id from team order by id")]


async def list_own_and_upper_team_ids(tx: Transaction, person_id: str) -> list[str]:
    """The teams of somebody's roles, and every team above them, sorted."""
    rows = await tx.rows(
        """
        with recursive upwards (id) as (
          select team_id from role where person_id = :person_id
          union
          select team.parent_id from team join upwards on team.id = upwards.id
          where team.parent_id is not null
        )
        select id from upwards order by id
        """,
        {"person_id": person_id},
    )
    return [row["id"] for row in rows]
