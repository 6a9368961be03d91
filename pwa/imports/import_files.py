"""Knows which reader and which change belong to each kind of file; knows neither tables nor columns."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal

from pwa.checklists.queries import one_import_at_a_time
from pwa.database import Transaction, open_database, sqlite_file
from pwa.imports.apply.checklists import import_checklists
from pwa.imports.apply.guides import import_guides
from pwa.imports.apply.imported import Imported, NotImported
from pwa.imports.apply.people import import_people
from pwa.imports.apply.plan import import_plan
from pwa.imports.read.checklist_file import read_checklists
from pwa.imports.read.guide_files import read_guides
from pwa.imports.read.mistakes import Mistake
from pwa.imports.read.people_file import read_people
from pwa.imports.read.plan_file import read_plan
from pwa.words import N_, NewId

Kind = Literal["plan", "people", "checklists", "guides"]
KINDS: tuple[Kind, ...] = ("plan", "people", "checklists", "guides")
Apply = Callable[[Transaction], Awaitable[Imported]]


async def import_files(
    address: str,
    files: Iterable[tuple[Kind, Path]],
    now: datetime,
    new_id: NewId,
    skip_bad: bool = False,
) -> list[Imported]:
    """Import files in order (guides: a folder) into the database at an address, each in a transaction of its own.

    Raises NotImported at the first that is wrong or cannot be read, OSError and Unavailable for the database.
    """
    if file := sqlite_file(address):
        file.parent.mkdir(parents=True, exist_ok=True)
    database = await open_database(address)
    try:
        imported = []
        for kind, path in files:
            apply = _read(kind, path, now, new_id, skip_bad)
            imported.append(await database.write(partial(_in_turn, apply)))
        return imported
    finally:
        await database.close()


async def _in_turn(apply: Apply, tx: Transaction) -> Imported:
    await one_import_at_a_time(tx)
    return await apply(tx)


def _read(kind: Kind, path: Path, now: datetime, new_id: NewId, skip_bad: bool) -> Apply:
    try:
        return _reader(kind, path, now, new_id, skip_bad)
    except OSError:
        message = N_("It cannot be read. Guides are a folder, everything else is a file.")
        raise NotImported([Mistake(message, file=path.name)]) from None


def _reader(kind: Kind, path: Path, now: datetime, new_id: NewId, skip_bad: bool) -> Apply:
    match kind:
        case "plan":
            plan = read_plan(path.read_bytes())
            return lambda tx: import_plan(tx, plan, now, new_id, skip_bad)
        case "people":
            people = read_people(path.read_bytes())
            return lambda tx: import_people(tx, people, now, new_id, skip_bad)
        case "checklists":
            checklists = read_checklists(path.read_bytes())
            return lambda tx: import_checklists(tx, checklists, skip_bad)
        case "guides":
            guides = read_guides(path)
            return lambda tx: import_guides(tx, guides, now, new_id, skip_bad)
