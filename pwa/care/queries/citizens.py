"""Knows citizens as the visits to them name them; knows nothing of what is done there."""

from collections.abc import Collection
from typing import NamedTuple

from pwa.database import Transaction
from pwa.database.lists import Key, each_of, of_visits


async def list_citizens_of_visits(tx: Transaction, visit_ids: Collection[str]) -> list[tuple[str, str, str]]:
    """(team_id, citizen_id, visit_id) of the visits with these ids, of any team, in order."""
    inside, params = each_of("visit", visit_ids)
    rows = await tx.tuples(
        f"select team_id, citizen_id, id from visit where id in ({inside}) order by team_id, id", params
    )
    return [(team_id, citizen_id, visit_id) for team_id, citizen_id, visit_id in rows]


class CitizensVisit(NamedTuple):
    """A visit to a citizen: when it was, and how both are called."""

    team_id: str
    citizen_id: str
    id: str
    day: str
    starts_at: str
    citizen_name: str
    checklist_name: str

    @property
    def key(self) -> Key:
        """The team's id and its own."""
        return self.team_id, self.id


async def list_visits_since(
    tx: Transaction, citizens: Collection[Key], day: str, others: Collection[Key] = ()
) -> list[CitizensVisit]:
    """These citizens' (team_id, citizen_id) visits from a day on, and some others of theirs."""
    columns = ", ".join(CitizensVisit._fields)
    condition, params = of_visits(citizens, "team_id, citizen_id")
    rows = await tx.tuples(
        f"select {columns} from visit where {condition} and day >= :day", {**params, "day": day}
    )
    if others:
        condition, params = of_visits(others, "team_id, id")
        rows = [*rows, *await tx.tuples(f"select {columns} from visit where {condition}", params)]
    return [CitizensVisit(*row) for row in dict.fromkeys(tuple(row) for row in rows)]


async def list_own_citizens(tx: Transaction, person_id: str, first_day: str, last_day: str) -> set[str]:
    """The citizens whom somebody visits within these days."""
    rows = await tx.tuples(
        """
        select distinct visit.citizen_id from visit_carer
        join visit on visit.team_id = visit_carer.team_id and visit.id = visit_carer.visit_id
        where visit_carer.carer_id = :carer_id and visit_carer.day between :first_day and :last_day
        """,
        {"carer_id": person_id, "first_day": first_day, "last_day": last_day},
    )
    return {citizen_id for (citizen_id,) in rows}


async def list_citizen_names(
    tx: Transaction, team_ids: Collection[str], first_day: str, last_day: str
) -> dict[str, str]:
    """id and name of each citizen whom these teams visit within these days."""
    teams, params = each_of("team", team_ids)
    rows = await tx.tuples(
        f"""
        select citizen_id, max(citizen_name) from visit
        where team_id in ({teams}) and day between :first_day and :last_day group by citizen_id
        """,
        {"first_day": first_day, "last_day": last_day, **params},
    )
    return dict(rows)


async def list_citizens_of_teams(
    tx: Transaction, team_ids: Collection[str], first_day: str, last_day: str
) -> list[tuple[str, str, str]]:
    """(team_id, citizen_id, name) of each citizen whom these teams visit within these days."""
    teams, params = each_of("team", team_ids)
    rows = await tx.tuples(
        f"""
        select team_id, citizen_id, max(citizen_name) from visit
        where team_id in ({teams}) and day between :first_day and :last_day group by team_id, citizen_id
        """,
        {"first_day": first_day, "last_day": last_day, **params},
    )
    return [(team_id, citizen_id, name) for team_id, citizen_id, name in rows]


async def list_names_of_citizens(
    tx: Transaction, team_ids: Collection[str], citizen_ids: Collection[str]
) -> dict[str, str]:
    """The names of these citizens, as far as these teams visit or have visited them."""
    teams, params = each_of("team", team_ids)
    citizens, citizen_params = each_of("citizen", citizen_ids)
    rows = await tx.tuples(
        f"""
        select citizen_id, max(citizen_name) from visit
        where citizen_id in ({citizens}) and team_id in ({teams}) group by citizen_id
        """,
        {**params, **citizen_params},
    )
    return dict(rows)


async def list_teams_of_citizens(
    tx: Transaction, team_ids: Collection[str] | None, citizen_ids: Collection[str]
) -> list[Key]:
    """(team_id, citizen_id) of these citizens, for those of these teams (None: any) that visit or have visited them."""
    citizens, params = each_of("citizen", citizen_ids)
    where = f"citizen_id in ({citizens})"
    if team_ids is not None:
        teams, team_params = each_of("team", team_ids)
        where, params = f"{where} and team_id in ({teams})", params | team_params
    rows = await tx.tuples(f"select distinct team_id, citizen_id from visit where {where}", params)
    return [(team_id, citizen_id) for team_id, citizen_id in rows]
