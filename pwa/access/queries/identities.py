"""Knows the SQL about whom a provider's sign-in means by whom; knows no provider."""

from msgspec import Struct

from pwa.database import Transaction

HOLDS = """
  identity.removed_at is null and not (
    exists (select 1 from access_reset where access_reset.person_id = identity.person_id and at > linked_at)
    and exists (select 1 from sign_in where sign_in.person_id = identity.person_id and began_at < linked_at)
  )
"""
"""It lets somebody in. One that they made while they were signed in ends with the other ways in (rules/vouching.py); the
one that they came by first is the provider's word."""


class Link(Struct, frozen=True, gc=False):
    """What links somebody to an issuer; `used_at` is when they came in by it last."""

    linked_at: str
    used_at: str | None


async def find_person_id(tx: Transaction, issuer: str, subject: str) -> str | None:
    """Who is linked to this subject of this issuer, None if nobody is."""
    row = await tx.row(
        """
        select person_id from identity
        where issuer = :issuer and subject = :subject and removed_at is null
        """,
        {"issuer": issuer, "subject": subject},
    )
    return row["person_id"] if row else None


async def add_identity(tx: Transaction, issuer: str, subject: str, person_id: str, now: str) -> int:
    """Link somebody to a subject; 0 if it is somebody's already."""
    return await tx.execute(
        """
        insert into identity (issuer, subject, person_id, linked_at)
        values (:issuer, :subject, :person_id, :now) on conflict do nothing
        """,
        {"issuer": issuer, "subject": subject, "person_id": person_id, "now": now},
    )


async def holds(tx: Transaction, issuer: str, subject: str) -> bool:
    """Whether this subject lets somebody in, who is linked to it."""
    rows = await tx.rows(
        f"select 1 as one from identity where issuer = :issuer and subject = :subject and {HOLDS}",
        {"issuer": issuer, "subject": subject},
    )
    return bool(rows)


async def set_used(tx: Transaction, issuer: str, subject: str, now: str) -> int:
    """Somebody came in by it."""
    return await tx.execute(
        """
        update identity set used_at = :now
        where issuer = :issuer and subject = :subject and removed_at is null
        """,
        {"issuer": issuer, "subject": subject, "now": now},
    )


async def list_identities(tx: Transaction, issuer: str, person_id: str) -> list[Link]:
    """What links somebody to this issuer, the oldest first."""
    rows = await tx.rows(
        f"""
        select linked_at, used_at from identity
        where issuer = :issuer and person_id = :person_id and {HOLDS} order by linked_at
        """,
        {"issuer": issuer, "person_id": person_id},
    )
    return [Link(**row) for row in rows]


async def remove_identities(tx: Transaction, issuer: str, person_id: str, now: str) -> int:
    """Nothing links somebody to this issuer any more."""
    return await tx.execute(
        """
        update identity set removed_at = :now
        where issuer = :issuer and person_id = :person_id and removed_at is null
        """,
        {"issuer": issuer, "person_id": person_id, "now": now},
    )


async def remove_identity(tx: Transaction, issuer: str, subject: str, now: str) -> int:
    """This subject is linked to nobody."""
    return await tx.execute(
        """
        update identity set removed_at = :now
        where issuer = :issuer and subject = :subject and removed_at is null
        """,
        {"issuer": issuer, "subject": subject, "now": now},
    )
