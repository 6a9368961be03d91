"""Knows people as a list of employees writes them, and their roles; knows nothing of signing in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from pwa.database import Row, Transaction
from pwa.database.lists import each_of
from pwa.words import Role, RoleName

SET_PERSON = """
  insert into person (id, name, language, phone, list_phone)
  values (:person_id, :name, :language, coalesce(:phone, ''), coalesce(:phone, ''))
  on conflict (id) do update set name = :name, list_phone = coalesce(:phone, person.list_phone),
      phone = case when person.phone_by_id is null then coalesce(:phone, person.phone) else person.phone end
    where person.name <> :name or person.list_phone <> coalesce(:phone, person.list_phone)
"""
ADD_ROLE = """
  insert into role (team_id, person_id, name, starts_at, ends_at, given_by_id, rule_id)
  values (:team_id, :person_id, :name, :starts_at, :ends_at, :by_id, :rule_id)
  on conflict (team_id, person_id, name, starts_at) do update
    set ends_at = excluded.ends_at, ended_at = null, ended_by_id = null, given_by_id = excluded.given_by_id,
      rule_id = excluded.rule_id
"""
SET_ENDS = """
  update role set ends_at = :ends_at
  where team_id = :team_id and person_id = :person_id and name = :name and ended_at is null
"""
END_ROLE = """
  update role set ended_at = :at, ended_by_id = :by_id
  where team_id = :team_id and person_id = :person_id and name = :name and ended_at is null
"""


class PastRole(NamedTuple):
    """In which team somebody had a role, from when until when ("9": it has no end)."""

    team_id: str
    starts_at: str
    until: str


async def set_person(
    tx: Transaction, person_id: str, name: str, language: str, phone: str | None = None
) -> int:
    """Add somebody, or change the name and the list's number (None: leave it), which counts unless another was written here.
    The language is theirs to choose once there.
    """
    return await tx.execute(
        SET_PERSON, {"person_id": person_id, "name": name, "language": language, "phone": phone}
    )


async def set_people(tx: Transaction, people: Iterable[tuple[str, str, str, str | None]]) -> None:
    """The same of many: id, name, language and number of each."""
    await tx.execute_many(SET_PERSON, people)


async def set_phone(tx: Transaction, person_id: str, phone: str, by_id: str, at: str) -> int:
    """Somebody's number at work, as somebody wrote it here; "": the list's counts again. 0 if it is that already."""
    if not phone:
        return await tx.execute(
            """
            update person set phone = list_phone, phone_by_id = null, phone_at = null
            where id = :person_id and phone_by_id is not null
            """,
            {"person_id": person_id},
        )
    return await tx.execute(
        "update person set phone = :phone, phone_by_id = :by_id, phone_at = :at where id = :person_id and phone <> :phone",
        {"person_id": person_id, "phone": phone, "by_id": by_id, "at": at},
    )


async def list_with_phone(tx: Transaction, person_ids: Collection[str]) -> set[str]:
    """Those of these people who have a number at work."""
    inside, params = each_of("person", person_ids)
    return {
        row["id"]
        for row in await tx.rows(f"select id from person where id in ({inside}) and phone <> ''", params)
    }


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
    """id and name of the teams in which somebody has a role that nobody has ended, by name.

    Shown in the person's document, which is the same whenever it is built: a role that runs out by itself stays in
    it until the document is built anew. Nothing is decided by it.
    """
    return await tx.rows(
        """
        select distinct team.id, team.name from role join team on team.id = role.team_id
        where person_id = :person_id and ended_at is null order by team.name, team.id
        """,
        {"person_id": person_id},
    )


async def list_teams_of_people(tx: Transaction, person_ids: Collection[str]) -> dict[str, list[Row]]:
    """The same of these people, by the person's id."""
    inside, params = each_of("person", person_ids)
    found: dict[str, list[Row]] = defaultdict(list)
    for person_id, team_id, name in await tx.tuples(
        f"""
        select distinct person_id, team.id, team.name from role join team on team.id = role.team_id
        where person_id in ({inside}) and ended_at is null order by person_id, team.name, team.id
        """,
        params,
    ):
        found[person_id].append({"id": team_id, "name": name})
    return found


async def list_roles(tx: Transaction, person_id: str) -> list[Row]:
    """Somebody's roles that nobody has ended, also those that ran out.

    A row: name, team_id, team, starts_at, ends_at, given_by_id, rule_id (None: no claim gave it).
    """
    return await tx.rows(
        """
        select role.name, team_id, team.name as team, starts_at, ends_at, given_by_id, rule_id
        from role join team on team.id = role.team_id
        where person_id = :person_id and ended_at is null order by role.name, team.name, team_id
        """,
        {"person_id": person_id},
    )


async def list_roles_of(tx: Transaction, person_ids: Collection[str]) -> dict[str, list[Row]]:
    """The same of these people, by the person's id; without the teams' names."""
    inside, params = each_of("person", person_ids)
    found: dict[str, list[Row]] = defaultdict(list)
    for row in await tx.rows(
        f"""
        select person_id, name, team_id, starts_at, ends_at, given_by_id, rule_id from role
        where person_id in ({inside}) and ended_at is null
        """,
        params,
    ):
        found[row["person_id"]].append(row)
    return found


async def list_roles_of_all(tx: Transaction) -> dict[str, list[Row]]:
    """The same of everybody, by the person's id; without the teams' names."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in await tx.rows(
        """
        select person_id, name, team_id, starts_at, ends_at, given_by_id, rule_id from role where ended_at is null
        """
    ):
        found[row["person_id"]].append(row)
    return found


async def list_roles_at(tx: Transaction, person_id: str, at: str) -> list[Role]:
    """What somebody could do at that moment, whatever has ended since."""
    rows = await tx.rows(
        """
        select name, team_id from role
        where person_id = :person_id and starts_at <= :at
          and (ended_at is null or ended_at > :at) and (ends_at is null or ends_at > :at)
        order by name, team_id
        """,
        {"person_id": person_id, "at": at},
    )
    return [Role(row["name"], row["team_id"]) for row in rows]


async def get_last_team(tx: Transaction, person_id: str) -> str | None:
    """The team of the role that somebody had last, in force or not; None if there never was one."""
    row = await tx.row(
        """
        select team_id from role where person_id = :person_id
        order by coalesce(ended_at, ends_at, '9') desc, starts_at desc, team_id, name limit 1
        """,
        {"person_id": person_id},
    )
    return row["team_id"] if row else None


async def list_past_roles(tx: Transaction, person_id: str, name: RoleName) -> list[PastRole]:
    """Where somebody has had this role, from when until when; also one that is still in force."""
    rows = await tx.rows(
        """
        select team_id, starts_at, ends_at, ended_at from role
        where person_id = :person_id and name = :name order by starts_at, team_id
        """,
        {"person_id": person_id, "name": name},
    )
    return [
        PastRole(
            row["team_id"],
            row["starts_at"],
            min(filter(None, (row["ends_at"], row["ended_at"])), default="9"),
        )
        for row in rows
    ]


async def add_role(
    tx: Transaction, person_id: str, role: Role, starts_at: str, ends_at: str | None = None, by_id: str | None = None,
    rule_id: str | None = None,
) -> int:  # fmt: skip
    """Let somebody do something from then on. One like it that is not ended must not be there."""
    return await tx.execute(
        ADD_ROLE,
        {"team_id": role.team_id, "person_id": person_id, "name": role.name, "starts_at": starts_at,
         "ends_at": ends_at, "by_id": by_id, "rule_id": rule_id},
    )  # fmt: skip


async def set_ends(tx: Transaction, person_id: str, role: Role, ends_at: str | None) -> int:
    """A role that is not ended runs longer, or shorter, than it was said to."""
    return await tx.execute(
        SET_ENDS,
        {"team_id": role.team_id, "person_id": person_id, "name": role.name, "ends_at": ends_at},
    )


async def end_role(tx: Transaction, person_id: str, role: Role, at: str, by_id: str | None = None) -> int:
    """No longer let somebody do something."""
    return await tx.execute(
        END_ROLE,
        {"team_id": role.team_id, "person_id": person_id, "name": role.name, "at": at, "by_id": by_id},
    )


class OtherRole(NamedTuple):
    """A role of somebody's that becomes other: it ends at a moment (`ended_at`), runs until another (`ends_at`), or begins at one
    (`starts_at`), then as what `ends_at` says.
    """

    person_id: str
    role: Role
    ended_at: str | None = None
    starts_at: str | None = None
    ends_at: str | None = None


async def set_roles(tx: Transaction, others: Sequence[OtherRole]) -> None:
    """`end_role`, `set_ends` and `add_role` for many roles of a list, which nobody has given by hand."""
    ended = [each for each in others if each.ended_at]
    begun = [each for each in others if each.starts_at]
    kept = [each for each in others if not (each.ended_at or each.starts_at)]
    await tx.execute_many(END_ROLE, [(each.ended_at, None, *_key(each)) for each in ended])
    await tx.execute_many(SET_ENDS, [(each.ends_at, *_key(each)) for each in kept])
    await tx.execute_many(
        ADD_ROLE, [(*_key(each), each.starts_at, each.ends_at, None, None) for each in begun]
    )


def _key(other: OtherRole) -> tuple[str, str, str]:
    return other.role.team_id, other.person_id, other.role.name


async def was_taken(tx: Transaction, person_id: str, role: Role) -> bool:
    """Whether the last that was heard of this role is that somebody took it, by name."""
    rows = await tx.rows(
        """
        select ended_by_id from role where team_id = :team_id and person_id = :person_id and name = :name
        order by starts_at desc limit 1
        """,
        {"team_id": role.team_id, "person_id": person_id, "name": role.name},
    )
    return bool(rows) and rows[0]["ended_by_id"] is not None


async def list_roles_by_rule(tx: Transaction, rule_id: str) -> list[Row]:
    """Who has a role (person_id, name, team_id) that this rule gave and nobody has ended."""
    return await tx.rows(
        "select person_id, name, team_id from role where rule_id = :rule_id and ended_at is null",
        {"rule_id": rule_id},
    )


async def find_administrator(tx: Transaction, name: str) -> str | None:
    """Somebody of this name who is an administrator, or was; the first that there was."""
    row = await tx.row(
        """
        select person.id from person join role on role.person_id = person.id
        where role.name = 'administrator' and person.name = :name order by role.starts_at, person.id
        """,
        {"name": name},
    )
    return row["id"] if row else None
