"""Knows how changed documents get their new versions; knows nothing of why they changed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pwa.database import Transaction
from pwa.documents.guide import build_guide
from pwa.documents.person import build_person
from pwa.documents.stored import Built, dump
from pwa.documents.visit import build_visit
from pwa.queries import answers, documents
from pwa.words import NewId


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """Something whose document may have changed. A person belongs to `documents.EVERYBODY`."""

    team_id: str
    kind: Literal["visit", "guide", "person"]
    id: str


async def build(tx: Transaction, thing: Thing) -> Built:
    """The thing's document as it should be now."""
    match thing.kind:
        case "visit":
            return await build_visit(tx, thing.team_id, thing.id)
        case "guide":
            return await build_guide(tx, thing.id)
        case "person":
            return await build_person(tx, thing.id)


async def stamp(tx: Transaction, things: Iterable[Thing], new_id: NewId) -> list[Thing]:
    """Store the documents that are not what they were, with new versions, and say whose they are.

    The last thing that a transaction does: a team's counter is locked from here to the commit (sync.md).
    Teams go in sorted order, so that two writers never wait for each other.
    """
    changed: dict[str, list[tuple[Thing, Built, str]]] = defaultdict(list)
    for thing in sorted(set(things)):
        built = await build(tx, thing)
        body = dump(built.body)
        stored = await documents.get_document(tx, thing.team_id, built.id)
        if stored is None or (stored["body"], stored["keep_until"]) != (body, built.keep_until):
            changed[thing.team_id].append((thing, built, body))
        elif thing.kind == "visit":
            # An answer that shows nowhere came after this version: nobody has seen it before the next one.
            await answers.set_versions(tx, thing.team_id, thing.id, stored["version"] + 1)
    for team_id, ready in sorted(changed.items()):
        await _store(tx, team_id, ready, new_id)
    return [thing for ready in changed.values() for thing, _, _ in ready]


async def _store(tx: Transaction, team_id: str, ready: list[tuple[Thing, Built, str]], new_id: NewId) -> None:
    last = await documents.bump(tx, team_id, len(ready), epoch=new_id()[-8:])
    for version, (thing, built, body) in enumerate(ready, last - len(ready) + 1):
        await documents.set_document(
            tx,
            {"team_id": team_id, "id": built.id, "version": version, "day": built.day,
             "keep_until": built.keep_until, "body": body},
        )  # fmt: skip
        if thing.kind == "visit":
            await answers.set_versions(tx, team_id, thing.id, version)
