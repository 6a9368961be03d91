"""Knows how the access log hangs together, and how it is seen that a byte of it is another; knows no pages.

Each entry has a number without gaps and a hash over the hash before it and every column of its own. Entries are
written down without a place, by as many processes as there are, and get their places afterwards, from one at a
time: a chain needs an order, and nobody who writes must wait for another who does. What is removed when its time
is over leaves an anchor, from whose hash the chain goes on.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

import msgspec

from pwa.audit import queries as access_log
from pwa.audit.queries import Anchor, Entry, Link, SealedAnchor
from pwa.database import Database, Transaction
from pwa.words import to_moment, to_text

AT_ONCE = 500
"""So many entries get their places in one transaction, or are read in one snapshot."""
REMOVED_AT_ONCE = 5000
START = "0" * 64
WAITS_FOR_SEQUENCE = timedelta(minutes=10)
"""An entry that has no place for so long has been forgotten."""


def hash_of(before: str, n: int, entry: Entry) -> str:
    """The hash of an entry at a place: SHA-256, hex, over JSON of the hash before it, its number and its columns."""
    return sha256(msgspec.json.encode([before, n, *msgspec.structs.astuple(entry)])).hexdigest()


def seal_of(before: str, anchor: Anchor) -> str:
    """The same of an anchor."""
    return sha256(msgspec.json.encode([before, *msgspec.structs.astuple(anchor)])).hexdigest()


def index_of(entry: Entry) -> set[tuple[str, str]]:
    """(team_id, citizen_id) of everybody whom an entry is about; raises ValueError if it is not readable."""
    about = json.loads(entry.about)
    return {(team_id, citizen_id) for team_id, citizen_id, _ in about}


async def append_entries(tx: Transaction, entries: Iterable[Entry]) -> None:
    """Entries, and by whom and what they are found; they have no place yet."""
    entries = list(entries)
    await access_log.add_entries(tx, entries)
    await access_log.add_about(
        tx, [(entry.id, *each) for entry in entries for each in sorted(index_of(entry))]
    )


async def assign_sequence(tx: Transaction, most: int = AT_ONCE) -> int:
    """Give the entries that have none their places, at most so many; how many got one."""
    await access_log.lock_chain(tx)
    n, hash = await find_head(tx)
    places: list[tuple[int, str, str]] = []
    for entry in await access_log.list_unsequenced(tx, most):
        n += 1
        hash = hash_of(hash, n, entry)
        places.append((n, hash, entry.id))
    await access_log.set_sequence(tx, places)
    return len(places)


async def find_head(tx: Transaction) -> tuple[int, str]:
    """The number and hash of the last entry of the chain; 0 before there was any."""
    anchors = await access_log.list_anchors(tx)
    anchor = (anchors[-1].anchor.n, anchors[-1].anchor.hash) if anchors else (0, START)
    return max(anchor, await access_log.find_last(tx) or anchor)


class Expected(NamedTuple):
    """An entry of which it is known from elsewhere that it is there; one that `is_young` has not had its time yet, whatever an
    anchor says.
    """

    n: int
    hash: str
    is_young: bool = False


async def has_link(tx: Transaction, n: int, hash: str, *, is_young: bool = False) -> bool:
    """Whether the chain still has this entry as it was, or it had its time, which one that `is_young` cannot have had."""
    if is_young:
        return [link.hash for link in await access_log.list_links(tx, n - 1, 1) if link.n == n] == [hash]
    removed = {each.anchor.n: each.anchor.hash for each in await access_log.list_anchors(tx)}
    if n in removed:
        return removed[n] == hash
    if n < max(removed, default=0):
        return True
    return [link.hash for link in await access_log.list_links(tx, n - 1, 1) if link.n == n] == [hash]


async def remove_old(database: Database, now: datetime, days: int) -> int:
    """Remove what was received more than so many days ago, in small pieces, each with an anchor. Raises Unavailable."""
    before = to_text(now - timedelta(days=days))
    rule = f"received before {before}, {days} days"
    removed = 0

    async def remove(tx: Transaction) -> int:
        await access_log.lock_chain(tx)
        anchors = await access_log.list_anchors(tx)
        last: Link | None = None
        count = 0
        after = anchors[-1].anchor.n if anchors else 0
        for link in await access_log.list_links(tx, after, REMOVED_AT_ONCE):
            if link.entry.received_at >= before:
                break
            last, count = link, count + 1
        if last is None:
            return 0
        anchor = Anchor(last.n, last.hash, count, to_text(now), rule)
        seal = seal_of(anchors[-1].seal if anchors else START, anchor)
        await access_log.add_anchor(tx, SealedAnchor(anchor, seal))
        return await access_log.remove_until(tx, last.n)

    while piece := await database.write(remove):
        removed += piece
    await database.write(lambda tx: access_log.remove_set_aside(tx, before))
    return removed


@dataclass(slots=True)
class Checked:
    """How much was looked at, where the chain ends, and what is wrong: entries and anchors by number and id."""

    entries: int = 0
    n: int = 0
    hash: str = START
    wrong: list[str] = field(default_factory=list)
    wrong_anchors: list[str] = field(default_factory=list)
    not_found_by: list[str] = field(default_factory=list)
    unsequenced: list[str] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    not_there: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)


def check_anchors(anchors: list[SealedAnchor], checked: Checked) -> None:
    """Whether each is what was written, and so many are gone as there were."""
    before, n = START, 0
    for each in anchors:
        anchor = each.anchor
        is_whole = each.seal == seal_of(before, anchor) and anchor.n == n + anchor.count
        if not is_whole and (name := str(anchor.n)) not in checked.wrong_anchors:
            checked.wrong_anchors.append(name)
        before, n = each.seal, anchor.n


async def check_piece(tx: Transaction, checked: Checked) -> bool:
    """Look at the next entries of the chain; whether there were any. What is removed meanwhile is not missed."""
    anchors = await access_log.list_anchors(tx)
    check_anchors(anchors, checked)
    if anchors and anchors[-1].anchor.n > checked.n:
        checked.n, checked.hash = anchors[-1].anchor.n, anchors[-1].anchor.hash
    links = await access_log.list_links(tx, checked.n, AT_ONCE)
    check_expected(
        {link.n: link.hash for link in links}, {each.anchor.n: each.anchor.hash for each in anchors}, checked
    )
    found = await access_log.list_about(tx, [link.entry.id for link in links])
    for link in links:
        name = f"{link.n}: {link.entry.id}"
        if link.n != checked.n + 1 or link.hash != hash_of(checked.hash, link.n, link.entry):
            checked.wrong.append(name)
        elif found.get(link.entry.id, set()) != index_of(link.entry):
            checked.not_found_by.append(name)
        checked.n, checked.hash = link.n, link.hash
    checked.entries += len(links)
    return bool(links)


def check_expected(there: Mapping[int, str], removed: Mapping[int, str], checked: Checked) -> None:
    """Whether what is known from elsewhere is there, as far as these entries go; what had its time is asked for no more."""
    last = max(there, default=checked.n)
    oldest = max(removed, default=0)
    for each in [each for each in checked.expected if each.n <= last or not there]:
        checked.expected.remove(each)
        n, hash = each.n, each.hash
        had_its_time = n < oldest and n not in removed
        if each.is_young:
            is_there = there.get(n) == hash
        else:
            is_there = had_its_time or (there.get(n) or removed.get(n)) == hash
        if not is_there:
            checked.not_there.append(f"{n}:{hash}")


async def check_unsequenced(tx: Transaction, checked: Checked, now: datetime) -> None:
    """Whether any entry has been without a place for longer than it takes to get one."""
    for entry in await access_log.list_unsequenced(tx, AT_ONCE):
        try:
            is_new = to_moment(entry.received_at) > now - WAITS_FOR_SEQUENCE
        except ValueError:
            is_new = False
        if not is_new:
            checked.unsequenced.append(entry.id)


async def check_set_aside(tx: Transaction, checked: Checked) -> None:
    """Whether any entry could not be taken at all."""
    checked.set_aside += await access_log.list_set_aside(tx)
