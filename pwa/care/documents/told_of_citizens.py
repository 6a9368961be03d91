"""Knows how what is told of citizens is read for the server's own pages; knows nothing of how it is put together."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from pwa.care.documents.citizen import PREFIX, citizen_of
from pwa.care.documents.citizen_page import citizen_page, count_pinned
from pwa.database import Transaction
from pwa.database.lists import Key
from pwa.documents import queries as documents
from pwa.documents.stored import load

Visit = Mapping[str, Any]


async def told_of_citizen(tx: Transaction, visit: Visit, today: date) -> dict[str, Any]:
    """What is told of a visit's citizen."""
    found = await _read(tx, [visit])
    return citizen_page(found.get(_key(visit)), [visit], today.isoformat())


async def count_pinned_at(
    tx: Transaction, visits: Sequence[Visit], person_id: str, today: date
) -> dict[str, int]:
    """How much that is pinned nobody has read, by visit."""
    found = await _read(tx, [visit for visit in visits if "citizen" in visit and "team" in visit])
    counts = {}
    for visit in visits:
        with suppress(KeyError, TypeError):  # One that cannot be drawn says so in its own row.
            hers = [
                one
                for one in visits
                if one["citizen"]["id"] == visit["citizen"]["id"] and one["team"] == visit["team"]
            ]
            page = citizen_page(found.get(_key(visit)), hers, today.isoformat())
            counts[str(visit["visit_id"])] = count_pinned(page, str(visit["visit_id"]), person_id)
    return counts


async def _read(tx: Transaction, visits: Collection[Visit]) -> dict[Key, dict[str, Any]]:
    rows = await documents.list_documents(tx, {_key(visit) for visit in visits}) if visits else []
    return {row.key: load(row) for row in rows}


def _key(visit: Visit) -> Key:
    thing = citizen_of(visit["team"]["id"], visit["citizen"]["id"])
    return thing.team_id, PREFIX + thing.id
