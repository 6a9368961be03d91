"""Knows planned visits: when, where, who comes, which steps; knows nothing of what was done there."""

from collections.abc import Collection

from pwa.database import Row, Transaction
from pwa.database.lists import Key, each_of, of_visits
from pwa.written import VisitStep

COLUMNS = (
    "number", "day", "starts_at", "ends_at", "minutes", "citizen_id", "citizen_name", "address", "door",
    "bring", "checklist_name", "checklist_version",
)  # fmt: skip
"""What a plan says about a visit, beside its key."""
CONTACTS = ("phone", "relative", "relative_phone", "nurse", "nurse_phone")
"""Whom to call about the citizen: what a plan may say beside that."""


async def list_days_of_visits(tx: Transaction, visit_ids: Collection[str]) -> list[tuple[Key, str]]:
    """Every visit with one of these ids, of any team, in order, with its day."""
    inside, params = each_of("visit", visit_ids)
    rows = await tx.tuples(
        f"select team_id, id, day from visit where id in ({inside}) order by team_id, id", params
    )
    return [((team_id, visit_id), day) for team_id, visit_id, day in rows]


async def list_keys(tx: Transaction, visit_ids: Collection[str]) -> list[Key]:
    """Every visit with one of these ids, of any team, in order.

    In a transaction that writes they are nobody else's until its end: what is read of them next is all there is.
    """
    inside, params = each_of("visit", visit_ids)
    rows = await tx.tuples(
        f"select team_id, id from visit where id in ({inside}) order by team_id, id {tx.for_update('visit')}",
        params,
    )
    return [(team_id, visit_id) for team_id, visit_id in rows]


async def list_visits(tx: Transaction, keys: Collection[Key]) -> list[Row]:
    """These visits with the names of their teams and everything in COLUMNS and CONTACTS."""
    condition, params = of_visits(keys, "visit.team_id, visit.id")
    return await tx.rows(
        f"""
        select visit.id, visit.team_id, team.name as team_name, cancelled_at, {", ".join((*COLUMNS, *CONTACTS))}
        from visit join team on team.id = visit.team_id
        where {condition}
        """,
        params,
    )


async def list_checklists(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, tuple[str, int]]]:
    """Name and version of these visits' checklists, each with its visit."""
    condition, params = of_visits(keys, "team_id, id")
    rows = await tx.tuples(
        f"select team_id, id, checklist_name, checklist_version from visit where {condition}", params
    )
    return [((team_id, visit_id), (name, version)) for team_id, visit_id, name, version in rows]


async def list_carers(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, Row]]:
    """id and name of who comes to these visits, in plan order, each with the visit."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"""
        select team_id, visit_id, person.id, person.name
        from visit_carer join person on person.id = visit_carer.carer_id where {condition} order by position
        """,
        params,
    )
    return [((team_id, visit_id), {"id": id, "name": name}) for team_id, visit_id, id, name in rows]


async def list_steps(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, VisitStep]]:
    """The steps of these visits in order, those that were removed last, each with its visit."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"""
        select team_id, visit_id, id, label, help, planned, removed_at, by_itself from visit_step where {condition}
        order by removed_at is not null, removed_at, position
        """,
        params,
    )
    return [((team_id, visit_id), VisitStep(*row)) for team_id, visit_id, *row in rows]


async def list_guides(tx: Transaction, keys: Collection[Key]) -> list[tuple[Key, Row]]:
    """id and title of the guides for the aids in these visits' homes, in plan order, each with its visit."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"""
        select planned.team_id, visit_id, guide.id, guide.title
        from (select * from visit_guide where {condition}) as planned
        join guide on guide.id = planned.guide_id order by position
        """,
        params,
    )
    return [((team_id, visit_id), {"id": id, "title": title}) for team_id, visit_id, id, title in rows]


async def list_visits_with_guide(tx: Transaction, guide_id: str, first_day: str) -> list[Row]:
    """team_id and id of the visits from a day on that have this guide."""
    return await tx.rows(
        """
        select visit.team_id, visit.id from visit_guide
        join visit on visit.team_id = visit_guide.team_id and visit.id = visit_guide.visit_id
        where guide_id = :guide_id and day >= :first_day order by visit.team_id, visit.id
        """,
        {"guide_id": guide_id, "first_day": first_day},
    )


async def list_visits_of_people(tx: Transaction, person_ids: Collection[str], first_day: str) -> list[Row]:
    """team_id and id of the visits from a day on that any of these people is planned at."""
    people, params = each_of("person", person_ids)
    return await tx.rows(
        f"""
        select distinct team_id, visit_id as id from visit_carer
        where carer_id in ({people}) and day >= :first_day order by team_id, visit_id
        """,
        {"first_day": first_day, **params},
    )


async def list_visits_of_teams(tx: Transaction, team_ids: Collection[str], first_day: str) -> list[Row]:
    """team_id and id of these teams' visits from a day on."""
    teams, params = each_of("team", team_ids)
    return await tx.rows(
        f"""
        select team_id, id from visit where team_id in ({teams}) and day >= :first_day order by team_id, id
        """,
        {**params, "first_day": first_day},
    )


async def list_keys_planned(tx: Transaction, person_id: str, keys: Collection[Key]) -> set[Key]:
    """Those of these visits among whose carers somebody is."""
    condition, params = of_visits(keys)
    rows = await tx.tuples(
        f"select team_id, visit_id from visit_carer where carer_id = :carer_id and {condition}",
        {"carer_id": person_id, **params},
    )
    return {(team_id, visit_id) for team_id, visit_id in rows}


async def list_planned(tx: Transaction, person_id: str, visit_ids: Collection[str]) -> set[str]:
    """Those of these visits at which somebody is planned."""
    inside, params = each_of("visit", visit_ids)
    rows = await tx.tuples(
        f"select visit_id from visit_carer where carer_id = :carer_id and visit_id in ({inside})",
        {"carer_id": person_id, **params},
    )
    return {visit_id for (visit_id,) in rows}


async def list_visits_in(tx: Transaction, visit_ids: Collection[str], team_ids: Collection[str]) -> list[Key]:
    """Those of the visits with these ids that belong to one of these teams."""
    teams, params = each_of("team", team_ids)
    inside, visit_params = each_of("visit", visit_ids)
    rows = await tx.tuples(
        f"select team_id, id from visit where id in ({inside}) and team_id in ({teams})",
        params | visit_params,
    )
    return [(team_id, visit_id) for team_id, visit_id in rows]
