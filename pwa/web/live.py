"""Knows who has a board open and notifies it with names; knows nothing about what stands on it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pwa.words import Clock, clock

MOST_OF_ONE = 20
"""Open boards of one sign-in, in this process."""
EVERYBODY = ""
"""In place of a carer's id: anybody's row may be another."""
REMEMBERED_FOR = timedelta(minutes=1)
"""So much later the stream of a page may be opened and still hear what was told since the page was drawn."""
CLOCKS_DIFFER = timedelta(seconds=2)
"""The clocks of two machines on one database, at most."""


@dataclass(frozen=True)
class Notice:
    """Something about a carer changed, and these teams may hear so. Holds names only, never what changed."""

    carer_id: str
    team_ids: frozenset[str]


class OpenBoard:
    """One open board: the names it has not been told yet, each once, however slowly it listens."""

    def __init__(self, team_ids: frozenset[str], whose: str = "") -> None:
        self.team_ids = team_ids
        self.whose = whose
        self._waiting: dict[str, None] = {}
        self._woken = asyncio.Event()
        self._closed = False

    @property
    def is_closed(self) -> bool:
        """Whether its stream is to end."""
        return self._closed

    def receive(self, carer_id: str) -> None:
        """Remember a name until the board asks; EVERYBODY is all names."""
        if carer_id == EVERYBODY:
            self._waiting = {}
        if EVERYBODY not in self._waiting:
            self._waiting[carer_id] = None
        self._woken.set()

    def close(self) -> None:
        """Let the board's stream come to its end; nothing more is told."""
        self._closed, self._waiting = True, {}
        self._woken.set()

    async def names(self) -> AsyncIterator[str]:
        """Each carer's id as it is notified, or EVERYBODY, until the board is closed."""
        while not self._closed:
            await self._woken.wait()
            self._woken.clear()
            waiting, self._waiting = self._waiting, {}
            for carer_id in waiting:
                yield carer_id


class Boards:
    """All open boards of this process, and what was told lately, for those whose pages were drawn and that come now."""

    def __init__(self, clock: Clock = clock) -> None:
        self._clock = clock
        self._open: dict[OpenBoard, None] = {}  # in the order in which they were opened
        self._stopping = False
        self._told: deque[tuple[datetime, Notice]] = deque()
        self._whole_since = clock()
        """Of what was told since then nothing is missing in `_told`, but what is too old."""
        self._expected_until = self._whole_since
        self.forward: Callable[[Iterable[Notice]], None] | None = None
        """Tells the boards of other processes, where there are any."""

    @property
    def count(self) -> int:
        """How many are open. Not `len`: that would make an empty house false."""
        return len(self._open)

    @property
    def has_listeners(self) -> bool:
        """Whether anybody may listen to a notice, here or in another process, or will who is shown a page now."""
        return bool(self._open) or self.forward is not None or self._clock() <= self._expected_until

    def expect(self) -> None:
        """Remember what is told from now on: a page is about to be drawn. Call it before what it shows is read."""
        self._expected_until = self._clock() + REMEMBERED_FOR

    def open(self, team_ids: Iterable[str], whose: str = "", drawn_at: datetime | None = None) -> OpenBoard:
        """A board that hears about these teams; give it back with `leave`.

        `whose` sign-in: of its boards the oldest ends where there would be more than MOST_OF_ONE. With `drawn_at`, when what
        its page shows was read, it hears first what was told since then: EVERYBODY if that is not known any more.
        """
        board = OpenBoard(frozenset(team_ids), whose)
        same = [each for each in self._open if whose and each.whose == whose]
        for oldest in same[: max(0, len(same) + 1 - MOST_OF_ONE)]:
            oldest.close()
            self.leave(oldest)
        self._open[board] = None
        if drawn_at:
            self._tell_since(drawn_at, board)
        if self._stopping:
            board.close()
        return board

    def _tell_since(self, drawn_at: datetime, board: OpenBoard) -> None:
        since = drawn_at - CLOCKS_DIFFER
        if since < max(self._whole_since, self._clock() - REMEMBERED_FOR):
            board.receive(EVERYBODY)
        for at, notice in self._told:
            if at >= since and board.team_ids & notice.team_ids:
                board.receive(notice.carer_id)

    def leave(self, board: OpenBoard) -> None:
        """Forget a board whose page is gone."""
        self._open.pop(board, None)

    def notify(self, notices: Iterable[Notice]) -> None:
        """Tell each board the names that its teams may hear. Call it after the commit, never before."""
        notices = list(notices)
        self.receive(notices)
        if self.forward:
            self.forward(notices)

    def receive(self, notices: Iterable[Notice]) -> None:
        """Tell the boards of this process."""
        now = self._clock()
        while self._told and self._told[0][0] < now - REMEMBERED_FOR:
            self._told.popleft()
        for notice in notices:
            self._told.append((now, notice))
            for board in self._open:
                if board.team_ids & notice.team_ids:
                    board.receive(notice.carer_id)

    def notify_everybody(self) -> None:
        """Tell the boards of this process, and those whose pages were drawn before now, that all of it may be another."""
        self._forget()
        for board in self._open:
            board.receive(EVERYBODY)

    def close_all(self) -> None:
        """End every stream: notices may be lost. The pages come again by themselves, and read all that is new."""
        self._forget()
        for board in self._open:
            board.close()

    def _forget(self) -> None:
        self._told.clear()
        self._whole_since = self._clock()

    def stop(self) -> None:
        """End every stream, now and from now on: the server is stopping."""
        self._stopping = True
        self.close_all()
