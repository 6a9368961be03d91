"""Brings stored documents to what this version of the program builds of the same rows, while it goes on serving.

An older version built them otherwise: without a part that pages show now, or by another rule. What is built is compared
with what is stored, a few documents at a time, and only what says something else is stored anew, as if its rows had
changed: phones fetch it with their next sync. A server that is stopped meanwhile begins again at its next start.
Documents of days that are over are renewed too, and then have the names that people have today.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from functools import partial

import msgspec
import structlog

from pwa.backups.built_by import builder
from pwa.backups.consistency import list_wrong
from pwa.care.documents.refresh import refresh, refresh_plans
from pwa.care.documents.visit import window
from pwa.database import Database
from pwa.database.lists import Key, in_parts
from pwa.documents.queries import get_builder, list_bodies_after, list_keys_since, set_builder
from pwa.documents.store import DocumentRef
from pwa.logs import what_and_where
from pwa.problems import NotFound, Unavailable
from pwa.words import NewId, day_of

AT_ONCE = 16
READ_AT_ONCE = 512
"""So many are looked at for whether a body is stored: what is built when it is read is never of an older version."""
REST = 0.02
"""Seconds between two readings, in which others have the database and the event loop."""

LATER = 60.0
"""Seconds."""

log = structlog.get_logger()


async def keep_trying_to_renew(database: Database, clock: Callable[[], datetime], new_id: NewId) -> None:
    """Build anew what another version has built otherwise; where that fails it is tried again later."""
    while True:
        try:
            await renew_documents(database, clock, new_id)
            return
        except Unavailable:
            pass
        except Exception as problem:
            log.error("documents of an older version were not built anew", **what_and_where(problem))
        await asyncio.sleep(LATER)


async def renew_documents(database: Database, clock: Callable[[], datetime], new_id: NewId) -> int:
    """Build anew what another version has built otherwise, first what phones have; says how many documents that were."""
    async with database.snapshot() as tx:
        built_by = await get_builder(tx)
        is_other = built_by not in (None, builder())
        on_phones = await list_keys_since(tx, window(day_of(clock()))[0]) if is_other else []
    if built_by == builder():
        return 0
    renewed, after, done = 0, ("", ""), set(on_phones)
    for some in in_parts(on_phones, AT_ONCE):
        renewed += await _renew(database, some, clock, new_id)
    while is_other:
        async with database.snapshot() as tx:
            found = await list_bodies_after(tx, after, READ_AT_ONCE)
        if not found:
            break
        keys = [key for key, is_stored in found if is_stored and key not in done]
        for some in in_parts(keys, AT_ONCE):
            renewed += await _renew(database, some, clock, new_id)
        after, _ = found[-1]
        await asyncio.sleep(0)
    await database.write(partial(set_builder, digest=builder()))
    if renewed:
        log.info("documents of an older version were built anew", count=renewed)
    return renewed


async def _renew(
    database: Database, keys: Sequence[Key], clock: Callable[[], datetime], new_id: NewId
) -> int:
    await asyncio.sleep(REST)
    renew = partial(_renew_together, database, day_of(clock()), new_id)
    try:
        return await renew(keys)
    except Unavailable:
        raise
    except Exception:
        # One of them cannot be built: the others can.
        renewed = 0
        for key in keys:
            # What nothing makes any more is found by `verify`, and left to whoever reads that.
            with suppress(NotFound), _left_as_it_is(key):
                renewed += await renew([key])
        return renewed


async def _renew_together(database: Database, today: date, new_id: NewId, keys: Sequence[Key]) -> int:
    """Build those of these documents anew that say something else than what would be built now; and what is planned at their
    visits, in one piece, where that is so. Phones get no document for a piece alone.
    """
    async with database.snapshot() as tx:
        found = await list_wrong(tx, keys, today)
    things = [_thing(key) for key in keys if key[1] in found.documents]
    planned = [_thing(key).id for key in keys if key[1] in found.plans]
    if planned:
        await database.write(partial(refresh_plans, visit_ids=planned))
    if not things:
        return 0
    return len(await database.write(partial(refresh, things=things, new_id=new_id)))


@contextmanager
def _left_as_it_is(key: Key) -> Iterator[None]:
    """A document that cannot be built stays as it is stored, the log says so, and the others are built."""
    try:
        yield
    except (NotFound, Unavailable):
        raise
    except Exception as problem:
        log.error("a document cannot be built anew", row=key[1], **what_and_where(problem))


def _thing(key: Key) -> DocumentRef:
    kind, _, id = key[1].partition("-")
    return msgspec.convert({"team_id": key[0], "kind": kind, "id": id}, DocumentRef)
