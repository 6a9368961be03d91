"""Knows how a role is given for a time and taken again; knows nothing of who may give it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pwa.access.queries import roles
from pwa.access.rules.vouching import reset_if_beyond
from pwa.database import Row, Transaction
from pwa.words import Role, begin_of, to_text


@dataclass(frozen=True, slots=True)
class Period:
    """From when, and the first moment after it; None: until further notice."""

    starts_at: str
    ends_at: str | None


def period_of(first_day: date | None, last_day: date | None, now: datetime) -> Period:
    """From the beginning of the one day in Denmark, or now, to the end of the other.

    >>> period_of(None, date(2026, 12, 4), datetime(2026, 11, 23)).ends_at
    '2026-12-04T23:00:00.000Z'
    """
    starts_at = begin_of(first_day) if first_day else now
    ends_at = begin_of(last_day + timedelta(1)) if last_day else None
    return Period(to_text(starts_at), to_text(ends_at) if ends_at else None)


async def give_role(
    tx: Transaction, person_id: str, role: Role, period: Period, now: datetime, by_id: str | None = None
) -> bool:
    """Let somebody do something for a time; whether anything is other than before.

    One that they have already runs until the new end. One that has run out stays as it was, beside a new one. One
    that came with a claim ends, so that what is given here does not go with the claim. With one that they did not have,
    the ways in end of those whom somebody has let in who could not give it (vouching.py).
    """
    has = [row for row in await roles.list_roles(tx, person_id) if Role(row["name"], row["team_id"]) == role]
    giving = how_to_give(has, period, now)
    if giving is None:
        return False
    if giving.ended_at:
        await roles.end_role(tx, person_id, role, giving.ended_at)
    if giving.starts_at is None:
        return bool(await roles.set_ends(tx, person_id, role, period.ends_at))
    added = bool(await roles.add_role(tx, person_id, role, giving.starts_at, period.ends_at, by_id))
    if giving.is_new:
        await reset_if_beyond(tx, person_id, role, now)
    return added


@dataclass(frozen=True, slots=True)
class Giving:
    """How a role comes to be given: what is there ends at a moment, if there is one; a new one starts at another, and if there is
    none, what is there runs until the new end. `is_new` says whether they did not have it.
    """

    ended_at: str | None
    starts_at: str | None
    is_new: bool


def how_to_give(has: Sequence[Row], period: Period, now: datetime) -> Giving | None:
    """What is to be done where there is `has`, the one row of this role that nobody has ended, or none; None: nothing."""
    if is_given(has, period, now):
        return None
    at = to_text(now)
    for row in has:
        if row["ends_at"] is not None and row["ends_at"] <= at:
            return Giving(row["ends_at"], period.starts_at, is_new=True)
        if row["rule_id"]:
            return Giving(at, min(period.starts_at, at), is_new=False)
        return Giving(None, None, is_new=False)
    return Giving(None, period.starts_at, is_new=True)


def is_given(has: Sequence[Row], period: Period, now: datetime) -> bool:
    """Whether there is nothing to give: of `has`, rows of this role that nobody has ended, the first that tells.

    It runs until the same end, unless a claim gave it; or it has run out, and what is to be given has too.
    """
    at = to_text(now)
    for row in has:
        if row["ends_at"] is not None and row["ends_at"] <= at:
            if period.ends_at is not None and period.ends_at <= at:
                return True
        elif not row["rule_id"]:
            return bool(row["ends_at"] == period.ends_at)
    return False


async def list_roles_left(tx: Transaction, person_id: str, now: datetime) -> list[Role]:
    """What somebody may do, or will: roles that nobody has ended and that have not run out."""
    rows = await roles.list_roles(tx, person_id)
    return [
        Role(row["name"], row["team_id"])
        for row in rows
        if row["ends_at"] is None or row["ends_at"] > to_text(now)
    ]
