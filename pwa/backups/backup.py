"""Knows how a backup gets its name only when it is whole, sound and on the disk; knows nothing of what is in it."""

import secrets
from datetime import datetime
from pathlib import Path

from pwa.backups.findings import Finding, NotDone, about, check_there
from pwa.backups.names import stamped
from pwa.database import Progress, check_ours, check_sound, copy_database, remove, sync
from pwa.words import N_

NO_FOLDER = N_(
    "There is no folder %(folder)s. Is the other machine's disk there? To write a file, give it a name that ends with .sqlite3."
)


def back_up(database_file: Path, to: Path, now: datetime, progress: Progress) -> Path:
    """Copy the database to a file, or into a folder under a name with the time; gives the file. Raises NotDone.

    The server goes on meanwhile: what is copied is one moment of it. Nothing is overwritten, and whatever
    happens there is no half file under that name.
    """
    if not to.suffix and not to.exists():
        raise NotDone(Finding(NO_FOLDER, {"folder": str(to)}))
    final = to / stamped("haand", now) if to.is_dir() else to
    part = final.with_name(f".{final.name}.{secrets.token_hex(4)}.part")
    check_there(database_file)
    check_free(final)
    try:
        with about(database_file):
            check_ours(database_file)
        with about(final):
            copy_database(database_file, part, progress)
        with about(database_file):
            check_sound(part)
        check_free(final)
        with about(final):
            part.rename(final)
            sync(final.parent)
    finally:
        remove(part)
    return final


def check_free(final: Path) -> None:
    """Raises NotDone if the name is taken, or its folder is not there."""
    if not final.parent.is_dir():
        raise NotDone(Finding(N_("There is no folder %(folder)s."), {"folder": str(final.parent)}))
    if final.exists():
        message = N_("%(file)s is there already, and is not overwritten.")
        raise NotDone(Finding(message, {"file": str(final)}))
