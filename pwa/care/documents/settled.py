"""Knows the document that tells a carer which of her refused and held changes a leader has dealt with."""

from pwa.care.queries.held import list_settled
from pwa.database import Transaction
from pwa.documents import queries as documents
from pwa.documents.store import DocumentRef, Draft, draft
from pwa.documents.stored import Built, load
from pwa.words import Json

MOST = 100
"""So many are told, the last ones."""


async def build_settled(tx: Transaction, person_id: str) -> Built:
    """The document as it should be now."""
    settled = [
        {"id": one.id, "at": one.at, "by": {"id": one.by_id, "name": one.by_name}}
        for one in await list_settled(tx, person_id, MOST)
    ]
    return Built(f"settled-{person_id}", {"person_id": person_id, "settled": settled})


async def draft_settled(tx: Transaction, person_id: str) -> Draft:
    """The document as it should be now, beside the one that is stored."""
    return await draft(tx, DocumentRef(person_id, "settled", person_id), await build_settled(tx, person_id))


async def find_settled(tx: Transaction, person_id: str) -> dict[str, Json]:
    """By whom and when, by the change's id. Twin: settledOf in service_worker/pages/waiting.js."""
    document = await documents.get_document(tx, person_id, f"settled-{person_id}")
    told = load(document)["settled"] if document else []
    assert isinstance(told, list)
    return {one["id"]: {"at": one["at"], "by": one["by"]} for one in told}
