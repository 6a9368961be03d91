"""Knows how everything is read that a file with a plan is compared with; knows nothing of what comes of it."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from pwa.access.queries import roles, teams
from pwa.care.queries import guides, planning
from pwa.care.queries.planning import AT_ONCE, PlannedVisit
from pwa.checklists import queries as checklists
from pwa.checklists.draft_queries import list_retired
from pwa.checklists.queries import Version, version_on
from pwa.database import Transaction
from pwa.database.lists import Key, in_parts
from pwa.imports.read.plan_file import PlanFile, PlanRow

Cell = tuple[str, str]
"""A day and a team's id."""
Beat = Callable[[], Awaitable[None]]
"""Called now and then in a long piece of work, to show that it is alive."""


async def no_beat() -> None:
    """Where nobody waits for a sign of life."""


@dataclass(frozen=True, slots=True)
class Known:
    """What files may name: checklists' versions by id, what teams are called, and the ids of people and of guides.

    `retired` are checklists that are named all the same.
    """

    checklists: Mapping[str, Sequence[Version]]
    team_names: Mapping[str, str]
    people: Collection[str]
    guides: Collection[str]
    retired: Collection[str] = ()

    def version_for(self, row: PlanRow) -> Version:
        """The version that the row's visit is to have, by its day."""
        return version_on(self.checklists[row.checklist.id], row.day)


@dataclass(frozen=True, slots=True)
class There:
    """What is there already, as far as a file may mean it.

    `standing` is how many visits are not cancelled, of each day and team that the file speaks for or takes from; `missing`
    are those that it has no more. `begun` are visits that have another checklist than the file says, and where a carer
    has begun.
    """

    by_number: Mapping[str, list[PlannedVisit]]
    standing: Mapping[Cell, int]
    missing: list[PlannedVisit]
    begun: Collection[Key]


async def read_known(tx: Transaction) -> Known:
    """All that files may name."""
    versions: dict[str, list[Version]] = {}
    for version in await checklists.list_versions(tx):
        versions.setdefault(version.id, []).append(version)
    return Known(
        versions,
        await teams.list_names(tx),
        await roles.list_known_person_ids(tx),
        await guides.list_known_guide_ids(tx),
        await list_retired(tx),
    )


async def read_there(tx: Transaction, plan: PlanFile, known: Known, beat: Beat = no_beat) -> There:
    """Everything at one moment, in a snapshot or a transaction. The rows name only what is known."""
    by_number: dict[str, list[PlannedVisit]] = {}
    for numbers in in_parts(sorted({row.visit.number.casefold() for row in plan.rows}), AT_ONCE):
        for visit in await planning.list_planned_of_numbers(tx, numbers):
            by_number.setdefault(visit.number, []).append(visit)
        await beat()
    standing, missing = await _standing(tx, plan, by_number, beat)
    return There(
        by_number,
        standing,
        await planning.list_planned_visits(tx, missing),
        await _begun(tx, plan, by_number, known),
    )


async def _standing(
    tx: Transaction, plan: PlanFile, by_number: Mapping[str, list[PlannedVisit]], beat: Beat
) -> tuple[dict[Cell, int], list[Key]]:
    standing: dict[Cell, int] = {}
    missing: list[Key] = []
    spared = ids_of(plan.spared, {team_id for _, team_id in plan.covers})
    covers = plan.covers
    left = {(visit.day, visit.team_id) for each in by_number.values() for visit in each}
    for cells in in_parts([(team_id, day) for day, team_id in sorted(covers | left)], AT_ONCE):
        for key, day, number in await planning.list_standing(tx, cells):
            cell = day, key[0]
            standing[cell] = standing.get(cell, 0) + 1
            if plan.may_cancel and cell in covers and number not in by_number and key[1] not in spared:
                missing.append(key)
        await beat()
    return standing, missing


async def _begun(
    tx: Transaction, plan: PlanFile, by_number: Mapping[str, list[PlannedVisit]], known: Known
) -> set[Key]:
    """Asked only of visits whose checklist may have to be another one."""
    others: list[Key] = []
    for row in plan.rows:
        meant = known.version_for(row)
        said = meant.name, meant.version
        found = by_number.get(row.visit.number.casefold(), ())
        others += [visit.key for visit in found if visit.plan[-2:] != said]
    begun: set[Key] = set()
    for keys in in_parts(others, AT_ONCE):
        begun |= await planning.list_keys_begun(tx, keys)
    return begun


def id_in_team(base: str, team_id: str) -> str:
    """The id of a visit in another team than the one that had it first: what was written stays where it was."""
    return str(uuid5(UUID(base), team_id))


def ids_of(bases: Iterable[str], team_ids: Iterable[str]) -> set[str]:
    """The ids that visits may have had in these teams."""
    teams = list(team_ids)
    return {each for base in bases for each in (base, *(id_in_team(base, team_id) for team_id in teams))}
