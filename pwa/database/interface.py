"""Knows what every engine can do: transactions, snapshots, and news to other processes; knows no engine.

Everything above this package is written against this module, and its SQL stands once. It is SQL that SQLite and
PostgreSQL both speak, with named parameters; the schema is written as SQLite reads it.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, TypeVar

Row = dict[str, Any]
Values = tuple[Any, ...]
Params = Mapping[str, str | int | bytes | None]
Answer = TypeVar("Answer")

NO_PARAMS: Params = {}


class Transaction(ABC):
    """Statements within one transaction. Raises Unavailable when the database fails, the engine's error otherwise."""

    @abstractmethod
    async def execute(self, sql: str, params: Params = NO_PARAMS) -> int:
        """How many rows a statement touched."""

    @abstractmethod
    async def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        """One statement for many rows, each with its parameters in the order in which the statement first names them."""

    @abstractmethod
    async def rows(self, sql: str, params: Params = NO_PARAMS) -> list[Row]:
        """Every row, with columns by name."""

    @abstractmethod
    async def tuples(self, sql: str, params: Params = NO_PARAMS) -> list[Values]:
        """Every row, with columns in the order of the statement: for many rows at a fraction of the cost."""

    async def row(self, sql: str, params: Params = NO_PARAMS) -> Row | None:
        """The first row, or None."""
        return next(iter(await self.rows(sql, params)), None)

    @abstractmethod
    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """All of a block or nothing of it; the transaction around it goes on either way."""

    @abstractmethod
    def for_update(self, table: str) -> str:
        """The clause that ends a select whose rows of this table nobody else may write until the commit.

        Empty where nobody else writes anyway, and in a snapshot. What is read after it is what was committed last.
        """

    @abstractmethod
    async def lock_table(self, table: str) -> None:
        """Wait until nobody else who has asked this for the table is at work, and go on alone until the commit."""


class Database(ABC):
    """One database, whichever engine keeps it."""

    @abstractmethod
    async def close(self) -> None:
        """Close every connection."""

    @abstractmethod
    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Write. The block has ended only when it is durable; raises Unavailable when it is not.

        A block that raises, or is cancelled, takes back its own work only.
        """

    @abstractmethod
    def snapshot(self, *, beside: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """Read one unchanging state of everything; a statement that writes is refused as Unavailable.

        `beside` where much is read: no statement holds up the event loop.
        """

    @abstractmethod
    async def write(
        self, work: Callable[[Transaction], Awaitable[Answer]], *, short_lock_timeout: bool = False
    ) -> Answer:
        """Do a piece of work in a transaction, and give its answer once it is durable.

        The work is done again from its beginning, a few times, when another's was in its way. So it must change
        nothing but the database. Raises what the work raises, and Unavailable; one that `hurries` waits for what
        another writes for a second only.
        """

    @abstractmethod
    async def recount_grown(self) -> None:
        """Let the engine count anew what has grown to a multiple of itself, where its plans go by such counts. Raises Unavailable."""

    @property
    @abstractmethod
    def has_company(self) -> bool:
        """Whether other processes may serve the same database at the same time."""

    @property
    @abstractmethod
    def writes_alone(self) -> bool:
        """Whether nobody else writes while a transaction of ours does: what is read in it then is final."""

    @abstractmethod
    async def has_turn(self) -> bool:
        """Whether it is this process, of those that serve the database, that does what need not be done twice (by_one.py).

        The first that asks has it until it ends, however it ends. Never for correctness: for a moment two may have it.
        """

    @abstractmethod
    async def listen(self, receive: Callable[[str], None], lost: Callable[[], None]) -> None:
        """Call `hear` with everything that other processes tell from now on, and `lost` when some may be lost."""

    @abstractmethod
    async def notify(self, messages: Iterable[str]) -> None:
        """Tell the other processes that listen, each message at most MOST_IN_A_MESSAGE bytes. Raises Unavailable."""


MOST_IN_A_MESSAGE = 7999
"""PostgreSQL's NOTIFY takes no more bytes."""

SQLITE = "sqlite:///"


def sqlite_file(address: str) -> Path | None:
    """The file that an address means, or None if it means another engine's database.

    >>> sqlite_file("sqlite:///data/haand.sqlite3"), sqlite_file("sqlite:////var/lib/haand.sqlite3")
    (PosixPath('data/haand.sqlite3'), PosixPath('/var/lib/haand.sqlite3'))
    >>> sqlite_file("postgresql://localhost/haand")
    """
    return Path(address.removeprefix(SQLITE)) if address.startswith(SQLITE) else None


def sqlite_code_of(error: BaseException) -> int:
    """SQLite's result code behind what is Unavailable; 0 if it said none (sqlite.org/rescode.html)."""
    return int(getattr(error.__cause__, "sqlite_errorcode", 0) or 0) & 0xFF
