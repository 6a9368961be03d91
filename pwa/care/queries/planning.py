"""Knows how visits are planned, many at a time: read to be compared, added, planned otherwise, cancelled; no pages."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from pwa.care.queries.visits import COLUMNS, CONTACTS
from pwa.database import Transaction
from pwa.database.lists import Key, each_of, in_parts, of_visits, triples_of
from pwa.written import VisitStep

AT_ONCE = 512
"""So many visits are asked for in one statement."""
SELECTED = f"select team_id, id, cancelled_at, {', '.join((*COLUMNS, *CONTACTS))} from visit"


class PlannedVisit(Struct):
    """A visit as it is planned: `plan` in the order of COLUMNS, `contacts` in that of CONTACTS, ids of carers and guides."""

    team_id: str
    id: str
    cancelled_at: str | None
    plan: tuple[str | int, ...]
    contacts: tuple[str, ...]
    carers: list[str] = []
    guides: list[str] = []

    @property
    def key(self) -> Key:
        """The team's id and its own."""
        return self.team_id, self.id

    @property
    def number(self) -> str:
        """What the care-record system calls it, without capitals."""
        return str(self.plan[0])

    @property
    def day(self) -> str:
        """Its Danish day."""
        return str(self.plan[1])

    @property
    def starts_at(self) -> str:
        """When it begins."""
        return str(self.plan[2])


async def list_planned_of_numbers(tx: Transaction, numbers: Collection[str]) -> list[PlannedVisit]:
    """Every visit, of any team and day, that the care-record system calls one of these."""
    inside, params = each_of("number", numbers)
    return await _planned(tx, f"{SELECTED} where number in ({inside}) order by team_id, id", params)


async def list_planned_visits(tx: Transaction, keys: Sequence[Key]) -> list[PlannedVisit]:
    """These visits, those that there are."""
    found: list[PlannedVisit] = []
    for some in in_parts(keys, AT_ONCE):
        condition, params = of_visits(some, "team_id, id")
        found += await _planned(tx, f"{SELECTED} where {condition} order by team_id, id", params)
    return found


async def _planned(tx: Transaction, sql: str, params: dict[str, str]) -> list[PlannedVisit]:
    first, last = 3 + len(COLUMNS), 3 + len(COLUMNS) + len(CONTACTS)
    rows = await tx.tuples(sql, params)
    found = {
        row[:2]: PlannedVisit(row[0], row[1], row[2], row[3:first], row[first:last], [], []) for row in rows
    }
    if not found:
        return []
    condition, params = of_visits(found)
    for *key, carer_id in await tx.tuples(
        f"select team_id, visit_id, carer_id from visit_carer where {condition} order by position", params
    ):
        found[tuple(key)].carers.append(carer_id)
    for *key, guide_id in await tx.tuples(
        f"select team_id, visit_id, guide_id from visit_guide where {condition} order by position", params
    ):
        found[tuple(key)].guides.append(guide_id)
    return list(found.values())


async def list_standing(tx: Transaction, cells: Collection[tuple[str, str]]) -> list[tuple[Key, str, str]]:
    """Key, day and number of the visits of these (team_id, day) that are not cancelled, in order."""
    condition, params = of_visits(cells, "team_id, day")
    rows = await tx.tuples(
        f"""
        select team_id, id, day, number from visit where {condition} and cancelled_at is null
        order by day, team_id, id
        """,
        params,
    )
    return [((team_id, visit_id), day, number) for team_id, visit_id, day, number in rows]


async def list_keys_begun(tx: Transaction, keys: Collection[Key]) -> set[Key]:
    """Those of these visits at which somebody has come, gone or answered."""
    return await _keys_in(tx, ("attendance", "answer", "filled_in"), keys)


async def list_keys_written_since(tx: Transaction, keys: Collection[Key], since: str) -> set[Key]:
    """Those of these visits to which anything of a carer's has come since then."""
    tables = (
        "attendance", "answer", "filled_in", "note", "deviation", "matter", "matter_said", "taken_back", "photo_reference"
    )  # fmt: skip
    return await _keys_in(tx, tables, keys, since)


async def _keys_in(
    tx: Transaction, tables: Iterable[str], keys: Collection[Key], since: str = ""
) -> set[Key]:
    condition, params = of_visits(keys)
    each = " union ".join(
        f"select team_id, visit_id from {table} where received_at >= :since and {condition}"
        for table in tables
    )
    return {(team_id, visit_id) for team_id, visit_id in await tx.tuples(each, {**params, "since": since})}


async def find_contacts(
    tx: Transaction, wanted: Collection[tuple[str, str, str]]
) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """CONTACTS of each of these (team_id, citizen_id, day): of the citizen's last visit in the team up to the day, or else of
    the first after it. Who has none is not in it. By the citizen's visits: a team has too many of a day, hence the `|| ''`.
    """
    triples, params = triples_of(wanted)
    rows = await tx.tuples(
        f"""
        with wanted (team_id, citizen_id, day) as ({triples}),
        latest as (
          select distinct team_id, citizen_id, day, coalesce(
            (
              select id from visit
              where citizen_id = wanted.citizen_id and team_id || '' = wanted.team_id and visit.day <= wanted.day
              order by visit.day desc, starts_at desc, id limit 1
            ),
            (
              select id from visit
              where citizen_id = wanted.citizen_id and team_id || '' = wanted.team_id and visit.day > wanted.day
              order by visit.day, starts_at desc, id limit 1
            )
          ) as visit_id
          from wanted
        )
        select latest.team_id, latest.citizen_id, latest.day, {", ".join(CONTACTS)}
        from latest join visit on visit.team_id = latest.team_id and visit.id = latest.visit_id
        """,
        params,
    )
    return {row[:3]: row[3:] for row in rows}


async def add_visits(tx: Transaction, visits: Iterable[PlannedVisit]) -> None:
    """Plan visits that there are not so far, with who comes and the guides for the aids in that home."""
    visits = list(visits)
    columns = (*COLUMNS, *CONTACTS)
    await tx.execute_many(
        f"""
        insert into visit (team_id, id, {", ".join(columns)})
        values (:team_id, :visit_id, {", ".join(f":{name}" for name in columns)})
        """,
        [(*each.key, *each.plan, *each.contacts) for each in visits],
    )
    await _add_carers(tx, visits)
    await _add_guides(tx, visits)


async def set_visits(tx: Transaction, visits: Iterable[PlannedVisit]) -> None:
    """Plan visits otherwise, cancelled or not: also who comes and the guides."""
    visits = list(visits)
    said = ", ".join(f"{name} = :{name}" for name in ("cancelled_at", *COLUMNS, *CONTACTS))
    await tx.execute_many(
        f"update visit set {said} where team_id = :team_id and id = :visit_id",
        [(each.cancelled_at, *each.plan, *each.contacts, *each.key) for each in visits],
    )
    keys = [each.key for each in visits]
    await remove_carers(tx, keys)
    await _remove_guides(tx, keys)
    await _add_carers(tx, visits)
    await _add_guides(tx, visits)


async def set_cancelled(tx: Transaction, keys: Iterable[Key], at: str) -> None:
    """The plan no longer has these visits."""
    await tx.execute_many(
        """
        update visit set cancelled_at = :at
        where team_id = :team_id and id = :visit_id and cancelled_at is null
        """,
        [(at, *key) for key in keys],
    )


async def remove_carers(tx: Transaction, keys: Iterable[Key]) -> None:
    """Nobody comes to these visits."""
    await tx.execute_many(
        "delete from visit_carer where team_id = :team_id and visit_id = :visit_id", list(keys)
    )


async def _add_carers(tx: Transaction, visits: Iterable[PlannedVisit]) -> None:
    """Who comes to visits that nobody comes to so far, in plan order."""
    await tx.execute_many(
        """
        insert into visit_carer (team_id, visit_id, day, carer_id, position)
        values (:team_id, :visit_id, :day, :carer_id, :position)
        """,
        [
            (*each.key, each.day, carer_id, position)
            for each in visits
            for position, carer_id in enumerate(each.carers)
        ],
    )


async def _remove_guides(tx: Transaction, keys: Iterable[Key]) -> None:
    """These visits' homes have no aid with a guide."""
    await tx.execute_many(
        "delete from visit_guide where team_id = :team_id and visit_id = :visit_id", list(keys)
    )


async def _add_guides(tx: Transaction, visits: Iterable[PlannedVisit]) -> None:
    """The guides for the aids in homes that have none so far, in plan order."""
    await tx.execute_many(
        """
        insert into visit_guide (team_id, visit_id, position, guide_id)
        values (:team_id, :visit_id, :position, :guide_id)
        """,
        [(*each.key, position, guide_id) for each in visits for position, guide_id in enumerate(each.guides)],
    )


async def add_steps(tx: Transaction, steps: Iterable[tuple[Key, Sequence[VisitStep]]]) -> None:
    """Give visits these steps, in this order; those that a visit has had stay as they are."""
    await tx.execute_many(
        """
        insert into visit_step (team_id, visit_id, id, position, label, help, planned, by_itself)
        values (:team_id, :visit_id, :id, :position, :label, :help, :planned, :by_itself)
        on conflict (team_id, visit_id, id) do nothing
        """,
        [
            (*key, step.id, position, step.label, step.help, step.planned, step.by_itself)
            for key, each in steps
            for position, step in enumerate(each)
        ],
    )


async def remove_steps(tx: Transaction, keys: Iterable[Key], at: str) -> None:
    """Take all steps off these visits' checklists; they stay, for answers that are on their way."""
    await tx.execute_many(
        """
        update visit_step set removed_at = :at
        where team_id = :team_id and visit_id = :visit_id and removed_at is null
        """,
        [(at, *key) for key in keys],
    )


async def bring_steps_back(tx: Transaction, steps: Iterable[tuple[Key, str]]) -> None:
    """Steps (by id) that were taken off a visit's checklist stand on it again."""
    await tx.execute_many(
        """
        update visit_step set removed_at = null
        where team_id = :team_id and visit_id = :visit_id and id = :id and removed_at is not null
        """,
        [(*key, step_id) for key, step_id in steps],
    )


async def list_step_ids(tx: Transaction, keys: Collection[Key]) -> dict[Key, list[str]]:
    """The ids of the steps that stand on these visits' checklists, in order."""
    condition, params = of_visits(keys)
    found: dict[Key, list[str]] = defaultdict(list)
    for team_id, visit_id, step_id in await tx.tuples(
        f"""
        select team_id, visit_id, id from visit_step where {condition} and removed_at is null
        order by team_id, visit_id, position
        """,
        params,
    ):
        found[team_id, visit_id].append(step_id)
    return found
