"""Knows what stands at a place of a checklist at this moment, for a form that adds to it. Knows no HTTP.

Twin: service_worker/pages/standing_now.js.
"""

import json
from collections.abc import Mapping
from typing import Any

from pwa.care.changes.filled_in import is_laid_on_others
from pwa.care.documents.filling import stands_at
from pwa.care.documents.fold import fold_filled
from pwa.care.documents.visit_rows import read_visits
from pwa.database import Transaction


async def say_what_stands(tx: Transaction, name: str, form: Mapping[str, str]) -> dict[str, str]:
    """A form that adds one of several, or takes one away, says what stands there now: its page, or half-written words, may
    have been begun on something else."""
    said = {field: value for field, value in form.items() if field != "now"}
    if name != "fill_in" or not is_laid_on_others(form):
        return said
    written = [
        row
        for visit in await read_visits(tx, [form.get("visit_id", "")])
        for row in visit.written.filled
        if row.place == form.get("place")
    ]
    filled: Any = fold_filled(written).get("filled", [])
    is_rows = form.get("kind") == "repeating_group"
    return {**said, "now": json.dumps(stands_at(filled[0], is_rows) if filled else [])}
