"""Knows how checklists get their versions; visits that copied an older one keep it (sync.md, law 9)."""

from pwa.checklists import queries as checklists
from pwa.database import Transaction
from pwa.imports.apply.imported import Imported, begin
from pwa.imports.read.checklist_file import Checklist, ChecklistFile
from pwa.imports.read.mistakes import Mistake
from pwa.words import N_
from pwa.written import VisitStep


async def import_checklists(tx: Transaction, file: ChecklistFile, skip_bad: bool = False) -> Imported:
    """Add the versions that are not there. Raises NotImported, also for a version that is there with other steps."""
    other = [row for row in file.rows if await _is_other(tx, row)]
    imported = begin([*file.errors, *map(_already_there, other)], file.warnings, skip_bad)
    for row in file.rows:
        if row in other:
            continue
        was_there = await checklists.has_version(tx, row.checklist.id, row.version)
        if not was_there:
            await checklists.add_version(
                tx, row.checklist.id, row.version, row.checklist.number, steps_of(row)
            )
        imported.count(was_there, is_other=False)
    return imported


def steps_of(row: Checklist) -> list[VisitStep]:
    """The steps as they are kept."""
    return [
        VisitStep(step.id, step.label, step.help, step.planned, None, int(step.by_itself))
        for step in row.steps
    ]


async def _is_other(tx: Transaction, row: Checklist) -> bool:
    kept = await checklists.list_steps(tx, row.checklist.id, row.version)
    return bool(kept) and kept != steps_of(row)


def _already_there(row: Checklist) -> Mistake:
    message = N_("Version %(version)d is already there with other steps. Give the new one a higher number.")
    return Mistake(message, {"version": row.version}, row.row)
