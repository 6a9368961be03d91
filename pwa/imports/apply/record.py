"""Knows how an import is written into the list of imports; knows no files and no plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from pwa.imports.apply.imported import Imported
from pwa.imports.queries.file_imports import COUNTS, FileImport, Kind, State
from pwa.imports.read.mistakes import Mistake
from pwa.words import NewId, to_text

MOST_KEPT = 50
"""So many mistakes of a file are kept; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked for an import, and by which command: an account on the machine, and what was typed without the file."""

    command: str = ""
    account: str = ""


NOBODY = Asked()


def begun(kind: Kind, file: str, sha256: str, asked: Asked, now: datetime, new_id: NewId) -> FileImport:
    """An import that is under way from now on."""
    at = to_text(now)
    return FileImport(new_id(), kind, file, sha256, asked.command, asked.account, at, at, None, "under_way")


def ended(
    state: State, now: datetime, mistakes: Sequence[Mistake], imported: Imported | None = None
) -> dict[str, str | int | None]:
    """The columns that tell how it ended."""
    counts = {name: getattr(imported, name) for name in COUNTS} if imported else {}
    kept = msgspec.json.encode(mistakes[:MOST_KEPT]).decode()
    return {
        "state": state, "alive_at": to_text(now), "ended_at": to_text(now),
        "mistake_count": len(mistakes), "mistakes": kept, **counts,
    }  # fmt: skip


def mistakes_of(row: FileImport) -> list[Mistake]:
    """The mistakes that were kept, to be said in whichever language."""
    return msgspec.json.decode(row.mistakes, type=list[Mistake])
