"""Knows how checklists get their versions; visits that copied an older one keep it (sync.md, law 9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pwa.checklists import queries as checklists
from pwa.checklists.publishing import from_stored, to_stored
from pwa.checklists.who_steps import who_steps
from pwa.database import Transaction
from pwa.imports.apply.imported import (
    NOTHING_CHOSEN,
    SILENT,
    Chosen,
    Imported,
    NotImported,
    Previewed,
    Telling,
    begin,
)
from pwa.imports.apply.lists import Became, Compared, Left, left_by, one_by_one, write_list
from pwa.imports.apply.turns import Turn
from pwa.imports.read.checklists import Checklist, ChecklistFile, Defined
from pwa.imports.read.mistakes import Mistake
from pwa.words import N_, NewId
from pwa.written import VisitStep

Row = Checklist | Defined


async def import_checklists(
    turn: Turn,
    file: ChecklistFile[Row],
    new_id: NewId,
    chosen: Chosen = NOTHING_CHOSEN,
    telling: Telling = SILENT,
) -> Imported:
    """Add the versions that are not there. Raises as `compare_checklists` before anything is written, and TurnLost."""
    async with turn.database.snapshot() as tx:
        compared = await compare_checklists(tx, file, chosen.skip_bad)
    await write_list(turn, compared, left_by(turn), one_by_one(_add), new_id, telling)
    return compared.imported


async def compare_checklists(tx: Transaction, file: ChecklistFile[Row], skip_bad: bool) -> Compared[Row]:
    """What a file would add, in a snapshot. Raises NotImported, also for a version that is there with other steps.

    A definition that is not the newest version's becomes the next version.
    """
    kept = await checklists.list_all_steps(tx)
    places = [await _find(tx, row, kept) for row in file.rows]
    wrong = [_already_there(each.row) for each in places if each.is_other and isinstance(each.row, Checklist)]
    previews = tuple(
        Previewed(each.row.checklist.number, each.version, not each.is_there, each.row.steps)
        for each in places
        if isinstance(each.row, Defined)
    )
    try:
        if file.hopeless:
            raise NotImported(file.errors, file.warnings)
        imported = begin([*file.errors, *wrong], file.warnings, skip_bad)
    except NotImported as refused:
        refused.previews = previews
        raise
    new = [each.row for each in places if not each.is_there]
    imported.added, imported.unchanged = len(new), len(places) - len(new) - len(wrong)
    imported.previews = previews
    return Compared(imported, new)


@dataclass(frozen=True, slots=True)
class _Place:
    """Which version a checklist of the file is, whether it is there, and whether with other steps than the file's."""

    row: Row
    version: int
    is_there: bool
    is_other: bool = False


async def _find(
    tx: Transaction, row: Row, kept: Mapping[tuple[str, int], Sequence[VisitStep]] | None = None
) -> _Place:
    if isinstance(row, Defined):
        newest = await checklists.get_newest_version(tx, row.checklist.id)
        stored = await checklists.get_definition(tx, row.checklist.id, newest)
        if stored and from_stored(stored).definition == row.published.definition:
            return _Place(row, newest, True)
        return _Place(row, newest + 1, False)
    if not await checklists.has_version(tx, row.checklist.id, row.version):
        return _Place(row, row.version, False)
    steps = kept.get((row.checklist.id, row.version)) if kept is not None else None
    return _Place(row, row.version, True, steps != steps_of(row))


async def _add(tx: Transaction, row: Row, _: Left) -> Became:
    place = await _find(tx, row)
    if place.is_there:
        return Became("unchanged")
    checklist, version = row.checklist, place.version
    if isinstance(row, Defined):
        plain = who_steps(checklist.id, version, row.published.definition)
        stored = to_stored(row.published)
        await checklists.add_version(tx, checklist.id, version, checklist.number, plain, stored)
    else:
        await checklists.add_version(tx, checklist.id, version, checklist.number, steps_of(row))
    return Became("added")


def steps_of(row: Checklist) -> list[VisitStep]:
    """The steps as they are kept."""
    return [
        VisitStep(step.id, step.label, step.help, step.planned, None, int(step.by_itself))
        for step in row.steps
    ]


def _already_there(row: Checklist) -> Mistake:
    message = N_("Version %(version)d is already there with other steps. Give the new one a higher number.")
    return Mistake(message, {"version": row.version}, row.row)
