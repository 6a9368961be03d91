"""Knows how a slip of the thumb is undone: what was taken back stays in its table and is no longer shown."""

from pwa.changes.doing import Doing
from pwa.database import Transaction
from pwa.queries.attendances import add_taken_back


async def take_back(tx: Transaction, doing: Doing) -> None:
    """Take back a start, a finish, an "as planned" or a deviation.

    What it takes back may come later, from another phone; a note or an answer with that id is left alone.
    """
    await add_taken_back(
        tx,
        doing.team_id,
        doing.visit_id,
        doing.change.id,
        doing.needed("change_id"),
        doing.at,
        doing.received_at,
        doing.carer.id,
    )
