"""Knows which photos an answer shows, so that they are kept and may be seen by whoever may see the visit; knows no bytes.

The photo itself may come earlier, later or never.
"""

import json
from collections.abc import Iterable, Iterator

from pwa.checklists.photo_answers import read_pictured
from pwa.database import Params
from pwa.database.lists import Key
from pwa.written import FilledIn

IN_ANY = " image/"
"""In every answer that names a picture; most answers are not read for that."""


def shown_photos(filled: Iterable[tuple[Key, FilledIn]]) -> Iterator[Params]:
    """What of it shows which photos, as a row each."""
    for (team_id, visit_id), row in filled:
        if row.said and IN_ANY in row.said:
            for sha256 in {found.sha256 for one in json.loads(row.said) if (found := read_pictured(one))}:
                yield {
                    "team_id": team_id,
                    "visit_id": visit_id,
                    "change_id": row.change_id,
                    "sha256": sha256,
                    "received_at": row.received_at,
                    "by_id": row.by_id,
                }
