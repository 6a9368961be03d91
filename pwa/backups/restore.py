"""Knows how a backup takes the database's place, so that every phone notices; knows nothing of what is in it."""

import asyncio
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pwa.backups.findings import Finding, NotDone, about, check_there
from pwa.backups.names import free_name, stamped
from pwa.database import (
    Progress,
    check_ours,
    check_sound,
    copy_database,
    list_strange_rules,
    make_one_file,
    nobody_else_at,
    open_database,
    put_in_place,
    remove,
    serving,
    snapshot_of,
)
from pwa.documents.queries import renew_counters
from pwa.photos.queries import list_photos_after
from pwa.photos.store import Store
from pwa.words import N_, NewId

AT_ONCE = 500
"""So many photos are asked for in one snapshot."""
AHEAD = 1_000_000_000
"""More documents than a team gets in a lifetime.

What a phone says that its carer had seen is a number. One from the days that are lost must not pass for a number
that somebody else's answer gets after them (sync.md, law 6), so every counter goes on far above them all.
"""

STRANGE = N_("%(file)s has triggers that are not Hånd's, or lacks some: %(ids)s. Somebody has changed it.")


@dataclass(frozen=True, slots=True)
class Restored:
    """Where the database that was there before lies now, with its log; None if there was none."""

    aside: Path | None


def restore(database_file: Path, source: Path, now: datetime, new_id: NewId, progress: Progress) -> Restored:
    """Put a copy of a backup in the database's place. Raises NotDone.

    The copy gets today's schema and new epochs before anybody can open it. The database that was there is
    moved aside, never deleted.
    """
    check_there(source)
    with about(database_file):
        database_file.parent.mkdir(parents=True, exist_ok=True)
        if database_file.exists() and database_file.samefile(source):
            raise NotDone(Finding(N_("%(file)s is the database itself."), {"file": str(source)}))
        with serving(database_file), nobody_else_at(database_file):
            return _restore(database_file, source, now, new_id, progress)


def _restore(database_file: Path, source: Path, now: datetime, new_id: NewId, progress: Progress) -> Restored:
    fresh = database_file.with_name(f".{database_file.name}.{secrets.token_hex(4)}.part")
    aside = free_name(database_file.with_name(stamped(f"{database_file.stem}-before-restore", now)))
    was_there = database_file.exists()
    try:
        with about(source):
            check_ours(source)
            strange = list_strange_rules(source)
        if strange:
            raise NotDone(Finding(STRANGE, {"file": str(source), "ids": ", ".join(strange[:20])}))
        with about(database_file):
            copy_database(source, fresh, progress)
        with about(source):
            check_sound(fresh)
            asyncio.run(_make_current(fresh, new_id))
        make_one_file(fresh)
        _give_owner(fresh, database_file)
        put_in_place(fresh, database_file, aside)
    finally:
        remove(fresh)
    return Restored(aside if was_there else None)


async def _make_current(fresh: Path, new_id: NewId) -> None:
    """Today's schema, and numbers by which every phone sees that this is another life."""
    database = await open_database(fresh)
    try:
        async with database.transaction() as tx:
            await renew_counters(tx, epoch=new_id()[-8:], ahead=AHEAD)
    finally:
        await database.close()


@dataclass(frozen=True, slots=True)
class PhotosNamed:
    """How many photos a database names, and how many of these lie where they should."""

    named: int
    there: int


async def count_photos(database_file: Path, photos: Store | None) -> PhotosNamed:
    """Look for each photo in its place, without reading it; None is no place. Raises NotDone."""
    named, there, after = 0, 0, ""
    with about(database_file):
        while True:
            async with snapshot_of(database_file) as tx:
                rows = await list_photos_after(tx, after, AT_ONCE)
            if not rows:
                return PhotosNamed(named, there)
            named += len(rows)
            there += sum([await photos.has(row.stored_as) for row in rows]) if photos else 0
            after = rows[-1].sha256


def _give_owner(fresh: Path, database_file: Path) -> None:
    """Whoever served the old one can open the new one, though root restored it."""
    if database_file.exists():
        old = database_file.stat()
        fresh.chmod(old.st_mode & 0o777)
        with suppress(PermissionError):
            os.chown(fresh, old.st_uid, old.st_gid)
