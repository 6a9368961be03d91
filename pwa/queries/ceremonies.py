"""Knows the SQL about challenges that were given out; knows nothing of passkeys."""

from pwa.database import Params, Row, Transaction


async def add_ceremony(tx: Transaction, ceremony: Params) -> None:
    """A challenge was given out (token_hash, kind, challenge, person_id, ends_at, code_hash)."""
    await tx.execute(
        """
        insert into ceremony (token_hash, kind, challenge, person_id, ends_at, code_hash)
        values (:token_hash, :kind, :challenge, :person_id, :ends_at, :code_hash)
        """,
        ceremony,
    )


async def take_ceremony(tx: Transaction, token_hash: str, kind: str) -> Row | None:
    """The challenge (challenge, person_id, ends_at, code_hash), which nobody gets again; None if there is none."""
    return await tx.row(
        """
        delete from ceremony where token_hash = :token_hash and kind = :kind
        returning challenge, person_id, ends_at, code_hash
        """,
        {"token_hash": token_hash, "kind": kind},
    )


async def remove_ended(tx: Transaction, now: str) -> int:
    """Forget the challenges that nobody answered in time."""
    return await tx.execute("delete from ceremony where ends_at <= :now", {"now": now})
