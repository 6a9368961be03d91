"""Knows the SQL about the phones and browsers in which a team's people are signed in; knows nobody's own page."""

from collections.abc import Collection

from pwa.database import Row, Transaction
from pwa.queries.lists import each_of


async def list_places(tx: Transaction, team_ids: Collection[str], now: str, idle_since: str) -> list[Row]:
    """Every sign-in that holds, of those with a role in these teams; who was heard longest ago comes first.

    A row: id, person_id, person, device, began_at, used_at, heard_at (when its phone came last; None: a browser).
    """
    inside, params = each_of("team", team_ids)
    rows = await tx.rows(
        f"""
        select sign_in.id, person.id as person_id, person.name as person, device, began_at, used_at,
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
    return sorted(rows, key=lambda row: row["heard_at"] or row["used_at"])
