"""Knows how processes on one PostgreSQL database tell each other something; knows nothing of what."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

import asyncpg

from pwa.database.postgresql.transaction import Connection, server_errors
from pwa.logs import log, what_and_where
from pwa.problems import Unavailable

CHANNEL = "haand"
TRY_AGAIN_AFTER = 1  # second
TAKE_TURN = "select pg_try_advisory_lock(hashtext('haand ' || current_schema()))"


class News:
    """A connection that listens and tells. What it tells, it does not hear itself."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]]) -> None:
        self._connect = connect
        self._connection: Connection = None
        self._turn_by: Connection = None
        self._one_at_a_time = asyncio.Lock()
        self._keeping: asyncio.Task[None] | None = None
        self._is_lost = asyncio.Event()

    async def listen(self, receive: Callable[[str], None], lost: Callable[[], None]) -> None:
        """Listen from now on; after a break too, and then say that something may be lost. Raises Unavailable."""
        await self._open(receive)
        self._keeping = asyncio.create_task(self._keep(receive, lost))

    async def notify(self, messages: Iterable[str]) -> None:
        """Tell everybody else at once. Raises Unavailable."""
        if self._connection is None:
            raise Unavailable
        sql = f"select pg_notify('{CHANNEL}', message) from unnest($1::text[]) as message"
        async with self._one_at_a_time:
            with server_errors(self._connection):
                await self._connection.execute(sql, list(messages))

    async def has_turn(self) -> bool:
        """Whether this connection has the lock of whoever does what need not be done twice: it goes with the connection."""
        connection = self._connection
        if connection is None or connection.is_closed():
            return False
        if self._turn_by is not connection:
            try:
                async with self._one_at_a_time:
                    with server_errors(connection):
                        has_turn = await connection.fetchval(TAKE_TURN)
            except Unavailable:
                return False
            self._turn_by = connection if has_turn else None
        return self._turn_by is connection

    async def close(self) -> None:
        """Listen no more."""
        if self._keeping:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        if self._connection:
            self._connection.terminate()

    async def _open(self, receive: Callable[[str], None]) -> None:
        def heard(connection: Connection, pid: int, _: str, message: str) -> None:
            if pid != connection.get_server_pid():
                receive(message)

        self._is_lost.clear()
        try:
            with server_errors():
                connection = await self._connect()
                connection.add_termination_listener(lambda _: self._is_lost.set())
                await connection.add_listener(CHANNEL, heard)
        except asyncpg.PostgresError as error:
            raise Unavailable from error
        self._connection = connection

    async def _keep(self, receive: Callable[[str], None], lost: Callable[[], None]) -> None:
        while True:
            await self._is_lost.wait()
            try:
                await self._open(receive)
            except Exception as error:  # whatever it is: nobody else would begin to listen again
                if not isinstance(error, Unavailable):
                    log.error("listening to other processes failed", **what_and_where(error))
                self._is_lost.set()
                await asyncio.sleep(TRY_AGAIN_AFTER)
            else:
                lost()
