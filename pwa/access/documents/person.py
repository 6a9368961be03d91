"""Knows the document in which a phone finds out whose it is; knows nothing of signing in."""

from collections.abc import Iterable

from pwa.access.queries import roles
from pwa.access.queries.people import find_person
from pwa.database import Transaction
from pwa.documents import queries as documents
from pwa.documents.store import DocumentRef, Draft, draft, save_drafts
from pwa.documents.stored import Built, load
from pwa.problems import NotFound
from pwa.words import Json, NewId, Person


async def build_person(tx: Transaction, person_id: str) -> Built:
    """The document as it should be now."""
    person = await find_person(tx, person_id)
    if person is None:
        raise NotFound
    teams = await roles.list_teams_with_role(tx, person_id)
    body: Json = {
        "person_id": person_id,
        "name": person.name,
        "language": person.language,
        "teams": teams,
    }
    return Built(f"person-{person_id}", body)


def person_of(person_id: str) -> DocumentRef:
    """Somebody, as something that has a document."""
    return DocumentRef(person_id, "person", person_id)


async def draft_person(tx: Transaction, person_id: str) -> Draft:
    """The document as it should be now, beside the one that is stored; raises NotFound."""
    return await draft(tx, person_of(person_id), await build_person(tx, person_id))


async def refresh_people(tx: Transaction, person_ids: Iterable[str], new_id: NewId) -> None:
    """Bring these people's documents up to date; raises NotFound. Roles have changed: see stamp."""
    await save_drafts(
        tx, [await draft_person(tx, person_id) for person_id in sorted(set(person_ids))], new_id
    )


async def person_document(tx: Transaction, person: Person) -> Json:
    """Somebody's own document with its version; raises NotFound."""
    document = await documents.get_document(tx, person.id, f"person-{person.id}")
    if document is None:
        raise NotFound
    return load(document)
