"""Knows how pushes that wait at the same moment are received together; knows nothing of what is in them.

A statement costs nearly the same for the changes of one phone and of twenty. So pushes that come while others are at
work wait for each other, and those that wait are received as a group. Nobody waits for a group to fill: a push that
comes alone is received alone. A group in which anything goes wrong is taken back and each of its pushes received by
itself, so that none of them is hurt by another.

Where other processes write too a group is judged on a snapshot, and only checked and written in the transaction: so
nobody waits while another judges. Where nobody else does, that would only be more work.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pwa.audit.access_event import Access, sync_access
from pwa.audit.writer import AccessLog
from pwa.care.problems import TooManyChanges, TooMuchLately
from pwa.care.sync.arrival import Arrival, Received, prepare
from pwa.care.sync.clock_skew import ClockWatch, measure
from pwa.care.sync.judge import yield_to_others
from pwa.care.sync.judged_ahead import write_judged_ahead
from pwa.care.sync.limits import SOONEST
from pwa.care.sync.pull import Asking, Pull, pull_all
from pwa.care.sync.receive import judge_pushes, receive_push, receive_pushes
from pwa.database import Database, Transaction
from pwa.logs import log, what_and_where
from pwa.problems import Unavailable
from pwa.words import NewId

GROUPS = 3
"""So many are at work: one waits for the database or the disk while another is judged."""
MOST_IN_A_PUSH = 500
MOST_PUSHES = 24
SO_LONG = timedelta(seconds=SOONEST)
"""For so long a phone that has sent too much is not asked for anew in the database."""
MOST_REFUSED = 1000
"""With more of them those whose time is over are forgotten."""
MOST_CHANGES = 1000
"""No group is begun with more; its last push may bring it over."""


Kind = tuple[str, str, bool, bool]
"""Whose push, of which phone, and whether it brings changes and half-written words: these have limits of their own."""


class NotBatched(Exception):
    """The group could not be received as one."""


@dataclass(eq=False, slots=True)
class Waiting:
    """A push that waits for what comes of it."""

    arrival: Arrival
    received: asyncio.Future[Received]

    @property
    def whose(self) -> frozenset[str]:
        """Its phone and its sign-in: what of them came first is received first."""
        return frozenset((self.arrival.push.phone, self.arrival.push.sign_in_id))


class PushBatcher:
    """All pushes that come to this process."""

    def __init__(self, database: Database, access_log: AccessLog, new_id: NewId) -> None:
        self._database = database
        self._access_log = access_log
        self._new_id = new_id
        self._waiting: list[Waiting] = []
        self._at_work: set[str] = set()
        self._groups: set[asyncio.Task[None]] = set()
        self._clock = ClockWatch()
        self._refused: dict[Kind, datetime] = {}

    async def receive(self, arrival: Arrival) -> Received:
        """What comes of a push, once it is durable. Raises as receive_push, and TooManyChanges.

        Who was told to come later, and does not wait, holds up nobody else's group.
        """
        if len(arrival.push.changes) > MOST_IN_A_PUSH:
            raise TooManyChanges
        if arrival.push.changes or arrival.push.drafts:
            self._check_refused(arrival)
        one = Waiting(arrival, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        if len(self._groups) < GROUPS:
            group = asyncio.create_task(self._receive_all())
            self._groups.add(group)
            group.add_done_callback(self._groups.discard)
        try:
            received = await one.received
        except NotBatched:
            alone = await prepare(arrival)
            try:
                received = await self._database.write(lambda tx: receive_push(tx, alone, self._new_id))
            except TooMuchLately:
                self._refused[_kind_of(arrival)] = arrival.now + SO_LONG
                raise
        # Of a phone that was taken as its person's, and no other.
        self._clock.note(arrival.carer.id, measure(arrival.push.now, arrival.now, timedelta()), arrival.now)
        return received

    def _check_refused(self, arrival: Arrival) -> None:
        """Whether this phone was told to come later with such a push; raises TooMuchLately.

        Its carer's other phones were told nothing, nor it of what has a limit of its own.
        """
        if len(self._refused) > MOST_REFUSED:
            self._refused = {key: until for key, until in self._refused.items() if until > arrival.now}
        key = _kind_of(arrival)
        if until := self._refused.get(key):
            if arrival.now < until <= arrival.now + SO_LONG:
                raise TooMuchLately(max(1, (until - arrival.now).seconds))
            del self._refused[key]

    async def _receive_all(self) -> None:
        """Group after group, while anybody waits."""
        while group := self._next_group():
            whose = set().union(*(one.whose for one in group))
            self._at_work |= whose
            try:
                await self._receive(group)
            finally:
                self._at_work -= whose

    def _next_group(self) -> list[Waiting]:
        """Those that have waited longest, but for a second push of a phone or a sign-in."""
        self._waiting = [one for one in self._waiting if not one.received.done()]
        group: list[Waiting] = []
        whose, changes = set(self._at_work), 0
        for one in self._waiting:
            if len(group) == MOST_PUSHES or changes >= MOST_CHANGES:
                break
            if whose.isdisjoint(one.whose):
                group.append(one)
                changes += len(one.arrival.push.changes)
            whose |= one.whose
        taken = set(group)
        self._waiting = [one for one in self._waiting if one not in taken]
        return group

    async def _receive_and_pull(self, tx: Transaction, arrivals: Sequence[Arrival]) -> list[Received]:
        """Receive a group, look up what its phones are given, and note that. What nobody else writes to is final now."""
        received = await receive_pushes(tx, arrivals, self._new_id)
        await yield_to_others()
        pulls = await _pull(tx, arrivals, received)
        seen = [
            Access(carer, push.sign_in_id, sync_access(pulls[push.phone].visit_ids), push.phone)
            for carer, push, *_ in arrivals
            if push.phone in pulls and pulls[push.phone].visit_ids
        ]
        await self._access_log.write_within(tx, seen)
        return [
            replace(one, pulled=pulls.get(push.phone), is_recorded=True)
            for (_, push, *_), one in zip(arrivals, received, strict=True)
        ]

    async def _receive_beside_others(self, arrivals: Sequence[Arrival], short: bool) -> list[Received]:
        """Judge a group while others write, write it, and look up what its phones are given while others write again.

        On PostgreSQL each phone is looked up by itself: one snapshot for all of them is slower there.
        """
        async with self._database.snapshot() as tx:
            judged = await judge_pushes(tx, arrivals, self._new_id)
        if not self._database.writes_alone:
            return await self._database.write(
                lambda tx: write_judged_ahead(tx, judged, self._new_id), short_lock_timeout=short
            )

        async def write(tx: Transaction) -> tuple[list[Received], list[Access]]:
            received = await write_judged_ahead(tx, judged, self._new_id)
            seen = _seen_of_own(arrivals, received)
            await self._access_log.write_within(tx, seen)
            return received, seen

        received, seen = await self._database.write(write, short_lock_timeout=short)
        for one in seen:
            self._access_log.remember(one.person, one.look)
        async with self._database.snapshot() as tx:
            pulls = await _pull(tx, arrivals, received)
        return [
            replace(one, pulled=pulls.get(push.phone))
            for (_, push, *_), one in zip(arrivals, received, strict=True)
        ]

    async def _receive_group(self, arrivals: Sequence[Arrival], short: bool) -> list[Received]:
        if self._database.has_company:
            return await self._receive_beside_others(arrivals, short)
        return await self._database.write(
            lambda tx: self._receive_and_pull(tx, arrivals), short_lock_timeout=short
        )

    async def _receive(self, group: Collection[Waiting]) -> None:
        try:
            arrivals = [await prepare(one.arrival) for one in group]
            received = await self._receive_group(arrivals, short=len(group) > 1)
        except BaseException as error:
            is_final = len(group) == 1 and isinstance(error, Unavailable)
            for one in group:
                if not one.received.done():
                    one.received.set_exception(error if is_final else NotBatched())
            if not isinstance(error, Exception):
                raise
            log.info("pushes are received one by one", count=len(group), **what_and_where(error))
        else:
            for one, what in zip(group, received, strict=True):
                if not one.received.done():
                    one.received.set_result(what)


async def _pull(
    tx: Transaction, arrivals: Sequence[Arrival], received: Sequence[Received]
) -> dict[str, Pull]:
    """What their phones are given, of those that are given anything."""
    both = zip(arrivals, received, strict=True)
    asking = [arrival for arrival, one in both if one.revoked_as is None and arrival.gives]
    stored = received[0].stored if received else {}  # the same of each
    asked = [Asking(one.carer, one.push.cursor, one.now, one.note_days) for one in asking]
    found = await pull_all(tx, asked, stored)
    return {push.phone: pull for (_, push, *_), pull in zip(asking, found, strict=True)}


def _seen_of_own(arrivals: Sequence[Arrival], received: Sequence[Received]) -> list[Access]:
    """What is sure to be given to their phones: what they have changed of their own days."""
    return [
        Access(arrival.carer, arrival.push.sign_in_id, sync_access(one.own_visit_ids), arrival.push.phone)
        for arrival, one in zip(arrivals, received, strict=True)
        if one.own_visit_ids and one.revoked_as is None and arrival.gives
    ]


def _kind_of(arrival: Arrival) -> Kind:
    push = arrival.push
    return arrival.carer.id, push.phone, bool(push.changes), push.drafts is not None
