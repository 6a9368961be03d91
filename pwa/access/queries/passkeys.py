"""Knows the SQL about passkeys; knows nothing of what makes one good."""

from msgspec import Struct

from pwa.database import Transaction


class PasskeyProof(Struct, frozen=True, gc=False):
    """What shows that a passkey was used: whose it is, its public key, and how far it has counted."""

    id: str
    person_id: str
    public_key: bytes
    sign_count: int


class OwnPasskey(Struct, frozen=True, gc=False):
    """A passkey as its owner knows it; `went_back_at` is when its counter did, None if it never has."""

    id: str
    name: str
    transports: str
    made_at: str
    used_at: str | None
    went_back_at: str | None


async def add_passkey(
    tx: Transaction, passkey_id: str, person_id: str, name: str, public_key: bytes,
    sign_count: int, transports: str, made_at: str,
) -> int:  # fmt: skip
    """Somebody has made a passkey. 0 if one with this id is known already, anybody's."""
    return await tx.execute(
        """
        insert into passkey (id, person_id, name, public_key, sign_count, transports, made_at)
        values (:id, :person_id, :name, :public_key, :sign_count, :transports, :made_at)
        on conflict (id) do nothing
        """,
        {"id": passkey_id, "person_id": person_id, "name": name, "public_key": public_key,
         "sign_count": sign_count, "transports": transports, "made_at": made_at},
    )  # fmt: skip


async def find_passkey(tx: Transaction, passkey_id: str) -> PasskeyProof | None:
    """A passkey that somebody has, or None."""
    row = await tx.row(
        """
        select id, person_id, public_key, sign_count from passkey
        where id = :id and removed_at is null
        """,
        {"id": passkey_id},
    )
    return PasskeyProof(**row) if row else None


async def find_reset_passkey(tx: Transaction, passkey_id: str) -> PasskeyProof | None:
    """A passkey that ended with all of somebody's ways in, because of a role (rules/vouching.py); or None."""
    row = await tx.row(
        """
        select id, passkey.person_id, public_key, sign_count from passkey
          join access_reset on access_reset.person_id = passkey.person_id and at = removed_at
        where id = :id
        """,
        {"id": passkey_id},
    )
    return PasskeyProof(**row) if row else None


async def list_passkeys(tx: Transaction, person_id: str) -> list[OwnPasskey]:
    """Somebody's passkeys, the oldest first."""
    rows = await tx.rows(
        f"""
        select id, name, transports, made_at, used_at, went_back_at from passkey
        where person_id = :person_id and removed_at is null
        order by made_at, id {tx.for_update("passkey")}
        """,
        {"person_id": person_id},
    )
    return [OwnPasskey(**row) for row in rows]


async def set_used(tx: Transaction, passkey_id: str, sign_count: int, at: str) -> int:
    """It was used, and counted so far. 0 if it is gone, or if somebody has counted further meanwhile."""
    return await tx.execute(
        """
        update passkey set sign_count = :sign_count, used_at = :at
        where id = :id and removed_at is null
          and (sign_count < :sign_count or (sign_count = 0 and :sign_count = 0))
        """,
        {"id": passkey_id, "sign_count": sign_count, "at": at},
    )


async def set_went_back(tx: Transaction, passkey_id: str, at: str) -> int:
    """Its counter went back."""
    return await tx.execute(
        "update passkey set went_back_at = :at where id = :id", {"id": passkey_id, "at": at}
    )


async def set_name(tx: Transaction, passkey_id: str, person_id: str, name: str) -> int:
    """What its owner calls it."""
    return await tx.execute(
        "update passkey set name = :name where id = :id and person_id = :person_id and removed_at is null",
        {"id": passkey_id, "person_id": person_id, "name": name},
    )


async def set_removed(tx: Transaction, passkey_id: str, person_id: str, at: str) -> int:
    """It lets nobody in any more."""
    return await tx.execute(
        """
        update passkey set removed_at = :at
        where id = :id and person_id = :person_id and removed_at is null
        """,
        {"id": passkey_id, "person_id": person_id, "at": at},
    )


async def remove_of_person(tx: Transaction, person_id: str, at: str) -> int:
    """None of somebody's lets anybody in any more."""
    return await tx.execute(
        "update passkey set removed_at = :at where person_id = :person_id and removed_at is null",
        {"person_id": person_id, "at": at},
    )
