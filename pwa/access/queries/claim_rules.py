"""Knows the SQL about which claim gives which role where; knows nothing of where claims come from."""

from collections.abc import Collection

from msgspec import Struct

from pwa.database import Transaction
from pwa.database.lists import each_of
from pwa.words import Role, RoleName


class GivingRule(Struct, frozen=True, gc=False):
    """A rule that a value meets, and what it gives."""

    id: str
    name: RoleName
    team_id: str
    made_by_id: str


class ShownRule(Struct, frozen=True, gc=False):
    """A rule with its story; `removed_…` is None while it holds, `people` is how many have a role by it now."""

    id: str
    value: str
    role: RoleName
    team_id: str
    team: str
    made_at: str
    made_by: str
    removed_at: str | None
    removed_by: str | None
    people: int


async def add_rule(tx: Transaction, rule_id: str, value: str, role: Role, by_id: str, now: str) -> int:
    """From now on this value gives this role; 0 if it does already."""
    return await tx.execute(
        """
        insert into claim_rule (id, value, name, team_id, made_at, made_by_id)
        values (:id, :value, :name, :team_id, :now, :by_id) on conflict do nothing
        """,
        {"id": rule_id, "value": value, "name": role.name, "team_id": role.team_id, "by_id": by_id, "now": now},
    )  # fmt: skip


async def remove_rule(tx: Transaction, rule_id: str, team_ids: Collection[str], by_id: str, now: str) -> int:
    """A rule of these teams gives nothing any more."""
    inside, params = each_of("team", team_ids)
    return await tx.execute(
        f"""
        update claim_rule set removed_at = :now, removed_by_id = :by_id
        where id = :id and team_id in ({inside}) and removed_at is null
        """,
        {"id": rule_id, "by_id": by_id, "now": now, **params},
    )


async def list_rules_of_values(tx: Transaction, values: Collection[str]) -> list[GivingRule]:
    """The rules that any of these values meets, the oldest first."""
    inside, params = each_of("value", values)
    rows = await tx.rows(
        f"""
        select id, name, team_id, made_by_id from claim_rule
        where value in ({inside}) and removed_at is null order by made_at, id
        """,
        params,
    )
    return [GivingRule(**row) for row in rows]


async def list_rules(tx: Transaction, team_ids: Collection[str]) -> list[ShownRule]:
    """Every rule there is or was in these teams, by value, role and team; what was removed last, the latest first."""
    inside, params = each_of("team", team_ids)
    rows = await tx.rows(
        f"""
        select claim_rule.id, value, claim_rule.name as role, team.id as team_id, team.name as team, made_at,
          maker.name as made_by, removed_at, remover.name as removed_by,
          (select count(*) from role where role.rule_id = claim_rule.id and role.ended_at is null) as people
        from claim_rule join team on team.id = claim_rule.team_id join person as maker on maker.id = made_by_id
          left join person as remover on remover.id = removed_by_id
        where claim_rule.team_id in ({inside})
        order by coalesce(removed_at, '') desc, value, claim_rule.name, team.name, claim_rule.id
        """,
        params,
    )
    return [ShownRule(**row) for row in rows]
