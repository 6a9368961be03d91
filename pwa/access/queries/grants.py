"""Knows the SQL about whom somebody may let in and look after; knows no roles but as they are given."""

from collections.abc import Collection, Mapping

from msgspec import Struct

from pwa.access.queries.access_resets import IS_WAITING
from pwa.access.queries.identities import HOLDS
from pwa.database import Transaction
from pwa.database.lists import each_of
from pwa.words import Role, RoleName

Grants = Mapping[RoleName, Collection[str]]
LEFT = "role.ended_at is null and (role.ends_at is null or role.ends_at > :now)"
"""A role that is in force, or will be."""


class HeldRoleRow(Struct, frozen=True):
    """A role as it is written; `rule` is the claim's value that gave it, or None."""

    role: RoleName
    team_id: str
    team: str
    starts_at: str
    ends_at: str | None
    rule: str | None


class RoleOfTeam(HeldRoleRow, frozen=True):
    """The same, and who has it."""

    person_id: str
    person: str


class RoleOfPerson(HeldRoleRow, frozen=True):
    """The same with its story: names, or None for a list of employees, the command line, or a claim."""

    ended_at: str | None
    given_by: str | None
    ended_by: str | None


class Gone(Struct, frozen=True):
    """Somebody who had a role in a team and has none now."""

    id: str
    name: str
    team: str


class WaysIn(Struct, frozen=True):
    """How somebody gets in.

    `links` to the provider of single sign-on and `places` are how many there are; `heard_at` the last of any phone;
    `invited_until` when an open invitation ends, or None. `reset_at` is since when they must be let in again, or None.
    """

    id: str
    passkeys: int
    links: int
    places: int
    heard_at: str | None
    invited_until: str | None
    reset_at: str | None


async def is_person_within(tx: Transaction, grants: Grants, person_id: str, now: str) -> bool:
    """Whether all of somebody's roles are among these, in these teams.

    Roles that have ended or run out count for being there at all, so that a temp can come back; never against it.
    """
    within, params = _within(grants)
    found = await tx.tuples(
        f"""
        select 1 from person where person.id = :person_id
          and exists (select 1 from role where role.person_id = person.id and ({within}))
          and not exists (
            select 1 from role where role.person_id = person.id and {LEFT} and not ({within})
          )
        """,
        {"person_id": person_id, "now": now, **params},
    )
    return bool(found)


async def list_person_ids_within(tx: Transaction, grants: Grants, now: str) -> set[str]:
    """Everybody who `is_person_within`."""
    within, params = _within(grants)
    rows = await tx.rows(
        f"""
        select distinct person_id from role where ({within}) and not exists (
          select 1 from role as other where other.person_id = role.person_id
            and not ({within.replace("role.", "other.")}) and {LEFT.replace("role.", "other.")}
        )
        """,
        {"now": now, **params},
    )
    return {row["person_id"] for row in rows}


async def list_roles_of_teams(tx: Transaction, team_ids: Collection[str], now: str) -> list[RoleOfTeam]:
    """Who is in in these teams, or will be, a row for each role, by name."""
    inside, params = each_of("team", team_ids)
    rows = await tx.rows(
        f"""
        select person.id as person_id, person.name as person, role.name as role, team.id as team_id,
          team.name as team, role.starts_at, role.ends_at, claim_rule.value as rule
        from role join person on person.id = role.person_id join team on team.id = role.team_id
          left join claim_rule on claim_rule.id = role.rule_id
        where role.team_id in ({inside}) and {LEFT}
        order by person.name, person.id, role.name, team.name, team.id
        """,
        {"now": now, **params},
    )
    return [RoleOfTeam(**row) for row in rows]


async def list_gone(tx: Transaction, team_ids: Collection[str], now: str) -> list[Gone]:
    """Those who had a role in these teams, and have none there now or to come, by name."""
    inside, params = each_of("team", team_ids)
    rows = await tx.rows(
        f"""
        select person.id, person.name, min(team.name) as team
        from role join person on person.id = role.person_id join team on team.id = role.team_id
        where role.team_id in ({inside}) and not exists (
          select 1 from role where role.person_id = person.id and role.team_id in ({inside}) and {LEFT}
        )
        group by person.id, person.name order by person.name, person.id
        """,
        {"now": now, **params},
    )
    return [Gone(**row) for row in rows]


async def list_roles_of_person(
    tx: Transaction, person_id: str, team_ids: Collection[str]
) -> list[RoleOfPerson]:
    """All that somebody was ever let do in these teams, the newest first."""
    inside, params = each_of("team", team_ids)
    rows = await tx.rows(
        f"""
        select role.name as role, role.team_id, team.name as team, role.starts_at, role.ends_at, role.ended_at,
          giver.name as given_by, ender.name as ended_by, claim_rule.value as rule
        from role join team on team.id = role.team_id
          left join person as giver on giver.id = role.given_by_id
          left join person as ender on ender.id = role.ended_by_id
          left join claim_rule on claim_rule.id = role.rule_id
        where role.person_id = :person_id and role.team_id in ({inside})
        order by role.starts_at desc, role.name, team.name, role.team_id
        """,
        {"person_id": person_id, **params},
    )
    return [RoleOfPerson(**row) for row in rows]


async def list_ways_in(
    tx: Transaction, team_ids: Collection[str], issuer: str, now: str, idle_since: str
) -> dict[str, WaysIn]:
    """How those with a role in these teams get in, by person."""
    inside, params = each_of("team", team_ids)
    rows = await tx.rows(
        f"""
        select person.id,
          (select count(*) from passkey where person_id = person.id and removed_at is null) as passkeys,
          (select count(*) from identity where identity.person_id = person.id and issuer = :issuer and {HOLDS}) as links,
          (select count(*) from sign_in where person_id = person.id and revoked_at is null
            and ends_at > :now and used_at > :idle_since) as places,
          (select max(heard_at) from phone where phone.person_id = person.id) as heard_at,
          (select max(ends_at) from invitation where invitation.person_id = person.id and used_at is null
            and withdrawn_at is null and ends_at > :now) as invited_until,
          (select max(at) from access_reset where access_reset.person_id = person.id and {IS_WAITING}) as reset_at
        from person where exists (
          select 1 from role where role.person_id = person.id and role.team_id in ({inside}) and role.ended_at is null
        )
        """,
        {"issuer": issuer, "now": now, "idle_since": idle_since, **params},
    )
    return {row["id"]: WaysIn(**row) for row in rows}


def _within(grants: Grants) -> tuple[str, dict[str, str]]:
    """The condition that a role is among these."""
    conditions: list[str] = []
    params: dict[str, str] = {}
    for number, (name, team_ids) in enumerate(sorted(grants.items())):
        inside, some = each_of(f"team_{number}", team_ids)
        conditions.append(f"(role.name = :role_{number} and role.team_id in ({inside}))")
        params |= {f"role_{number}": name, **some}
    return " or ".join(conditions) or "false", params


async def list_ever_held(tx: Transaction, person_id: str) -> list[Role]:
    """Every role that somebody has had, ended or not."""
    rows = await tx.rows(
        "select distinct name, team_id from role where person_id = :person_id order by name, team_id",
        {"person_id": person_id},
    )
    return [Role(row["name"], row["team_id"]) for row in rows]
