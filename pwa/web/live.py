"""Knows who has a board open and notifies it with names; knows nothing about what stands on it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

MOST_OF_ONE = 20
"""Open boards of one sign-in, in this process."""


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
        """Remember a name until the board asks."""
        self._waiting[carer_id] = None
        self._woken.set()

    def close(self) -> None:
        """Let the board's stream come to its end; nothing more is told."""
        self._closed, self._waiting = True, {}
        self._woken.set()

    async def names(self) -> AsyncIterator[str]:
        """Each carer's id as it is notified, until the board is closed."""
        while not self._closed:
            await self._woken.wait()
            self._woken.clear()
            waiting, self._waiting = self._waiting, {}
            for carer_id in waiting:
                yield carer_id


class Boards:
    """All open boards of this process."""

    def __init__(self) -> None:
        self._open: dict[OpenBoard, None] = {}  # in the order in which they were opened
        self._stopping = False
        self.forward: Callable[[Iterable[Notice]], None] | None = None
        """Tells the boards of other processes, where there are any."""

    @property
    def count(self) -> int:
        """How many are open. Not `len`: that would make an empty house false."""
        return len(self._open)

    @property
    def has_listeners(self) -> bool:
        """Whether anybody may listen to a notice, here or in another process."""
        return bool(self._open) or self.forward is not None

    def open(self, team_ids: Iterable[str], whose: str = "") -> OpenBoard:
        """A board that hears about these teams; give it back with `leave`.

        `whose` sign-in: of its boards the oldest ends where there would be more than MOST_OF_ONE.
        """
        board = OpenBoard(frozenset(team_ids), whose)
        same = [each for each in self._open if whose and each.whose == whose]
        for oldest in same[: max(0, len(same) + 1 - MOST_OF_ONE)]:
            oldest.close()
            self.leave(oldest)
        self._open[board] = None
        if self._stopping:
            board.close()
        return board

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
        for notify in notices:
            for board in self._open:
                if board.team_ids & notify.team_ids:
                    board.receive(notify.carer_id)

    def close_all(self) -> None:
        """End every stream: notices may be lost. The pages come again by themselves, and read all that is new."""
        for board in self._open:
            board.close()

    def stop(self) -> None:
        """End every stream, now and from now on: the server is stopping."""
        self._stopping = True
        self.close_all()
