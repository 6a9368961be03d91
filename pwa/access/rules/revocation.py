"""Knows how somebody is shut out: of one phone, of one role, or altogether; knows nothing of coming in.

To let somebody in, all of that person's roles must be one's own to give; to shut somebody out of a phone one of them
is enough, because a lost phone waits for nobody. What others have given is left to them. A role that one has given
oneself is not that one, where the person answers for others by a role that is not one's own to give: nobody makes
herself the one who may shut out those above or beside her.
"""

from collections.abc import Iterable
from datetime import datetime

from pwa.access.documents.person import refresh_people
from pwa.access.queries import invitations, passkeys, roles, sign_ins
from pwa.access.queries.grants import list_ever_held
from pwa.access.queries.phones import RevokedAs
from pwa.access.rules import phones
from pwa.access.rules.grants import Grants, can_grant
from pwa.access.rules.roles import list_roles_left
from pwa.database import Transaction
from pwa.logs import log
from pwa.problems import NotFound
from pwa.words import NewId, Role, to_text


async def revoke_phone(
    tx: Transaction,
    grants: Grants,
    person_id: str,
    sign_in_id: str,
    how: RevokedAs,
    by_id: str,
    now: datetime,
) -> None:
    """One phone or browser is out, and the passkey that let it in lets nobody in any more. Raises NotFound.

    A phone wipes what is this person's, a lost one all that is on it (phones.py).
    """
    await _roles_to_shut_out_by(tx, grants, person_id, by_id, now)
    if not await sign_ins.is_of(tx, sign_in_id, person_id):
        raise NotFound
    passkey_id = await sign_ins.get_passkey_of(tx, sign_in_id, person_id)
    ended = await sign_ins.revoke_sign_in(tx, sign_in_id, person_id, by_id, to_text(now))
    # A phone that is out already can turn out to be lost; where somebody else was first it is as it was to be.
    if not ended + await phones.revoke_phones_of_sign_in(tx, sign_in_id, how, by_id, now):
        return
    if passkey_id:
        await passkeys.set_removed(tx, passkey_id, person_id, to_text(now))
        await sign_ins.revoke_of_passkey(tx, passkey_id, sign_in_id, by_id, to_text(now))
    log.info("a phone was shut out", person=person_id, sign_in=sign_in_id, by=by_id)


async def end_role(
    tx: Transaction, grants: Grants, person_id: str, role: Role, by_id: str, now: datetime, new_id: NewId
) -> None:
    """Somebody does not do this here any more. Raises NotFound."""
    own = await _own_roles(tx, grants, person_id, by_id, now)
    if role not in own:
        raise NotFound
    await roles.end_role(tx, person_id, role, to_text(now), by_id)
    await refresh_people(tx, [person_id], new_id)


async def revoke_access(
    tx: Transaction, grants: Grants, person_id: str, by_id: str, now: datetime, new_id: NewId
) -> list[Role]:
    """Somebody is out of every phone and browser at once, and has no role that one could give; which these were.

    Raises NotFound. Who keeps a role that others have given keeps the passkeys, and may sign in again for that.
    """
    own = await _roles_to_shut_out_by(tx, grants, person_id, by_id, now)
    await _revoke(tx, person_id, own, by_id, now, new_id)
    return own


async def end_all_access(tx: Transaction, person_id: str, now: datetime, new_id: NewId) -> list[Role]:
    """The same by whoever has the server's command line, of every role."""
    held = await list_roles_left(tx, person_id, now)
    await _revoke(tx, person_id, held, None, now, new_id)
    return held


async def _revoke(
    tx: Transaction, person_id: str, ended: Iterable[Role], by_id: str | None, now: datetime, new_id: NewId
) -> None:
    for role in ended:
        await roles.end_role(tx, person_id, role, to_text(now), by_id)
    await phones.revoke_phones_of_person(tx, person_id, "revoked", by_id, now)
    await invitations.withdraw_invitations(tx, person_id, to_text(now))
    if not await list_roles_left(tx, person_id, now):
        await passkeys.remove_of_person(tx, person_id, to_text(now))
        await invitations.withdraw_recovery_codes(tx, person_id, to_text(now))
    await refresh_people(tx, [person_id], new_id)
    log.info("somebody was shut out", person=person_id, by=by_id)


async def may_shut_out(tx: Transaction, grants: Grants, person_id: str, by_id: str, now: datetime) -> bool:
    """Whether one may shut this person, or a phone of theirs, out."""
    try:
        return bool(await _roles_to_shut_out_by(tx, grants, person_id, by_id, now))
    except NotFound:
        return False


async def _own_roles(
    tx: Transaction, grants: Grants, person_id: str, by_id: str, now: datetime
) -> list[Role]:
    """The roles of somebody, not oneself, that one could give. Raises NotFound."""
    held = await list_roles_left(tx, person_id, now) if person_id != by_id else []
    own = [role for role in held if can_grant(grants, role)]
    if not own:
        raise NotFound
    return own


async def _roles_to_shut_out_by(
    tx: Transaction, grants: Grants, person_id: str, by_id: str, now: datetime
) -> list[Role]:
    """The same, if one may shut this person out by them; of whom has no role left, those that there were: what was signed in then
    may lie in somebody else's hands. Raises NotFound.
    """
    if person_id != by_id and not await list_roles_left(tx, person_id, now):
        if before := [role for role in await list_ever_held(tx, person_id) if can_grant(grants, role)]:
            return before
        raise NotFound
    own = await _own_roles(tx, grants, person_id, by_id, now)
    left = await list_roles_left(tx, person_id, now)
    rows = await roles.list_roles(tx, person_id)
    given = {Role(row["name"], row["team_id"]) for row in rows if row["given_by_id"] == by_id}
    if given.issuperset(own) and any(role.name != "carer" and not can_grant(grants, role) for role in left):
        raise NotFound
    return own
