"""Knows phones: whose they are, when they were heard, which numbers never came; knows nothing of changes."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from pwa.database import Row, Transaction
from pwa.queries.lists import each_of

Stretch = tuple[int, int]
"""The first and the last number of a row of numbers, both included."""


class Contact(NamedTuple):
    """What a contact says about a phone, in the order of `set_heard`."""

    sign_in_id: str
    build: str
    at: str
    skew_ms: int
    highest_n: int
    phone_id: str
    person_id: str


async def list_phones(tx: Transaction, phone_ids: Collection[str]) -> dict[str, Row]:
    """The phones of these ids that have been here.

    A row: id, person_id, sign_in_id, build, heard_at, skew_ms, highest_n, replaced_at. In a transaction that writes
    they are nobody else's until its end: a phone's pushes are judged one by one.
    """
    inside, params = each_of("phone", phone_ids)
    rows = await tx.rows(
        f"""
        select id, person_id, sign_in_id, build, heard_at, skew_ms, highest_n, replaced_at from phone
        where id in ({inside}) order by id {tx.for_update("phone")}
        """,
        params,
    )
    return {row["id"]: row for row in rows}


async def add_phones(tx: Transaction, phones: Iterable[tuple[str, str, str, str, str]]) -> None:
    """Bind new phones to people: phone's id, person's, sign-in's, the build and the time."""
    await tx.execute_many(
        """
        insert into phone (id, person_id, sign_in_id, build, bound_at, heard_at, skew_ms, highest_n)
        values (:phone_id, :person_id, :sign_in_id, :build, :at, :at, 0, 0)
        """,
        phones,
    )


async def set_replaced(
    tx: Transaction, phone_ids: Collection[str], sign_in_ids: Collection[str], at: str
) -> int:
    """Remember the phones that these sign-ins came with before these: they were wiped, or lost their storage."""
    phones, params = each_of("phone", phone_ids)
    sign_ins, more = each_of("sign_in", sign_in_ids)
    return await tx.execute(
        f"""
        update phone set replaced_at = :at
        where sign_in_id in ({sign_ins}) and id not in ({phones}) and replaced_at is null
        """,
        {**params, **more, "at": at},
    )


async def set_heard(tx: Transaction, contacts: Iterable[Contact]) -> None:
    """Phones have been in contact; those that were thought to be replaced are not."""
    await tx.execute_many(
        """
        update phone set sign_in_id = :sign_in_id, build = :build, heard_at = :at, skew_ms = :skew_ms,
          highest_n = :highest_n, replaced_at = null
        where id = :phone_id and person_id = :person_id
        """,
        contacts,
    )


async def list_gaps(tx: Transaction, phone_ids: Collection[str]) -> dict[str, list[Stretch]]:
    """The numbers that never came, in order, of those of these phones that have any."""
    inside, params = each_of("phone", phone_ids)
    rows = await tx.tuples(
        f"""
        select phone_id, first_n, last_n from phone_gap
        where phone_id in ({inside}) order by phone_id, first_n
        """,
        params,
    )
    gaps: dict[str, list[Stretch]] = {}
    for phone_id, first, last in rows:
        gaps.setdefault(phone_id, []).append((first, last))
    return gaps


async def set_gaps(tx: Transaction, gaps: Mapping[str, Iterable[Stretch]]) -> None:
    """Replace the numbers of these phones that never came."""
    await tx.execute_many(
        "delete from phone_gap where phone_id = :phone_id", [(phone_id,) for phone_id in gaps]
    )
    await tx.execute_many(
        "insert into phone_gap (phone_id, first_n, last_n) values (:phone_id, :first_n, :last_n)",
        [(phone_id, first, last) for phone_id, stretches in gaps.items() for first, last in stretches],
    )
