"""Knows what a push comes to for which nothing is written: it brings nothing, and its phone is known."""

from datetime import datetime, timedelta

from pwa.access.queries import phones
from pwa.access.queries.phones import Stretch
from pwa.care.sync.arrival import Received
from pwa.care.sync.clock_skew import measure
from pwa.care.sync.hear import MILLISECOND
from pwa.database import Transaction
from pwa.words import Person, Push, to_text

LATELY = timedelta(seconds=20)
"""A contact so soon after another is not noted: boards count silence in minutes."""


async def heard_already(tx: Transaction, carer: Person, push: Push, now: datetime) -> Received | None:
    """What a push comes to that brings nothing, from a phone of which we know all: nothing has to be written.

    None if it must be received: it has changes, or the phone is new, or otherwise than it was, or was not
    heard for a while. Raises NotAsDescribed.
    """
    known = await phones.get_phone(tx, push.phone)
    if (
        push.changes
        or push.drafts
        or known is None
        or known.heard_at <= to_text(now - LATELY)
        or known.replaced_at
        or known.revoked_as
    ):
        return None
    skew = measure(push.now, now, known.skew_ms * MILLISECOND) // MILLISECOND
    as_known = [known.person_id, known.sign_in_id, known.build, known.skew_ms]
    if as_known != [carer.id, push.sign_in_id, push.build, skew] or known.secret_hash != push.secret_hash:
        return None
    return Received(
        [], await _gaps(tx, push.phone), [], known.highest_n, known.draft_n, heard_before=known.heard_at
    )


async def heard_unnoted(tx: Transaction, carer: Person, push: Push) -> Received | None:
    """What a push comes to that brings nothing, while nothing can be written: that it came is noted the next time.

    None if it has changes, or the phone is not known as this carer's.
    """
    known = await phones.get_phone(tx, push.phone)
    if push.changes or known is None or known.person_id != carer.id or known.revoked_as:
        return None
    return Received(
        [], await _gaps(tx, push.phone), [], known.highest_n, known.draft_n, heard_before=known.heard_at
    )


async def _gaps(tx: Transaction, phone_id: str) -> list[Stretch]:
    return (await phones.list_gaps(tx, [phone_id])).get(phone_id, [])
