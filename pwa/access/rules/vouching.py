"""Knows that whoever lets somebody in vouches for what she could give, also later; knows no pages and no files.

Whoever made the code could have used it herself. So when a role comes that she could not have given, every way in
that may be hers ends: passkeys, sign-ins, codes. Somebody who may give the role lets the person in again.
"""

from contextlib import suppress
from datetime import datetime

from pwa.access.queries import access_resets, invitations, passkeys, roles, sign_ins
from pwa.access.queries.access_resets import Voucher
from pwa.access.queries.grants import is_person_within
from pwa.access.queries.invitations import KnownCode
from pwa.access.queries.people import find_person, get_person
from pwa.access.rules.grants import can_grant, grants_of
from pwa.database import Transaction
from pwa.logs import log
from pwa.problems import NotFound
from pwa.words import Person, Role, to_text


async def reset_if_beyond(tx: Transaction, person_id: str, role: Role, now: datetime) -> bool:
    """A role has come that somebody did not have: end the ways in, if one of those who let them in could not give it.

    Phones stay theirs: what waits on them is delivered as after any sign-in that is over.
    """
    await access_resets.lock_person(tx, person_id)
    vouchers = await access_resets.list_vouchers(tx, person_id, to_text(now))
    at = to_text(now)
    if all([await could_give(tx, voucher, role, at) for voucher in vouchers]):
        return False
    await access_resets.add_reset(tx, person_id, role, at)
    # In this order: whoever comes in at this moment holds one of these rows, and is seen once it is let go.
    await invitations.withdraw_invitations(tx, person_id, at)
    await invitations.withdraw_recovery_codes(tx, person_id, at)
    await passkeys.remove_of_person(tx, person_id, at)
    await sign_ins.revoke_of_person(tx, person_id, None, at)
    log.warning("ways in were ended", person=person_id, how="a role that whoever let them in could not give")
    return True


async def may_still_let_in(tx: Transaction, code: KnownCode, now: datetime) -> bool:
    """Whether whoever made a code may let this person in at this moment too: she may be out since, or have other teams."""
    if code.by_id is None:
        return True
    giver = await get_person(tx, code.by_id, to_text(now))
    try:
        grants = await grants_of(tx, giver) if giver else {}
    except NotFound:
        return False
    return await is_person_within(tx, grants, code.person_id, to_text(now))


async def could_give(tx: Transaction, voucher: Voucher, role: Role, now: str) -> bool:
    """Whether somebody could have given this role when she let the person in, or could at this moment.

    At this moment: she could let in somebody with it anew, so nothing is gained by having let in this one.
    """
    giver = await find_person(tx, voucher.by_id)
    if giver is None:
        return False
    for at in (voucher.made_at, now):
        held = tuple(await roles.list_roles_at(tx, giver.id, at))
        with suppress(NotFound):
            if can_grant(await grants_of(tx, Person(giver.id, giver.name, giver.language, held)), role):
                return True
    return False
