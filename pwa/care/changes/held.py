"""Knows what it is to deal with a change that was refused or held: with all of its tries, and its sender is told."""

from collections.abc import Collection
from datetime import datetime

from pwa.care.documents.settled import draft_settled
from pwa.care.queries.held import ChangeKey, Handling, add_handling, find_try, list_tries
from pwa.database import Transaction
from pwa.documents.store import save_drafts
from pwa.problems import NotFound
from pwa.words import NewId, to_text


async def handle_held(
    tx: Transaction, team_ids: Collection[str], change: ChangeKey, handling: Handling, by_id: str, now: datetime,
    new_id: NewId,
) -> str:  # fmt: skip
    """Deal with a change that these teams look at, or put it back, and give the id of its sender; raises NotFound.

    So are the tries before it. One that came later nobody has seen yet.
    """
    named = await find_try(tx, team_ids, change)
    if named is None:
        raise NotFound
    tries = await list_tries(tx, team_ids, [named.person_id], [named.first_try]) if named.id else []
    before = [one for one in tries if (one.received_at, one.id) < (named.received_at, named.id)]
    for one in [*before, named]:
        await add_handling(tx, ChangeKey(one.team_id, one.id, one.digest), handling, by_id, to_text(now))
    # A list that has one document more is compared because its person's number moves on.
    await save_drafts(tx, [await draft_settled(tx, named.person_id)], new_id, lists_of=())
    return named.person_id
