"""How a leader opens a board and hears of what changes; knows nothing of what is told."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from pwa.web.live import CLOCKS_DIFFER
from tests.small_town import Browser

A_MOMENT = timedelta(milliseconds=1)
LATER = CLOCKS_DIFFER + A_MOMENT


async def open_page(leader: Browser) -> str:
    """When the page says that it was read, a while after the server started."""
    leader.town.now += LATER
    found = re.search(r'data-drawn-at="([^"]+)"', (await leader.get("/board")).text)
    assert found
    return found[1]


@asynccontextmanager
async def listening(leader: Browser, drawn_at: str | None = None) -> AsyncIterator[asyncio.Queue[str]]:
    """The names of the events of a board as they come, after hello; `drawn_at` is when its page was read, if it says so."""
    heard: asyncio.Queue[str] = asyncio.Queue()
    params = {} if drawn_at is None else {"drawn_at": drawn_at}

    async def listen() -> None:
        async with leader.http.stream("GET", "/board/live", params=params) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    heard.put_nowait(line.removeprefix("event: "))

    task = asyncio.create_task(listen())
    assert await asyncio.wait_for(heard.get(), 5) == "hello"
    yield heard
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
