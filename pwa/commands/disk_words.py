"""Knows how it is said what the disk says no to: that it is full, that something is not there, that it is somebody else's."""

import errno
import os
from pathlib import Path

from pwa.commands.words import say
from pwa.words import N_

FULL = N_("The disk on which %(path)s is is full. Make room, and run the command again.")
SOMEBODY_ELSES = N_(
    "This user may not read or write %(path)s. Run the command as the user that runs Hånd (sudo -u haand), or see whose it is: ls -ld %(path)s"
)
NOT_MADE = N_(
    "%(path)s is not there, and this user may not make it. Is its disk mounted, and is that the right name?"
)
NOT_THERE = N_("%(path)s is not there, or is no folder. Is its disk mounted, and HAAND_DATA right?")
READ_ONLY = N_("%(path)s is on a disk that can only be read.")
OTHERWISE = N_("%(path)s cannot be read or written right now: the disk says no (HAAND_DATA).")
REASONS = {
    errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EFBIG: FULL, errno.EACCES: SOMEBODY_ELSES, errno.EPERM: SOMEBODY_ELSES,
    errno.ENOENT: NOT_THERE, errno.ENOTDIR: NOT_THERE, errno.EEXIST: NOT_THERE, errno.EROFS: READ_ONLY,
}  # fmt: skip
LOCKED = N_("Another program has the database in %(path)s locked. See which: fuser -v %(path)s/*")
DAMAGED = N_(
    "The database in %(path)s is damaged. Stop the server, and put the last sound backup back with haand restore."
)
OF_SQLITE = {13: FULL, 8: SOMEBODY_ELSES, 3: SOMEBODY_ELSES, 11: DAMAGED, 5: LOCKED, 6: LOCKED}
"""Its result codes (sqlite.org/rescode.html): full, read-only, rights, damaged, busy, locked."""


def words_of_disk(error: BaseException, folder: Path) -> str:
    """What is wrong, as a line. `folder` is what it is about where the error names nothing."""
    named = error.filename if isinstance(error, OSError) else None
    path = Path(os.fsdecode(named)) if isinstance(named, str | bytes) else folder.absolute()
    reason = _reason(error, folder)
    if reason is SOMEBODY_ELSES and _is_missing(path):
        reason = NOT_MADE
    return say(reason, path=str(path))


def is_damaged(error: BaseException) -> bool:
    """Whether it is the database itself: nothing is better the next time."""
    return not isinstance(error, OSError) and _reason(error, Path()) is DAMAGED


def _is_missing(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _reason(error: BaseException, folder: Path) -> str:
    if isinstance(error, OSError):
        return REASONS.get(error.errno or 0, OTHERWISE)
    cause = error.__cause__
    if isinstance(cause, TimeoutError):
        return LOCKED
    if isinstance(cause, OSError):
        return REASONS.get(cause.errno or 0, OTHERWISE)
    if reason := OF_SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF):
        return reason
    try:
        if not folder.is_dir():
            return NOT_THERE
    except PermissionError:
        return SOMEBODY_ELSES
    return OTHERWISE if os.access(folder, os.R_OK | os.W_OK | os.X_OK) else SOMEBODY_ELSES
