"""Knows the SQL about what the plan did to carers' days, and who has seen it; knows nothing of when that is told."""

from collections.abc import Collection, Iterable

from msgspec import Struct

from pwa.database import Transaction
from pwa.database.lists import Key, each_of, of_visits
from pwa.written import PlanChangeSeen


class PlanChange(Struct, frozen=True, gc=False):
    """What the plan did to one carer's day; `before` and `after` are JSON, `day` the last day that it is about."""

    team_id: str
    visit_id: str
    id: str
    carer_id: str
    day: str
    at: str
    before: str | None
    after: str


UNSEEN = """
  not exists (
    select 1 from plan_change_seen as seen
    where seen.team_id = plan_change.team_id and seen.visit_id = plan_change.visit_id
      and seen.plan_change_id = plan_change.id
  )
"""


async def add_plan_changes(tx: Transaction, changes: Iterable[PlanChange]) -> None:
    """The plan did this."""
    await tx.execute_many(
        """
        insert into plan_change (team_id, visit_id, id, carer_id, day, at, before, after)
        values (:team_id, :visit_id, :id, :carer_id, :day, :at, :before, :after)
        """,
        [
            (each.team_id, each.visit_id, each.id, each.carer_id, each.day, each.at, each.before, each.after)
            for each in changes
        ],
    )


async def list_unseen(tx: Transaction, carer_id: str) -> list[PlanChange]:
    """What a carer has not seen yet, as it happened."""
    rows = await tx.tuples(
        f"""
        select team_id, visit_id, id, carer_id, day, at, before, after
        from plan_change where carer_id = :carer_id and {UNSEEN} order by at, id
        """,
        {"carer_id": carer_id},
    )
    return [PlanChange(*row) for row in rows]


async def find_last_day(tx: Transaction, carer_id: str) -> str | None:
    """The last day that a carer was ever told anything about; None if never."""
    row = await tx.row(
        "select max(day) as day from plan_change where carer_id = :carer_id", {"carer_id": carer_id}
    )
    return row["day"] if row else None


async def set_seen(tx: Transaction, seen: PlanChangeSeen) -> int:
    """Somebody has seen a change of her own, and with it those before it at the same visit."""
    return await tx.execute(
        """
        insert into plan_change_seen (team_id, visit_id, plan_change_id, by_id, at, received_at)
        select plan_change.team_id, plan_change.visit_id, plan_change.id, plan_change.carer_id, :at, :received_at
        from plan_change join plan_change as named
          on named.team_id = plan_change.team_id and named.visit_id = plan_change.visit_id
            and named.carer_id = plan_change.carer_id
        where named.id = :plan_change_id and named.carer_id = :by_id and plan_change.id <= named.id
        on conflict (team_id, visit_id, plan_change_id) do nothing
        """,
        {
            "plan_change_id": seen.plan_change_id,
            "by_id": seen.by_id,
            "at": seen.at,
            "received_at": seen.received_at,
        },
    )


async def list_told(tx: Transaction, carer_id: str, visit_ids: Collection[str]) -> set[str]:
    """Those of these visits that the plan gave a carer, or took: she was told about them."""
    inside, params = each_of("visit", visit_ids)
    rows = await tx.tuples(
        f"select distinct visit_id from plan_change where carer_id = :carer_id and visit_id in ({inside})",
        {"carer_id": carer_id, **params},
    )
    return {visit_id for (visit_id,) in rows}


async def list_keys_unseen(tx: Transaction, carer_id: str, keys: Collection[Key]) -> set[Key]:
    """Those of these visits at which the plan did something that a carer has not seen yet."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"select distinct team_id, visit_id from plan_change where carer_id = :carer_id and {UNSEEN} and {condition}",
        {"carer_id": carer_id, **params},
    )
    return {(team_id, visit_id) for team_id, visit_id in rows}


async def list_planned_days(tx: Transaction, days: Collection[str]) -> set[tuple[str, str]]:
    """(team_id, day) of each team that has a visit on one of these days."""
    inside, params = each_of("day", days)
    return {(team_id, day) for team_id, day in await tx.tuples(planned_days(inside), params)}


def planned_days(days: str) -> str:
    """Team by team, which an index answers: there are few teams, and as many visits as there ever were."""
    return f"""
      with wanted (day) as ({days})
      select distinct team.id, wanted.day from team cross join wanted
      where exists (select 1 from visit where visit.team_id = team.id and visit.day = wanted.day)
    """
