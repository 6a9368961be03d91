"""Knows the document that has a checklist's definition, and which visits need which; knows nothing of what is filled in.

A definition says nothing of anybody and never changes. A phone is given those of the visits that it may hold, each once: each belongs
to a team of its own, so that a phone's cursor says which it has, also of an old one that it needs for the first time.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from pwa.care.documents.filling import fill
from pwa.care.queries import visits
from pwa.checklists import queries as checklists
from pwa.checklists.days import read_dated
from pwa.checklists.definitions import definition_id, find_published, list_by_id, list_defined
from pwa.database import Transaction
from pwa.database.lists import Key
from pwa.documents import queries as documents
from pwa.documents.store import DocumentRef, Draft, draft
from pwa.documents.stored import Built
from pwa.problems import NotFound
from pwa.words import to_text

PREFIX = "checklist-"


def checklist_id_of(body: Mapping[str, object]) -> str:
    """The definition's id that a document names as its visit's; "" where it names none."""
    checklist = body.get("checklist")
    return str(checklist.get("id", "")) if isinstance(checklist, dict) else ""


async def draft_checklist(tx: Transaction, id: str) -> Draft:
    """The document of a definition; raises NotFound."""
    found = await list_by_id(tx, [id])
    text = await checklists.get_definition(tx, found[id].id, found[id].version) if found else None
    if text is None:
        raise NotFound
    body = {"checklist_id": id, **json.loads(text)}
    return await draft(tx, DocumentRef(id, "checklist", id), Built(PREFIX + id, body))


async def filling_of(tx: Transaction, visit: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """What a visit's checklist asks for beside who did it, and what stands there; None for a plain list."""
    id = checklist_id_of(visit)
    published = await find_published(tx, id) if id else None
    moment = read_dated("date_time", to_text(now))
    return fill(published, visit, moment) if published and moment else None


async def list_without_document(tx: Transaction, ids: Collection[str]) -> list[str]:
    """Those of these definitions that have no document yet, in order."""
    keys = [_key(id) for id in sorted(ids)]
    there = {row.id for row in await documents.list_of_keys(tx, keys)} if keys else set()
    return [id for id in sorted(ids) if PREFIX + id not in there]


async def list_checklists_of(
    tx: Transaction, visits_of: Mapping[str, Iterable[Key]]
) -> dict[str, list[documents.Listed]]:
    """The documents of the definitions that the visits of each of these are about, by whatever names them."""
    defined = await list_defined(tx)
    if not defined:
        return {}
    keys = {key for some in visits_of.values() for key in some}
    named = dict(await visits.list_checklists(tx, keys)) if keys else {}
    ids = {
        key: definition_id(version.id, version.version)
        for key, name in named.items()
        if (version := defined.get(name))
    }
    wanted = {_key(id) for id in ids.values()}
    listed = {row.id: row for row in await documents.list_of_keys(tx, wanted)} if wanted else {}
    return {
        whose: [
            listed[id] for id in sorted({PREFIX + ids[key] for key in some if key in ids}) if id in listed
        ]
        for whose, some in visits_of.items()
    }


def _key(id: str) -> Key:
    return id, PREFIX + id
