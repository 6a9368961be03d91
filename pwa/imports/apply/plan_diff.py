"""Knows what a file with a plan would do to what is there: no database, no clock, nothing is written."""

from collections.abc import Container, Iterable
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from pwa.care.queries.planning import PlannedVisit
from pwa.care.queries.visits import CONTACTS
from pwa.checklists.queries import Version
from pwa.imports.apply.plan_there import Known, There, id_in_team
from pwa.imports.read.cells import QUOTED
from pwa.imports.read.mistakes import Mistake
from pwa.imports.read.plan_file import PlanFile, PlanRow
from pwa.source_ids import Source
from pwa.words import N_

TEAM = N_("The team “%(name)s” is not known (rows: %(rows)d). Import the employees first.")
RETIRED = N_(
    "The checklist “%(name)s” is retired, and the plan names it (rows: %(rows)d). The visits have it."
)
LIST = N_("The checklist “%(name)s” is not known (rows: %(rows)d). Import the checklists first.")
AID = N_("There is no guide for the aid “%(name)s” (rows: %(rows)d). Import the guides first.")
EMPLOYEE = N_("The employee “%(name)s” is not known (rows: %(rows)d). Import the employees first.")

What = Literal["added", "moved", "changed", "unchanged", "cancelled"]
"""What becomes of a visit: new; at another time, on another day or in another team; otherwise other; the same; gone."""


class VisitChange(Struct):
    """One visit and what a file makes of it.

    `after` is how it is planned by the file, None if it is cancelled because the file has it no more. `elsewhere` are the
    visits of its number that stand in other teams, and are cancelled because it has moved. `takes_list` if it gets the
    file's checklist; `lacks_contacts` if a new visit is to have what is known of the citizen.
    """

    what: What
    before: PlannedVisit | None
    after: PlannedVisit | None
    row: PlanRow | None = None
    elsewhere: list[PlannedVisit] = []
    takes_list: bool = False
    lacks_contacts: bool = False

    @property
    def visit(self) -> PlannedVisit:
        """As it is after it, or was."""
        visit = self.after or self.before
        assert visit is not None
        return visit


def compare(plan: PlanFile, known: Known, there: There, last_day: str) -> list[VisitChange]:
    """What the file would do, its rows in their order and what is cancelled after them.

    The rows name only what is known. `last_day` is the last that phones have by now.
    """
    rows = [_compare_row(row, known.version_for(row), there, last_day) for row in plan.rows]
    return rows + [VisitChange("cancelled", visit, None) for visit in there.missing]


def _compare_row(row: PlanRow, meant: Version, there: There, last_day: str) -> VisitChange:
    known = there.by_number.get(row.visit.number.casefold(), [])
    before = _find_before(row, known)
    takes_list = before is None or _takes_list(before, meant, there, last_day)
    after = _planned(row, before, meant, takes_list, is_taken=any(v.id == row.visit.id for v in known))
    others = [visit for visit in known if visit.id != after.id and visit.cancelled_at is None]
    lacks = before is None and len(row.contacts) < len(CONTACTS)
    if before is None or before.cancelled_at:
        what: What = "moved" if others else "added" if before is None else "changed"
    elif others or (before.day, before.starts_at) != (after.day, after.starts_at):
        what = "moved"
    else:
        what = "unchanged" if before == after else "changed"
    return VisitChange(what, before, after, row, others, takes_list, lacks)


def _find_before(row: PlanRow, known: Iterable[PlannedVisit]) -> PlannedVisit | None:
    """The visit that a row means: the one of this number in this team."""
    in_team = {visit.id: visit for visit in known if visit.team_id == row.team.id}
    if not in_team or row.visit.id in in_team:
        return in_team.get(row.visit.id)
    return in_team.get(id_in_team(row.visit.id, row.team.id))


def _planned(
    row: PlanRow, before: PlannedVisit | None, meant: Version, takes_list: bool, *, is_taken: bool
) -> PlannedVisit:
    """The visit as the row says, and what it does not say as it was."""
    checklist = (meant.name, meant.version) if takes_list or before is None else before.plan[-2:]
    plan = (
        row.visit.number.casefold(), row.day, row.starts_at, row.ends_at, row.minutes, row.citizen.id,
        row.citizen_name, row.address, row.door, row.bring, *checklist,
    )  # fmt: skip
    old = before.contacts if before else ("",) * len(CONTACTS)
    contacts = (
        tuple([row.contacts.get(name, was) for name, was in zip(CONTACTS, old, strict=True)])
        if row.contacts
        else old
    )
    carers, guides = [carer.id for carer in row.carers], [guide.id for guide in row.guides]
    if before:
        return replace(before, cancelled_at=None, plan=plan, contacts=contacts, carers=carers, guides=guides)
    visit_id = id_in_team(row.visit.id, row.team.id) if is_taken else row.visit.id
    return PlannedVisit(row.team.id, visit_id, None, plan, contacts, carers, guides)


def _takes_list(before: PlannedVisit, meant: Version, there: There, last_day: str) -> bool:
    """Whether a planned visit gets the version of the plan's checklist that is meant for its day in place of what it has.

    Not once something is written there. And a newer version of the same list only while no phone can have
    the visit yet, so that nobody answers a step that is gone.
    """
    name, version = before.plan[-2:]
    if (name, version) == (meant.name, meant.version):
        return False
    if name == meant.name and before.day <= last_day:
        return False
    return before.key not in there.begun


def find_unknown(rows: Iterable[PlanRow], known: Known) -> tuple[list[Mistake], set[int]]:
    """What the rows name and nobody has imported, each once with its first row; and the numbers of all such rows."""
    unknown: dict[str, _Unknown] = {}
    for row in rows:
        named: list[tuple[Source, str, str, Container[str]]] = [
            (row.team, "gruppe", TEAM, known.team_names),
            (row.checklist, "tjekliste", LIST, known.checklists),
        ]
        named += [(guide, "hjælpemidler", AID, known.guides) for guide in row.guides]
        named += [
            (carer, column, EMPLOYEE, known.people)
            for carer, column in zip(row.carers, ("medarbejder", "medarbejder 2"), strict=False)
        ]
        for thing, column, message, ids in named:
            if thing.id not in ids:
                found = unknown.setdefault(thing.id, _Unknown(message, thing.number, column, []))
                found.rows.append(row.row)
    mistakes = [
        Mistake(each.message, {"name": each.name[:QUOTED], "rows": len(each.rows)}, each.rows[0], each.column)
        for each in unknown.values()
    ]
    return mistakes, {number for each in unknown.values() for number in each.rows}


def find_retired(rows: Iterable[PlanRow], known: Known) -> list[Mistake]:
    """Checklists that are retired and that the rows name: each once with its first row. Their visits get them all the same."""
    found: dict[str, list[PlanRow]] = {}
    for row in rows:
        if row.checklist.id in known.retired:
            found.setdefault(row.checklist.id, []).append(row)
    return [
        Mistake(
            RETIRED, {"name": first.checklist.number[:QUOTED], "rows": len(named)}, first.row, "tjekliste"
        )
        for named in found.values()
        for first in named[:1]
    ]


class _Unknown(NamedTuple):
    message: str
    name: str
    column: str
    rows: list[int]
