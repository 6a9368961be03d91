"""Knows what a phone is given besides what became of its changes; knows nothing of how it asked."""

from collections.abc import Collection
from typing import NamedTuple

from pwa.care.documents.half_written import digest_of, half_written
from pwa.care.documents.half_written import unsent as unsent_of
from pwa.care.queries.drafts import list_drafts_elsewhere, list_settled_elsewhere
from pwa.care.sync.pull import Pull
from pwa.care.sync.wire import KnownUnsent, SyncRequest
from pwa.database import Transaction
from pwa.words import Json, Person


class Given(NamedTuple):
    """What a phone is given besides what became of its changes. `unsent` is None where the phone knows it."""

    pulled: Pull
    unsent: Json | None
    half_written: Collection[str]  # the visits that unsent words are about


def asks_for_unsent(sent: SyncRequest) -> bool:
    """An older phone does not."""
    return sent.unsent is not None or sent.cursor is None


async def given_to(tx: Transaction, carer: Person, sent: SyncRequest, pulled: Pull) -> Given:
    """With the carer's half-written words that are not on this phone, where it does not know them."""
    if not asks_for_unsent(sent):
        return Given(pulled, None, ())
    known = sent.unsent or KnownUnsent("", 0)
    drafts = unsent_of(await list_drafts_elsewhere(tx, carer.id, sent.phone, known.floor))
    settled = await list_settled_elsewhere(tx, carer.id, sent.phone)
    digest = digest_of(drafts, settled)
    if digest == known.digest:
        return Given(pulled, None, ())
    unsent: Json = {
        "digest": digest, "drafts": drafts, "settled": [{"id": id, "at": at} for id, at in settled],
    }  # fmt: skip
    return Given(pulled, unsent, half_written(drafts).keys() - {""})
