"""Knows how those who have access are shown to those who answer for it; knows nothing of how they come by it."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import TypedDict

from pwa.access.queries.access_resets import WaitingReset, get_waiting_reset
from pwa.access.queries.grants import (
    HeldRoleRow,
    RoleOfPerson,
    list_roles_of_person,
    list_roles_of_teams,
    list_ways_in,
)
from pwa.access.queries.identities import Link, list_identities
from pwa.access.queries.invitations import LastCode, count_recovery_codes, get_last_code
from pwa.access.queries.passkeys import OwnPasskey, list_passkeys
from pwa.access.queries.people import count_visits_left, find_person
from pwa.access.queries.phones import ShutOutPhone, list_revoked
from pwa.access.queries.roles import list_roles
from pwa.access.queries.sign_ins import OwnSignIn, list_sign_ins
from pwa.database import Transaction
from pwa.phone_numbers import dialled
from pwa.words import Role, day_of, to_moment, to_text

A_MOMENT = timedelta(milliseconds=1)
A_DAY = timedelta(days=1)

IsOurs = Callable[[Role], bool]
"""Whether the reader may give this role, and so end and confirm it."""


class HeldRole(TypedDict):
    """A role in a team, from `first_day` if that is yet to come, to `last_day`; None: until further notice.

    `rule` is the value of a claim that gave it, None if none did.
    """

    name: str
    team_id: str
    team: str
    first_day: str | None
    last_day: str | None
    rule: str | None


class Colleague(TypedDict):
    """Somebody with access. `is_ours` says whether the reader may let them in and shut them out.

    `links` counts the accounts by which they sign in elsewhere, `places` the phones and browsers that are signed in; `heard_at` is when a phone of theirs
    came last. `reset_at`: since then they must be let in again.
    """

    id: str
    name: str
    roles: list[HeldRole]
    passkeys: int
    links: int
    places: int
    heard_at: str | None
    invited_until: str | None
    reset_at: str | None
    is_ours: bool


class OneRole(HeldRole):
    """A role with its story. `ended_at` is when it ended or ran out; None: it holds, or will."""

    since: str
    given_by: str | None
    ended_at: str | None
    ended_by: str | None
    is_ours: bool


class OnePerson(TypedDict):
    """Somebody, and every way in that there is. `is_elsewhere`: those are other teams' business."""

    id: str
    name: str
    phone: str  # at work, as it was written; so it is dialled
    tel: str
    written_by: str | None  # who wrote it here, None: a list says it, or there is none
    written_at: str | None
    list_phone: str  # what the list says
    roles: list[OneRole]
    former: list[OneRole]
    passkeys: list[OwnPasskey]
    links: list[Link]
    codes_left: int
    places: list[OwnSignIn]
    shut_out: list[ShutOutPhone]
    is_elsewhere: bool
    reset: WaitingReset | None
    code: LastCode | None  # the newest, of the last day
    visits_left: int  # of today and later, not over


async def people_document(
    tx: Transaction, team_ids: Collection[str], ours: Collection[str], issuer: str, now: str, idle_since: str
) -> list[Colleague]:
    """Everybody with a role in these teams, now or to come, by name."""
    ways = await list_ways_in(tx, team_ids, issuer, now, idle_since)
    people: dict[str, Colleague] = {}
    for row in await list_roles_of_teams(tx, team_ids, now):
        way = ways[row.person_id]
        person = people.setdefault(
            row.person_id,
            {
                "id": row.person_id,
                "name": row.person,
                "roles": [],
                "passkeys": way.passkeys,
                "links": way.links,
                "places": way.places,
                "heard_at": way.heard_at,
                "invited_until": way.invited_until,
                "reset_at": way.reset_at,
                "is_ours": row.person_id in ours,
            },
        )
        person["roles"].append(held_role(row, now))
    return list(people.values())


def held_role(row: HeldRoleRow, now: str) -> HeldRole:
    """A role as it is shown."""
    return {
        "name": row.role,
        "team_id": row.team_id,
        "team": row.team,
        "first_day": _day(row.starts_at) if row.starts_at > now else None,
        "last_day": _day(row.ends_at, A_MOMENT) if row.ends_at else None,
        "rule": row.rule,
    }


async def list_held(tx: Transaction, person_id: str, now: str) -> list[HeldRole]:
    """Somebody's roles, now or to come."""
    return [
        held_role(
            HeldRoleRow(row["name"], row["team_id"], row["team"], row["starts_at"], row["ends_at"], None), now
        )
        for row in await list_roles(tx, person_id)
        if not row["ends_at"] or row["ends_at"] > now
    ]


def _day(at: str, less: timedelta = timedelta(0)) -> str:
    """The day of a stored moment, or what stands there, which a page then says is unknown."""
    try:
        return day_of(to_moment(at) - less).isoformat()
    except ValueError:
        return at


async def person_document(
    tx: Transaction, person_id: str, team_ids: Collection[str], is_ours: IsOurs, issuer: str, now: str, idle_since: str
) -> OnePerson | None:  # fmt: skip
    """Somebody as those see them who answer for these teams; None for those who never had a role there."""
    person = await find_person(tx, person_id)
    rows = await list_roles_of_person(tx, person_id, team_ids)
    if person is None or not rows:
        return None
    known = [_one_role(row, is_ours, now) for row in rows]
    # Who has left these teams is known by name and by what was; how they get in elsewhere is not these teams' business.
    left = [role for role in await list_roles(tx, person_id) if not role["ends_at"] or role["ends_at"] > now]
    is_elsewhere = bool(left) and all(role["ended_at"] is not None for role in known)
    writer = await find_person(tx, person.phone_by_id) if person.phone_by_id else None
    return {
        "id": person_id,
        "name": person.name,
        "phone": person.phone if not is_elsewhere else "",
        "tel": dialled(person.phone) or "" if not is_elsewhere else "",
        "written_by": writer.name if writer else None,
        "written_at": person.phone_at,
        "list_phone": person.list_phone if not is_elsewhere else "",
        "roles": [role for role in known if role["ended_at"] is None],
        "former": [role for role in known if role["ended_at"] is not None],
        "passkeys": await list_passkeys(tx, person_id) if not is_elsewhere else [],
        "links": await list_identities(tx, issuer, person_id) if not is_elsewhere else [],
        "codes_left": await count_recovery_codes(tx, person_id) if not is_elsewhere else 0,
        "places": await list_sign_ins(tx, person_id, now, idle_since) if not is_elsewhere else [],
        "is_elsewhere": is_elsewhere,
        "shut_out": await list_revoked(tx, person_id),
        "reset": await get_waiting_reset(tx, person_id, team_ids) if not is_elsewhere else None,
        "visits_left": await count_visits_left(tx, person_id, day_of(to_moment(now)).isoformat(), now),
        "code": await get_last_code(tx, person_id, to_text(to_moment(now) - A_DAY))
        if not is_elsewhere
        else None,
    }


def _one_role(row: RoleOfPerson, is_ours: IsOurs, now: str) -> OneRole:
    ran_out = row.ends_at if row.ends_at and row.ends_at <= now else None
    return {
        **held_role(row, now),
        "since": _day(row.starts_at),
        "given_by": row.given_by,
        "ended_at": row.ended_at or ran_out,
        "ended_by": row.ended_by,
        "is_ours": is_ours(Role(row.role, row.team_id)),
    }
