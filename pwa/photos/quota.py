"""Knows how many photos may be kept, of one person in a day and in all; knows nothing of how they are sent."""

from datetime import datetime, timedelta

from pwa.database import Transaction
from pwa.photos import queries as photos
from pwa.photos.problems import EnoughForToday, NoRoomForPhotos
from pwa.words import to_text

A_DAY = timedelta(hours=24)
A_MINUTE = timedelta(minutes=1)
MOST_A_DAY = 200
MOST_BYTES_A_DAY = 1_000_000_000
"""Of one person, whatever phones they are sent from: ten visits with twenty photos each."""


async def check_quota(
    tx: Transaction, stored: "StoredSum", person_id: str, most_in_all: int, now: datetime
) -> None:
    """Whether one more photo of this person's may be kept. Raises EnoughForToday, NoRoomForPhotos."""
    count, size = await photos.sum_sent(tx, person_id, to_text(now - A_DAY))
    if count >= MOST_A_DAY or size >= MOST_BYTES_A_DAY:
        raise EnoughForToday
    if await stored.sum(tx, now) >= most_in_all:
        raise NoRoomForPhotos


class StoredSum:
    """How many bytes all photos have, asked for once a minute: the sum of some hundred thousand is no small work.

    What this process has stored since is added, what others have only at the next minute.
    """

    def __init__(self) -> None:
        self._bytes = 0
        self._asked_at: datetime | None = None

    async def sum(self, tx: Transaction, now: datetime) -> int:
        """About how many bytes there are."""
        if self._asked_at is None or not self._asked_at <= now < self._asked_at + A_MINUTE:
            self._bytes, self._asked_at = await photos.sum_stored(tx), now
        return self._bytes

    def add(self, size: int) -> None:
        """A photo of so many bytes has been stored."""
        self._bytes += size
