"""Knows whether pushes that were judged on a snapshot may be written as they are judged; knows nothing of judging.

What they were judged by is read again, in the transaction that writes, where it is nobody else's until the end: the
phones with the numbers that they lack, how much their carers have sent, the fates of these changes and of those that
they repeat, and of each visit its token (documents/queries.py), which moves whatever is written there. That is a few
short rows instead of all that was read. Who may do what is asked as it was a moment before.
"""

from collections.abc import Sequence

from pwa.care.queries.visits import list_keys
from pwa.care.sync.arrival import Received
from pwa.care.sync.hear import read_phones
from pwa.care.sync.judge import read_log, visit_ids_of
from pwa.care.sync.receive import Judged, receive_pushes, submissions_of, write_pushes
from pwa.care.sync.submission import Batch, Submission
from pwa.database import Transaction
from pwa.database.lists import Key
from pwa.documents.queries import Token, list_tokens
from pwa.logs import log
from pwa.words import NewId


async def write_judged_ahead(tx: Transaction, judged: Judged, new_id: NewId) -> list[Received]:
    """Write them as they are judged; if anything has moved, judge them again first. Raises as receive_pushes."""
    if await still_holds(tx, judged):
        return await write_pushes(tx, judged, new_id)
    log.info("pushes are judged again", count=len(judged.arrivals))
    return await receive_pushes(tx, judged.arrivals, new_id)


async def still_holds(tx: Transaction, judged: Judged) -> bool:
    """Whether all that was judged by is as it was. From here on it stays so until the transaction ends."""
    if await read_phones(tx, judged.arrivals) != judged.known:
        return False
    submissions = submissions_of(judged.heard)
    if await _tokens_now(tx, submissions) != _tokens(judged.batch):
        return False
    # After the visits, as judge() reads it: a repeat on its way elsewhere has its fate now.
    return await read_log(tx, submissions) == judged.batch.before


def _tokens(batch: Batch) -> dict[Key, Token | None]:
    """As they were. A visit without a document has none, and never holds."""
    found = [visit for visits in batch.visits.values() for visit in visits]
    return {visit.key: visit.stored.token if visit.stored else None for visit in found}


async def _tokens_now(tx: Transaction, submissions: Sequence[Submission]) -> dict[Key, Token]:
    """Of the visits that these are about, in whatever team they are now."""
    keys = await list_keys(tx, visit_ids_of(submissions))
    tokens = await list_tokens(tx, [(team_id, f"visit-{visit_id}") for team_id, visit_id in keys])
    return {(team_id, id.removeprefix("visit-")): token for (team_id, id), token in tokens.items()}
