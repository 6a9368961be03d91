"""Knows how those who have access are shown to those who answer for it; knows nothing of how they come by it."""

from collections.abc import Collection
from datetime import timedelta
from typing import TypedDict

from pwa.database import Row, Transaction
from pwa.queries.access import list_roles_of_teams, list_ways_in
from pwa.words import day_of, to_moment

A_MOMENT = timedelta(milliseconds=1)


class HeldRole(TypedDict):
    """A role in a team, from `first_day` if that is yet to come, to `last_day`; None: until further notice."""

    name: str
    team_id: str
    team: str
    first_day: str | None
    last_day: str | None


class Colleague(TypedDict):
    """Somebody with access. `is_ours` says whether the reader may let them in and shut them out.

    `places` counts the phones and browsers that are signed in; `heard_at` is when a phone of theirs came last.
    """

    id: str
    name: str
    roles: list[HeldRole]
    passkeys: int
    places: int
    heard_at: str | None
    invited_until: str | None
    is_ours: bool


async def people_document(
    tx: Transaction, team_ids: Collection[str], ours: Collection[str], now: str, idle_since: str
) -> list[Colleague]:
    """Everybody with a role in these teams, now or to come, by name."""
    ways = await list_ways_in(tx, team_ids, now, idle_since)
    people: dict[str, Colleague] = {}
    for row in await list_roles_of_teams(tx, team_ids, now):
        way = ways[row["person_id"]]
        person = people.setdefault(
            row["person_id"],
            {
                "id": row["person_id"],
                "name": row["person"],
                "roles": [],
                "passkeys": way["passkeys"],
                "places": way["places"],
                "heard_at": way["heard_at"],
                "invited_until": way["invited_until"],
                "is_ours": row["person_id"] in ours,
            },
        )
        person["roles"].append(held_role(row, now))
    return list(people.values())


def held_role(row: Row, now: str) -> HeldRole:
    """A role as it is shown, of a row with role, team_id, team, starts_at, ends_at."""
    starts_at, ends_at = to_moment(row["starts_at"]), row["ends_at"]
    return {
        "name": row["role"],
        "team_id": row["team_id"],
        "team": row["team"],
        "first_day": day_of(starts_at).isoformat() if row["starts_at"] > now else None,
        "last_day": day_of(to_moment(ends_at) - A_MOMENT).isoformat() if ends_at else None,
    }
