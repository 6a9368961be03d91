"""Knows the SQL about people, their roles and the tree of teams; knows nothing about what they may do there."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from pwa.database import Transaction
from pwa.database.lists import each_of
from pwa.words import Person, Role, RoleName, day_of, to_text

IN_FORCE = (
    "role.starts_at <= :now and role.ended_at is null and (role.ends_at is null or role.ends_at > :now)"
)
"""A role that lets somebody do something now. Whoever reads roles to decide about access says this."""


KNOWN = "id, name, language, phone, phone_by_id, list_phone, phone_at"
"""As KnownPerson has it."""
HIGHEST = 32
"""No tree of teams is higher."""


class KnownPerson(Struct, frozen=True, gc=False):
    """What somebody is called and reads, whatever they may do."""

    id: str
    name: str
    language: str
    phone: str = ""  # at work, as it was written
    phone_by_id: str | None = None  # who wrote it here; None: a list did, or there is none
    list_phone: str = ""  # what the list said last
    phone_at: str | None = None  # when it was written here


class Team(Struct, frozen=True, gc=False):
    """A team by its name."""

    id: str
    name: str


class LeaderToCall(NamedTuple):
    """A leader's number, how many teams up the tree, and when the role is held (ends_at None: without an end)."""

    distance: int
    name: str
    phone: str
    starts_at: str
    ends_at: str | None


class PersonInRole(Struct, frozen=True, gc=False):
    """Somebody in one of their roles, in the first of their teams, and how many visits they have today."""

    role: RoleName
    id: str
    name: str
    team: str
    visits: int


async def get_person(tx: Transaction, person_id: str, now: str) -> Person | None:
    """A person with the roles that are in force now; with none of them there is nothing that they may do."""
    person = await find_person(tx, person_id)
    if person is None:
        return None
    roles = await tx.rows(
        f"""
        select name, team_id from role where person_id = :id and {IN_FORCE} order by name, team_id
        """,
        {"id": person_id, "now": now},
    )
    return Person(
        person.id,
        person.name,
        person.language,
        tuple(Role(role["name"], role["team_id"]) for role in roles),
    )


async def list_known_people(tx: Transaction) -> dict[str, KnownPerson]:
    """Everybody, by id."""
    rows = await tx.tuples(f"select {KNOWN} from person")
    return {row[0]: KnownPerson(*row) for row in rows}


async def list_people(tx: Transaction, person_ids: Collection[str]) -> dict[str, KnownPerson]:
    """Those of these people who are there, by id."""
    inside, params = each_of("person", person_ids)
    rows = await tx.tuples(f"select {KNOWN} from person where id in ({inside})", params)
    return {row[0]: KnownPerson(*row) for row in rows}


async def find_person(tx: Transaction, person_id: str) -> KnownPerson | None:
    """Somebody by id, or None."""
    row = await tx.row(f"select {KNOWN} from person where id = :id", {"id": person_id})
    return KnownPerson(**row) if row else None


async def team_ids_in_scope(
    tx: Transaction, person: Person, role_names: Collection[RoleName]
) -> frozenset[str]:
    """Every team where the person has one of the roles, with everything under it."""
    return await with_all_under(tx, {role.team_id for role in person.roles if role.name in role_names})


async def with_all_under(tx: Transaction, team_ids: Collection[str]) -> frozenset[str]:
    """These teams and every team under them."""
    if not team_ids:
        return frozenset()
    inside, params = each_of("team", team_ids)
    rows = await tx.rows(
        f"""
        with recursive scope (id) as (
          select id from team where id in ({inside})
          union
          select team.id from team join scope on team.parent_id = scope.id
        )
        select id from scope
        """,
        params,
    )
    return frozenset(row["id"] for row in rows)


async def list_leaders_to_call(tx: Transaction, team_ids: Collection[str]) -> dict[str, list[LeaderToCall]]:
    """For each of these teams the leaders with a phone number, of the team and of all above it: the nearest first."""
    inside, params = each_of("team", team_ids)
    rows = await tx.tuples(
        f"""
        with recursive above (team_id, id, distance) as (
          select id, id, 0 from team where id in ({inside})
          union all
          select above.team_id, team.parent_id, distance + 1 from above join team on team.id = above.id
          where team.parent_id is not null and distance < {HIGHEST}
        )
        select above.team_id, distance, person.name, person.phone, role.starts_at, role.ends_at
        from above join role on role.team_id = above.id join person on person.id = role.person_id
        where role.name = 'leader' and role.ended_at is null and person.phone <> ''
        order by distance, person.name, person.id
        """,
        params,
    )
    found: dict[str, list[LeaderToCall]] = {}
    for team_id, *row in rows:
        found.setdefault(team_id, []).append(LeaderToCall(*row))
    return found


async def list_teams(tx: Transaction, team_ids: Collection[str]) -> list[Team]:
    """These teams, without those under them, by name."""
    inside, params = each_of("team", team_ids)
    rows = await tx.rows(f"select id, name from team where id in ({inside}) order by name, id", params)
    return [Team(**row) for row in rows]


async def list_teams_in_use(tx: Transaction, team_ids: Collection[str]) -> list[Team]:
    """The same, without those that a list brought by mistake: nobody has a role there, no visit is, and no team under it."""
    inside, params = each_of("team", team_ids)
    rows = await tx.rows(
        f"""
        select id, name from team where id in ({inside}) and (
          exists (select 1 from role where role.team_id = team.id and role.ended_at is null)
          or exists (select 1 from visit where visit.team_id = team.id)
          or exists (select 1 from team as below where below.parent_id = team.id)
        )
        order by name, id
        """,
        params,
    )
    return [Team(**row) for row in rows]


async def list_people_by_role(tx: Transaction, now: datetime) -> list[PersonInRole]:
    """Everybody once per role in force, by role, team and name."""
    rows = await tx.rows(
        f"""
        select role.name as role, person.id, person.name, min(team.name) as team,
          (select count(*) from visit_carer
            join visit on visit.team_id = visit_carer.team_id and visit.id = visit_carer.visit_id
            where visit_carer.carer_id = person.id and visit_carer.day = :today
              and visit.cancelled_at is null) as visits
        from role join person on person.id = role.person_id join team on team.id = role.team_id
        where {IN_FORCE}
        group by role.name, person.id, person.name
        order by role.name, min(team.name), person.name, person.id
        """,
        {"today": day_of(now).isoformat(), "now": to_text(now)},
    )
    return [PersonInRole(**row) for row in rows]


async def count_visits_left(tx: Transaction, person_id: str, day: str, now: str) -> int:
    """The visits of that day and later which somebody is planned for, and which are not over."""
    [(left,)] = await tx.tuples(
        """
        select count(*) from visit_carer
        join visit on visit.team_id = visit_carer.team_id and visit.id = visit_carer.visit_id
        where visit_carer.carer_id = :person_id and visit_carer.day >= :day and visit.cancelled_at is null
          and visit.ends_at > :now
        """,
        {"person_id": person_id, "day": day, "now": now},
    )
    return int(left)


async def list_names_of_people(tx: Transaction) -> dict[str, str]:
    """Everybody's id and name."""
    return dict(await tx.tuples("select id, name from person"))
