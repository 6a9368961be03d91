"""Knows which reader and which change belong to each kind of file; knows neither tables nor columns."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from pwa.database import Database, open_database, sqlite_file
from pwa.imports.apply.checklists import compare_checklists, import_checklists
from pwa.imports.apply.guides import compare_guides, import_guides
from pwa.imports.apply.imported import (
    NOTHING_CHOSEN,
    SILENT,
    Chosen,
    Imported,
    NotImported,
    Stopped,
    Telling,
)
from pwa.imports.apply.people import import_people, try_people
from pwa.imports.apply.plan import import_plan, preview_plan
from pwa.imports.apply.turns import NOBODY, Asked, Turn, begin_turn, counts_of
from pwa.imports.queries.file_imports import Kind, State
from pwa.imports.read.checklists import Checklist, ChecklistFile, Defined
from pwa.imports.read.csv_file import NOT_KNOWN, folded
from pwa.imports.read.defined_checklists import read_any_checklists
from pwa.imports.read.guide_files import GuideFolder, read_guides
from pwa.imports.read.kinds import find_another_kind
from pwa.imports.read.mistakes import Mistake
from pwa.imports.read.people_file import PeopleFile, read_people
from pwa.imports.read.plan_file import PlanFile, read_plan
from pwa.words import N_, Clock, NewId

KINDS: tuple[Kind, ...] = ("plan", "people", "checklists", "guides")
NOT_READ: dict[type[OSError], str] = {
    FileNotFoundError: N_("It is not there. Has the other system written it, and is the name right?"),
    PermissionError: N_("This user may not read it. It must be readable for the user that runs Hånd."),
    OSError: N_("It cannot be read. Guides are a folder, everything else is a file."),
}
Content = PlanFile | PeopleFile | ChecklistFile[Checklist | Defined] | GuideFolder


async def import_files(
    address: str,
    files: Iterable[tuple[Kind, Path]],
    clock: Clock,
    new_id: NewId,
    chosen: Chosen = NOTHING_CHOSEN,
    telling: Telling = SILENT,
    asked: Asked = NOBODY,
) -> list[Imported]:
    """Import files in order (guides: a folder) into the database at an address. All are written in pieces.

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


async def list_refused(
    address: str,
    refused: Iterable[tuple[Kind, Path, NotImported]],
    clock: Clock,
    new_id: NewId,
    asked: Asked = NOBODY,
) -> None:
    """Write files into the list of imports that were refused as they were tried, and of which nothing was to be written.

    Raises TurnLost, OSError and Unavailable.
    """
    database = await open_database(address)
    work = Work(database, clock, new_id, asked=asked)
    try:
        for kind, path, why in refused:
            await work.end_refused(await work.begin(kind, path), why)
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
            return await self._try(_read(kind, path, self.chosen))
        turn = await self.begin(kind, path)
        try:
            return await self._import(turn, _read(kind, path, self.chosen))
        except NotImported as refused:
            await self.end_refused(turn, refused)
            raise

    async def begin(self, kind: Kind, path: Path) -> Turn:
        """Wait for the turn of a file, and write it into the list of imports."""
        return await begin_turn(
            self.database, kind, _name_of(path), sha256_of(path), self.clock, self.new_id, self.asked,
            self.telling,
        )  # fmt: skip

    async def end_refused(self, turn: Turn, refused: NotImported) -> None:
        """It is over, and this is why nothing came in."""
        state, mistakes = _end_of(turn, refused), refused.mistakes
        await self.database.write(lambda tx: turn.end(tx, state, mistakes))

    async def _import(self, turn: Turn, content: Content) -> Imported:
        new_id, chosen, telling = self.new_id, self.chosen, self.telling
        match content:
            case PlanFile():
                imported = await import_plan(turn, content, new_id, chosen, telling)
            case PeopleFile():
                imported = await import_people(turn, content, new_id, chosen, telling)
            case ChecklistFile():
                imported = await import_checklists(turn, content, new_id, chosen, telling)
            case GuideFolder():
                imported = await import_guides(turn, content, new_id, chosen, telling)
        await self.database.write(lambda tx: turn.end(tx, "done", imported.mistakes, counts_of(imported)))
        return imported

    async def _try(self, content: Content) -> Imported:
        skip_bad = self.chosen.skip_bad
        if isinstance(content, PeopleFile):
            return await try_people(self.database, content, self.clock(), self.chosen, self.telling)
        async with self.database.snapshot() as tx:
            match content:
                case PlanFile():
                    preview = await preview_plan(tx, content, self.clock(), self.chosen)
                case ChecklistFile():
                    return (await compare_checklists(tx, content, skip_bad)).imported
                case GuideFolder():
                    return (await compare_guides(tx, content, skip_bad)).imported
        self.telling.summary(preview.summary)
        return preview.imported


def _read(kind: Kind, path: Path, chosen: Chosen) -> Content:
    """What a file or folder says. Raises NotImported, also if nothing in it is right: then there is no rest to import."""
    content = _read_at_all(kind, path, chosen.name)
    ignored = set(map(folded, chosen.ignored))
    content = replace(
        content,
        warnings=tuple(
            each
            for each in content.warnings
            if each.message != NOT_KNOWN or folded(each.column) not in ignored
        ),
    )
    if content.errors and not content.rows:
        raise NotImported(sorted(content.errors, key=lambda each: each.row or 0), content.warnings)
    return content


def _read_at_all(kind: Kind, path: Path, name: str) -> Content:
    try:
        match kind:
            case "plan":
                return read_plan(_content(kind, path))
            case "people":
                return read_people(_content(kind, path))
            case "checklists":
                return read_any_checklists(_content(kind, path), path.name, name)
            case "guides":
                return read_guides(path)
    except OSError as error:
        message = next(words for no, words in NOT_READ.items() if isinstance(error, no))
        raise NotImported([Mistake(message, file=_name_of(path))]) from None


def _content(kind: Kind, path: Path) -> bytes:
    """What is in a file. Raises NotImported if it is one of another kind, OSError."""
    content = path.read_bytes()
    if another := find_another_kind(kind, content):
        raise NotImported([another])
    return content


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
