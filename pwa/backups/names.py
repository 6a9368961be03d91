"""Knows how a backup's name says when, and which of a folder is the newest; knows nothing of what is in a file."""

import re
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

BACKUP = re.compile(r"haand.*\.(sqlite3|dump)")
STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d{6})Z\.sqlite3$")


def list_backups(folder: Path) -> list[tuple[datetime, Path]]:
    """Each backup of a folder with when it was made, the oldest first: by its name, or else by its file. Raises OSError."""
    return sorted((_made_at(file), file) for file in folder.iterdir() if BACKUP.fullmatch(file.name))


def _made_at(file: Path) -> datetime:
    if stamp := STAMP.search(file.name):
        return datetime.strptime(stamp[1], "%Y-%m-%dT%H%M%S").replace(tzinfo=UTC)
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def stamped(name: str, now: datetime) -> str:
    """A database file's name with the time in UTC, so that names sort by time, summer and winter.

    >>> stamped("haand", datetime(2026, 11, 23, 7, 31, 2, tzinfo=UTC))
    'haand-2026-11-23T073102Z.sqlite3'
    """
    return f"{name}-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.sqlite3"


def free_name(path: Path) -> Path:
    """This name, or the next one with a number that nobody has."""
    others = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return path if not path.exists() else next(other for other in others if not other.exists())
