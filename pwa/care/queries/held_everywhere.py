"""Knows how much waits for somebody's look in all teams together, for whoever runs the server; knows no words of it."""

from datetime import timedelta

from msgspec import Struct

from pwa.care.queries.held import NEEDS_A_LOOK, WITH_NEWEST
from pwa.database import Transaction

SHOWN_FOR = timedelta(days=30)
"""How long a change that needs a look stands on the organiser's page; in the log it stands for good."""
MOST_COUNTED = 1000
"""The number in the menu goes no higher."""


class HeldEverywhere(Struct, frozen=True):
    """How many, no more than were asked for, and when the one that waits longest of them came."""

    count: int
    oldest_at: str | None


async def get_held_everywhere(tx: Transaction, since: str, most: int) -> HeldEverywhere:
    """What was received since then and needs a look, counted so far."""
    [(count, oldest_at)] = await tx.tuples(
        f"""
        select count(*), min(received_at) from (
          select change.received_at as received_at from change {WITH_NEWEST}
          where change.problem is not null and change.received_at >= :since and {NEEDS_A_LOOK}
          order by change.received_at desc limit :most
        ) as those
        """,
        {"since": since, "most": most},
    )
    return HeldEverywhere(int(count), oldest_at)
