"""Knows the SQL about what teams are to follow up; knows nothing of how each of it stands, but for whether anybody has it."""

from collections.abc import Collection
from typing import NamedTuple

from pwa.care.queries.matters import COLUMNS, FROM
from pwa.database import Transaction
from pwa.database.lists import Key, each_of
from pwa.written import Matter


class Seen(NamedTuple):
    """Whose matters somebody looks at: in which teams all but events, and in which these too."""

    team_ids: Collection[str]
    event_team_ids: Collection[str]


class Found(NamedTuple):
    """A matter, at whose visit."""

    key: Key
    team: str
    citizen: str
    starts_at: str
    matter: Matter


SEEN = "((matter.kind <> 'event' and matter.team_id in ({teams})) or (matter.kind = 'event' and matter.team_id in ({events})))"

SAID = """
  exists (
    select 1 from matter_said as said
    where said.team_id = matter.team_id and said.visit_id = matter.visit_id and said.matter_id = matter.change_id
      and said.kind in ({kinds}) and not exists (
        select 1 from matter_said as later
        where later.team_id = matter.team_id and later.visit_id = matter.visit_id
          and later.matter_id = matter.change_id and later.kind = 'opened' and (later.at, later.id) > (said.at, said.id)
      )
  )
"""
IS_DONE = SAID.format(kinds="'done'")
IS_TAKEN = SAID.format(kinds="'taken', 'done'")
IS_A_SLIP = """
  exists (
    select 1 from taken_back
    where taken_back.team_id = matter.team_id and taken_back.visit_id = matter.visit_id
      and taken_back.taken_back_id = matter.change_id and taken_back.by_id = matter.by_id
  )
"""

SELECT = f"""
  select {COLUMNS}, team.name, visit.citizen_name, visit.starts_at
  {FROM} join team on team.id = matter.team_id
  join visit on visit.team_id = matter.team_id and visit.id = matter.visit_id
"""


async def list_open(tx: Transaction, seen: Seen, most: int) -> list[Found]:
    """What is not done, the newest first."""
    where, params = _seen(seen)
    return await _list(tx, f"{where} and not {IS_DONE} and not {IS_A_SLIP}", params, most)


async def list_over(tx: Transaction, seen: Seen, since: str, most: int) -> list[Found]:
    """What was raised since then and is done, or was a slip, the newest first."""
    where, params = _seen(seen)
    condition = f"{where} and matter.at >= :since and ({IS_DONE} or {IS_A_SLIP})"
    return await _list(tx, condition, {**params, "since": since}, most)


async def list_events(tx: Transaction, seen: Seen, since: str, most: int) -> list[Found]:
    """All events since then, the oldest first."""
    where, params = _seen(seen)
    condition = f"{where} and matter.kind = 'event' and matter.at >= :since"
    return (await _list(tx, condition, {**params, "since": since}, most))[::-1]


async def find_matter(tx: Transaction, seen: Seen, visit_id: str, matter_id: str) -> Found | None:
    """One of them."""
    where, params = _seen(seen)
    condition = f"{where} and matter.visit_id = :visit_id and matter.change_id = :matter_id"
    found = await _list(tx, condition, {**params, "visit_id": visit_id, "matter_id": matter_id}, 1)
    return found[0] if found else None


async def count_untaken(tx: Transaction, seen: Seen, most: int) -> int:
    """How many nobody has taken up, no further than this. What a carer was asked to do is hers."""
    where, params = _seen(seen)
    row = await tx.row(
        f"""
        select count(*) as number from (
          select 1 from matter
          where {where} and matter.about <> 'carer' and not {IS_TAKEN} and not {IS_A_SLIP} limit :most
        ) as untaken
        """,
        {**params, "most": most},
    )
    return int(row["number"]) if row else 0


def _seen(seen: Seen) -> tuple[str, dict[str, str]]:
    teams, params = each_of("team", seen.team_ids)
    events, more = each_of("event_team", seen.event_team_ids)
    return SEEN.format(teams=teams, events=events), {**params, **more}


async def _list(tx: Transaction, where: str, params: dict[str, str], most: int) -> list[Found]:
    rows = await tx.tuples(
        f"{SELECT} where {where} order by matter.at desc, matter.change_id desc limit :most",
        {**params, "most": most},
    )
    return [
        Found((team_id, visit_id), team, citizen, starts_at, Matter(*columns))
        for team_id, visit_id, *columns, team, citizen, starts_at in rows
    ]


async def add_acts(
    tx: Transaction, key: Key, acts: Collection[tuple[str, str, str, str]], at: str, by_id: str
) -> None:
    """Somebody who answers for a matter does something about it: (its id, the act's own, kind, what is said)."""
    await tx.execute_many(
        """
        insert into matter_said (team_id, visit_id, id, matter_id, kind, said, at, received_at, by_id)
        values (:team_id, :visit_id, :id, :matter_id, :kind, :said, :at, :received_at, :by_id)
        """,
        [(*key, id, matter_id, kind, said, at, at, by_id) for matter_id, id, kind, said in acts],
    )
