"""Knows the SQL about the phones and browsers in which a team's people are signed in; knows nobody's own page."""

from collections.abc import Collection

from msgspec import Struct

from pwa.database import Transaction
from pwa.database.lists import each_of


class SignInOfSomebody(Struct, frozen=True, gc=False):
    """Where somebody is signed in; `heard_at` is when its phone came last, None for a browser."""

    id: str
    person_id: str
    person: str
    team: str | None  # the first by name of these teams where they have a role
    device: str
    began_at: str
    used_at: str
    heard_at: str | None


async def list_places(
    tx: Transaction, team_ids: Collection[str], now: str, idle_since: str
) -> list[SignInOfSomebody]:
    """Every sign-in that holds, of those with a role in these teams; who was heard longest ago comes first."""
    inside, params = each_of("team", team_ids)
    rows = await tx.rows(
        f"""
        select sign_in.id, person.id as person_id, person.name as person,
          (select min(team.name) from role join team on team.id = role.team_id
            where role.person_id = person.id and role.team_id in ({inside}) and role.ended_at is null) as team, device, began_at, used_at,
          (select max(heard_at) from phone where phone.sign_in_id = sign_in.id) as heard_at
        from sign_in join person on person.id = sign_in.person_id
        where revoked_at is null and sign_in.ends_at > :now and used_at > :idle_since and exists (
          select 1 from role where role.person_id = person.id and role.team_id in ({inside})
            and role.ended_at is null and (role.ends_at is null or role.ends_at > :now)
        )
        order by person.name, person.id, sign_in.id
        """,
        {"now": now, "idle_since": idle_since, **params},
    )
    found = [SignInOfSomebody(**row) for row in rows]
    return sorted(found, key=lambda each: each.heard_at or each.used_at)
