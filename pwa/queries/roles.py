"""Knows people as a list of employees writes them, and their roles; knows nothing of signing in."""

from pwa.database import Row, Transaction
from pwa.words import Role


async def set_person(tx: Transaction, person_id: str, name: str, language: str) -> int:
    """Add somebody, or change the name. The language is theirs to choose once they are there."""
    return await tx.execute(
        """
        insert into person (id, name, language) values (:person_id, :name, :language)
        on conflict (id) do update set name = :name where person.name <> :name
        """,
        {"person_id": person_id, "name": name, "language": language},
    )


async def set_language(tx: Transaction, person_id: str, language: str) -> int:
    """What somebody reads the app in."""
    return await tx.execute(
        "update person set language = :language where id = :person_id",
        {"person_id": person_id, "language": language},
    )


async def list_known_person_ids(tx: Transaction) -> set[str]:
    """Everybody."""
    return {row["id"] for row in await tx.rows("select id from person")}


async def list_teams_with_role(tx: Transaction, person_id: str) -> list[Row]:
    """id and name of the teams in which somebody has a role, by name."""
    return await tx.rows(
        """
        select distinct team.id, team.name from role join team on team.id = role.team_id
        where person_id = :person_id order by team.name, team.id
        """,
        {"person_id": person_id},
    )


async def add_role(tx: Transaction, person_id: str, role: Role) -> int:
    """Let somebody do something."""
    return await tx.execute(
        "insert into role (team_id, person_id, name) values (:team_id, :person_id, :name)",
        {"team_id": role.team_id, "person_id": person_id, "name": role.name},
    )


async def remove_role(tx: Transaction, person_id: str, role: Role) -> int:
    """No longer let somebody do something."""
    return await tx.execute(
        "delete from role where team_id = :team_id and person_id = :person_id and name = :name",
        {"team_id": role.team_id, "person_id": person_id, "name": role.name},
    )
