"""Knows how a matter stands by all that was said of it and done about it; knows no database and no document.

Everything is folded from all rows each time: the newest by corrected time counts, and what it replaces stays in its table.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from pwa.words import Json
from pwa.written import Matter, MatterSaid

TOLD_OF_EVENT = ("class", "what", "place", "proposal")
"""What an event is described by, each said by itself."""
BY_LEADERS = ("colour", "taken", "done", "opened", "due", "given", "words")
"""After any of these by somebody else the matter does not go when its carer undoes it: it is told that she did."""

TakenBackBy = Collection[tuple[str, str]]
"""(the id of a change that was a slip, who said so)."""


@dataclass(slots=True)
class Standing:
    """A matter, and how it stands now."""

    matter: Matter
    to_id: str | None
    to_name: str
    due_on: str | None
    told: dict[str, str] = field(default_factory=dict)
    colour: str = ""
    taken: MatterSaid | None = None
    done: MatterSaid | None = None
    is_withdrawn: bool = False
    is_touched: bool = False

    @property
    def is_gone(self) -> bool:
        """Whether it was a slip, and nobody had done anything about it. An event stays in sight all the same."""
        return self.is_withdrawn and not self.is_touched

    @property
    def is_open(self) -> bool:
        """Whether it is still to be followed up."""
        return self.done is None and not self.is_withdrawn

    def body(self) -> Json:
        """How it stands, as documents say it."""
        taken, done = self.taken, self.done
        return {
            "taken_at": taken and taken.at,
            "taken_by": taken and {"id": taken.by_id, "name": taken.by_name},
            "done_at": done and done.at,
            "done_by": done and {"id": done.by_id, "name": done.by_name},
            **({"withdrawn": True} if self.is_withdrawn else {}),
            "waiting_since": None,
        }


def stand(matter: Matter, said: Iterable[MatterSaid], taken_back: TakenBackBy) -> Standing:
    """How a matter stands by all that was said of it."""
    standing = Standing(matter, matter.to_id, matter.to_name, matter.due_on)
    standing.is_withdrawn = (matter.change_id, matter.by_id) in taken_back
    for row in sorted(said, key=lambda row: (row.at, row.id)):
        if (row.id, row.by_id) not in taken_back:
            _hear(standing, row)
    return standing


def _hear(standing: Standing, row: MatterSaid) -> None:
    if row.kind in BY_LEADERS and row.by_id != standing.matter.by_id:
        standing.is_touched = True
    match row.kind:
        case "colour":
            standing.colour = row.said
        case "taken":
            standing.taken = row
        case "done":
            standing.done = row
        case "opened":
            standing.taken = standing.done = None
        case "due":
            standing.due_on = row.said or None
        case "given":
            standing.to_id, standing.to_name = row.said or None, row.given_name
        case kind if kind in TOLD_OF_EVENT:
            standing.told[kind] = row.said


def stand_all(
    matters: Iterable[Matter], said: Iterable[MatterSaid], taken_back: TakenBackBy
) -> list[Standing]:
    """The same of several, as they were raised."""
    by_matter: Mapping[str, list[MatterSaid]] = defaultdict(list)
    for row in said:
        by_matter[row.matter_id].append(row)
    ordered = sorted(matters, key=lambda row: (row.at, row.change_id))
    return [stand(matter, by_matter[matter.change_id], taken_back) for matter in ordered]
