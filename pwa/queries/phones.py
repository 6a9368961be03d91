"""Knows phones: whose they are, when they were heard, which numbers never came; knows nothing of changes."""

from collections.abc import Iterable
from typing import Literal

from pwa.database import Row, Transaction

RevokedAs = Literal["revoked", "lost"]
"""How a phone was shut out: its carer's day is to go from it, or all that is on it."""

Stretch = tuple[int, int]
"""The first and the last number of a row of numbers, both included."""


async def get_phone(tx: Transaction, phone_id: str) -> Row | None:
    """A phone that has been here, or None.

    Its row: person_id, sign_in_id, build, heard_at, skew_ms, highest_n, replaced_at, revoked_as, revoked_by_id. In a transaction that writes it is nobody else's until its end: a phone's pushes are judged one by one.
    """
    return await tx.row(
        f"""
        select person_id, sign_in_id, build, heard_at, skew_ms, highest_n, replaced_at, revoked_as, revoked_by_id
        from phone where id = :phone_id {tx.for_update("phone")}
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


async def list_phone_ids(tx: Transaction, person_id: str) -> list[str]:
    """Somebody's phones that have not said that they are wiped."""
    rows = await tx.rows(
        "select id from phone where person_id = :person_id and wiped_at is null order by id",
        {"person_id": person_id},
    )
    return [row["id"] for row in rows]


async def list_phone_ids_of_sign_in(tx: Transaction, sign_in_id: str) -> list[str]:
    """The phones that came with this sign-in last, and have not said that they are wiped."""
    rows = await tx.rows(
        "select id from phone where sign_in_id = :sign_in_id and wiped_at is null order by id",
        {"sign_in_id": sign_in_id},
    )
    return [row["id"] for row in rows]


async def set_revoked(tx: Transaction, phone_id: str, how: RevokedAs, by_id: str, at: str) -> int:
    """Shut a phone out. One that was revoked can still be lost; the first moment stays."""
    return await tx.execute(
        """
        update phone set revoked_at = coalesce(revoked_at, :at), revoked_by_id = :by_id, revoked_as = :how
        where id = :phone_id and (revoked_as is null or (revoked_as = 'revoked' and :how = 'lost'))
        """,
        {"phone_id": phone_id, "how": how, "by_id": by_id, "at": at},
    )


async def list_shut_out(tx: Transaction, person_id: str) -> list[Row]:
    """Somebody's phones that were shut out (sign_in_id, revoked_as, revoked_at, by_name, wiped_at), the newest first."""
    return await tx.rows(
        """
        select phone.sign_in_id, phone.revoked_as, phone.revoked_at, person.name as by_name, phone.wiped_at
        from phone join person on person.id = phone.revoked_by_id
        where phone.person_id = :person_id and phone.revoked_at is not null
        order by phone.revoked_at desc, phone.id
        """,
        {"person_id": person_id},
    )


async def set_wiped(tx: Transaction, phone_id: str, at: str) -> int:
    """A phone that was shut out says that it is empty."""
    return await tx.execute(
        """
        update phone set wiped_at = :at
        where id = :phone_id and revoked_at is not null and wiped_at is null
        """,
        {"phone_id": phone_id, "at": at},
    )


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
