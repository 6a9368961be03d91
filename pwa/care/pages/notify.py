"""Knows which rows of which boards a change concerns; knows nothing of what it changed."""

from collections import defaultdict
from collections.abc import Iterable

from pwa.care.documents.visit import window
from pwa.care.queries.board import list_carers_of
from pwa.database import Transaction
from pwa.documents.queries import list_team_ids_of_visits
from pwa.documents.store import DocumentRef
from pwa.web.live import Notice
from pwa.web.requests import AppRequest, today_of
from pwa.words import Person


async def notify(request: AppRequest, sender: Person, changed: Iterable[DocumentRef]) -> None:
    """Tell the open boards of every process, after the commit, that the sender was heard and whose visits changed."""
    if not request.state.app.boards.has_listeners:
        return
    first, last = window(today_of(request))
    async with request.state.app.database.snapshot() as tx:
        team_ids = await list_team_ids_of_visits(tx, sender.id, first, last)
        notices = await _notices(tx, sender, team_ids, changed)
    request.state.app.boards.notify(notices)


async def notify_handled(request: AppRequest, sender_id: str, team_id: str) -> None:
    """Tell the open boards, after the commit, that somebody has looked at a change of this sender, or put it back."""
    if not request.state.app.boards.has_listeners:
        return
    first, last = window(today_of(request))
    async with request.state.app.database.snapshot() as tx:
        team_ids = await list_team_ids_of_visits(tx, sender_id, first, last)
    request.state.app.boards.notify([Notice(sender_id, frozenset({*team_ids, team_id}))])


async def _notices(
    tx: Transaction, sender: Person, team_ids: Iterable[str], changed: Iterable[DocumentRef]
) -> list[Notice]:
    hearers: defaultdict[str, set[str]] = defaultdict(set)
    hearers[sender.id] = {*team_ids, *(role.team_id for role in sender.roles)}
    keys = [(thing.team_id, thing.id) for thing in changed if thing.kind == "visit"]
    for row in await list_carers_of(tx, keys):
        hearers[row["carer_id"]].add(row["team_id"])
    return [Notice(carer_id, frozenset(hears)) for carer_id, hears in hearers.items()]
