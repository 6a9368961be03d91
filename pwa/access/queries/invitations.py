"""Knows the SQL about invitations and recovery codes; knows no codes, only their hashes."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import asdict

from pwa.database import Transaction


class NewInvitation(Struct, frozen=True, gc=False):
    """Somebody is let in by somebody, None: by the command line."""

    id: str
    person_id: str
    code_hash: str
    by_id: str | None
    made_at: str
    ends_at: str


class Invited(Struct, frozen=True, gc=False):
    """What has become of an invitation."""

    person_id: str
    by_id: str | None
    ends_at: str
    used_at: str | None
    withdrawn_at: str | None


class LastCode(Struct, frozen=True, gc=False):
    """What has become of the newest code for somebody (`by_name` None: the command line)."""

    id: str
    made_at: str
    ends_at: str
    used_at: str | None
    withdrawn_at: str | None
    by_name: str | None


class KnownCode(Struct, frozen=True, gc=False):
    """Whom a code lets in."""

    person_id: str
    code_hash: str
    by_id: str | None  # who has made the invitation; None: the command line, or it is a recovery code


async def add_invitation(tx: Transaction, invitation: NewInvitation) -> int:
    """Keep an invitation. 0 if the code is taken."""
    return await tx.execute(
        """
        insert into invitation (id, person_id, code_hash, by_id, made_at, ends_at)
        values (:id, :person_id, :code_hash, :by_id, :made_at, :ends_at)
        on conflict (code_hash) do nothing
        """,
        asdict(invitation),
    )


async def withdraw_invitations(tx: Transaction, person_id: str, at: str) -> int:
    """The codes that were made for somebody, and not used, let nobody in any more."""
    return await tx.execute(
        """
        update invitation set withdrawn_at = :at
        where person_id = :person_id and used_at is null and withdrawn_at is null
        """,
        {"person_id": person_id, "at": at},
    )


async def withdraw_invitation(tx: Transaction, invitation_id: str, at: str) -> int:
    """A code that nobody has used lets nobody in any more. 0 if it did not anyway."""
    return await tx.execute(
        """
        update invitation set withdrawn_at = :at
        where id = :id and used_at is null and withdrawn_at is null
        """,
        {"id": invitation_id, "at": at},
    )


async def get_invitation(tx: Transaction, invitation_id: str) -> Invited | None:
    """An invitation, whoever has made it."""
    row = await tx.row(
        "select person_id, by_id, ends_at, used_at, withdrawn_at from invitation where id = :id",
        {"id": invitation_id},
    )
    return Invited(**row) if row else None


async def get_last_code(tx: Transaction, person_id: str, since: str) -> LastCode | None:
    """The newest that was made for somebody since then."""
    row = await tx.row(
        """
        select invitation.id, made_at, ends_at, used_at, withdrawn_at, person.name as by_name
        from invitation left join person on person.id = invitation.by_id
        where person_id = :person_id and made_at > :since order by made_at desc, invitation.id desc limit 1
        """,
        {"person_id": person_id, "since": since},
    )
    return LastCode(**row) if row else None


async def find_code(tx: Transaction, code_hash: str, hash_before: str, now: str) -> KnownCode | None:
    """Whom a code lets in, an invitation's or a recovery code, that is not used.

    `hash_before` is what was kept of it before there was a secret. None if it lets in nobody.
    """
    row = await tx.row(
        """
        select person_id, code_hash, by_id from invitation
        where code_hash in (:hash, :before) and used_at is null and withdrawn_at is null and ends_at > :now
        union all
        select person_id, code_hash, null from recovery_code
        where code_hash in (:hash, :before) and used_at is null and withdrawn_at is null
        """,
        {"hash": code_hash, "before": hash_before, "now": now},
    )
    return KnownCode(**row) if row else None


async def use_code(tx: Transaction, code_hash: str, person_id: str, at: str) -> int:
    """It has let somebody in, and does so once. 0 if it has already, or does not any more."""
    used = 0
    for table in ("invitation", "recovery_code"):
        used += await tx.execute(
            f"""
            update {table} set used_at = :at where code_hash = :hash and person_id = :person_id
              and used_at is null and withdrawn_at is null
            """,
            {"hash": code_hash, "person_id": person_id, "at": at},
        )
    return used


async def withdraw_recovery_codes(tx: Transaction, person_id: str, at: str) -> int:
    """The recovery codes that somebody has not used let nobody in any more."""
    return await tx.execute(
        """
        update recovery_code set withdrawn_at = :at
        where person_id = :person_id and used_at is null and withdrawn_at is null
        """,
        {"person_id": person_id, "at": at},
    )


async def replace_recovery_codes(tx: Transaction, person_id: str, hashes: Iterable[str], at: str) -> None:
    """Somebody has these recovery codes, and no others any more."""
    await withdraw_recovery_codes(tx, person_id, at)
    await tx.execute_many(
        "insert into recovery_code (code_hash, person_id, made_at) values (:hash, :person_id, :at)",
        [(each, person_id, at) for each in hashes],
    )


async def count_recovery_codes(tx: Transaction, person_id: str) -> int:
    """How many of them are left."""
    row = await tx.row(
        """
        select count(*) as left_over from recovery_code
        where person_id = :person_id and used_at is null and withdrawn_at is null
        """,
        {"person_id": person_id},
    )
    return int(row["left_over"]) if row else 0
