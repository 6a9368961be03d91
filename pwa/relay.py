"""Knows how pokes reach the boards of other processes on the same database; knows no boards' pages."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress

from pwa.database import MOST_IN_A_MESSAGE, Database
from pwa.live import Boards, Poke
from pwa.problems import Unavailable

TEAMS_IN_A_POKE = 100
"""More teams are told in a second poke: a poke must fit into a message, and a team's id takes 39 bytes of it."""
TRY_AGAIN_AFTER = 1  # second


class Relay:
    """The pokes that wait to be passed on: while one message is on its way, those behind it become one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: defaultdict[str, set[str]] = defaultdict(set)
        self._woken = asyncio.Event()

    def pass_on(self, pokes: Iterable[Poke]) -> None:
        """Send these soon."""
        for poke in pokes:
            self._waiting[poke.carer_id] |= poke.team_ids
        self._woken.set()

    async def send(self) -> None:
        """Send what waits, for ever; what cannot be sent waits on."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            waiting, self._waiting = self._waiting, defaultdict(set)
            pokes = [Poke(carer_id, frozenset(team_ids)) for carer_id, team_ids in waiting.items()]
            try:
                await self._database.tell(write_messages(pokes))
            except Unavailable:
                self.pass_on(pokes)
                await asyncio.sleep(TRY_AGAIN_AFTER)


@asynccontextmanager
async def relaying(database: Database, boards: Boards) -> AsyncIterator[None]:
    """Let the boards of every process on this database hear the same; raises Unavailable."""
    if not database.has_company:
        yield
        return
    relay = Relay(database)
    await database.listen(lambda message: boards.hear(read_message(message)), boards.send_away)
    boards.pass_on = relay.pass_on
    sending = asyncio.create_task(relay.send())
    try:
        yield
    finally:
        boards.pass_on = None
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


def write_messages(pokes: Iterable[Poke]) -> list[str]:
    """Pokes as messages, as few as there must be: names only.

    >>> write_messages([Poke("anna", frozenset(["syd", "nord"])), Poke("bo", frozenset())])
    ['[["anna",["nord","syd"]]]']
    """
    messages: list[list[str]] = []
    room = 0
    for poke in _small(pokes):
        if room < len(poke):
            messages.append([])
            room = MOST_IN_A_MESSAGE - len("[]")
        messages[-1].append(poke)
        room -= len(poke) + len(",")
    return [f"[{','.join(message)}]" for message in messages]


def _small(pokes: Iterable[Poke]) -> Iterator[str]:
    for poke in pokes:
        team_ids = sorted(poke.team_ids)
        for first in range(0, len(team_ids), TEAMS_IN_A_POKE):
            yield json.dumps(
                [poke.carer_id, team_ids[first : first + TEAMS_IN_A_POKE]], separators=(",", ":")
            )


def read_message(message: str) -> list[Poke]:
    """The pokes of a message."""
    return [Poke(carer_id, frozenset(team_ids)) for carer_id, team_ids in json.loads(message)]
