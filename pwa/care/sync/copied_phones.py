"""Knows which phone a push is of, and that whatever else goes by its id is another one; knows nothing of changes."""

from collections.abc import Sequence
from datetime import datetime

from pwa.access.queries import phones, sign_ins
from pwa.access.queries.phones import Phone
from pwa.access.rules.phone_proof import proves
from pwa.care.sync.arrival import Arrival
from pwa.database import Transaction
from pwa.logs import log
from pwa.words import NewId, Push, to_text


async def is_proved(tx: Transaction, known: Phone, push: Push, now: datetime) -> bool:
    """Whether what comes is of this phone: it shows the phone's secret.

    One of before that has shown none yet is known by its token of delivery, by its sign-in, or because that is over.
    """
    is_of_before = push.is_by_token or known.sign_in_id == push.sign_in_id
    if known.secret_hash or is_of_before:
        return proves(known, push.secret_hash, is_of_before)
    span = await sign_ins.get_span(tx, known.sign_in_id)
    return span is None or span.revoked_at is not None or span.ends_at <= to_text(now)


def copy_of(known: Phone, arrival: Arrival, numbers: Sequence[int], new_id: NewId) -> Phone:
    """A phone of its own for what goes by this one's id; what came before these numbers is not missing of it."""
    carer, push, now, *_ = arrival
    before = max(min(numbers) - 1, 0) if numbers else known.highest_n
    return Phone(new_id(), carer.id, push.sign_in_id, push.build, to_text(now), known.skew_ms, before)


async def save_copy(tx: Transaction, arrival: Arrival, phone: Phone, copied: Phone) -> None:
    """From here on it goes by its own id."""
    carer, push, now, *_ = arrival
    row = (phone.id, carer.id, push.sign_in_id, push.build, to_text(now), push.secret_hash)
    await phones.add_phones(tx, [row])
    await phones.set_copy_of(tx, phone.id, copied.id)
    log.warning("a phone was copied to another", phone=copied.id, new_phone=phone.id)
