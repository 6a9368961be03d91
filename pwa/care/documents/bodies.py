"""Knows how a visit's document is read whose body is not stored: it is built then; knows nothing of why it is not."""

from collections.abc import Sequence

from pwa.care.documents.visit_body import build_visit
from pwa.care.documents.visit_rows import read_visits_anew
from pwa.database import Transaction
from pwa.database.lists import Key, in_parts
from pwa.documents.queries import Stored
from pwa.documents.stored import dump

AT_ONCE = 64
"""So many visits are read together."""


async def with_bodies(tx: Transaction, rows: Sequence[Stored]) -> list[Stored]:
    """These documents in their order, each with its body."""
    bare = [row for row in rows if not row.has_body]
    if not bare:
        return list(rows)
    built: dict[Key, str] = {}
    for some in in_parts(bare, AT_ONCE):
        for visit in await read_visits_anew(tx, [row.id.removeprefix("visit-") for row in some]):
            document = build_visit(visit)
            built[visit.key[0], document.id] = dump(document.body)
    return [row if row.has_body else row._replace(body=built[row.key]) for row in rows]
