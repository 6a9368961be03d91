"""Knows the SQL about challenges that were given out; knows nothing of passkeys."""

from msgspec import Struct
from msgspec.structs import asdict

from pwa.database import Transaction


class TakenCeremony(Struct, frozen=True, gc=False):
    """A challenge that was given out, as text, and for whom; None: for anybody, or for no code."""

    challenge: str
    person_id: str | None
    ends_at: str
    code_hash: str | None


class NewCeremony(TakenCeremony, frozen=True, gc=False):
    """The same with what it is found by."""

    token_hash: str
    kind: str


async def add_challenge(tx: Transaction, ceremony: NewCeremony) -> None:
    """A challenge was given out."""
    await tx.execute(
        """
        insert into ceremony (token_hash, kind, challenge, person_id, ends_at, code_hash)
        values (:token_hash, :kind, :challenge, :person_id, :ends_at, :code_hash)
        """,
        asdict(ceremony),
    )


async def take_challenge(tx: Transaction, token_hash: str, kind: str) -> TakenCeremony | None:
    """The challenge, which nobody gets again; None if there is none."""
    row = await tx.row(
        """
        delete from ceremony where token_hash = :token_hash and kind = :kind
        returning challenge, person_id, ends_at, code_hash
        """,
        {"token_hash": token_hash, "kind": kind},
    )
    return TakenCeremony(**row) if row else None


async def remove_ended(tx: Transaction, now: str) -> int:
    """Forget the challenges that nobody answered in time."""
    return await tx.execute("delete from ceremony where ends_at <= :now", {"now": now})
