"""Knows guides' documents and who may read them; knows nothing of how they are written."""

import json
from collections.abc import Iterable

from pwa.access.queries import teams
from pwa.care.queries import guides
from pwa.database import Transaction
from pwa.documents import queries as documents
from pwa.documents.stored import Built, load
from pwa.problems import NotFound
from pwa.words import Json, Person


async def build_guide(tx: Transaction, guide_id: str) -> Built:
    """The document as it should be now."""
    guide = await guides.get_guide(tx, guide_id)
    if guide is None:
        raise NotFound
    return Built(f"guide-{guide_id}", json.loads(guide["body"]))


async def readable_team_ids(tx: Transaction, person: Person) -> list[str]:
    """Whose guides somebody may read: the own teams', those above them, and everybody's."""
    return (await readable_by(tx, [person]))[person.id]


async def readable_by(tx: Transaction, people: Iterable[Person]) -> dict[str, list[str]]:
    """The same for several people, by their ids."""
    own = {person.id: {role.team_id for role in person.roles} for person in people}
    above = await teams.list_with_all_above(tx, set().union(*own.values()))
    return {
        person_id: [
            documents.EVERYBODY,
            *sorted(set().union(*(above.get(team_id, ()) for team_id in team_ids))),
        ]
        for person_id, team_ids in own.items()
    }


async def guide_document(tx: Transaction, person: Person, guide_id: str) -> Json:
    """A guide with its version, if this person may read it; raises NotFound."""
    guide = await guides.get_guide(tx, guide_id)
    if guide is None or guide["team_id"] not in await readable_team_ids(tx, person):
        raise NotFound
    document = await documents.get_document(tx, guide["team_id"], f"guide-{guide_id}")
    if document is None:
        raise NotFound
    return load(document)


async def list_guide_documents(tx: Transaction, person: Person) -> list[Json]:
    """Every guide that somebody may read, each with its version, by title in code point order."""
    rows = await documents.list_guides_of_teams(tx, await readable_team_ids(tx, person))
    found = [load(row) for row in await documents.list_documents(tx, [row.key for row in rows])]
    return sorted(found, key=lambda guide: (str(guide["title"]), str(guide["guide_id"])))
