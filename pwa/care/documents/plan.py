"""Knows the document that tells a carer what the plan did to her day and she has not seen; knows no import."""

import json
from datetime import date, timedelta

from pwa.care.queries import plan_changes
from pwa.database import Transaction
from pwa.documents import queries as documents
from pwa.documents.store import DocumentRef, Draft, draft
from pwa.documents.stored import Built, load
from pwa.problems import NotFound
from pwa.words import Json

REACHES_BACK = timedelta(days=3)
"""What is so much older than the newest is over, seen or not. Counted from the plan's own days: the document is the
same whenever it is built."""


async def build_plan(tx: Transaction, person_id: str) -> Built:
    """The document as it should be now; raises NotFound for whom there never was anything to tell.

    Several changes of one visit are one: how it was before the first of them, how it is after the last. None at all
    where that is the same.
    """
    last_day = await plan_changes.find_last_day(tx, person_id)
    if last_day is None:
        raise NotFound
    first_day = (date.fromisoformat(last_day) - REACHES_BACK).isoformat()
    told: dict[tuple[str, str], Json] = {}
    for row in await plan_changes.list_unseen(tx, person_id):
        after = json.loads(row.after)
        before = json.loads(row.before) if row.before else None
        earlier = told.get((row.team_id, row.visit_id))
        told[row.team_id, row.visit_id] = {
            "id": row.id,
            "visit_id": row.visit_id,
            "day": row.day,
            "at": row.at,
            "before": earlier["before"] if earlier else before,
            "after": after,
        }
    shown = [one for one in told.values() if str(one["day"]) >= first_day and one["before"] != one["after"]]
    body = {"person_id": person_id, "plan_changes": shown}
    return Built(f"plan-{person_id}", body, last_day, last_day)


def plan_of(person_id: str) -> DocumentRef:
    """What the plan did to somebody's day, as something that has a document."""
    return DocumentRef(person_id, "plan", person_id)


async def draft_plan(tx: Transaction, person_id: str) -> Draft:
    """The document as it should be now, beside the one that is stored; raises NotFound."""
    return await draft(tx, plan_of(person_id), await build_plan(tx, person_id))


async def list_plan_changes(tx: Transaction, person_id: str, today: str) -> list[Json]:
    """What a carer's pages tell of the plan. Twin: planChanges in service_worker/pages/find_page.js."""
    document = await documents.get_document(tx, person_id, f"plan-{person_id}")
    if document is None:
        return []
    told = load(document)["plan_changes"]
    assert isinstance(told, list)
    return [one for one in told if one["day"] >= today]
