"""Knows how a slip of the thumb is undone: what was taken back stays in its table and is no longer shown."""

from pwa.care.changes.context import ChangeContext
from pwa.words import TakenBack


def take_back(context: ChangeContext) -> TakenBack:
    """Take back a start, a finish, an "as planned" or a deviation.

    What it takes back may come later, from another phone; a note or an answer with that id is left alone.
    """
    taken_back = context.needed("change_id")
    return TakenBack(context.change.id, taken_back, context.at, context.received_at, context.carer.id)
