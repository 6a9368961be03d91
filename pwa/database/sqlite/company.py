"""Knows how the processes that serve one file tell each other something; knows nothing of what.

Each hears at a socket of its own, which is there before the processes are and outlives each of them. Nobody waits for
one that does not listen: what does not fit into its socket is lost to it, and it is told so as soon as there is room.
"""

import asyncio
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

LOST = b""
"""Told in place of what could not be told."""
LONGEST = 65_536  # bytes


class Company:
    """The processes on one file, as one of them sees it: where it hears, and where each of the others does."""

    def __init__(self, ear: socket.socket, others: Sequence[socket.socket]) -> None:
        self._ear = ear
        self._others = others
        self._behind: set[socket.socket] = set()

    def listen(self, receive: Callable[[str], None], lost: Callable[[], None]) -> None:
        """Call `receive` with everything that the others tell from now on, and `lost` when some of it is lost."""

        def hear() -> None:
            while (message := _read(self._ear)) is not None:
                if message == LOST:
                    lost()
                else:
                    receive(message.decode())

        asyncio.get_running_loop().add_reader(self._ear, hear)

    def notify(self, messages: Iterable[str]) -> None:
        """Tell the others, each message at most MOST_IN_A_MESSAGE bytes."""
        for message in messages:
            for other in self._others:
                if other not in self._behind and not _tell(other, message.encode()):
                    self._behind.add(other)
                    asyncio.get_running_loop().add_writer(other, self._catch_up, other)

    def _catch_up(self, other: socket.socket) -> None:
        if _tell(other, LOST):
            self._behind.discard(other)
            asyncio.get_running_loop().remove_writer(other)

    def close(self) -> None:
        """Listen no more. What is told from here on is heard by whoever takes this place next."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._ear)
        for other in self._behind:
            loop.remove_writer(other)
        self._behind.clear()


@contextmanager
def make_company(count: int) -> Iterator[list[Company]]:
    """One for each of so many processes that are made meanwhile, or none at all for one."""
    with ExitStack() as sockets:
        pairs = [
            [sockets.enter_context(end) for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)]
            for _ in range(count if count > 1 else 0)
        ]
        for end in (end for pair in pairs for end in pair):
            end.setblocking(False)
        yield [
            Company(ear, [mouth for number, (_, mouth) in enumerate(pairs) if number != place])
            for place, (ear, _) in enumerate(pairs)
        ]


def _read(ear: socket.socket) -> bytes | None:
    try:
        return ear.recv(LONGEST)
    except BlockingIOError:
        return None


def _tell(other: socket.socket, message: bytes) -> bool:
    try:
        other.send(message)
    except OSError:  # there is no room
        return False
    return True
