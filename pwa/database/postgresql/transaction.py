"""Knows statements within one of PostgreSQL's transactions, and what its errors mean; knows no pool."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import lru_cache
from typing import Any

import asyncpg

from pwa.database.interface import NO_PARAMS, Params, Row, Transaction, Values
from pwa.database.parameters import numbered
from pwa.database.postgresql.dialect import in_one, lists_said
from pwa.database.sqlite.transaction import to_the_end
from pwa.problems import NotStorable, Unavailable

Connection = Any
"""asyncpg's; it has no types of its own."""

IN_ONE: dict[str, str | None] = {}
"""What `in_one` made of each statement: the server is asked for its parameters' types once."""

# Classes and codes of errors (postgresql.org/docs/current/errcodes-appendix.html) that mean the server, not the
# statement. Classes: connection, resources, operator, system, configuration, internal. Codes: a standby that only
# reads, idle for too long, a lock that was not given in time.
OF_THE_SERVER = ("08", "53", "57", "58", "F0", "XX", "25006", "25P03", "55P03")
IN_THE_WAY = ("40001", "40P01")
NOBODY_WE_KNOW = ("28", "3D")
# A NUL, half a character, a number that is too large: of the value, whatever the statement.
OF_THE_VALUE = ("22001", "22003", "22021", "22P05")


class InTheWay(Unavailable):
    """Another transaction was in the way of this one, which may well succeed if it is tried again."""

    @property
    def code(self) -> str:
        """For programs it is the same."""
        return Unavailable.__name__


class PostgresTransaction(Transaction):
    """Statements within one transaction. Raises Unavailable when the server fails, asyncpg's error otherwise."""

    def __init__(self, connection: Connection, writes: bool) -> None:
        self._connection = connection
        self._writes = writes

    async def execute(self, sql: str, params: Params = NO_PARAMS) -> int:
        """How many rows a statement touched."""
        with server_errors(self._connection):
            status: str = await self._connection.execute(*said(sql, params))
        count = status.rpartition(" ")[2]
        return int(count) if count.isdecimal() else 0

    async def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        """One statement for many rows."""
        text, _ = numbered(sql)
        values = list(rows)
        if not values:
            return
        with server_errors(self._connection):
            if len(values) > 1 and (all_in_one := await self._in_one(text)):
                await self._connection.execute(all_in_one, *zip(*values, strict=True))
            else:
                await self._connection.executemany(text, values)

    async def _in_one(self, text: str) -> str | None:
        """The statement that adds many rows at once, half the work of one for each; None if there is none."""
        if text not in IN_ONE:
            prepared = await self._connection.prepare(text)
            IN_ONE[text] = in_one(text, [type.name for type in prepared.get_parameters()])
        return IN_ONE[text]

    async def rows(self, sql: str, params: Params = NO_PARAMS) -> list[Row]:
        """Every row, with columns by name."""
        with server_errors(self._connection):
            return [dict(row) for row in await self._connection.fetch(*said(sql, params))]

    async def tuples(self, sql: str, params: Params = NO_PARAMS) -> list[Values]:
        """Every row, with columns in the order of the statement."""
        with server_errors(self._connection):
            return [tuple(row) for row in await self._connection.fetch(*said(sql, params))]

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """All of a block or nothing of it; the transaction around it goes on either way."""
        await self.execute("savepoint part")
        try:
            yield
        except BaseException:
            await to_the_end(self._back())
            raise
        await self.execute("release savepoint part")

    async def _back(self) -> None:
        # Where the server is gone there is nothing to go back to, and the commit will say so.
        with suppress(Unavailable):
            await self.execute("rollback to savepoint part; release savepoint part")

    def for_update(self, table: str) -> str:
        """The clause that keeps the selected rows to this transaction; what refers to them may still be added."""
        return f"for no key update of {table}" if self._writes else ""

    async def lock_table(self, table: str) -> None:
        """Wait for the table's turn; those who only read it are let through."""
        await self.execute(f"lock table {table} in share row exclusive mode")


def is_refusal(error: Exception) -> bool:
    """Whether an error means that the address leads nowhere, or that we are not let in."""
    return isinstance(error, ValueError) or getattr(error, "sqlstate", "").startswith(NOBODY_WE_KNOW)


def said(sql: str, params: Mapping[str, Any]) -> list[Any]:
    """A statement and its parameters as asyncpg takes them."""
    text, names = as_postgresql(sql)
    return [text, *(params[name] for name in names)]


@lru_cache(2048)
def as_postgresql(sql: str) -> tuple[str, tuple[str, ...]]:
    """A statement as PostgreSQL reads it, and its parameters' names in their order."""
    text, names = numbered(sql)
    return lists_said(text), names


class server_errors:
    """Turns the server's errors into Unavailable, InTheWay where another try may do, NotStorable where none does."""

    def __init__(self, connection: Connection = None) -> None:
        self.connection = connection

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        code = getattr(error, "sqlstate", None) or ""
        if code in IN_THE_WAY:
            raise InTheWay from error
        if code in OF_THE_VALUE or isinstance(error, asyncpg.DataError | UnicodeEncodeError):
            raise NotStorable from error
        if code.startswith(OF_THE_SERVER) or isinstance(error, OSError) or self._is_of_the_wire(error):
            raise Unavailable from error

    def _is_of_the_wire(self, error: BaseException | None) -> bool:
        """asyncpg has one class for our mistakes and a connection that was closed under us; another for what it hears
        from a server that is just going, when the connection does not know yet that it is closed.
        """
        is_unclear = isinstance(error, asyncpg.InterfaceError) and is_gone(self.connection)
        return is_unclear or isinstance(error, asyncpg.InternalClientError)


def is_gone(connection: Connection) -> bool:
    """Whether a connection can no longer be used; one that broke was taken back by its pool."""
    try:
        return connection is None or bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True
