"""Puts it back by a day when a place's phones were bound: what they do offline came after that, as on any morning.

A change that says an earlier time than the contact before has a clock that is wrong, and costs more.
"""

import asyncio
import json
from datetime import timedelta

from bench.sign_in import open_database
from pwa.words import clock, to_text


async def put_back() -> int:
    """How many phones these are."""
    async with open_database() as database, database.transaction() as tx:
        return await tx.execute(
            "update phone set bound_at = :at", {"at": to_text(clock() - timedelta(days=1))}
        )


if __name__ == "__main__":
    print(json.dumps(asyncio.run(put_back())))
