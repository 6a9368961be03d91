"""Knows which phones are heard from and which are silent, for whoever runs the server; knows nobody who carries one."""

from msgspec import Struct

from pwa.database import Transaction

NOT_ENDED = "replaced_at is null and revoked_at is null and wiped_at is null"
IN_USE = f"heard_at >= :since and {NOT_ENDED}"


class Contact(Struct, frozen=True):
    """So many phones are in use, so many of them were heard lately, and when any was heard last."""

    in_use: int
    lately: int
    last_at: str | None


async def has_phones(tx: Transaction) -> bool:
    """Whether any phone has ever come."""
    return bool(await tx.tuples("select 1 from phone limit 1"))


async def has_people(tx: Transaction) -> bool:
    """Whether anybody could carry one."""
    return bool(await tx.tuples("select 1 from person limit 1"))


async def has_carers(tx: Transaction) -> bool:
    """Whether anybody was ever given visits to make."""
    return bool(await tx.tuples("select 1 from role where name = 'carer' limit 1"))


async def get_contact(tx: Transaction, since: str, lately: str) -> Contact:
    """Of the phones that were heard since then."""
    [(in_use, heard, last_at)] = await tx.tuples(
        f"""
        select count(*), sum(case when heard_at >= :lately then 1 else 0 end), max(heard_at)
        from phone where {IN_USE}
        """,
        {"since": since, "lately": lately},
    )
    return Contact(int(in_use), int(heard or 0), last_at)


async def find_last_heard(tx: Transaction) -> str | None:
    """When any phone that may still come was heard last, however long ago; None where there is none."""
    [(at,)] = await tx.tuples(f"select max(heard_at) from phone where {NOT_ENDED}")
    return str(at) if at else None


async def list_silent(tx: Transaction, since: str, most: int) -> list[tuple[str, str]]:
    """(id, heard_at) of those that have been silent longest of them."""
    rows = await tx.tuples(
        f"select id, heard_at from phone where {IN_USE} order by heard_at, id limit :most",
        {"since": since, "most": most},
    )
    return [(str(id), str(heard_at)) for id, heard_at in rows]
