"""Knows how much a person may send, and write at one visit; knows nothing of what is sent.

Each count is a level that rises with what is new and sinks evenly with time. Below the limit a push is taken whole,
however large; above it the person comes again when there is room: nothing of it is lost, it stays where it was
written. What honest work comes to is far below: a phone that was away for ten days brings some five thousand changes.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from pwa.care.documents.visit_rows import VisitRows
from pwa.care.problems import PhoneShutOut, TooMuchAtVisit, TooMuchLately
from pwa.care.queries.allowances import Level, list_levels, set_levels
from pwa.care.sync.submission import Sender, Submission
from pwa.database import Transaction
from pwa.database.lists import Key as VisitKey
from pwa.problems import Problem
from pwa.words import Drafts, Push, to_moment, to_text
from pwa.written import Answer, Attendance, Deviation, FilledIn, Matter, MatterSaid, Note, NoteMark, Written

What = Literal[
    "changes", "characters", "held", "shut_out", "shut_out_characters", "drafts", "draft_characters", "phones"
]
MILLION = 1_000_000
SECONDS_OF_A_DAY = 24 * 60 * 60
SOONEST = 60  # seconds


class Limit(NamedTuple):
    """So much at once, and so much a day after that."""

    most: int
    a_day: int


LIMITS: dict[str, Limit] = {
    "changes": Limit(20_000, 10_000),
    "characters": Limit(20_000_000, 10_000_000),
    # Refused or held: somebody has to look at each.
    "held": Limit(3_000, 1_000),
    # From a phone that was shut out, in whoever's hands it is: all of it, and nothing of that is its carer's own.
    "shut_out": Limit(1_500, 300),
    "shut_out_characters": Limit(5_000_000, 1_000_000),
    "drafts": Limit(20_000, 10_000),
    "draft_characters": Limit(50_000_000, 20_000_000),
    # An app makes its own id at its first start, and when its storage was emptied.
    "phones": Limit(50, 10),
}

ROWS_OF_ONE, ROWS_OF_ALL = 500, 5_000
CHARACTERS_OF_ONE, CHARACTERS_OF_ALL = 1_000_000, 5_000_000
"""At one visit: of one person in a day, and of all for good."""

Key = tuple[str, str]
"""Whose, and what."""
Levels = Mapping[Key, Level]


async def read_levels(tx: Transaction, person_ids: Collection[str]) -> Levels:
    """What these people have sent lately."""
    if not person_ids:
        return {}
    return {(level.person_id, level.what): level for level in await list_levels(tx, person_ids)}


def check_levels(levels: Levels, person_id: str, whats: Iterable[What], now: datetime) -> None:
    """Whether there is room for more of these; raises TooMuchLately, which says when there is."""
    waits = [_wait(_level_now(levels.get((person_id, what)), now), what) for what in whats]
    if longest := max(waits, default=0):
        raise TooMuchLately(max(SOONEST, longest))


async def count(tx: Transaction, levels: Levels, added: Mapping[Key, int], now: datetime) -> None:
    """So much more of each."""
    at = to_text(now)
    await set_levels(
        tx,
        [
            Level(person_id, what, _level_now(levels.get((person_id, what)), now) + number * MILLION, at)
            for (person_id, what), number in sorted(added.items())
            if number
        ],
    )


def _level_now(level: Level | None, now: datetime) -> int:
    if level is None or level.what not in LIMITS:
        return 0
    # As numbers: a timedelta holds no million times three years.
    seconds = int(max(timedelta(0), now - to_moment(level.at)).total_seconds())
    return max(0, level.level - seconds * LIMITS[level.what].a_day * MILLION // SECONDS_OF_A_DAY)


def _wait(level: int, what: str) -> int:
    """Seconds until it is below the limit."""
    limit = LIMITS[what]
    over = level - limit.most * MILLION
    return 0 if over < 0 else over * SECONDS_OF_A_DAY // (limit.a_day * MILLION) + 1


def needed_for(push: Push, held_as: type[Problem] | None, is_new: bool) -> list[What]:
    """What a push needs room for. What comes of a phone that was shut out holds up none of its carer's others."""
    whats: list[What] = []
    if held_as is PhoneShutOut:
        if push.changes or push.drafts:
            whats += ["shut_out", "shut_out_characters"]
        return whats
    if push.changes:
        whats += ["changes", "characters", "held"]
    if push.drafts:
        whats += ["drafts", "draft_characters"]
    if is_new:
        whats.append("phones")
    return whats


def added_by(submissions: Iterable[Submission]) -> Counter[Key]:
    """What judged submissions come to, by sender. What was known before is not counted again."""
    added: Counter[Key] = Counter()
    for submission in submissions:
        sender = submission.sender
        if sender.held_as is PhoneShutOut:
            added[sender.person.id, "shut_out"] += submission.new_held
            added[sender.person.id, "shut_out_characters"] += submission.new_characters
            continue
        added[sender.person.id, "changes"] += submission.new_changes
        added[sender.person.id, "characters"] += submission.new_characters
        added[sender.person.id, "held"] += submission.new_held
    return added


def added_by_drafts(drafts: Drafts | None, held_as: type[Problem] | None) -> Counter[What]:
    """What half-written words come to, each time that they come."""
    if drafts is None:
        return Counter()
    rows, characters = len(drafts.rows), len(str(drafts.rows))
    if held_as is PhoneShutOut:
        return Counter({"shut_out": rows, "shut_out_characters": characters})
    return Counter({"drafts": rows, "draft_characters": characters})


class Weight:
    """How much is written at a visit: by everybody, and by one person on one day."""

    __slots__ = ("characters", "characters_of_one", "rows", "rows_of_one")

    def __init__(self, visit: VisitRows, person_id: str, day: str) -> None:
        written = visit.written
        self.rows = self.characters = self.rows_of_one = self.characters_of_one = 0
        rows: list[Attendance | Answer | FilledIn | Note | NoteMark | Deviation | Matter | MatterSaid] = [
            *written.attendances, *written.answers, *written.filled, *written.notes, *written.deviations,
            *written.marks, *written.matters, *written.said,
        ]  # fmt: skip
        for row in rows:
            self.add(row, row.by_id == person_id and row.received_at.startswith(day))
        self.rows += len(written.taken_back)

    def add(self, row: Written, is_ones: bool = True) -> None:
        """One row more."""
        length = _length(row)
        self.rows += 1
        self.characters += length
        if is_ones:
            self.rows_of_one += 1
            self.characters_of_one += length

    def check(self) -> None:
        """Whether there is room for more; raises TooMuchAtVisit."""
        if self.rows_of_one >= ROWS_OF_ONE or self.characters_of_one >= CHARACTERS_OF_ONE:
            raise TooMuchAtVisit
        if self.rows >= ROWS_OF_ALL or self.characters >= CHARACTERS_OF_ALL:
            raise TooMuchAtVisit


Weights = dict[tuple[VisitKey, str], Weight]
"""By visit and sender, counted once in a batch."""


def weight_of(weights: Weights, visit: VisitRows, sender: Sender) -> Weight:
    """How much is written at a visit, by everybody and by the sender today."""
    key = (visit.key, sender.person.id)
    if key not in weights:
        weights[key] = Weight(visit, sender.person.id, sender.received_at[: len("2026-11-23")])
    return weights[key]


def _length(row: Written) -> int:
    match row:
        case Note() | Deviation() | Matter():
            return len(row.text)
        case MatterSaid():
            return len(row.said)
        case Answer():
            return len(row.reason)
        case FilledIn():
            return len(row.said or "") + len(row.reason)
        case _:
            return 0
