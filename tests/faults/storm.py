"""Phones that send what waits a few changes at a time, again until it is answered; knows no fault, only what was said.

It rages in a thread of its own, so that a story can be told from above: start, wait for so much, break something.
"""

import asyncio
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from bench.generator import HOST, LENGTH, Answer
from bench.phone import Json, Phone, read

ANSWERS_WITHIN = 10.0
COMES_BACK_AFTER = 0.03
"""Seconds: a phone waits longer, but a test does not."""


def some(phones: Sequence[Phone], how_many: int, changes: int) -> list[Phone]:
    """So many of the phones, with so many changes each."""
    return [replace(phone, changes=phone.changes[:changes]) for phone in phones[:how_many]]


class Storm:
    """The phones, what waits on each, and what they were told. `acknowledged` has the fate of each change by its id.

    `at_once` is how many changes a phone sends in one push.
    """

    def __init__(self, phones: Sequence[Phone], at_once: int = 5) -> None:
        self.phones = phones
        self.acknowledged: dict[str, str] = {}
        self.answers: defaultdict[int, list[Answer]] = defaultdict(list)
        self.silences = 0
        self.at_once = at_once
        self._waiting = [list(phone.changes) for phone in phones]

    @property
    def sent(self) -> set[str]:
        """The ids of all changes that there are."""
        return {change["id"] for phone in self.phones for change in phone.changes}

    @property
    def statuses(self) -> Counter[int]:
        """How often each number was answered."""
        return Counter({status: len(answers) for status, answers in self.answers.items()})

    @property
    def is_over(self) -> bool:
        """Whether everything is acknowledged."""
        return len(self.acknowledged) == len(self.sent)

    @contextmanager
    def at(self, port: int) -> Iterator[None]:
        """Let it rage against this port meanwhile."""
        loop = asyncio.new_event_loop()
        raging = loop.create_task(self._rage(port))
        thread = threading.Thread(target=_run, args=(loop, raging))
        thread.start()
        try:
            yield
        finally:
            loop.call_soon_threadsafe(raging.cancel)
            thread.join()
            loop.close()
        if not raging.cancelled() and (error := raging.exception()):
            raise error

    def wait_until_heard(self, port: int) -> None:
        """Let one phone ask for what is new, which is answered once the server has started."""
        answer = asyncio.run(ask(port, self.phones[0].sync(port)))
        assert answer, "nobody answered"
        assert answer.status == 200

    def wait_for(self, more: int, seconds: float = 120) -> None:
        """Wait until so many more changes are acknowledged."""
        enough = min(len(self.acknowledged) + more, len(self.sent))
        until = time.monotonic() + seconds
        while len(self.acknowledged) < enough:
            assert time.monotonic() < until, f"only {len(self.acknowledged)} of {enough} were answered"
            time.sleep(0.002)

    def wait_for_the_rest(self) -> None:
        """Wait until everything is acknowledged."""
        self.wait_for(len(self.sent))

    async def _rage(self, port: int) -> None:
        async with asyncio.TaskGroup() as group:
            for phone, waiting in zip(self.phones, self._waiting, strict=True):
                group.create_task(self._deliver(port, phone, waiting))

    async def _deliver(self, port: int, phone: Phone, waiting: list[Json]) -> None:
        while some := waiting[: self.at_once]:
            answer = await ask(port, phone.sync(port, some))
            if answer is None:
                self.silences += 1
            else:
                self.answers[answer.status].append(answer)
            if answer is None or answer.status != 200:
                await asyncio.sleep(COMES_BACK_AFTER)
                continue
            fates = {fate["id"]: fate["fate"] for fate in read(answer)["fates"]}
            assert list(fates) == [change["id"] for change in some], "something else was answered"
            self.acknowledged |= fates
            del waiting[: len(some)]


def _run(loop: asyncio.AbstractEventLoop, raging: "asyncio.Task[None]") -> None:
    with suppress(asyncio.CancelledError, Exception):
        loop.run_until_complete(raging)


async def ask(port: int, request: bytes, host: str = HOST) -> Answer | None:
    """One request on a connection of its own; None when it was cut, or nobody answered."""
    sent_at = time.perf_counter()
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                length = LENGTH.search(head)
                assert length, "no length was said"
                body = await reader.readexactly(int(length[1]))
            finally:
                writer.close()
    except (OSError, EOFError, TimeoutError):
        return None
    return Answer(head, body, sent_at, time.perf_counter(), len(request))
