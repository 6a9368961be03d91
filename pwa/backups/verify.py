"""Knows all that can be said of a database by reading it; changes nothing, and goes on beside a server."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from pwa.audit.chain import Checked, Expected, check_piece, check_set_aside, check_unsequenced
from pwa.backups.built_by import is_built_by_another
from pwa.backups.consistency import list_wrong
from pwa.backups.findings import Finding, NotDone, about, check_there
from pwa.care.queries.change_log import list_sent_after
from pwa.care.sync.log_record import digest_of
from pwa.database import (
    NotReadable,
    Transaction,
    check_ours,
    check_sound,
    has_table,
    is_current,
    list_strange_rules,
    snapshot_of,
    snapshots_of_server,
)
from pwa.documents.queries import list_counters_behind, list_keys_after, list_lost
from pwa.photos.queries import StoredPhoto, list_photos_after, list_stored
from pwa.photos.store import Store
from pwa.problems import Unavailable
from pwa.words import N_, day_of

AT_ONCE = 500
"""So many rows are read in one snapshot: a long one would let the server's log grow."""
MOST_NAMED = 20
Snapshot = Callable[[], AbstractAsyncContextManager[Transaction]]
"""One unchanging state, each time it is called."""
SETS_ASIDE_SINCE = 25
"""The first schema with what the access log could not take: no part of its chain."""


@dataclass(slots=True)
class Verified:
    """How much was looked at, and what is wrong with it. Documents and photos of an older version are not compared."""

    is_current: bool = True
    documents: int = 0
    photos: int = 0
    changes: int = 0
    access_log: Checked = field(default_factory=Checked)
    findings: list[Finding] = field(default_factory=list)

    def find(self, message: str, ids: Sequence[str]) -> None:
        """Something is wrong with these, if there are any."""
        if ids:
            named = ", ".join(ids[:MOST_NAMED]) + (" ..." if len(ids) > MOST_NAMED else "")
            self.findings.append(Finding(message, {"number": len(ids), "ids": named}))


async def verify(
    file: Path, now: datetime, photos: Store | None, expected: Iterable[Expected] = ()
) -> Verified:
    """Read a database, or a backup, from end to end, and its photos. Raises NotDone when it is damaged or cannot be read.

    Without a place for them all photos are missing. `expected` is what the access log must have.
    """
    verified = Verified()
    verified.access_log.expected = list(expected)
    check_there(file)
    with about(file):
        check_ours(file)
        check_sound(file)
        verified.is_current = is_current(file)
        verified.find(
            N_("Triggers of the database that are not Hånd's, or that are missing: %(number)d (%(ids)s)."),
            list_strange_rules(file),
        )
        await _check_log(file, verified)
        sets_aside = has_table(file, "access_set_aside")
        await _check_access_log(lambda: snapshot_of(file), verified, now, sets_aside)
        if verified.is_current:
            async with snapshot_of(file) as tx:
                verified.is_current = not await is_built_by_another(tx)
        if verified.is_current:
            await _check_documents(file, verified, day_of(now))
            await _check_photos(file, verified, photos)
    return verified


async def verify_on_server(address: str, now: datetime, expected: Iterable[Expected] = ()) -> Verified:
    """The access log of a server's database, whichever version wrote it. Raises Unavailable, NothingThere and TooNew."""
    async with snapshots_of_server(address) as found:
        sets_aside = found.reached >= SETS_ASIDE_SINCE
        return await verify_access_log(found.snapshot, now, expected, sets_aside=sets_aside)


async def verify_access_log(
    snapshot: Snapshot, now: datetime, expected: Iterable[Expected] = (), *, sets_aside: bool = True
) -> Verified:
    """The access log from its first entry to its last, each piece read in a snapshot. Raises Unavailable."""
    verified = Verified()
    verified.access_log.expected = list(expected)
    await _check_access_log(snapshot, verified, now, sets_aside)
    return verified


async def _check_access_log(snapshot: Snapshot, verified: Verified, now: datetime, sets_aside: bool) -> None:
    """Whether each entry is what was written, and none is missing between the first and the last.

    Whatever version the database says it is of: what it says of itself, whoever has it in hand can change.
    """
    checked = verified.access_log
    is_more = True
    try:
        while is_more:
            async with snapshot() as tx:
                is_more = await check_piece(tx, checked)
        async with snapshot() as tx:
            await check_unsequenced(tx, checked, now)
            if sets_aside:
                await check_set_aside(tx, checked)
    except NotReadable as problem:
        message = N_(
            "The access log cannot be read, and was not checked to its end. The database says: %(line)s"
        )
        verified.findings.append(Finding(message, {"line": str(problem)}))
    verified.find(
        N_("Entries of the access log that are not what was written: %(number)d (%(ids)s)."), checked.wrong
    )
    verified.find(
        N_("The access log was cut or made anew: it does not have what it had, %(number)d (%(ids)s)."),
        checked.not_there,
    )
    verified.find(
        N_("Entries of the access log that are not found by what they say: %(number)d (%(ids)s)."),
        checked.not_found_by,
    )
    verified.find(
        N_("Anchors of the access log that are not what was written: %(number)d (%(ids)s)."),
        checked.wrong_anchors,
    )
    verified.find(
        N_("Entries of the access log that never got a place in it: %(number)d (%(ids)s)."),
        checked.unsequenced,
    )
    verified.find(
        N_("Entries that the access log could not take, kept in access_set_aside: %(number)d (%(ids)s)."),
        checked.set_aside,
    )


async def _check_log(file: Path, verified: Verified) -> None:
    """Whether each change still is what was received."""
    wrong: list[str] = []
    after = ("", "", "")
    while True:
        async with snapshot_of(file) as tx:
            rows = await list_sent_after(tx, after, AT_ONCE)
        if not rows:
            break
        wrong += [each.id for each in rows if digest_of(each.person_id, each.sent) != each.digest]
        verified.changes += len(rows)
        after = (rows[-1].team_id, rows[-1].id, rows[-1].digest)
    verified.find(N_("Changes in the log that are not what was received: %(number)d (%(ids)s)."), wrong)


async def _check_documents(file: Path, verified: Verified, today: date) -> None:
    """Whether each document and plan is what its rows make, none is lost, and every counter has reached them all."""
    wrong: list[str] = []
    wrong_plans: list[str] = []
    after = ("", "")
    while True:
        async with snapshot_of(file) as tx:
            keys = await list_keys_after(tx, after, AT_ONCE)
            found = await list_wrong(tx, keys, today)
        wrong += found.documents
        wrong_plans += found.plans
        if not keys:
            break
        verified.documents += len(keys)
        after = keys[-1]
    async with snapshot_of(file) as tx:
        lost, behind = await list_lost(tx), await list_counters_behind(tx)
    verified.find(N_("Documents that are not what their rows make: %(number)d (%(ids)s)."), wrong)
    verified.find(N_("Visits whose plan is not what its tables say: %(number)d (%(ids)s)."), wrong_plans)
    verified.find(N_("Documents that are missing: %(number)d (%(ids)s)."), lost)
    verified.find(N_("Teams with documents ahead of their counter: %(number)d (%(ids)s)."), behind)


async def _check_photos(file: Path, verified: Verified, photos: Store | None) -> None:
    """Whether each photo lies where it was stored, with the bytes that were stored."""
    missing: list[str] = []
    spoilt: list[str] = []
    after = ""
    while True:
        async with snapshot_of(file) as tx:
            rows = await list_photos_after(tx, after, AT_ONCE)
        if not rows:
            break
        for photo in rows:
            digest = await _digest(photos, photo.stored_as)
            if digest != photo.stored_sha256 and await _is_still_there(file, photo):
                (spoilt if digest else missing).append(photo.sha256)
        verified.photos += len(rows)
        after = rows[-1].sha256
    verified.find(N_("Photos that are missing: %(number)d (%(ids)s)."), missing)
    verified.find(N_("Photos that are not what was stored: %(number)d (%(ids)s)."), spoilt)


async def _digest(photos: Store | None, name: str) -> str | None:
    try:
        return await photos.digest(name) if photos else None
    except Unavailable:
        raise NotDone(Finding(N_("The photos cannot be read right now."))) from None


async def _is_still_there(file: Path, photo: StoredPhoto) -> bool:
    """Whether it was neither swept nor stored anew since its row was read."""
    async with snapshot_of(file) as tx:
        return bool(await list_stored(tx, [photo.stored_as]))
