"""A proxy that cuts each connection a byte later than the one before; knows bytes, not what they say."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from bench.generator import HOST

Way = Literal["up", "down"]
"""Whether the request is counted, or the answer."""


class Proxy:
    """Lets a connection's first bytes through to the server behind it, one more each time, and cuts it then.

    Every other cut is a reset, which may take with it what was sent just before; the rest end quietly.
    """

    def __init__(self, behind: int, way: Way) -> None:
        self.cuts = 0
        self.port = 0
        self._behind = behind
        self._way = way
        self._connections = 0

    async def open(self) -> asyncio.Server:
        """Listen."""
        server = await asyncio.start_server(self._pass_on, HOST, 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _pass_on(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        most, self._connections = self._connections, self._connections + 1
        server, to_server = await asyncio.open_connection(HOST, self._behind)
        up = asyncio.create_task(_pump(client, to_server, most if self._way == "up" else None))
        down = asyncio.create_task(_pump(server, to_client, most if self._way == "down" else None))
        ended, others = await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        is_cut = any(task.result() for task in ended)
        self.cuts += is_cut
        for task in others:
            task.cancel()
        for writer in (to_server, to_client):
            if is_cut and most % 2:
                writer.transport.abort()
            with suppress(OSError):
                writer.close()
                await writer.wait_closed()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, most: int | None) -> bool:
    """Pass on what comes until it ends; true if there was more than so many bytes."""
    with suppress(OSError):
        while data := await source.read(65_536):
            sink.write(data[:most])
            await sink.drain()
            if most is not None:
                if len(data) > most:
                    return True
                most -= len(data)
    return False


@contextmanager
def cutting(behind: int, way: Way) -> Iterator[Proxy]:
    """A proxy before a server's port, in a thread of its own, for as long as the block."""
    proxy, loop = Proxy(behind, way), asyncio.new_event_loop()
    server = loop.run_until_complete(proxy.open())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
