"""Knows what of visits that are over is stored although it can be made anew, and how it is removed; knows nothing of when."""

from collections.abc import Collection, Iterable

from pwa.database import Transaction
from pwa.database.lists import Key, of_visits
from pwa.documents.queries import Stored, set_documents
from pwa.written import VisitStep


async def list_days_to_compact(tx: Transaction, before: str) -> list[Key]:
    """Of each team the earliest day before this one whose visits were not gone through yet, as (team_id, day)."""
    rows = await tx.tuples(
        """
        select id, day from (
          select team.id, (
            select min(day) from visit
            where visit.team_id = team.id and visit.day >= coalesce(compaction.until_day, '') and visit.day < :before
          ) as day
          from team left join compaction on compaction.team_id = team.id
        ) as next where day is not null order by id
        """,
        {"before": before},
    )
    return [(team_id, day) for team_id, day in rows]


async def list_visits_of_day(tx: Transaction, team_id: str, day: str) -> list[Key]:
    """A team's visits of a day, in order."""
    rows = await tx.tuples(
        "select team_id, id from visit where team_id = :team_id and day = :day order by id",
        {"team_id": team_id, "day": day},
    )
    return [(team_id, visit_id) for team_id, visit_id in rows]


async def set_compacted(tx: Transaction, team_id: str, until_day: str) -> None:
    """All of the team's visits before this day were gone through."""
    await tx.execute(
        """
        insert into compaction (team_id, until_day) values (:team_id, :until_day)
        on conflict (team_id) do update set until_day = :until_day
        """,
        {"team_id": team_id, "until_day": until_day},
    )


async def set_uncompacted(tx: Transaction, days: Iterable[tuple[str, str]]) -> None:
    """Of each (day, team_id) something was stored again: that team is gone through from that day on once more."""
    await tx.execute_many(
        "update compaction set until_day = :day where team_id = :team_id and until_day > :day", days
    )


async def remove_bodies(tx: Transaction, keys: Collection[Key], before: str) -> None:
    """The documents of those of these visits that are of a day before this one have no body from here on.

    They are taken out and put in again: SQLite leaves a page half empty in which a row became shorter, and fills those of rows
    that are gone.
    """
    bare = [(team_id, f"visit-{visit_id}") for team_id, visit_id in keys]
    condition, params = of_visits(bare, "team_id, id")
    rows = await tx.tuples(
        f"""
        select team_id, id, version, day, keep_until, '', touched from document
        where {condition} and day < :before and body <> ''
        """,
        {"before": before, **params},
    )
    documents = [Stored(*row) for row in rows]
    condition, params = of_visits([document.key for document in documents], "team_id, id")
    await tx.execute(f"delete from document where {condition}", params)
    await set_documents(tx, documents)


async def remove_plans(tx: Transaction, keys: Collection[Key]) -> int:
    """What is planned at these visits does not lie in one piece any more."""
    condition, params = of_visits(keys)
    return await tx.execute(f"delete from visit_plan where {condition}", params)


async def list_own_steps(tx: Transaction, keys: Collection[Key]) -> dict[Key, list[VisitStep]]:
    """The steps that these visits have for themselves, in order, of those that have any."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"""
        select team_id, visit_id, id, label, help, planned, removed_at, by_itself from visit_step
        where {condition} order by team_id, visit_id, position
        """,
        params,
    )
    found: dict[Key, list[VisitStep]] = {}
    for team_id, visit_id, *row in rows:
        found.setdefault((team_id, visit_id), []).append(VisitStep(*row))
    return found


async def list_checklists(tx: Transaction, keys: Collection[Key]) -> dict[Key, tuple[str, int]]:
    """The name and the version of each of these visits' checklist."""
    condition, params = of_visits(keys, "team_id, id")
    rows = await tx.tuples(
        f"select team_id, id, checklist_name, checklist_version from visit where {condition}", params
    )
    return {(team_id, visit_id): (name, version) for team_id, visit_id, name, version in rows}


async def share_steps(tx: Transaction, shared: Iterable[tuple[Key, str]]) -> None:
    """Visits have the steps of a checklist (by id), and none for themselves."""
    rows = [(checklist_id, *key) for key, checklist_id in shared]
    await tx.execute_many(
        "update visit set shared_checklist_id = :checklist_id where team_id = :team_id and id = :visit_id",
        rows,
    )
    condition, params = of_visits([(team_id, visit_id) for _, team_id, visit_id in rows])
    await tx.execute(f"delete from visit_step where {condition}", params)


async def list_shared(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, str, int]]:
    """Those of these visits that have their steps from a checklist, with its id and version."""
    condition, params = of_visits(keys, "team_id, id")
    rows = await tx.tuples(
        f"""
        select team_id, id, shared_checklist_id, checklist_version from visit
        where {condition} and shared_checklist_id is not null
        """,
        params,
    )
    return [((team_id, visit_id), checklist_id, version) for team_id, visit_id, checklist_id, version in rows]


async def set_unshared(tx: Transaction, keys: Collection[Key]) -> None:
    """These visits have their steps for themselves."""
    condition, params = of_visits(keys, "team_id, id")
    await tx.execute(f"update visit set shared_checklist_id = null where {condition}", params)
