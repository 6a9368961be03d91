"""Knows what is to be followed up, and all that was said of it; knows nothing of how it stands by now."""

from collections.abc import Collection, Iterable

from pwa.database import Transaction
from pwa.database.lists import Key, of_visits
from pwa.written import Matter, MatterSaid

COLUMNS = """
  matter.team_id, matter.visit_id, matter.change_id, matter.kind, matter.about, matter.text, matter.to_id, matter.due_on,
  matter.part_id, matter.at, matter.received_at, matter.by_id, person.name as by_name,
  coalesce(to_person.name, '') as to_name
"""
FROM = """
  from matter join person on person.id = matter.by_id left join person as to_person on to_person.id = matter.to_id
"""


async def add_matters(tx: Transaction, matters: Iterable[tuple[Key, Matter]]) -> None:
    """Keep what is to be followed up."""
    await tx.execute_many(
        """
        insert into matter
          (team_id, visit_id, change_id, kind, about, text, to_id, due_on, part_id, at, received_at, by_id)
        values (:team_id, :visit_id, :change_id, :kind, :about, :text, :to_id, :due_on, :part_id, :at, :received_at,
          :by_id)
        """,
        [
            (*key, row.change_id, row.kind, row.about, row.text, row.to_id, row.due_on, row.part_id, row.at,
             row.received_at, row.by_id)
            for key, row in matters
        ],
    )  # fmt: skip


async def add_said(tx: Transaction, said: Iterable[tuple[Key, MatterSaid]]) -> None:
    """Keep what was said of them, or done about them."""
    await tx.execute_many(
        """
        insert into matter_said (team_id, visit_id, id, matter_id, kind, said, at, received_at, by_id)
        values (:team_id, :visit_id, :id, :matter_id, :kind, :said, :at, :received_at, :by_id)
        """,
        [
            (*key, row.id, row.matter_id, row.kind, row.said, row.at, row.received_at, row.by_id)
            for key, row in said
        ],
    )


async def list_matters(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, Matter]]:
    """All of these visits, each with its visit."""
    condition, params = of_visits(keys, "matter.team_id, matter.visit_id")
    rows = await tx.tuples(f"select {COLUMNS} {FROM} where {condition}", params)
    return [((team_id, visit_id), Matter(*row)) for team_id, visit_id, *row in rows]


async def list_said(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, MatterSaid]]:
    """All that was said of what is to be followed up at these visits, each with its visit."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"""
        select team_id, visit_id, matter_said.id, matter_id, kind, said, at, received_at, by_id, person.name as by_name,
          coalesce(given.name, '') as given_name
        from matter_said join person on person.id = by_id
        left join person as given on kind = 'given' and given.id = said
        where {condition}
        """,
        params,
    )
    return [((team_id, visit_id), MatterSaid(*row)) for team_id, visit_id, *row in rows]
