"""Knows how a file's name says when; knows nothing of the file."""

from datetime import UTC, datetime
from itertools import count
from pathlib import Path


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
