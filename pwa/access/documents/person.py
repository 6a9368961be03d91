"""Knows the document in which a phone finds out whose it is; knows nothing of signing in."""

from collections.abc import Collection, Iterable

from pwa.access.queries import roles
from pwa.access.queries.people import KnownPerson, list_people
from pwa.database import Row, Transaction
from pwa.documents import queries as documents
from pwa.documents.store import DocumentRef, Draft, save_drafts
from pwa.documents.stored import Built, dump, load
from pwa.problems import NotFound
from pwa.words import Json, NewId, Person


def person_of(person_id: str) -> DocumentRef:
    """Somebody, as something that has a document."""
    return DocumentRef(person_id, "person", person_id)


async def draft_people(tx: Transaction, person_ids: Collection[str]) -> list[Draft]:
    """The documents as they should be now, beside those that are stored, by id; raises NotFound."""
    ordered = sorted(set(person_ids))
    if not ordered:
        return []
    people, teams = await list_people(tx, ordered), await roles.list_teams_of_people(tx, ordered)
    if len(people) < len(ordered):
        raise NotFound
    keys = [(person_id, f"person-{person_id}") for person_id in ordered]
    stored = {row.id: row for row in await documents.list_documents(tx, keys)}
    drafts = []
    for person_id, document_id in keys:
        built = Built(document_id, _body_of(people[person_id], teams.get(person_id, [])))
        drafts.append(Draft(person_of(person_id), built, dump(built.body), stored.get(document_id)))
    return drafts


def _body_of(person: KnownPerson, teams: list[Row]) -> Json:
    return {"person_id": person.id, "name": person.name, "language": person.language, "teams": teams}


async def refresh_people(tx: Transaction, person_ids: Iterable[str], new_id: NewId) -> None:
    """Bring these people's documents up to date; raises NotFound. Roles have changed: see stamp."""
    await save_drafts(tx, await draft_people(tx, set(person_ids)), new_id)


async def person_document(tx: Transaction, person: Person) -> Json:
    """Somebody's own document with its version; raises NotFound."""
    document = await documents.get_document(tx, person.id, f"person-{person.id}")
    if document is None:
        raise NotFound
    return load(document)
