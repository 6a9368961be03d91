"""Knows how those who ask the same at the same time are given one answer; knows nothing of what they ask."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class SharedRuns(Generic[Answer]):
    """Work that many want at once, done once for all of them, and never from before somebody asked.

    Whoever asks while it is done waits for the next time: what she asks about may have changed since this one began.
    """

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[Answer]] = {}
        self._next: dict[Hashable, asyncio.Task[Answer]] = {}

    async def run(self, key: Hashable, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer of work that begins from now on; raises what it raises. Whoever asks for the same `key` shares it."""
        task = self._next.get(key)
        if task is None:
            task = self._next[key] = asyncio.create_task(self._in_turn(key, work))
        # Somebody who goes away takes it from nobody else.
        return await asyncio.shield(task)

    async def _in_turn(self, key: Hashable, work: Callable[[], Awaitable[Answer]]) -> Answer:
        if before := self._under_way.get(key):
            await asyncio.wait([before])
        own = self._under_way[key] = self._next.pop(key)
        try:
            return await work()
        finally:
            if self._under_way.get(key) is own:
                del self._under_way[key]
