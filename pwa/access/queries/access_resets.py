"""Knows the SQL about who has let somebody in, and whose ways in ended because a role went beyond that; decides nothing."""

from collections.abc import Collection

from msgspec import Struct

from pwa.database import Transaction
from pwa.database.lists import each_of
from pwa.words import Role, RoleName

IS_WAITING = (
    "not exists (select 1 from sign_in where sign_in.person_id = access_reset.person_id and began_at >= at)"
)
"""Nobody has come in since."""


class Voucher(Struct, frozen=True, gc=False):
    """Who let somebody in, and when: what she could give then is what she can vouch for."""

    by_id: str
    made_at: str


class WaitingReset(Struct, frozen=True, gc=False):
    """Since when somebody must be let in again, and for which role; None: it is of a team that is not the reader's."""

    at: str
    role: RoleName | None
    team: str | None


async def lock_person(tx: Transaction, person_id: str) -> None:
    """Nobody else changes this person's ways in until the commit."""
    await tx.rows(f"select id from person where id = :id {tx.for_update('person')}", {"id": person_id})


async def list_vouchers(tx: Transaction, person_id: str, now: str) -> list[Voucher]:
    """Those whose invitations have let somebody in, or still may, since the ways in ended last.

    Without those of the command line: whoever has the machine can give everything.
    """
    rows = await tx.rows(
        """
        select distinct by_id, made_at from invitation
        where person_id = :person_id and by_id is not null
          and (used_at is not null or (withdrawn_at is null and ends_at > :now))
          and made_at >= coalesce((select max(at) from access_reset where access_reset.person_id = :person_id), '')
        order by made_at, by_id
        """,
        {"person_id": person_id, "now": now},
    )
    return [Voucher(**row) for row in rows]


async def list_vouched_for(tx: Transaction, person_ids: Collection[str]) -> set[str]:
    """Those of these people for whom somebody has made a code, ever: of the others nobody vouches. Nobody else changes their ways
    in until the commit.
    """
    inside, params = each_of("person", person_ids)
    await tx.rows(
        f"select id from person where id in ({inside}) order by id {tx.for_update('person')}", params
    )
    rows = await tx.tuples(
        f"select distinct person_id from invitation where person_id in ({inside}) and by_id is not null",
        params,
    )
    return {row[0] for row in rows}


async def add_reset(tx: Transaction, person_id: str, role: Role, at: str) -> int:
    """Somebody's ways in have ended, because this role came."""
    return await tx.execute(
        """
        insert into access_reset (person_id, at, name, team_id) values (:person_id, :at, :name, :team_id)
        on conflict do nothing
        """,
        {"person_id": person_id, "at": at, "name": role.name, "team_id": role.team_id},
    )


async def get_waiting_reset(
    tx: Transaction, person_id: str, team_ids: Collection[str]
) -> WaitingReset | None:
    """Why somebody must be let in again, as those see it who answer for these teams; None where there is no need."""
    inside, params = each_of("team", team_ids)
    row = await tx.row(
        f"""
        select at, case when team.id in ({inside}) then access_reset.name end as role,
          case when team.id in ({inside}) then team.name end as team
        from access_reset join team on team.id = team_id
        where person_id = :person_id and {IS_WAITING} order by at desc, access_reset.name limit 1
        """,
        {"person_id": person_id, **params},
    )
    return WaitingReset(**row) if row else None


async def was_reset(tx: Transaction, token_hash: str) -> bool:
    """Whether the sign-in of a token ended that way."""
    rows = await tx.rows(
        """
        select 1 as one from sign_in
          join access_reset on access_reset.person_id = sign_in.person_id and access_reset.at = revoked_at
        where token_hash = :token_hash
        """,
        {"token_hash": token_hash},
    )
    return bool(rows)
