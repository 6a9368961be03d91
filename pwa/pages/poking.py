"""Knows which rows of which boards a change concerns; knows nothing of what it changed."""

from collections import defaultdict
from collections.abc import Iterable

from pwa.database import Transaction
from pwa.documents.stamping import Thing
from pwa.documents.visit import window
from pwa.live import Poke
from pwa.pages.requests import AppRequest, today_of
from pwa.queries.board import list_carers_of
from pwa.queries.documents import list_team_ids_of_visits
from pwa.words import Person


async def poke(request: AppRequest, sender: Person, changed: Iterable[Thing]) -> None:
    """Tell the open boards of every process, after the commit, that the sender was heard and whose visits changed."""
    if not request.state.app.boards.may_be_heard:
        return
    first, last = window(today_of(request))
    async with request.state.app.database.snapshot() as tx:
        team_ids = await list_team_ids_of_visits(tx, sender.id, first, last)
        pokes = await _pokes(tx, sender, team_ids, changed)
    request.state.app.boards.poke(pokes)


async def _pokes(
    tx: Transaction, sender: Person, team_ids: Iterable[str], changed: Iterable[Thing]
) -> list[Poke]:
    hearers: defaultdict[str, set[str]] = defaultdict(set)
    hearers[sender.id] = {*team_ids, *(role.team_id for role in sender.roles)}
    keys = [(thing.team_id, thing.id) for thing in changed if thing.kind == "visit"]
    for row in await list_carers_of(tx, keys):
        hearers[row["carer_id"]].add(row["team_id"])
    return [Poke(carer_id, frozenset(hears)) for carer_id, hears in hearers.items()]
