"""Lets a list of employees, checklists or guides come in, as the command does but without a file."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from pwa.database import Database
from pwa.imports.apply.checklists import import_checklists
from pwa.imports.apply.guides import import_guides
from pwa.imports.apply.imported import SILENT, Chosen, Imported, Telling
from pwa.imports.apply.people import import_people
from pwa.imports.apply.turns import begin_turn, counts_of
from pwa.imports.queries.file_imports import Kind
from pwa.imports.read.checklist_file import read_checklists
from pwa.imports.read.checklists import Checklist, ChecklistFile, Defined
from pwa.imports.read.guide_files import GuideFolder
from pwa.imports.read.people_file import PeopleFile, read_people
from pwa.words import Clock, new_id

Content = PeopleFile | ChecklistFile[Checklist | Defined] | GuideFolder
BY: dict[type, tuple[Kind, Callable[..., Awaitable[Imported]]]] = {
    PeopleFile: ("people", import_people),
    ChecklistFile: ("checklists", import_checklists),
    GuideFolder: ("guides", import_guides),
}


async def import_list(
    database: Database, content: Content, clock: Clock, *, sha256: str = "", telling: Telling = SILENT, **chosen: Any
) -> Imported:  # fmt: skip
    """Import what was read; raises as `import_people` and its neighbours."""
    kind, come_in = BY[type(content)]
    turn = await begin_turn(database, kind, f"{kind}.csv", sha256, clock, new_id, silent=timedelta())
    imported = await come_in(turn, content, new_id, Chosen(**chosen), telling)
    await database.write(lambda tx: turn.end(tx, "done", imported.mistakes, counts_of(imported)))
    return imported


async def import_employees(database: Database, text: str, clock: Clock, **chosen: Any) -> Imported:
    """Import a list of employees."""
    return await import_list(database, read_people(text.encode()), clock, **chosen)


async def import_steps(database: Database, text: str, clock: Clock, **chosen: Any) -> Imported:
    """Import checklists."""
    return await import_list(database, read_checklists(text.encode()), clock, **chosen)
