"""Knows how the last import of a plan is undone: visits are planned as they were, and what it added is cancelled.

Phones learn of it as of any other plan: documents get new versions, and carers are told. What a carer has written since then
stays: where anything was, the visit stays as it is, and somebody has to say yes to that. Where something comes while it is
undone the visit stays too.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from pwa.care.documents.refresh import refresh
from pwa.care.documents.shared_steps import give_steps_back
from pwa.care.documents.visit import window
from pwa.care.queries import planning, visits
from pwa.care.queries.planning import AT_ONCE, PlannedVisit
from pwa.database import Transaction
from pwa.database.lists import in_parts
from pwa.documents.store import DocumentRef
from pwa.imports.apply.imported import SILENT, Imported, Telling
from pwa.imports.apply.pieces import in_pieces
from pwa.imports.apply.plan_changes import PlanNotices, begin_notices
from pwa.imports.apply.plan_write import Before, snapshot_of
from pwa.imports.apply.turns import Turn
from pwa.imports.queries.file_imports import FileImport, get_import, list_done_since, set_undone
from pwa.imports.queries.visits_before import (
    find_import_to_undo,
    list_before,
    remove_all_before,
    remove_before,
)
from pwa.words import NewId, day_of, to_moment, to_text

IS_NEW = timedelta(days=1)
"""So long an import is undone without a question."""


class NothingToUndo(Exception):
    """No plan has changed anything, or it was undone already."""


class WorkedOn(Exception):
    """Carers have written at some of what the import touched: `kept` are these, and nothing was undone."""

    def __init__(self, kept: Sequence[PlannedVisit]) -> None:
        super().__init__(f"{len(kept)} visits")
        self.kept = kept


class NotTheLast(Exception):
    """Other files have come in since, or it was long ago, and nobody has said yes: nothing was undone.

    `number` is how many visits would become other, and `later` what has changed anything since.
    """

    def __init__(self, row: FileImport, number: int, later: Sequence[FileImport]) -> None:
        super().__init__(f"{number} visits")
        self.row = row
        self.number = number
        self.later = later


@dataclass(frozen=True, slots=True)
class UndoYes:
    """What somebody has said yes to: so many visits stay (`keep`), and so many become other although it is no longer new."""

    keep: int | None = None
    undo: int | None = None


NO = UndoYes()


class Undoing(NamedTuple):
    """One visit as it is now, and as it was before; None if there was no such visit."""

    now: PlannedVisit
    before: Before | None


@dataclass(frozen=True, slots=True)
class ToUndo:
    """An import, its visits that are to be as they were, and those that stay as they are because carers have written."""

    row: FileImport
    visits: list[Undoing]
    kept: list[PlannedVisit]


@dataclass(frozen=True, slots=True)
class Undone:
    """Which import was undone, how many visits became what, and which stay because carers wrote there meanwhile.

    `counts.unchanged` are all that stay as they are.
    """

    row: FileImport
    counts: Imported
    meanwhile: list[PlannedVisit]


async def find_what_to_undo(tx: Transaction, now: datetime, yes: UndoYes) -> ToUndo:
    """In a snapshot. Raises NothingToUndo, NotTheLast, and WorkedOn if carers have written at another number of visits."""
    import_id = await find_import_to_undo(tx)
    row = await get_import(tx, import_id) if import_id else None
    if row is None:
        raise NothingToUndo
    kept = dict(await list_before(tx, row.id))
    there = await planning.list_planned_visits(tx, list(kept))
    numbers: set[str] = set()
    for some in in_parts(there, AT_ONCE):
        numbers |= await _numbers_written_since(tx, some, row.began_at)
    undoing = [
        Undoing(visit, msgspec.json.decode(before, type=Before) if (before := kept[visit.key]) else None)
        for visit in there
        if visit.number not in numbers
    ]
    later = await list_done_since(tx, row.id)
    is_new = not later and now < to_moment(row.began_at) + IS_NEW
    if not is_new and len(undoing) != yes.undo:
        raise NotTheLast(row, len(undoing), later)
    worked_on = [visit for visit in there if visit.number in numbers]
    if worked_on and len(worked_on) != yes.keep:
        raise WorkedOn(worked_on)
    return ToUndo(row, undoing, worked_on)


async def _numbers_written_since(tx: Transaction, some: Sequence[PlannedVisit], since: str) -> set[str]:
    """Where carers have written since then. One that has moved to another team stands in both: it stays in both."""
    written = await planning.list_keys_written_since(tx, [visit.key for visit in some], since)
    return {visit.number for visit in some if visit.key in written}


async def undo_import(
    turn: Turn,
    new_id: NewId,
    yes: UndoYes = NO,
    telling: Telling = SILENT,
    about_to: Callable[[ToUndo], None] = lambda found: None,
) -> Undone:
    """Undo the last import that has changed the plan; `about_to` is told which.

    Raises as `find_what_to_undo` before anything is written, and TurnLost. One that was broken off goes on when it is asked for again.
    """
    now = turn.clock()
    async with turn.database.snapshot() as tx:
        found = await find_what_to_undo(tx, now, yes)
        notices = await begin_notices(tx, now, new_id)
    about_to(found)
    first_day = window(day_of(to_moment(found.row.began_at)))[0]
    stay: set[str] = set()
    undone = Counter[str]()

    def counted(some: Sequence[Sequence[Undoing]]) -> Counter[str]:
        there = [each for together in some for each in together if each.now.number not in stay]
        return undone + Counter("changed" if each.before else "cancelled" for each in there)

    async def write(tx: Transaction, some: Sequence[Sequence[Undoing]]) -> None:
        touched = [each.now for together in some for each in together]
        if not await remove_before(tx, found.row.id, [visit.key for visit in touched]):
            return  # it is written already, and nobody heard that it was
        await visits.list_keys(tx, [visit.id for visit in touched])  # nobody writes there until the end
        written = await _numbers_written_since(tx, touched, found.row.began_at)
        stay.update(written)
        await turn.go_on(tx, counted(some))
        undoing = [each for together in some for each in together if each.now.number not in written]
        await _write(tx, undoing, replace(notices, noticed=[]), now, new_id, first_day)

    async for some in in_pieces(turn.database, _together(found.visits), write, telling.progress):
        undone = counted(some)

    async def end(tx: Transaction) -> None:
        await turn.go_on(tx)
        await remove_all_before(tx, found.row.id)
        await set_undone(tx, found.row.id)

    await turn.database.write(end)
    meanwhile = [each.now for each in found.visits if each.now.number in stay]
    return Undone(found.row, count_undone(found, stay), meanwhile)


def count_undone(found: ToUndo, stay: Collection[str] = ()) -> Imported:
    """How many visits become what, if those with these numbers stay as they are too."""
    undone = [each.before for each in found.visits if each.now.number not in stay]
    cancelled = undone.count(None)
    unchanged = len(found.kept) + len(found.visits) - len(undone)
    return Imported(changed=len(undone) - cancelled, cancelled=cancelled, unchanged=unchanged)


def _together(undoing: Iterable[Undoing]) -> list[list[Undoing]]:
    """One that stands in two teams is undone in both or in neither."""
    found: dict[str, list[Undoing]] = defaultdict(list)
    for each in undoing:
        found[each.now.number].append(each)
    return list(found.values())


async def _write(
    tx: Transaction,
    some: Sequence[Undoing],
    notices: PlanNotices,
    now: datetime,
    new_id: NewId,
    first_day: str,
) -> None:
    """Plan these visits as they were. Nobody else writes at them."""
    was = [each.before for each in some if each.before]
    came = [each.now for each in some if each.before is None]
    await give_steps_back(tx, [before.visit.key for before in was])
    await planning.set_visits(tx, [before.visit for before in was])
    await planning.remove_steps(tx, [before.visit.key for before in was], to_text(now))
    await planning.bring_steps_back(tx, [(before.visit.key, step) for before in was for step in before.steps])
    await planning.set_cancelled(tx, [visit.key for visit in came], to_text(now))
    # What no phone can have had is on nobody's day; the rest stands there as cancelled.
    last_day = window(day_of(now))[1]
    await planning.remove_carers(tx, [visit.key for visit in came if not first_day <= visit.day <= last_day])
    for each in some:
        before = snapshot_of(notices, each.now)
        after = snapshot_of(notices, each.before.visit) if each.before else {**before, "cancelled": True}
        notices.notice(*each.now.key, before, after)
    things = [DocumentRef(each.now.team_id, "visit", each.now.id) for each in some]
    await refresh(tx, [*things, *await notices.save(tx)], new_id)
