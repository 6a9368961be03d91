"""Knows phones: whose they are, when they were heard, which numbers never came; knows nothing of changes."""

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, NamedTuple

from msgspec import Struct

from pwa.database import Transaction
from pwa.database.lists import each_of

RevokedAs = Literal["revoked", "lost"]
"""How a phone was shut out: its carer's day is to go from it, or all that is on it."""

Stretch = tuple[int, int]
"""The first and the last number of a row of numbers, both included."""


class Contact(NamedTuple):
    """What a contact says about a phone, in the order of `set_heard`."""

    sign_in_id: str
    build: str
    at: str
    skew_ms: int
    highest_n: int
    latest_at: str | None
    draft_n: int
    secret_hash: str | None
    phone_id: str
    person_id: str


class Phone(Struct, frozen=True, gc=False):
    """A phone that has been here; every column that `list_phones` reads, in order.

    `latest_at` is when the change of the highest number happened, or when the phone was bound. `replaced_at` is when
    it was thought to be wiped or gone, `revoked_as` how it was shut out, None if it was not. `secret_hash` is of what
    the phone alone has, None if it has shown nothing yet.
    """

    id: str
    person_id: str
    sign_in_id: str
    build: str
    heard_at: str
    skew_ms: int
    highest_n: int
    replaced_at: str | None = None
    revoked_as: RevokedAs | None = None
    revoked_by_id: str | None = None
    latest_at: str | None = None
    draft_n: int = 0
    secret_hash: str | None = None


class ShutOutPhone(Struct, frozen=True, gc=False):
    """One that somebody has shut out (`by_name` None: the command line); `wiped_at` is when it said that it had wiped itself.

    `device` is what its browser said that it is, "" if that is not known.
    """

    phone_id: str
    sign_in_id: str
    device: str
    revoked_as: RevokedAs
    revoked_at: str
    by_name: str | None
    wiped_at: str | None


async def list_phones(tx: Transaction, phone_ids: Collection[str]) -> dict[str, Phone]:
    """The phones of these ids that have been here.

    In a transaction that writes they are nobody else's until its end: a phone's pushes are judged one by one.
    """
    inside, params = each_of("phone", phone_ids)
    rows = await tx.tuples(
        f"""
        select id, person_id, sign_in_id, build, heard_at, skew_ms, highest_n, replaced_at, revoked_as, revoked_by_id,
          coalesce(latest_at, case when copy_of is null then bound_at end), draft_n, secret_hash
        from phone where id in ({inside}) order by id {tx.for_update("phone")}
        """,
        params,
    )
    return {phone.id: phone for phone in (Phone(*row) for row in rows)}


async def get_phone(tx: Transaction, phone_id: str) -> Phone | None:
    """One of them, or None."""
    return (await list_phones(tx, [phone_id])).get(phone_id)


async def add_phones(tx: Transaction, phones: Iterable[tuple[str, str, str, str, str, str | None]]) -> None:
    """Bind new phones to people: phone's id, person's, sign-in's, the build, the time, and the hash of its secret."""
    await tx.execute_many(
        """
        insert into phone (id, person_id, sign_in_id, build, bound_at, heard_at, skew_ms, highest_n, secret_hash)
        values (:phone_id, :person_id, :sign_in_id, :build, :at, :at, 0, 0, :secret_hash)
        """,
        phones,
    )


async def set_copy_of(tx: Transaction, phone_id: str, copy_of: str) -> int:
    """Two phones went by one id: from here on one of them has this one."""
    return await tx.execute(
        "update phone set copy_of = :copy_of where id = :id", {"id": phone_id, "copy_of": copy_of}
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
          highest_n = :highest_n, latest_at = coalesce(:latest_at, latest_at), draft_n = :draft_n,
          secret_hash = coalesce(secret_hash, :secret_hash), replaced_at = null
        where id = :phone_id and person_id = :person_id
        """,
        contacts,
    )


async def count_without_secret(tx: Transaction, build: str, since: str) -> int:
    """How many phones with this build were heard since then, and have never shown a secret of their own."""
    row = await tx.row(
        "select count(*) as phones from phone where secret_hash is null and build = :build and heard_at > :since",
        {"build": build, "since": since},
    )
    return row["phones"] if row else 0


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


async def set_revoked(tx: Transaction, phone_id: str, how: RevokedAs, by_id: str | None, at: str) -> int:
    """Shut a phone out. One that was revoked can still be lost; the first moment stays."""
    return await tx.execute(
        """
        update phone set revoked_at = coalesce(revoked_at, :at), revoked_by_id = :by_id, revoked_as = :how
        where id = :phone_id and (revoked_as is null or (revoked_as = 'revoked' and :how = 'lost'))
        """,
        {"phone_id": phone_id, "how": how, "by_id": by_id, "at": at},
    )


async def list_revoked(tx: Transaction, person_id: str) -> list[ShutOutPhone]:
    """Somebody's phones that were shut out, the newest first."""
    rows = await tx.rows(
        """
        select phone.id as phone_id, phone.sign_in_id, coalesce(sign_in.device, '') as device, phone.revoked_as,
          phone.revoked_at, person.name as by_name, phone.wiped_at
        from phone left join person on person.id = phone.revoked_by_id
          left join sign_in on sign_in.id = phone.sign_in_id
        where phone.person_id = :person_id and phone.revoked_at is not null
        order by phone.revoked_at desc, phone.id
        """,
        {"person_id": person_id},
    )
    return [ShutOutPhone(**row) for row in rows]


async def is_wiped(tx: Transaction, phone_id: str, sign_in_ids: Collection[str]) -> bool:
    """Whether this phone, or one that came with one of these sign-ins, was shut out and has said that it is empty."""
    inside, params = each_of("sign_in", sign_in_ids)
    rows = await tx.rows(
        f"""
        select 1 as one from phone
        where (id = :phone_id or sign_in_id in ({inside})) and revoked_at is not null and wiped_at is not null
        """,
        {"phone_id": phone_id, **params},
    )
    return bool(rows)


async def set_wiped(tx: Transaction, phone_id: str, at: str) -> int:
    """A phone that was shut out says that it is empty."""
    return await tx.execute(
        """
        update phone set wiped_at = :at
        where id = :phone_id and revoked_at is not null and wiped_at is null
        """,
        {"phone_id": phone_id, "at": at},
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
