"""Knows when a phone must send again what it sent before; knows nothing of what its changes say.

A database that was restored from a backup lacks what phones delivered after it. Each answer says the highest
number that has come (`heard_n`) and the gaps below it; a phone sends again what it has kept of the rest.
"""

from collections.abc import Collection
from datetime import datetime

from pwa.care.sync.cursors import was_given_elsewhere
from pwa.database import Transaction
from pwa.words import Push, day_of


async def comes_too_early(
    tx: Transaction, push: Push, highest: int, numbers: Collection[int], now: datetime
) -> bool:
    """Whether a push leaves out numbers that the phone may have delivered to the database as it was.

    A correction must not come before its note. So nothing of such a push is judged: the answer says which
    number comes next, and gives a cursor of this database, with which the phone is believed the next time
    whatever it has.
    """
    new = {number for number in numbers if number > highest}
    leaves_out = bool(new) and max(new) > highest + len(new)
    return leaves_out and await was_given_elsewhere(tx, push.cursor, day_of(now))
