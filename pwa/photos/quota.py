"""Knows how many photos may be kept, of one person in a day and in all; knows nothing of how they are sent."""

from datetime import datetime, timedelta

from pwa.database import Transaction
from pwa.photos import queries as photos
from pwa.photos.problems import EnoughForToday, NoRoomForPhotos
from pwa.words import to_text

A_DAY = timedelta(hours=24)
MOST_A_DAY = 200
MOST_BYTES_A_DAY = 1_000_000_000
"""Of one person, whatever phones they are sent from: ten visits with twenty photos each."""


async def check_quota(tx: Transaction, person_id: str, most_in_all: int, now: datetime) -> None:
    """Whether one more photo of this person's may be kept. Raises EnoughForToday, NoRoomForPhotos."""
    count, size = await photos.sum_sent(tx, person_id, to_text(now - A_DAY))
    if count >= MOST_A_DAY or size >= MOST_BYTES_A_DAY:
        raise EnoughForToday
    if await photos.sum_stored(tx) >= most_in_all:
        raise NoRoomForPhotos
