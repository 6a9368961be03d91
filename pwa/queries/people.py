"""Knows the SQL about people, their roles and the tree of teams; knows nothing about what they may do there."""

from collections.abc import Collection
from datetime import date

from pwa.database import Row, Transaction
from pwa.queries.lists import each_of
from pwa.words import Person, Role, RoleName


async def get_person(tx: Transaction, person_id: str) -> Person | None:
    """A person with all roles."""
    person = await tx.row("select id, name, language from person where id = :id", {"id": person_id})
    if person is None:
        return None
    roles = await tx.rows(
        "select name, team_id from role where person_id = :id order by name, team_id", {"id": person_id}
    )
    return Person(
        person["id"],
        person["name"],
        person["language"],
        tuple(Role(role["name"], role["team_id"]) for role in roles),
    )


async def team_ids_in_scope(
    tx: Transaction, person: Person, role_names: Collection[RoleName]
) -> frozenset[str]:
    """Every team where the person has one of the roles, with everything under it."""
    names, params = each_of("role", role_names)
    rows = await tx.rows(
        f"""
        with recursive scope (id) as (
          select team_id from role where person_id = :person_id and name in ({names})
          union
          select team.id from team join scope on team.parent_id = scope.id
        )
        select id from scope
        """,
        {"person_id": person.id, **params},
    )
    return frozenset(row["id"] for row in rows)


async def list_teams_of_leader(tx: Transaction, person_id: str) -> list[Row]:
    """The teams (id, name) that somebody leads, without those under them, by name."""
    return await tx.rows(
        """
        select team.id, team.name from role join team on team.id = role.team_id
        where role.person_id = :person_id and role.name = 'leader' order by team.name, team.id
        """,
        {"person_id": person_id},
    )


async def list_people_by_role(tx: Transaction, today: date) -> list[Row]:
    """Everybody once per role (role, id, name, team, visits today), by role, team and name."""
    return await tx.rows(
        """
        select role.name as role, person.id, person.name, min(team.name) as team,
          (select count(*) from visit_carer
            join visit on visit.team_id = visit_carer.team_id and visit.id = visit_carer.visit_id
            where visit_carer.carer_id = person.id and visit_carer.day = :today
              and visit.cancelled_at is null) as visits
        from role join person on person.id = role.person_id join team on team.id = role.team_id
        group by role.name, person.id, person.name
        order by role.name, min(team.name), person.name, person.id
        """,
        {"today": today.isoformat()},
    )
