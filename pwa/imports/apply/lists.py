"""Knows the way of a list (employees, checklists, guides): compared with what is there, then written in pieces; no rows of one.

A run that was broken off leaves what it has written. The same file again compares anew, so it finds the rest.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import msgspec

from pwa.care.documents.refresh import refresh, visits_under
from pwa.care.documents.visit import window
from pwa.care.queries import visits
from pwa.database import Transaction
from pwa.documents.store import DocumentRef
from pwa.imports.apply.imported import SILENT, Imported, Telling
from pwa.imports.apply.pieces import in_pieces
from pwa.imports.apply.plan_summary import StopCode
from pwa.imports.apply.said_yes import SaidYes
from pwa.imports.apply.turns import Turn
from pwa.imports.queries.file_imports import get_import
from pwa.words import NewId, day_of

Each = TypeVar("Each")
WRITTEN = ("added", "changed")


class Left(msgspec.Struct):
    """What is left to do once all is written, and to tell: kept in the list of imports for a run that goes on.

    Visits' documents are built anew of `teams` whose leaders are others, of `people` and `guides` with another name; `rows`
    are those of employees who must be let in again. `parents` are the teams that there were before, and what each stood under. What somebody has `said` yes to holds for the same file.
    """

    teams: set[str] = set()
    people: set[str] = set()
    guides: set[str] = set()
    rows: set[int] = set()
    parents: Mapping[str, str | None] | None = None
    said: dict[StopCode, SaidYes] = {}


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one thing of a list, "" for what is not counted, and whose documents may be others."""

    what: Literal["added", "changed", "unchanged", ""]
    things: Collection[DocumentRef] = ()


@dataclass(frozen=True, slots=True)
class Compared(Generic[Each]):
    """A list beside what is there: `imported` counts what each thing becomes, `others` are to be written, in order."""

    imported: Imported
    others: Sequence[Each]


Write = Callable[[Transaction, Sequence[Each], Left], Awaitable[list[Became]]]
"""Writes some things of a list in their order, whatever of them is written already, and adds what is left to do."""


def one_by_one(write_one: Callable[[Transaction, Each, Left], Awaitable[Became]]) -> Write[Each]:
    """Each with statements of its own."""

    async def write(tx: Transaction, some: Sequence[Each], left: Left) -> list[Became]:
        return [await write_one(tx, each, left) for each in some]

    return write


def left_by(turn: Turn) -> Left:
    """What the run left that this one goes on with."""
    return turn.read_going_on(Left) or Left()


async def write_list(
    turn: Turn, compared: Compared[Each], left: Left, write_some: Write[Each], new_id: NewId, telling: Telling = SILENT
) -> Left:  # fmt: skip
    """Write what is other, and count it in `compared.imported`: also what the run did that this one goes on with.

    Gives all that was left to do, which is done. Raises TurnLost and Unavailable.
    """
    written = Counter({name: getattr(turn.row, name) for name in WRITTEN})
    if not (compared.others or turn.row.going_on):
        return left
    await turn.database.write(lambda tx: turn.go_on(tx, {"going_on": _encode(left)}))
    done = written, left

    async def write(tx: Transaction, some: Sequence[Each]) -> None:
        nonlocal done
        row = await get_import(tx, turn.row.id)
        if row and any(getattr(row, name) != written[name] for name in WRITTEN):
            # It is written already, and nobody heard that it was.
            counts = Counter({name: getattr(row, name) for name in WRITTEN})
            done = counts, msgspec.json.decode(row.going_on, type=Left)
            await turn.go_on(tx)
            return
        more, counts = msgspec.json.decode(_encode(left), type=Left), Counter[str]()
        things: list[DocumentRef] = []
        for became in await write_some(tx, some, more):
            counts[became.what] += 1
            things += became.things
        after = written + Counter({name: counts[name] for name in WRITTEN})
        await turn.go_on(tx, {**{name: after[name] for name in WRITTEN}, "going_on": _encode(more)})
        await refresh(tx, things, new_id)
        done = after, more

    async for _ in in_pieces(turn.database, compared.others, write, telling.progress):
        written, left = done
    await _build_visits(turn, left, new_id, telling)
    imported = compared.imported
    everything = imported.added + imported.changed + imported.unchanged
    imported.added, imported.changed = written["added"], written["changed"]
    imported.unchanged = everything - imported.added - imported.changed
    return left


async def _build_visits(turn: Turn, left: Left, new_id: NewId, telling: Telling) -> None:
    now = turn.clock()
    first_day = window(day_of(now))[0]
    async with turn.database.snapshot() as tx:
        things = set(await visits_under(tx, left.teams, now))
        found = [await visits.list_visits_of_people(tx, left.people, first_day)] if left.people else []
        found += [await visits.list_visits_with_guide(tx, id, first_day) for id in sorted(left.guides)]
        things.update(DocumentRef(row["team_id"], "visit", row["id"]) for rows in found for row in rows)

    async def build(tx: Transaction, some: Sequence[DocumentRef]) -> None:
        await turn.go_on(tx)
        await refresh(tx, some, new_id)

    async for _ in in_pieces(turn.database, sorted(things), build, telling.progress):
        pass


def _encode(left: Left) -> str:
    return msgspec.json.encode(left).decode()
