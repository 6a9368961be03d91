"""Removes of visits that are over what can be made anew, beside the day: a few visits at a time, and where it was stopped it
goes on.

No phone may hold such a visit. Its document's body is built when it is read, what is planned is read from its tables, and its
steps are its checklist's where they say nothing else. All that anybody wrote stays, and so does the document's version.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

import structlog

from pwa.care.documents.shared_steps import share_steps
from pwa.care.documents.visit import window
from pwa.care.queries import compaction, visits
from pwa.database import Database, Transaction
from pwa.database.lists import Key, in_parts
from pwa.documents import queries as documents
from pwa.logs import what_and_where
from pwa.problems import Unavailable
from pwa.words import day_of

AT_ONCE = 32
REST = 0.03
"""Seconds between two pieces, in which others have the database and the event loop."""
AGAIN = 3600.0
"""Seconds."""
A_DAY = timedelta(days=1)

log = structlog.get_logger()


async def keep_compacting(database: Database, clock: Callable[[], datetime]) -> None:
    """Go through what is over, now and then for ever; where that fails it is tried again."""
    while True:
        try:
            await compact_visits(database, day_of(clock()))
        except Unavailable:
            pass
        except Exception as problem:
            log.error("visits that are over were not compacted", **what_and_where(problem))
        await asyncio.sleep(AGAIN)


async def compact_visits(database: Database, today: date, rest: float = REST) -> int:
    """Go through all visits of days that no phone may hold any more; how many that were."""
    before, done = window(today)[0], 0
    while True:
        async with database.snapshot() as tx:
            days = await compaction.list_days_to_compact(tx, before)
        if not days:
            return done
        for team_id, day in days:
            done += await _compact_day(database, team_id, day, before, rest)


async def _compact_day(database: Database, team_id: str, day: str, before: str, rest: float) -> int:
    async with database.snapshot() as tx:
        keys = await compaction.list_visits_of_day(tx, team_id, day)
    for some in in_parts(keys, AT_ONCE):
        await database.write(partial(_compact, keys=some, before=before))
        await asyncio.sleep(rest)
    following = (date.fromisoformat(day) + A_DAY).isoformat()
    await database.write(partial(compaction.set_compacted, team_id=team_id, until_day=following))
    return len(keys)


async def _compact(tx: Transaction, keys: Sequence[Key], before: str) -> None:
    await visits.list_keys(tx, [visit_id for _, visit_id in keys])  # nobody writes there until the end
    await compaction.remove_bodies(tx, keys, before)
    await compaction.remove_plans(tx, keys)
    await share_steps(tx, keys)
    await documents.touch(tx, [(team_id, f"visit-{visit_id}") for team_id, visit_id in keys])
