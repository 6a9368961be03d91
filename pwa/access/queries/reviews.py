"""Knows the SQL about who has confirmed that a role is still needed, and who ended one; knows no due dates."""

from collections.abc import Collection
from typing import Literal

from msgspec import Struct

from pwa.database import Transaction
from pwa.database.lists import each_of
from pwa.words import Role, RoleName


class RoleEvent(Struct, frozen=True, gc=False):
    """What came of somebody's role, or way in. `by_name` is None for a list of employees, the command line, or a claim.

    `rule` is the claim's value that gave it, or None. "reset": with it the ways in ended (rules/vouching.py). A phone that
    was shut out, or lost, and a code stand with no role and no team: "".
    """

    what: Literal[
        "given", "confirmed", "ended", "reset", "shut_out", "lost", "code_made", "code_used", "code_over"
    ]
    at: str
    by_name: str | None
    rule: str | None
    person_id: str
    person: str
    role: RoleName | Literal[""]
    team: str


async def add_review(tx: Transaction, person_id: str, role: Role, by_id: str, at: str) -> int:
    """Somebody says that a role is still needed. Said twice at the same moment it is said once."""
    return await tx.execute(
        """
        insert into role_review (team_id, person_id, name, at, by_id)
        values (:team_id, :person_id, :name, :at, :by_id) on conflict (team_id, person_id, name, at) do nothing
        """,
        {"team_id": role.team_id, "person_id": person_id, "name": role.name, "at": at, "by_id": by_id},
    )


async def list_last_reviews(
    tx: Transaction, team_ids: Collection[str]
) -> dict[tuple[str, str, str], tuple[str, str]]:
    """For each role in these teams, by (person_id, role, team_id): when it was confirmed last, and by whom."""
    inside, params = each_of("team", team_ids)
    rows = await tx.rows(
        f"""
        select person_id, role_review.name as role, team_id, at, person.name as by_name
        from role_review join person on person.id = role_review.by_id
        where team_id in ({inside}) order by at, by_id
        """,
        params,
    )
    return {(row["person_id"], row["role"], row["team_id"]): (row["at"], row["by_name"]) for row in rows}


async def list_history(tx: Transaction, team_ids: Collection[str], most: int) -> list[RoleEvent]:
    """What came of roles in these teams, and of the phones and codes of those who have or had one there, the latest first."""
    inside, params = each_of("team", team_ids)
    rows = await tx.rows(
        f"""
        select happened.what, happened.at, happened.by_name, claim_rule.value as rule, person.id as person_id, person.name as person,
          happened.role, coalesce(team.name, '') as team
        from (
          select 'confirmed' as what, at, by_who.name as by_name, person_id, role_review.name as role, team_id,
            null as rule_id
          from role_review join person as by_who on by_who.id = role_review.by_id where team_id in ({inside})
          union all
          select 'ended', ended_at, by_who.name, person_id, role.name, team_id, rule_id
          from role left join person as by_who on by_who.id = role.ended_by_id
          where team_id in ({inside}) and ended_at is not null
          union all
          select 'reset', at, null, person_id, name, team_id, null from access_reset where team_id in ({inside})
          union all
          select 'given', starts_at, by_who.name, person_id, role.name, team_id, rule_id
          from role left join person as by_who on by_who.id = role.given_by_id where team_id in ({inside})
          union all
          select case when revoked_as = 'lost' then 'lost' else 'shut_out' end, revoked_at, by_who.name, person_id, '', '', null
          from phone left join person as by_who on by_who.id = phone.revoked_by_id
          where revoked_at is not null and exists (
            select 1 from role where role.person_id = phone.person_id and role.team_id in ({inside})
              and (role.ended_at is null or role.ended_at >= phone.revoked_at)
          )
          union all
          select 'code_made', made_at, by_who.name, person_id, '', '', null
          from invitation left join person as by_who on by_who.id = invitation.by_id
          where exists (
            select 1 from role where role.person_id = invitation.person_id and role.team_id in ({inside})
              and (role.ended_at is null or role.ended_at >= invitation.made_at)
          )
          union all
          select case when used_at is null then 'code_over' else 'code_used' end, coalesce(used_at, withdrawn_at), null, person_id, '', '', null
          from invitation
          where (used_at is not null or withdrawn_at is not null)
            and exists (
            select 1 from role where role.person_id = invitation.person_id and role.team_id in ({inside})
              and (role.ended_at is null or role.ended_at >= invitation.made_at)
          )
        ) as happened
        join person on person.id = happened.person_id left join team on team.id = happened.team_id
          left join claim_rule on claim_rule.id = happened.rule_id
        order by happened.at desc, person.name, happened.role, team.name, happened.what limit :most
        """,
        {**params, "most": most},
    )
    return [RoleEvent(**row) for row in rows]
