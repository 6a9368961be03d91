"""Knows how samples of the access log are drawn and looked into; knows no forms."""

import random
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import TypedDict

from pwa.database import Transaction
from pwa.oversight import queries as oversight
from pwa.oversight.queries import Verdict
from pwa.oversight.search import LogLine, in_words
from pwa.words import NewId, begin_of, day_of, to_text

SAMPLE = 10
PLACES_AT_ONCE = 64
MOST_TRIES = 60
SAMPLES_SHOWN_FOR = timedelta(days=366)
CHANCE = random.SystemRandom()


class Drawn(LogLine):
    """An entry of a sample, with what came of it: the newest verdict, or "", and all of them, the oldest first."""

    verdict: str
    verdicts: list[Verdict]


class Sample(TypedDict):
    """Entries that were drawn together. `done` counts those that somebody has looked into."""

    id: str
    drawn_at: str
    drawn_by: str
    done: int
    entries: list[Drawn]


def month_before(today: date) -> tuple[date, date]:
    """The first day of the last month, and of this one.

    >>> month_before(date(2026, 3, 15))
    (datetime.date(2026, 2, 1), datetime.date(2026, 3, 1))
    """
    this = today.replace(day=1)
    return (this - timedelta(1)).replace(day=1), this


async def draw_sample(
    tx: Transaction, team_ids: Collection[str], by_id: str, now: datetime, new_id: NewId
) -> int:
    """Draw ten of last month's reads of these teams' citizens, each as likely as the other; how many there were."""
    first, after = month_before(day_of(now))
    since, until = to_text(begin_of(first)), to_text(begin_of(after))
    places = await oversight.find_places_between(tx, since, until)
    if places is None:
        return 0
    every = range(places[0], places[1] + 1)
    drawn = CHANCE.sample(every, min(len(every), PLACES_AT_ONCE * MOST_TRIES))
    found: list[str] = []
    for begin in range(0, len(drawn), PLACES_AT_ONCE):
        piece = await oversight.list_reads_at(
            tx, drawn[begin : begin + PLACES_AT_ONCE], team_ids, since, until
        )
        CHANCE.shuffle(piece)
        found += piece
        if len(found) >= SAMPLE:
            break
    await oversight.add_sample(tx, new_id(), found[:SAMPLE], to_text(now), by_id)
    return len(found[:SAMPLE])


async def list_samples(
    tx: Transaction, team_ids: Collection[str], now: datetime, language: str
) -> list[Sample]:
    """The samples of a year, the newest first."""
    rows = await oversight.list_samples(tx, team_ids, to_text(now - SAMPLES_SHOWN_FOR))
    verdicts: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in await oversight.list_verdicts(tx, {row.id for row in rows}):
        verdicts[verdict.entry_id].append(verdict)
    samples: dict[str, Sample] = {}
    for row, entry in zip(rows, await in_words(tx, team_ids, rows, language), strict=True):
        sample = samples.setdefault(row.sample_id, {
            "id": row.sample_id, "drawn_at": row.drawn_at, "drawn_by": row.drawn_by, "done": 0, "entries": [],
        })  # fmt: skip
        said = verdicts[row.id]
        sample["done"] += bool(said)
        sample["entries"].append({**entry, "verdict": said[-1].verdict if said else "", "verdicts": said})
    return list(samples.values())
