"""Knows how a phone is shut out, and what becomes of it; knows no requests, and not who may shut out whom."""

from datetime import datetime

from pwa.access.queries import phones, sign_ins
from pwa.access.queries.phones import Phone, RevokedAs
from pwa.database import Transaction
from pwa.logs import log
from pwa.words import to_text


async def revoke_access(
    tx: Transaction, phone_id: str, how: RevokedAs, by_id: str | None, now: datetime
) -> bool:
    """From now on what this phone sends is kept and not judged, and it wipes itself at its next contact.

    `revoked`: all of its carer's, once everything has been delivered. `lost`: all that is on it. The sign-in that it
    came with is over. A phone that was revoked can still be lost. Whether there is such a phone, not shut out so yet.
    """
    if not await phones.set_revoked(tx, phone_id, how, by_id, to_text(now)):
        return False
    await sign_ins.revoke_of_phone(tx, phone_id, by_id, to_text(now))
    log.info("phone shut out", phone=phone_id, how=how, by=by_id)
    return True


async def revoke_phones_of_sign_in(
    tx: Transaction, sign_in_id: str, how: RevokedAs, by_id: str, now: datetime
) -> int:
    """The same of the phone that came with this sign-in, which is how leaders know it: how many there were."""
    shut = [
        await revoke_access(tx, phone_id, how, by_id, now)
        for phone_id in await phones.list_phone_ids_of_sign_in(tx, sign_in_id)
    ]
    return sum(shut)


async def revoke_phones_of_person(
    tx: Transaction, person_id: str, how: RevokedAs, by_id: str | None, now: datetime
) -> int:
    """The same of every phone of somebody's, and the end of every sign-in: how many phones there were."""
    shut = [
        await revoke_access(tx, phone_id, how, by_id, now)
        for phone_id in await phones.list_phone_ids(tx, person_id)
    ]
    await sign_ins.revoke_of_person(tx, person_id, by_id, to_text(now))
    return sum(shut)


async def list_revoked_together(tx: Transaction, lost_id: str, phone_id: str, now: datetime) -> Phone | None:
    """A phone that proves to be the same thing as a lost one, with another carer's day on it, is lost with it.

    The phone, or None if the first is not lost or the second is not known.
    """
    lost, phone = await phones.get_phone(tx, lost_id), await phones.get_phone(tx, phone_id)
    if lost is None or phone is None or lost.revoked_as != "lost" or lost.revoked_by_id is None:
        return None
    await revoke_access(tx, phone_id, "lost", lost.revoked_by_id, now)
    return await phones.get_phone(tx, phone_id)


async def note_wiped(tx: Transaction, phone_id: str, now: datetime) -> None:
    """It says that it has done so."""
    if await phones.set_wiped(tx, phone_id, to_text(now)):
        log.info("phone wiped", phone=phone_id)
