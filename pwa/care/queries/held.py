"""Knows the SQL about refused and held changes that a team looks at and deals with; knows no reasons.

A change is named by its whole key: team_id, id and digest, since an id can have come twice.
"""

from collections.abc import Collection
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict

from pwa.care.queries.change_log import SENT_OF_CHOICES
from pwa.care.queries.held_places import IS_AFTER, Piece
from pwa.database import Transaction
from pwa.database.lists import each_of
from pwa.words import FateName

Handling = Literal["dealt_with", "put_back"]


class ChangeKey(Struct, frozen=True, gc=False):
    """Which change of the log."""

    team_id: str
    id: str
    digest: str


class HeldChange(Struct, frozen=True, gc=False):
    """One that was refused or held, with whose and about whom.

    The visit's columns are None when there is no such visit in the teams that look at it.
    """

    team_id: str
    id: str
    digest: str
    name: str
    at: str | None
    received_at: str
    words: str
    fate: FateName
    problem: str
    phone_id: str | None
    visit_id: str | None
    by_id: str
    by_name: str
    team: str | None
    citizen: str | None
    starts_at: str | None
    ends_at: str | None
    checklist: str | None
    first_try: str
    sent: str | None


class EarlierTry(Struct, frozen=True, gc=False):
    """One that was sent again, and not applied that time either."""

    team_id: str
    id: str
    digest: str
    person_id: str
    first_try: str
    received_at: str
    words: str
    problem: str


class DealtWithChange(HeldChange, frozen=True, gc=False):
    """One that somebody has dealt with."""

    dealt_with_at: str
    dealt_with_by_id: str
    dealt_with_by_name: str


OF_TEAMS = """
  change.problem is not null and (change.team_id in ({names})
    or exists (
      select 1 from role where role.person_id = change.person_id and role.team_id in ({names})
        and role.starts_at <= change.received_at
        and (role.ends_at is null or role.ends_at > change.received_at)
        and (role.ended_at is null or role.ended_at > change.received_at)
    ))
"""
"""A refused or held change is these teams' business if it is about them, or was sent by one of them at that time."""

WITH_NEWEST = """
  left join change_dealt_with as newest on newest.team_id = change.team_id
    and newest.change_id = change.id and newest.digest = change.digest
    and newest.n = (
      select max(n) from change_dealt_with as any_time
      where any_time.team_id = change.team_id and any_time.change_id = change.id
        and any_time.digest = change.digest
    )
"""
"""What somebody did last with the change, if anybody did anything."""

FIRST_TRY = "coalesce(change.retry_of, change.id)"
"""All tries of one matter have the same sender and this."""

TRIES = f"""
  select change.team_id, change.id, change.digest, change.person_id, {FIRST_TRY} as first_try,
    change.received_at, change.words, change.problem
  from change
"""
"""The columns of EarlierTry."""

OF_THE_MATTER = """
  (change.problem <> 'IdUsedTwice' or change.retry_of is not null) and exists (
    select 1 from change as other
    where other.person_id = change.person_id and other.retry_of = coalesce(change.retry_of, change.id)
      and other.id <> change.id and {which}
  )
"""
"""Whether there is another try of it. What came with an id that was used before is another matter than the first."""

LATER = "(other.received_at, other.id) > (change.received_at, change.id)"
IS_LAST_TRY = f"not ({OF_THE_MATTER.format(which=LATER)})"
APPLIED = "other.fate = 'applied'"
IS_OPEN = f"not ({OF_THE_MATTER.format(which=APPLIED)})"

NEEDS_A_LOOK = f"coalesce(newest.kind, 'put_back') = 'put_back' and {IS_LAST_TRY} and {IS_OPEN}"

CHANGES = f"""
  select change.team_id, change.id, change.digest, change.name, change.at, change.received_at, change.words,
    change.fate, change.problem, change.phone_id, change.visit_id, person.id as by_id, person.name as by_name,
    team.name as team, visit.citizen_name as citizen, visit.starts_at, visit.ends_at, visit.checklist_name as checklist,
    {FIRST_TRY} as first_try, {SENT_OF_CHOICES} {{more}}
  from change join person on person.id = change.person_id left join team on team.id = change.team_id
  left join visit on visit.id = change.visit_id and visit.team_id in ({{names}})
  {WITH_NEWEST}
  left join person as handler on handler.id = newest.by_id
"""

BY_WHOM = """
  , case when newest.kind = 'dealt_with' then newest.at end as dealt_with_at, handler.id as dealt_with_by_id, handler.name as dealt_with_by_name
"""


async def count_unread_attention(tx: Transaction, person_id: str, most: int) -> int:
    """How many refused and held changes somebody has not read, and nobody has dealt with; no further than this."""
    row = await tx.row(
        f"""
        select count(*) as number from (
          select change.id from change {WITH_NEWEST}
          where change.person_id = :person_id and change.problem is not null
            and coalesce(newest.kind, 'put_back') = 'put_back' and not exists (
              select 1 from attention_read
              where attention_read.person_id = change.person_id and attention_read.change_id = change.id
            )
          order by change.received_at desc limit :most
        ) as those
        """,
        {"person_id": person_id, "most": most},
    )
    return int(row["number"]) if row else 0


async def list_held(tx: Transaction, team_ids: Collection[str], since: str, piece: Piece) -> list[HeldChange]:
    """Changes received since then that need a look, newest first."""
    names, params = each_of("team", team_ids)
    rows = await tx.rows(
        f"""{CHANGES.format(names=names, more="")}
        where {OF_TEAMS.format(names=names)} and {NEEDS_A_LOOK}
          and change.received_at >= :since and {IS_AFTER}
        order by change.received_at desc, change.id, change.digest limit :most
        """,
        {"since": since, **piece.params, **params},
    )
    return [HeldChange(**row) for row in rows]


async def list_dealt_with(
    tx: Transaction, team_ids: Collection[str], since: str, piece: Piece
) -> list[DealtWithChange]:
    """The others received since then, the last dealt with first."""
    names, params = each_of("team", team_ids)
    rows = await tx.rows(
        f"""{CHANGES.format(names=names, more=BY_WHOM)}
        where {OF_TEAMS.format(names=names)} and newest.kind = 'dealt_with' and {IS_LAST_TRY}
          and change.received_at >= :since
          and (newest.at < :after_at or newest.at = :after_at and {IS_AFTER})
        order by newest.at desc, change.received_at desc, change.id, change.digest limit :most
        """,
        {"since": since, **piece.params, **params},
    )
    return [DealtWithChange(**row) for row in rows]


async def list_tries(
    tx: Transaction, team_ids: Collection[str], person_ids: Collection[str], first_tries: Collection[str],
    most: int = 10_000,
) -> list[EarlierTry]:  # fmt: skip
    """Every refused or held try of these matters that is these teams' business, in the order in which they came."""
    names, params = each_of("team", team_ids)
    people, of_people = each_of("person", person_ids)
    firsts, of_firsts = each_of("first", first_tries)
    rows = await tx.rows(
        f"""
        {TRIES}
        where change.person_id in ({people}) and (change.retry_of in ({firsts}) or change.id in ({firsts}))
          and (change.problem <> 'IdUsedTwice' or change.retry_of is not null) and {OF_TEAMS.format(names=names)}
        order by change.received_at, change.id limit :most
        """,
        {**params, **of_people, **of_firsts, "most": most},
    )
    return [EarlierTry(**row) for row in rows]


async def count_held(tx: Transaction, team_ids: Collection[str], since: str, most: int) -> int:
    """How many changes received since then need a look; no further than this is counted."""
    names, params = each_of("team", team_ids)
    row = await tx.row(
        f"""
        select count(*) as held from (
          select change.id from change {WITH_NEWEST}
          where {OF_TEAMS.format(names=names)} and {NEEDS_A_LOOK} and change.received_at >= :since
          order by change.received_at desc, change.id, change.digest limit :most
        ) as those
        """,
        {"since": since, "most": most, **params},
    )
    return int(row["held"]) if row else 0


async def count_held_by_sender(
    tx: Transaction, team_ids: Collection[str], since: str, until: str, most: int
) -> dict[str, int]:
    """How many changes received in [since, until) need a look, by who sent them; no further than this is counted."""
    names, params = each_of("team", team_ids)
    rows = await tx.tuples(
        f"""
        select those.person_id, count(*) from (
          select change.person_id from change {WITH_NEWEST}
          where {OF_TEAMS.format(names=names)} and {NEEDS_A_LOOK}
            and change.received_at >= :since and change.received_at < :until
          order by change.received_at desc, change.id, change.digest limit :most
        ) as those group by those.person_id
        """,
        {"since": since, "until": until, "most": most, **params},
    )
    return {str(person_id): int(number) for person_id, number in rows}


async def find_try(tx: Transaction, team_ids: Collection[str], change: ChangeKey) -> EarlierTry | None:
    """This change, if it was refused or held and is these teams' business, dealt with or not."""
    names, params = each_of("team", team_ids)
    row = await tx.row(
        f"""
        {TRIES}
        where change.team_id = :team_id and change.id = :id and change.digest = :digest
          and {OF_TEAMS.format(names=names)}
        """,
        {**asdict(change), **params},
    )
    return EarlierTry(**row) if row else None


class Settled(Struct, frozen=True, gc=False):
    """One of somebody's that a leader has dealt with."""

    id: str
    at: str
    by_id: str
    by_name: str


async def list_settled(tx: Transaction, person_id: str, most: int) -> list[Settled]:
    """What of somebody's refused and held changes is dealt with, the last first."""
    rows = await tx.rows(
        f"""
        select change.id, newest.at, handler.id as by_id, handler.name as by_name
        from change {WITH_NEWEST} join person as handler on handler.id = newest.by_id
        where change.person_id = :person_id and change.problem is not null and change.id <> ''
          and newest.kind = 'dealt_with'
        order by newest.at desc, change.id desc, change.digest limit :most
        """,
        {"person_id": person_id, "most": most},
    )
    return [Settled(**row) for row in rows]


async def add_handling(tx: Transaction, change: ChangeKey, handling: Handling, by_id: str, at: str) -> int:
    """Somebody has dealt with a change, or put it back. 0 if it is so already."""
    return await tx.execute(
        f"""
        insert into change_dealt_with (team_id, change_id, digest, n, kind, at, by_id)
        select change.team_id, change.id, change.digest, coalesce(newest.n, 0) + 1, :handling, :at, :by_id
        from change {WITH_NEWEST}
        where change.team_id = :team_id and change.id = :id and change.digest = :digest
          and coalesce(newest.kind, 'put_back') <> :handling
        on conflict (team_id, change_id, digest, n) do nothing
        """,
        {**asdict(change), "handling": handling, "by_id": by_id, "at": at},
    )
