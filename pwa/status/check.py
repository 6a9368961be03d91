"""Knows what a look at one thing says, and how bad that is; knows no thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

Values = Mapping[str, str | int | None]


class Level(IntEnum):
    """How bad; the numbers are the exit codes that monitoring knows (Nagios plugin guidelines)."""

    OK = 0
    WARNING = 1
    CRITICAL = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what is said of it, and what to do, as messages' ids with the same values.

    A value whose name ends with `_at` is a moment, with `_bytes` a size, both as they are kept.
    """

    name: str
    level: Level
    message: str
    values: Values = field(default_factory=dict)
    todo: str = ""


def worst(checks: Sequence[Check]) -> Level:
    """How it is on the whole."""
    return max((check.level for check in checks), default=Level.OK)
