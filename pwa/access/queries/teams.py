"""Knows the tree of teams as it is written; knows nothing of what a place in it allows."""

from collections.abc import Collection

from pwa.database import Transaction
from pwa.database.lists import each_of


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


async def list_parents(tx: Transaction) -> dict[str, str | None]:
    """Every team, and which it stands under."""
    return {row["id"]: row["parent_id"] for row in await tx.rows("select id, parent_id from team")}


async def list_names(tx: Transaction) -> dict[str, str]:
    """What every team is called, by its id."""
    return dict(await tx.tuples("select id, name from team"))


async def list_known_team_ids(tx: Transaction) -> list[str]:
    """Every team."""
    return [row["id"] for row in await tx.rows("select id from team order by id")]


async def list_with_all_above(tx: Transaction, team_ids: Collection[str]) -> dict[str, set[str]]:
    """Each of these teams that there is, with itself and every team above it."""
    if not team_ids:
        return {}
    inside, params = each_of("team", team_ids)
    rows = await tx.tuples(
        f"""
        with recursive upwards (below, id) as (
          select id, id from team where id in ({inside})
          union
          select upwards.below, team.parent_id from team join upwards on team.id = upwards.id
          where team.parent_id is not null
        )
        select below, id from upwards
        """,
        params,
    )
    found: dict[str, set[str]] = {}
    for below, team_id in rows:
        found.setdefault(below, set()).add(team_id)
    return found


async def list_top_teams(tx: Transaction) -> list[str]:
    """The teams that stand under nothing."""
    return [row["id"] for row in await tx.rows("select id from team where parent_id is null order by id")]
