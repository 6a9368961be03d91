"""Knows how a slip of the thumb is undone: what was taken back stays in its table and is no longer shown."""

from pwa.changes.doing import Doing
from pwa.words import TakenBack


def take_back(doing: Doing) -> TakenBack:
    """Take back a start, a finish, an "as planned" or a deviation.

    What it takes back may come later, from another phone; a note or an answer with that id is left alone.
    """
    taken_back = doing.needed("change_id")
    return TakenBack(doing.change.id, taken_back, doing.at, doing.received_at, doing.carer.id)
