"""Knows which reader and which change belong to each kind of file; knows neither tables nor columns."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pwa.database import Database, Transaction, open_database, sqlite_file
from pwa.imports.apply.checklists import import_checklists
from pwa.imports.apply.guides import import_guides
from pwa.imports.apply.imported import (
    NOTHING_CHOSEN,
    SILENT,
    Chosen,
    Imported,
    NotImported,
    Stopped,
    Telling,
)
from pwa.imports.apply.people import import_people
from pwa.imports.apply.plan import import_plan, preview_plan
from pwa.imports.apply.turns import NOBODY, Asked, Turn, begin_turn, counts_of
from pwa.imports.queries.file_imports import Kind, State
from pwa.imports.read.checklist_file import read_checklists
from pwa.imports.read.guide_files import read_guides
from pwa.imports.read.mistakes import Mistake
from pwa.imports.read.people_file import read_people
from pwa.imports.read.plan_file import PlanFile, read_plan
from pwa.words import N_, Clock, NewId

KINDS: tuple[Kind, ...] = ("plan", "people", "checklists", "guides")
Apply = Callable[[Transaction], Awaitable[Imported]]


class _Tried(Exception):
    """What an import came to that is taken back."""

    def __init__(self, imported: Imported) -> None:
        super().__init__()
        self.imported = imported


async def import_files(
    address: str,
    files: Iterable[tuple[Kind, Path]],
    clock: Clock,
    new_id: NewId,
    chosen: Chosen = NOTHING_CHOSEN,
    telling: Telling = SILENT,
    asked: Asked = NOBODY,
) -> list[Imported]:
    """Import files in order (guides: a folder) into the database at an address. A plan is written in pieces, others whole.

    Each is written into the list of imports, also one that is refused; not so what is only tried. Raises NotImported at the
    first that is wrong or cannot be read, Stopped at the first that asks something, TurnLost if another import has begun
    meanwhile; OSError and Unavailable for the database.
    """
    if file := sqlite_file(address):
        file.parent.mkdir(parents=True, exist_ok=True)
    database = await open_database(address)
    work = Work(database, clock, new_id, chosen, telling, asked)
    try:
        return [await work.do(kind, path) for kind, path in files]
    finally:
        await database.close()


@dataclass(frozen=True, slots=True)
class Work:
    """An import of any file: into which database, when, as what was chosen, and who is told and has asked."""

    database: Database
    clock: Clock
    new_id: NewId
    chosen: Chosen = NOTHING_CHOSEN
    telling: Telling = SILENT
    asked: Asked = NOBODY

    async def do(self, kind: Kind, path: Path) -> Imported:
        """Import a file, or try it. Raises as `import_files`."""
        if self.chosen.dry_run:
            return await self._try(self._read(kind, path))
        turn = await begin_turn(
            self.database, kind, _name_of(path), sha256_of(path), self.clock, self.new_id, self.asked,
            self.telling,
        )  # fmt: skip
        try:
            return await self._import(turn, self._read(kind, path))
        except NotImported as refused:
            state, mistakes = _end_of(turn, refused), refused.mistakes
            await self.database.write(lambda tx: turn.end(tx, state, mistakes))
            raise

    async def _import(self, turn: Turn, content: PlanFile | Apply) -> Imported:
        if isinstance(content, PlanFile):
            imported = await import_plan(turn, content, self.new_id, self.chosen, self.telling)
            await self.database.write(lambda tx: turn.end(tx, "done", imported.mistakes, counts_of(imported)))
            return imported

        async def whole(tx: Transaction) -> Imported:
            imported = await content(tx)
            await turn.end(tx, "done", imported.mistakes, counts_of(imported))
            return imported

        return await self.database.write(whole)

    async def _try(self, content: PlanFile | Apply) -> Imported:
        if isinstance(content, PlanFile):
            async with self.database.snapshot() as tx:
                preview = await preview_plan(tx, content, self.clock(), self.chosen)
            self.telling.summary(preview.summary)
            return preview.imported
        try:
            async with self.database.transaction() as tx:
                raise _Tried(await content(tx))
        except _Tried as tried:
            return tried.imported

    def _read(self, kind: Kind, path: Path) -> PlanFile | Apply:
        """A plan, or what is to be done. Raises NotImported."""
        try:
            return self._reader(kind, path)
        except OSError:
            message = N_("It cannot be read. Guides are a folder, everything else is a file.")
            raise NotImported([Mistake(message, file=path.name)]) from None

    def _reader(self, kind: Kind, path: Path) -> PlanFile | Apply:
        now, new_id, skip_bad = self.clock(), self.new_id, self.chosen.skip_bad
        match kind:
            case "plan":
                return read_plan(path.read_bytes())
            case "people":
                people = read_people(path.read_bytes())
                return lambda tx: import_people(tx, people, now, new_id, skip_bad)
            case "checklists":
                checklists = read_checklists(path.read_bytes())
                return lambda tx: import_checklists(tx, checklists, skip_bad)
            case "guides":
                guides = read_guides(path)
                return lambda tx: import_guides(tx, guides, now, new_id, skip_bad)


def _end_of(turn: Turn, refused: NotImported) -> State:
    """Nothing was written; unless by a run that was broken off, and that this one was to go on with."""
    if turn.row.going_on:
        return "broken_off"
    return "stopped" if isinstance(refused, Stopped) else "refused"


def _name_of(path: Path) -> str:
    """Of a file or a folder, also of the folder that we are in."""
    return path.absolute().name


def sha256_of(path: Path) -> str:
    """Of a file's content, or of all files of a folder and their names; "" if it cannot be read."""
    digest = sha256()
    try:
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            if file.is_file():
                content = file.read_bytes()
                digest.update(f"{file.name}\0{len(content)}\0".encode() if path.is_dir() else b"")
                digest.update(content)
    except OSError:
        return ""
    return digest.hexdigest()
