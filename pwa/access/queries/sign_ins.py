"""Knows the SQL about sign-ins; knows nothing about cookies."""

from msgspec import Struct
from msgspec.structs import asdict

from pwa.access.queries.people import IN_FORCE
from pwa.database import Transaction
from pwa.words import Person, Role


class NewSignIn(Struct, frozen=True, gc=False):
    """A sign-in that begins. `confirmed_at` is when a passkey or a provider said who sits there, None if none did."""

    id: str
    person_id: str
    token_hash: str
    began_at: str
    ends_at: str
    passkey_id: str | None
    device: str
    confirmed_at: str | None


class HeldSignIn(Struct, frozen=True):
    """A sign-in that still holds, and who it lets in, with the roles in force now.

    `vault_hash` is of the secret that its phone's vault holds, None where no vault has shown one.
    """

    id: str
    used_at: str
    confirmed_at: str | None
    person: Person
    vault_hash: str | None


class AnySignIn(Struct, frozen=True, gc=False):
    """A sign-in, and whose it is or was."""

    id: str
    person_id: str


class SignInSpan(Struct, frozen=True, gc=False):
    """When a sign-in was used last, when it ends at the latest, and when it was ended, None if nobody did that."""

    used_at: str
    ends_at: str
    revoked_at: str | None


class OwnSignIn(Struct, frozen=True, gc=False):
    """Where somebody is signed in; `heard_at` is when its phone came last, None for a browser.

    `copies` is how many phones there are that were copied, sign-in and all.
    """

    id: str
    device: str
    began_at: str
    used_at: str
    heard_at: str | None
    copies: int


async def add_sign_in(tx: Transaction, sign_in: NewSignIn) -> None:
    """Somebody has signed in on one phone or browser."""
    await tx.execute(
        """
        insert into sign_in
          (id, person_id, token_hash, began_at, used_at, ends_at, passkey_id, device, confirmed_at)
        values
          (:id, :person_id, :token_hash, :began_at, :began_at, :ends_at, :passkey_id, :device, :confirmed_at)
        """,
        asdict(sign_in),
    )


async def find_sign_in(tx: Transaction, token_hash: str, now: str, idle_since: str) -> HeldSignIn | None:
    """The sign-in of a token, if it still holds.

    Not revoked, not ended, used after `idle_since`; with no role in force there is nobody to let in.
    """
    rows = await tx.rows(
        f"""
        select sign_in.id, used_at, confirmed_at, vault_hash, sign_in.person_id, person.name, language,
          role.name as role, team_id
        from sign_in join person on person.id = sign_in.person_id join role on role.person_id = person.id
        where token_hash = :token_hash and revoked_at is null and sign_in.ends_at > :now
          and used_at > :idle_since and {IN_FORCE}
        order by role.name, team_id
        """,
        {"token_hash": token_hash, "now": now, "idle_since": idle_since},
    )
    if not rows:
        return None
    first = rows[0]
    roles = tuple(Role(row["role"], row["team_id"]) for row in rows)
    person = Person(first["person_id"], first["name"], first["language"], roles)
    return HeldSignIn(first["id"], first["used_at"], first["confirmed_at"], person, first["vault_hash"])


async def set_vault(tx: Transaction, sign_in_id: str, vault_hash: str) -> int:
    """From here on this sign-in's cookie is not enough: once for each sign-in, and never for another vault."""
    return await tx.execute(
        "update sign_in set vault_hash = :vault_hash where id = :id and vault_hash is null",
        {"id": sign_in_id, "vault_hash": vault_hash},
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


async def set_confirmed(tx: Transaction, sign_in_id: str, now: str) -> int:
    """A passkey has said again who sits there."""
    return await tx.execute(
        "update sign_in set confirmed_at = :now where id = :id and revoked_at is null",
        {"id": sign_in_id, "now": now},
    )


async def list_sign_ins(tx: Transaction, person_id: str, now: str, idle_since: str) -> list[OwnSignIn]:
    """Somebody's sign-ins that still hold, the last used first."""
    rows = await tx.rows(
        """
        select id, device, began_at, used_at,
          (select max(heard_at) from phone where phone.sign_in_id = sign_in.id) as heard_at,
          (select count(*) from phone where phone.sign_in_id = sign_in.id and copy_of is not null) as copies
        from sign_in
        where person_id = :person_id and revoked_at is null and ends_at > :now and used_at > :idle_since
        order by used_at desc, id desc
        """,
        {"person_id": person_id, "now": now, "idle_since": idle_since},
    )
    return [OwnSignIn(**row) for row in rows]


async def revoke_sign_in(tx: Transaction, sign_in_id: str, person_id: str, by_id: str, now: str) -> int:
    """Somebody has ended this person's sign-in."""
    return await tx.execute(
        """
        update sign_in set revoked_at = :now, revoked_by_id = :by_id
        where id = :id and person_id = :person_id and revoked_at is null
        """,
        {"id": sign_in_id, "person_id": person_id, "by_id": by_id, "now": now},
    )


async def revoke_of_passkey(tx: Transaction, passkey_id: str, spared_id: str, by_id: str, now: str) -> int:
    """End every sign-in that a passkey has begun, but this one."""
    return await tx.execute(
        """
        update sign_in set revoked_at = :now, revoked_by_id = :by_id
        where passkey_id = :passkey_id and id <> :spared_id and revoked_at is null
        """,
        {"passkey_id": passkey_id, "spared_id": spared_id, "by_id": by_id, "now": now},
    )


async def find_any_sign_in(tx: Transaction, token_hash: str) -> AnySignIn | None:
    """The sign-in of a token, whether it holds or is over."""
    row = await tx.row(
        "select id, person_id from sign_in where token_hash = :token_hash", {"token_hash": token_hash}
    )
    return AnySignIn(**row) if row else None


async def get_span(tx: Transaction, sign_in_id: str) -> SignInSpan | None:
    """Until when a sign-in holds, or held; None if there is none."""
    row = await tx.row("select used_at, ends_at, revoked_at from sign_in where id = :id", {"id": sign_in_id})
    return SignInSpan(**row) if row else None


async def revoke_of_phone(tx: Transaction, phone_id: str, by_id: str | None, now: str) -> int:
    """End the sign-in that a phone came with."""
    return await tx.execute(
        """
        update sign_in set revoked_at = :now, revoked_by_id = :by_id
        where id = (select sign_in_id from phone where phone.id = :phone_id) and revoked_at is null
        """,
        {"phone_id": phone_id, "by_id": by_id, "now": now},
    )


async def revoke_of_person(
    tx: Transaction, person_id: str, by_id: str | None, now: str, spared_id: str = ""
) -> int:
    """End every sign-in of somebody's, but this one. `by_id` None: a role came that ended them (vouching.py)."""
    return await tx.execute(
        """
        update sign_in set revoked_at = :now, revoked_by_id = :by_id
        where person_id = :person_id and id <> :spared_id and revoked_at is null
        """,
        {"person_id": person_id, "by_id": by_id, "now": now, "spared_id": spared_id},
    )


async def is_of(tx: Transaction, sign_in_id: str, person_id: str) -> bool:
    """Whether a sign-in, over or not, is this person's."""
    return bool(
        await tx.rows(
            "select 1 as one from sign_in where id = :id and person_id = :person_id",
            {"id": sign_in_id, "person_id": person_id},
        )
    )


async def get_passkey_of(tx: Transaction, sign_in_id: str, person_id: str) -> str | None:
    """The passkey that began this person's sign-in, None if none did."""
    row = await tx.row(
        "select passkey_id from sign_in where id = :id and person_id = :person_id",
        {"id": sign_in_id, "person_id": person_id},
    )
    return row["passkey_id"] if row else None
