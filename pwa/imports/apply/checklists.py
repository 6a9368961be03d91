"""Knows how checklists get their versions; visits that copied an older one keep it (sync.md, law 9)."""

from pwa.checklists import queries as checklists
from pwa.database import Transaction
from pwa.imports.apply.imported import NOTHING_CHOSEN, SILENT, Chosen, Imported, Telling, begin
from pwa.imports.apply.lists import Became, Compared, Left, left_by, write_list
from pwa.imports.apply.turns import Turn
from pwa.imports.read.checklist_file import Checklist, ChecklistFile
from pwa.imports.read.mistakes import Mistake
from pwa.words import N_, NewId
from pwa.written import VisitStep


async def import_checklists(
    turn: Turn, file: ChecklistFile, new_id: NewId, chosen: Chosen = NOTHING_CHOSEN, telling: Telling = SILENT
) -> Imported:
    """Add the versions that are not there. Raises as `compare_checklists` before anything is written, and TurnLost."""
    async with turn.database.snapshot() as tx:
        compared = await compare_checklists(tx, file, chosen.skip_bad)
    await write_list(turn, compared, left_by(turn), _add, new_id, telling)
    return compared.imported


async def compare_checklists(tx: Transaction, file: ChecklistFile, skip_bad: bool) -> Compared[Checklist]:
    """What a file would add, in a snapshot. Raises NotImported, also for a version that is there with other steps."""
    kept = await checklists.list_all_steps(tx)
    there = {row: kept.get((row.checklist.id, row.version)) for row in file.rows}
    other = [row for row, steps in there.items() if steps is not None and steps != steps_of(row)]
    imported = begin([*file.errors, *map(_already_there, other)], file.warnings, skip_bad)
    new = [row for row, steps in there.items() if steps is None]
    imported.added, imported.unchanged = len(new), len(there) - len(new) - len(other)
    return Compared(imported, new)


async def _add(tx: Transaction, row: Checklist, _: Left) -> Became:
    if await checklists.has_version(tx, row.checklist.id, row.version):
        return Became("unchanged")
    await checklists.add_version(tx, row.checklist.id, row.version, row.checklist.number, steps_of(row))
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
