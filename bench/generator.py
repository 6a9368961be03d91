"""Knows how to send prepared requests on many connections at once and when each was answered; not what they say.

Answers must have a Content-Length, as all of ours do but streams. They are kept as they came: whoever asked reads
them when the clock has stopped, so that reading costs the measured time nothing.
"""

import asyncio
import gc
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from bench.problems import BenchStopped

Meter = Callable[[], float]

HOST = "127.0.0.1"
LONGEST = 600.0
"""Seconds until a server that has not answered everybody is given up."""
OPENED_AT_ONCE = 200
SETTLES_WITHIN = 0.05
"""Seconds in which the server may finish what it does after its last answer; that work is metered too."""
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it came. Times are time.perf_counter()'s."""

    head: bytes
    body: bytes
    sent_at: float
    heard_at: float
    bytes_up: int

    @property
    def status(self) -> int:
        """The number in the first line."""
        return int(self.head[9:12])

    @property
    def seconds(self) -> float:
        """From the request's first byte to the answer's last."""
        return self.heard_at - self.sent_at

    @property
    def bytes_down(self) -> int:
        """On the wire, head included."""
        return len(self.head) + len(self.body)


@dataclass(frozen=True)
class Talk:
    """Every answer, line by line; how long all of it took, what the meter counted meanwhile, and our own load."""

    lines: list[list[Answer]]
    seconds: float
    metered: float
    load: float


class Line(asyncio.Protocol):
    """One connection that is kept: says its requests one after the other, each when the one before is answered."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.ended.set_result(None)
        self.is_lost = False
        self._came, self._head, self._whole, self._up, self._sent_at = bytearray(), 0, 0, 0, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def begin(self, requests: Sequence[bytes]) -> None:
        """Say the first of these requests; raises BenchStopped when the server has hung up meanwhile."""
        if self.is_lost:
            raise BenchStopped("The server hung up on a phone that had said nothing wrong.")
        self.answers, self.ended = [], asyncio.get_running_loop().create_future()
        self._left = iter(requests)
        self.say_next()

    def say_next(self) -> None:
        """Say the next request, or be done."""
        if self.ended.done():
            return
        request = next(self._left, None)
        if request is None:
            self.ended.set_result(None)
            return
        self._came, self._head, self._whole, self._up = bytearray(), 0, 0, len(request)
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self.ended.done():
            return
        self._came += data
        if not self._whole:
            self._measure()
        if self._whole and len(self._came) >= self._whole:
            came = bytes(self._came)
            head, body = came[: self._head], came[self._head :]
            self.answers.append(Answer(head, body, self._sent_at, time.perf_counter(), self._up))
            self.say_next()

    def _measure(self) -> None:
        if (end := self._came.find(b"\r\n\r\n")) < 0:
            return
        length = LENGTH.search(self._came, 0, end)
        if length is None:
            self.ended.set_exception(
                BenchStopped("The server answered without saying how long its answer is.")
            )
            return
        self._head = end + 4
        self._whole = self._head + int(length[1])

    def connection_lost(self, error: Exception | None) -> None:
        self.is_lost = True
        if not self.ended.done():
            self.ended.set_exception(BenchStopped("The server hung up before it had answered."))

    def close(self) -> None:
        """Hang up."""
        self.ended.cancel()
        self._transport.abort()


async def talk(port: int, conversations: Sequence[Sequence[bytes]], meter: Meter = lambda: 0.0) -> Talk:
    """Open a connection for each conversation, then hold all of them at once, and hang up. Raises BenchStopped."""
    lines = await open_lines(port, len(conversations))
    try:
        return await talk_on(lines, conversations, meter)
    finally:
        for line in lines:
            line.close()


async def talk_on(
    lines: Sequence[Line], conversations: Sequence[Sequence[bytes]], meter: Meter = lambda: 0.0
) -> Talk:
    """Hold a conversation on each of these connections, all at once. Raises BenchStopped.

    The clock starts when every connection is open. `meter` is read then and at the end.
    """
    with undisturbed():
        metered, worked, began = meter(), time.process_time(), time.perf_counter()
        for line, conversation in zip(lines, conversations, strict=True):
            line.begin(conversation)
        await all_ended(lines)
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        await asyncio.sleep(SETTLES_WITHIN)
        metered = meter() - metered
    return Talk([line.answers for line in lines], seconds, metered, worked / seconds)


async def open_lines(port: int, count: int) -> list[Line]:
    """So many connections, on which nothing is said yet."""
    loop = asyncio.get_running_loop()
    lines: list[Line] = []
    while len(lines) < count:
        some = range(min(OPENED_AT_ONCE, count - len(lines)))
        opened = await asyncio.gather(*(loop.create_connection(Line, HOST, port) for _ in some))
        lines += [line for _, line in opened]
    return lines


async def all_ended(lines: Sequence[Line]) -> None:
    """Wait until every line has heard its last answer; raises BenchStopped at the first that cannot."""
    try:
        await asyncio.wait_for(asyncio.gather(*(line.ended for line in lines)), LONGEST)
    except TimeoutError:
        raise BenchStopped(f"The server had not answered everybody after {LONGEST:.0f} seconds.") from None


@contextmanager
def undisturbed() -> Iterator[None]:
    """No collecting of garbage while the clock runs."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
