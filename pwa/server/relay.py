"""Knows how notices reach the boards of other processes on the same database; knows no boards' pages."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress

from pwa.database import MOST_IN_A_MESSAGE, Database
from pwa.logs import log, what_and_where
from pwa.problems import Unavailable
from pwa.web.live import Boards, Notice

TEAMS_IN_A_NOTICE = 100
"""More teams are told in a second notice: a notice must fit into a message, and a team's id takes 39 bytes of it."""
TRY_AGAIN_AFTER = 1  # second


class Relay:
    """The notices that wait to be passed on: while one message is on its way, those behind it become one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: defaultdict[str, set[str]] = defaultdict(set)
        self._woken = asyncio.Event()

    def forward(self, notices: Iterable[Notice]) -> None:
        """Send these soon."""
        for notify in notices:
            self._waiting[notify.carer_id] |= notify.team_ids
        self._woken.set()

    async def send(self) -> None:
        """Send what waits, for ever; what cannot be sent waits on."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            waiting, self._waiting = self._waiting, defaultdict(set)
            notices = [Notice(carer_id, frozenset(team_ids)) for carer_id, team_ids in waiting.items()]
            try:
                await self._database.notify(write_messages(notices))
            except Unavailable:
                self.forward(notices)
                await asyncio.sleep(TRY_AGAIN_AFTER)
            except Exception as error:  # these are lost; those after them are told
                log.error("a notice was not passed on", **what_and_where(error))


@asynccontextmanager
async def relaying(database: Database, boards: Boards) -> AsyncIterator[None]:
    """Let the boards of every process on this database hear the same; raises Unavailable."""
    if not database.has_company:
        yield
        return
    relay = Relay(database)
    await database.listen(lambda message: boards.receive(read_message(message)), boards.close_all)
    boards.forward = relay.forward
    sending = asyncio.create_task(relay.send())
    try:
        yield
    finally:
        boards.forward = None
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


def write_messages(notices: Iterable[Notice]) -> list[str]:
    """Notices as messages, as few as there must be: names only.

    >>> write_messages([Notice("anna", frozenset(["syd", "nord"])), Notice("bo", frozenset())])
    ['[["anna",["nord","syd"]]]']
    """
    messages: list[list[str]] = []
    room = 0
    for notify in _small(notices):
        if room < len(notify):
            messages.append([])
            room = MOST_IN_A_MESSAGE - len("[]")
        messages[-1].append(notify)
        room -= len(notify) + len(",")
    return [f"[{','.join(message)}]" for message in messages]


def _small(notices: Iterable[Notice]) -> Iterator[str]:
    for notify in notices:
        team_ids = sorted(notify.team_ids)
        for first in range(0, len(team_ids), TEAMS_IN_A_NOTICE):
            yield json.dumps(
                [notify.carer_id, team_ids[first : first + TEAMS_IN_A_NOTICE]], separators=(",", ":")
            )


def read_message(message: str) -> list[Notice]:
    """The notices of a message."""
    return [Notice(carer_id, frozenset(team_ids)) for carer_id, team_ids in json.loads(message)]
