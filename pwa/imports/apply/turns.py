"""Knows that one import is at work at a time, and how each is written into the list of imports; knows no files' content.

An import that is at work says so all the time. One that has been silent for some seconds was broken off: whoever comes next
takes its place, also with the same file, and it finds that out with its next piece, if it was only slow.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from pwa.database import Database, Transaction
from pwa.imports.apply.imported import SILENT, Imported, Telling
from pwa.imports.queries.file_imports import (
    COUNTS,
    Doing,
    FileImport,
    State,
    add_import,
    get_under_way,
    one_begins_at_a_time,
    set_import,
)
from pwa.imports.read.mistakes import Mistake
from pwa.words import Clock, NewId, to_moment, to_text

BROKEN_OFF = timedelta(seconds=10)
"""After so long without a sign of life an import was broken off."""
LOOKS_AGAIN = 0.5  # seconds
SIGN_EVERY = timedelta(seconds=2)
MOST_KEPT = 50
"""So many mistakes of a file are kept; the rest are counted."""


Kept = TypeVar("Kept")


class TurnLost(Exception):
    """Another import has taken this one's place. What it has written stays."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for an import: by which command, without the file, and at whose account on the machine."""

    command: str = ""
    account: str = ""


NOBODY = Asked()


@dataclass(slots=True)
class Turn:
    """An import that is at work: nobody else's is."""

    database: Database
    clock: Clock
    row: FileImport
    said_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.said_at = self.clock()

    def read_going_on(self, shape: type[Kept]) -> Kept | None:
        """What was kept by the one that was broken off, or None."""
        return msgspec.json.decode(self.row.going_on, type=shape) if self.row.going_on else None

    async def beat(self) -> None:
        """Show a sign of life, if the last was some time ago. Raises TurnLost."""
        if self.clock() - self.said_at > SIGN_EVERY:
            await self.database.write(self.go_on)

    async def go_on(self, tx: Transaction, columns: Mapping[str, str | int | None] | None = None) -> None:
        """Show a sign of life within a piece of work, and keep these columns. Raises TurnLost."""
        self.said_at = self.clock()
        said = {**(columns or {}), "alive_at": to_text(self.said_at)}
        if not await set_import(tx, self.row, said):
            raise TurnLost

    async def end(
        self,
        tx: Transaction,
        state: State,
        mistakes: Sequence[Mistake],
        counts: Mapping[str, int] | None = None,
    ) -> None:
        """It is over, and this came of it. Raises TurnLost."""
        kept = msgspec.json.encode([_without_cells(each) for each in mistakes[:MOST_KEPT]]).decode()
        await self.go_on(
            tx,
            {
                "state": state, "ended_at": to_text(self.clock()), "mistake_count": len(mistakes), "mistakes": kept,
                **(counts or {}),
            },
        )  # fmt: skip


async def begin_turn(
    database: Database,
    kind: Doing,
    file: str,
    sha256: str,
    clock: Clock,
    new_id: NewId,
    asked: Asked = NOBODY,
    telling: Telling = SILENT,
    silent: timedelta = BROKEN_OFF,
) -> Turn:
    """Wait until nobody else's import is at work, and begin, or go on with one of the same file that was broken off."""
    at = to_text(clock())
    id = new_id()
    row = FileImport(id, id, kind, file, sha256, asked.command, asked.account, at, at, None, "under_way")
    has_told = False
    while True:
        begun = await database.write(lambda tx: _try_to_begin(tx, row, clock(), silent))
        if begun:
            return Turn(database, clock, begun)
        if not has_told:
            telling.waiting(file)
            has_told = True
        await asyncio.sleep(LOOKS_AGAIN)


async def _try_to_begin(
    tx: Transaction, row: FileImport, now: datetime, silent: timedelta
) -> FileImport | None:
    """The import that is under way now: this one, or one of the same file that goes on; None if another is at work."""
    await one_begins_at_a_time(tx)
    other = await get_under_way(tx)
    if other and now - to_moment(other.alive_at) < silent:
        return None
    if other and row.sha256 and (other.kind, other.sha256) == (row.kind, row.sha256):
        said = {"turn": row.turn, "command": row.command, "account": row.account, "alive_at": to_text(now)}
        await set_import(tx, other, said)
        return msgspec.structs.replace(other, **said)
    if other:
        await set_import(tx, other, {"state": "broken_off"})
    begun = msgspec.structs.replace(row, began_at=to_text(now), alive_at=to_text(now))
    await add_import(tx, begun)
    return begun


def counts_of(imported: Imported) -> dict[str, int]:
    """How many rows became what."""
    return {name: getattr(imported, name) for name in COUNTS}


def _without_cells(mistake: Mistake) -> Mistake:
    """What is wrong and where, with numbers only: in a file whose columns are shifted a citizen's name may stand anywhere."""
    numbers = {name: value for name, value in mistake.params.items() if isinstance(value, int)}
    return replace(mistake, params=numbers)
