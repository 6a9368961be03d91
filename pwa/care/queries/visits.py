"""Knows planned visits: when, where, who comes, which steps; knows nothing of what was done there."""

from collections.abc import Collection, Mapping, Sequence

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


async def list_teams_of_visit(tx: Transaction, visit_id: str) -> list[str]:
    """The team of a visit, or none: the only look-up without a team, for a phone sends just the visit's id."""
    rows = await tx.rows(
        "select team_id from visit where id = :visit_id order by team_id", {"visit_id": visit_id}
    )
    return [row["team_id"] for row in rows]


async def list_days_of_visits(tx: Transaction, visit_ids: Collection[str]) -> list[tuple[Key, str]]:
    """Every visit with one of these ids, of any team, in order, with its day."""
    inside, params = each_of("visit", visit_ids)
    rows = await tx.tuples(
        f"select team_id, id, day from visit where id in ({inside}) order by team_id, id", params
    )
    return [((team_id, visit_id), day) for team_id, visit_id, day in rows]


async def get_visit(tx: Transaction, team_id: str, visit_id: str) -> Row | None:
    """The visit with the names of its team and everything in COLUMNS and CONTACTS, or None."""
    return await tx.row(
        f"""
        select visit.id, visit.team_id, team.name as team_name, cancelled_at, {", ".join((*COLUMNS, *CONTACTS))}
        from visit join team on team.id = visit.team_id
        where visit.team_id = :team_id and visit.id = :visit_id
        """,
        {"team_id": team_id, "visit_id": visit_id},
    )


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
    """The same as get_visit of these visits."""
    condition, params = of_visits(keys, "visit.team_id, visit.id")
    return await tx.rows(
        f"""
        select visit.id, visit.team_id, team.name as team_name, cancelled_at, {", ".join((*COLUMNS, *CONTACTS))}
        from visit join team on team.id = visit.team_id
        where {condition}
        """,
        params,
    )


async def list_visits_of_number(tx: Transaction, number: str) -> list[Row]:
    """id, team_id, day and cancelled_at of each visit that the care-record system calls this."""
    return await tx.rows(
        "select id, team_id, day, cancelled_at from visit where number = :number order by team_id, id",
        {"number": number},
    )


async def list_standing_visit_ids(tx: Transaction, team_id: str, day: str) -> list[str]:
    """The team's visits of a day that are not cancelled."""
    rows = await tx.rows(
        "select id from visit where team_id = :team_id and day = :day and cancelled_at is null order by id",
        {"team_id": team_id, "day": day},
    )
    return [row["id"] for row in rows]


async def add_visit(tx: Transaction, team_id: str, visit_id: str, plan: Mapping[str, str | int]) -> int:
    """Plan a visit; `plan` has everything in COLUMNS, and of CONTACTS what is known."""
    columns = _columns_in(plan)
    return await tx.execute(
        f"""
        insert into visit (team_id, id, {", ".join(columns)})
        values (:team_id, :visit_id, {", ".join(f":{name}" for name in columns)})
        """,
        {**plan, "team_id": team_id, "visit_id": visit_id},
    )


async def find_contacts(tx: Transaction, team_id: str, citizen_id: str, day: str) -> Mapping[str, str]:
    """CONTACTS of the citizen's last visit in this team up to this day, or else of the first after it; none if there is none."""
    row = await tx.row(
        f"""
        select {", ".join(CONTACTS)} from visit
        where citizen_id = :citizen_id and team_id = :team_id
        order by case when day <= :day then 0 else 1 end, case when day <= :day then day end desc, day, starts_at desc, id
        limit 1
        """,
        {"citizen_id": citizen_id, "team_id": team_id, "day": day},
    )
    return row or {}


async def set_visit(tx: Transaction, team_id: str, visit_id: str, plan: Mapping[str, str | int]) -> int:
    """Plan a visit otherwise, and no longer cancelled; what `plan` has not of CONTACTS stays as it is."""
    return await tx.execute(
        f"""
        update visit set cancelled_at = null, {", ".join(f"{name} = :{name}" for name in _columns_in(plan))}
        where team_id = :team_id and id = :visit_id
        """,
        {**plan, "team_id": team_id, "visit_id": visit_id},
    )


def _columns_in(plan: Mapping[str, str | int]) -> list[str]:
    return [*COLUMNS, *(name for name in CONTACTS if name in plan)]


async def set_cancelled(tx: Transaction, team_id: str, visit_id: str, at: str) -> int:
    """The plan no longer has this visit."""
    return await tx.execute(
        """
        update visit set cancelled_at = :at
        where team_id = :team_id and id = :visit_id and cancelled_at is null
        """,
        {"team_id": team_id, "visit_id": visit_id, "at": at},
    )


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


async def set_carers(
    tx: Transaction, team_id: str, visit_id: str, day: str, carer_ids: Sequence[str]
) -> None:
    """Who comes, in plan order."""
    visit = {"team_id": team_id, "visit_id": visit_id}
    await tx.execute("delete from visit_carer where team_id = :team_id and visit_id = :visit_id", visit)
    await tx.execute_many(
        """
        insert into visit_carer (team_id, visit_id, day, carer_id, position)
        values (:team_id, :visit_id, :day, :carer_id, :position)
        """,
        [(team_id, visit_id, day, carer_id, position) for position, carer_id in enumerate(carer_ids)],
    )


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


async def add_steps(tx: Transaction, team_id: str, visit_id: str, steps: Sequence[VisitStep]) -> None:
    """Give the visit these steps, in this order; one that it had and lost comes back."""
    await tx.execute_many(
        """
        insert into visit_step (team_id, visit_id, id, position, label, help, planned, by_itself)
        values (:team_id, :visit_id, :id, :position, :label, :help, :planned, :by_itself)
        on conflict (team_id, visit_id, id) do update set removed_at = null
        """,
        [
            (team_id, visit_id, step.id, position, step.label, step.help, step.planned, step.by_itself)
            for position, step in enumerate(steps)
        ],
    )


async def remove_steps(tx: Transaction, team_id: str, visit_id: str, at: str) -> int:
    """Take the visit's steps off its checklist; they stay, for answers that are on their way."""
    return await tx.execute(
        """
        update visit_step set removed_at = :at
        where team_id = :team_id and visit_id = :visit_id and removed_at is null
        """,
        {"team_id": team_id, "visit_id": visit_id, "at": at},
    )


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


async def set_guides(tx: Transaction, team_id: str, visit_id: str, guide_ids: Sequence[str]) -> None:
    """The guides for the aids in the home, in plan order."""
    visit = {"team_id": team_id, "visit_id": visit_id}
    await tx.execute("delete from visit_guide where team_id = :team_id and visit_id = :visit_id", visit)
    await tx.execute_many(
        """
        insert into visit_guide (team_id, visit_id, position, guide_id)
        values (:team_id, :visit_id, :position, :guide_id)
        """,
        [(team_id, visit_id, position, guide_id) for position, guide_id in enumerate(guide_ids)],
    )


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


async def list_visits_of_person(tx: Transaction, person_id: str, first_day: str) -> list[Row]:
    """team_id and id of the visits from a day on that a person is planned at."""
    return await tx.rows(
        """
        select team_id, visit_id as id from visit_carer
        where carer_id = :person_id and day >= :first_day order by team_id, visit_id
        """,
        {"person_id": person_id, "first_day": first_day},
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
