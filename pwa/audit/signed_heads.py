"""Knows how the end of the access log is signed and kept outside the database, so that a cut end is missed.

Whoever has the database in hand can cut the chain's end, or make it anew from its beginning: it is whole in itself. A
server writes down once a minute where the chain ends (number and hash), signed with a key that is not in the database
(ECDSA on P-256 with SHA-256), in a file that is not in it either: the last of each day, and the newest. One that the chain does not have any more is
never replaced. The keys are numbered files; the highest signs, all are believed.
"""

import asyncio
import fcntl
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from pwa.audit.chain import find_head, has_link
from pwa.audit.queries import find_received_at
from pwa.database import Database, Transaction
from pwa.key_files import list_numbered, read_key, write_key
from pwa.logs import log, what_and_where
from pwa.words import Clock, to_moment, to_text

SIGNING = ec.ECDSA(SHA256())
EVERY = 60  # seconds
DAYS_KEPT = 400
DAY = len("2026-11-30")


class Head(msgspec.Struct, frozen=True, gc=False):
    """Where the chain ended at a moment: the last entry's number and hash, signed (DER, base64).

    `received_at` is when that entry was received; "" where that was not written down, or only an anchor was left of it. `days`
    is how long entries were kept then; 0 where that was not written down.
    """

    n: int
    hash: str
    at: str
    signature: str = ""
    received_at: str = ""
    days: int = 0

    def text(self) -> bytes:
        """What is signed."""
        received = f"\n{self.received_at}" if self.received_at else ""
        days = f"\n{self.days} days" if self.days else ""
        return f"haand access log\n{self.n}\n{self.hash}\n{self.at}{received}{days}".encode()

    def is_young(self, kept_since: str) -> bool:
        """Whether the entry has not had its time, by `kept_since`: then it is there, or somebody has taken it."""
        return self.received_at >= kept_since


def kept_since(heads: Iterable[Head], now: datetime, days: int) -> str:
    """Of what was received since then all is there, where entries are kept for so many days now. What had its time while they
    were kept for a shorter one, as these heads say, does not come back when that is made longer.
    """
    before = [to_text(to_moment(head.at) - timedelta(days=head.days)) for head in heads if head.days]
    return max([to_text(now - timedelta(days=days)), *before])


class HeadKeys:
    """The keys in a folder, by number. Raises KeyDamaged."""

    def __init__(self, folder: Path) -> None:
        self._keys = [read_key(folder / name) for name in _names(folder)]

    @classmethod
    def open(cls, folder: Path) -> "HeadKeys":
        """The keys that are there; the first is made if none is. Raises OSError."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _names(folder):
            write_key(folder, "0001.pem")
        return cls(folder)

    def sign(self, n: int, hash: str, at: str, received_at: str = "", days: int = 0) -> Head:
        """A head, signed with the newest."""
        head = Head(n, hash, at, received_at=received_at, days=days)
        signature = self._keys[-1].sign(head.text(), SIGNING)
        return msgspec.structs.replace(head, signature=b64encode(signature).decode())

    def is_signed(self, head: Head) -> bool:
        """Whether one of the keys has signed it."""
        for key in self._keys:
            with suppress(InvalidSignature, ValueError):
                key.public_key().verify(b64decode(head.signature, validate=True), head.text(), SIGNING)
                return True
        return False


def add_head_key(folder: Path) -> str:
    """A newer key, with which heads are signed once the server is started again; its file's name. Raises OSError."""
    HeadKeys.open(folder)
    name = f"{int(_names(folder)[-1].partition('.')[0]) + 1:04}.pem"
    write_key(folder, name)
    return name


def _names(folder: Path) -> list[str]:
    return [path.name for path in list_numbered(folder)]


# The file --------------------------------------------------------------------------------------------------


def read_heads(file: Path) -> list[Head]:
    """What was written down, the oldest first; a line that is none is a head that nobody signed. Raises OSError."""
    if not file.exists():
        return []
    return [_read_line(line) for line in file.read_bytes().splitlines()]


def _read_line(line: bytes) -> Head:
    try:
        return msgspec.json.decode(line, type=Head)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Head(0, "", "")


def write_head(file: Path, head: Head, found: Head | None) -> None:
    """Write a head down, unless a later one stands there. The last of each day stays, and of each time that entries are kept.
    Raises OSError.

    `found` is the one of before that the chain still has: no other makes room for a later one of its day.
    """
    with _alone(file):
        before = read_heads(file)
        if before and before[-1].n >= head.n:
            return
        is_same = found is not None and (found.at[:DAY], found.days) == (head.at[:DAY], head.days)
        if before and before[-1] == found and is_same:
            before.pop()
        days = sorted({each.at[:DAY] for each in before})[-DAYS_KEPT:]
        kept = [each for each in before if each.at[:DAY] in days]
        half = file.with_name(f".{file.name}-{os.getpid()}")
        half.write_bytes(b"\n".join(map(msgspec.json.encode, [*kept, head])) + b"\n")
        half.replace(file)


def set_heads_aside(file: Path, now: datetime) -> None:
    """The access log ends earlier from now on, by somebody's choice: what was signed of the other one lies beside. Raises OSError."""
    if file.exists():
        file.rename(file.with_name(f"{file.name}-before-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"))


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """No other process writes meanwhile."""
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


# The server ------------------------------------------------------------------------------------------------


async def sign_head(database: Database, keys: HeadKeys, file: Path, clock: Clock, days: int) -> None:
    """Write down where the chain ends now, if it goes further than before; an entry is kept for so many days.

    What fails is said in the log only.
    """
    try:
        now = clock()
        before = await asyncio.to_thread(read_heads, file)
        async with database.snapshot() as tx:
            n, hash = await find_head(tx)
            received_at = await find_received_at(tx, n) or ""
            since = kept_since(before, now, days)
            found = before[-1] if before and await _is_there(tx, before[-1], since) else None
        if before and found is None:
            log.error("the access log does not have the end that was signed last", count=before[-1].n)
        if n:
            await asyncio.to_thread(
                write_head, file, keys.sign(n, hash, to_text(now), received_at, days), found
            )
    except (
        Exception
    ) as error:  # whatever it is, the next minute is tried, and a server that stops goes on stopping
        log.error("the end of the access log was not signed", **what_and_where(error))


async def _is_there(tx: Transaction, head: Head, since: str) -> bool:
    return await has_link(tx, head.n, head.hash, is_young=head.is_young(since))


async def keep_signing(database: Database, keys: HeadKeys, file: Path, clock: Clock, days: int) -> None:
    """Do so again and again, for ever."""
    while True:
        await asyncio.sleep(EVERY)
        await sign_head(database, keys, file, clock, days)
