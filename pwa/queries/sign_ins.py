"""Knows the SQL about sign-ins; knows nothing about cookies."""

from pwa.database import Row, Transaction


async def add_sign_in(
    tx: Transaction, sign_in_id: str, person_id: str, token_hash: str, began_at: str, ends_at: str
) -> None:
    """Somebody has signed in on one phone or browser."""
    await tx.execute(
        """
        insert into sign_in (id, person_id, token_hash, began_at, used_at, ends_at)
        values (:id, :person_id, :token_hash, :began_at, :began_at, :ends_at)
        """,
        {
            "id": sign_in_id,
            "person_id": person_id,
            "token_hash": token_hash,
            "began_at": began_at,
            "ends_at": ends_at,
        },
    )


async def find_sign_in(tx: Transaction, token_hash: str, now: str, idle_since: str) -> Row | None:
    """A sign-in that still holds: (id, person_id, used_at). Not revoked, not ended, used after `idle_since`."""
    return await tx.row(
        """
        select id, person_id, used_at from sign_in
        where token_hash = :token_hash and revoked_at is null and ends_at > :now and used_at > :idle_since
        """,
        {"token_hash": token_hash, "now": now, "idle_since": idle_since},
    )


async def set_used(tx: Transaction, sign_in_id: str, now: str) -> int:
    """The sign-in is in use."""
    return await tx.execute(
        "update sign_in set used_at = :now where id = :id", {"id": sign_in_id, "now": now}
    )


async def set_revoked(tx: Transaction, token_hash: str, now: str) -> int:
    """The sign-in is over, now and for good."""
    return await tx.execute(
        "update sign_in set revoked_at = :now where token_hash = :token_hash and revoked_at is null",
        {"token_hash": token_hash, "now": now},
    )
