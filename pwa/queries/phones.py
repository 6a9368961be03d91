"""Knows phones: whose they are, when they were heard, which numbers never came; knows nothing of changes."""

from collections.abc import Iterable

from pwa.database import Row, Transaction

Stretch = tuple[int, int]
"""The first and the last number of a row of numbers, both included."""


async def get_phone(tx: Transaction, phone_id: str) -> Row | None:
    """A phone that has been here (person_id, sign_in_id, build, heard_at, skew_ms, highest_n, replaced_at), or None.

    In a transaction that writes it is nobody else's until its end: a phone's pushes are judged one by one.
    """
    return await tx.row(
        f"""
        select person_id, sign_in_id, build, heard_at, skew_ms, highest_n, replaced_at from phone
        where id = :phone_id {tx.for_update("phone")}
        """,
        {"phone_id": phone_id},
    )


async def add_phone(
    tx: Transaction, phone_id: str, person_id: str, sign_in_id: str, build: str, at: str
) -> int:
    """Bind a new phone to a person."""
    return await tx.execute(
        """
        insert into phone (id, person_id, sign_in_id, build, bound_at, heard_at, skew_ms, highest_n)
        values (:phone_id, :person_id, :sign_in_id, :build, :at, :at, 0, 0)
        """,
        {"phone_id": phone_id, "person_id": person_id, "sign_in_id": sign_in_id, "build": build, "at": at},
    )


async def set_replaced(tx: Transaction, phone_id: str, sign_in_id: str, at: str) -> int:
    """Remember the phones that this sign-in came with before: they were wiped, or lost their storage."""
    return await tx.execute(
        """
        update phone set replaced_at = :at
        where sign_in_id = :sign_in_id and id <> :phone_id and replaced_at is null
        """,
        {"phone_id": phone_id, "sign_in_id": sign_in_id, "at": at},
    )


async def set_heard(
    tx: Transaction,
    phone_id: str,
    person_id: str,
    sign_in_id: str,
    build: str,
    at: str,
    skew_ms: int,
    highest_n: int,
) -> int:
    """A phone has been in contact; if it was thought to be replaced, it is not."""
    return await tx.execute(
        """
        update phone set sign_in_id = :sign_in_id, build = :build, heard_at = :at, skew_ms = :skew_ms,
          highest_n = :highest_n, replaced_at = null
        where id = :phone_id and person_id = :person_id
        """,
        {"phone_id": phone_id, "person_id": person_id, "sign_in_id": sign_in_id, "build": build, "at": at,
         "skew_ms": skew_ms, "highest_n": highest_n},
    )  # fmt: skip


async def list_gaps(tx: Transaction, phone_id: str) -> list[Stretch]:
    """The numbers of a phone that never came, in order."""
    rows = await tx.rows(
        "select first_n, last_n from phone_gap where phone_id = :phone_id order by first_n",
        {"phone_id": phone_id},
    )
    return [(row["first_n"], row["last_n"]) for row in rows]


async def set_gaps(tx: Transaction, phone_id: str, gaps: Iterable[Stretch]) -> None:
    """Replace the numbers of a phone that never came."""
    await tx.execute("delete from phone_gap where phone_id = :phone_id", {"phone_id": phone_id})
    await tx.execute_many(
        "insert into phone_gap (phone_id, first_n, last_n) values (:phone_id, :first_n, :last_n)",
        [(phone_id, first, last) for first, last in gaps],
    )
