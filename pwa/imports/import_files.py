"""Knows which reader and which change belong to each kind of file; knows neither tables nor columns."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from pwa.checklists.queries import one_import_at_a_time
from pwa.database import Transaction, open_database, sqlite_file
from pwa.imports.apply.checklists import import_checklists
from pwa.imports.apply.guides import import_guides
from pwa.imports.apply.imported import Imported, NotImported
from pwa.imports.apply.people import import_people
from pwa.imports.apply.plan import import_plan
from pwa.imports.apply.record import NOBODY, Asked, begun, ended
from pwa.imports.queries.file_imports import FileImport, Kind, add_import, set_import
from pwa.imports.read.checklist_file import read_checklists
from pwa.imports.read.guide_files import read_guides
from pwa.imports.read.mistakes import Mistake
from pwa.imports.read.people_file import read_people
from pwa.imports.read.plan_file import read_plan
from pwa.words import N_, NewId

KINDS: tuple[Kind, ...] = ("plan", "people", "checklists", "guides")
Apply = Callable[[Transaction], Awaitable[Imported]]


async def import_files(
    address: str,
    files: Iterable[tuple[Kind, Path]],
    now: datetime,
    new_id: NewId,
    skip_bad: bool = False,
    asked: Asked = NOBODY,
) -> list[Imported]:
    """Import files in order (guides: a folder) into the database at an address, each in a transaction of its own.

    Each is written into the list of imports, also one that is refused. Raises NotImported at the first that is wrong or
    cannot be read, OSError and Unavailable for the database.
    """
    if file := sqlite_file(address):
        file.parent.mkdir(parents=True, exist_ok=True)
    database = await open_database(address)
    try:
        imported = []
        for kind, path in files:
            row = begun(kind, path.name, sha256_of(path), asked, now, new_id)
            try:
                apply = _read(kind, path, now, new_id, skip_bad)
                imported.append(await database.write(partial(_in_turn, apply, row, now)))
            except NotImported as refused:
                await database.write(partial(_refused, row, now, refused))
                raise
        return imported
    finally:
        await database.close()


async def _in_turn(apply: Apply, row: FileImport, now: datetime, tx: Transaction) -> Imported:
    await one_import_at_a_time(tx)
    imported = await apply(tx)
    await add_import(tx, row)
    await set_import(tx, row.id, ended("done", now, imported.mistakes, imported))
    return imported


async def _refused(row: FileImport, now: datetime, why: NotImported, tx: Transaction) -> None:
    await add_import(tx, row)
    await set_import(tx, row.id, ended("refused", now, why.mistakes))


def sha256_of(path: Path) -> str:
    """Of a file's content, or of all files of a folder and their names; "" if it cannot be read."""
    digest = sha256()
    try:
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(f"{file.name}\0{file.stat().st_size}\0".encode() if path.is_dir() else b"")
                digest.update(file.read_bytes())
    except OSError:
        return ""
    return digest.hexdigest()


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
