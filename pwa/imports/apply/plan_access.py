"""Knows whom a plan sends where they have no access, so that no phone gets the visit; knows no files' columns but two."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pwa.access.queries import roles, teams
from pwa.access.queries.people import list_people
from pwa.database import Row, Transaction
from pwa.database.lists import in_parts
from pwa.imports.read.mistakes import Mistake
from pwa.imports.read.plan_file import PlanRow
from pwa.words import N_, to_text

AT_ONCE = 512
NO_ACCESS = N_(
    "%(name)s has no access as a carer in “%(team)s” at that time (rows: %(rows)d). The visit reaches no phone of theirs."
)


async def find_without_access(tx: Transaction, rows: Sequence[PlanRow], now: datetime) -> list[Mistake]:
    """Each employee and team once, with the first row. What is over is not asked, nor who is not known."""
    coming = [row for row in rows if row.ends_at > to_text(now)]
    ids = sorted({carer.id for row in coming for carer in row.carers})
    parents = await teams.list_parents(tx)
    held: dict[str, Sequence[Row]] = {}
    for some in in_parts(ids, AT_ONCE) if ids else ():
        held.update(await roles.list_roles_of(tx, some))
    found: dict[tuple[str, str], list[tuple[PlanRow, str]]] = {}
    for row in coming:
        above = set(_with_above(row.team.id, parents))
        for carer, column in zip(row.carers, ("medarbejder", "medarbejder 2"), strict=False):
            if not any(_lets_in(role, row, above) for role in held.get(carer.id, ())):
                found.setdefault((carer.id, row.team.id), []).append((row, column))
    names = await list_people(tx, {person_id for person_id, _ in found}) if found else {}
    return [
        Mistake(
            NO_ACCESS,
            {"name": names[person_id].name, "team": rows[0][0].team.number, "rows": len(rows)},
            rows[0][0].row,
            rows[0][1],
        )
        for (person_id, _), rows in found.items()
        if person_id in names
    ]


def _lets_in(role: Row, visit: PlanRow, above: set[str]) -> bool:
    if role["name"] != "carer" or role["team_id"] not in above or role["starts_at"] > visit.ends_at:
        return False
    return role["ends_at"] is None or bool(role["ends_at"] > visit.starts_at)


def _with_above(team_id: str, parents: Mapping[str, str | None]) -> Iterable[str]:
    at: str | None = team_id
    while at is not None:
        yield at
        at = parents.get(at)
