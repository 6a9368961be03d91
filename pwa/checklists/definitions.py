"""Knows definitions as visits and phones name them: one id for each version of a checklist that has one; knows no visits."""

from collections.abc import Collection, Mapping
from functools import lru_cache

from pwa.checklists import queries as checklists
from pwa.checklists.outline import outline_of
from pwa.checklists.publishing import Published, from_stored
from pwa.checklists.queries import Version
from pwa.checklists.who_steps import list_who_steps, plain_id
from pwa.database import Transaction
from pwa.source_ids import id_of

read = lru_cache(maxsize=32)(from_stored)
"""A definition never changes, and reading one takes a while."""


def definition_id(checklist_id: str, version: int) -> str:
    """What a version is called where it is filled in."""
    return id_of("checklist", f"{checklist_id}:{version}")


async def list_defined(tx: Transaction) -> dict[tuple[str, int], Version]:
    """The versions that have a definition, by name and version, as visits name them."""
    found: dict[tuple[str, int], Version] = {}
    for version in await checklists.list_defined(tx):
        found.setdefault((version.name, version.version), version)
    return found


async def list_ids(tx: Transaction) -> set[str]:
    """The ids of all definitions."""
    return {definition_id(each.id, each.version) for each in await checklists.list_defined(tx)}


async def list_by_id(tx: Transaction, ids: Collection[str]) -> dict[str, Version]:
    """Those of these definitions that there are."""
    if not ids:
        return {}
    versions = await checklists.list_defined(tx)
    return {id: each for each in versions if (id := definition_id(each.id, each.version)) in ids}


async def get_published(tx: Transaction, version: Version) -> Published:
    """The definition of a version that has one."""
    text = await checklists.get_definition(tx, version.id, version.version)
    assert text is not None, "it was listed as one that has"
    return read(text)


async def find_published(tx: Transaction, id: str) -> Published | None:
    """A definition by its id, or None."""
    found = await list_by_id(tx, [id])
    return await get_published(tx, found[id]) if found else None


async def list_defined_steps(tx: Transaction, ids: Collection[str]) -> Mapping[str, Collection[str]]:
    """The ids of all steps of these definitions, of those that there are."""
    found = await list_by_id(tx, ids)
    return {
        id: outline_of((await get_published(tx, version)).definition.steps).keys()
        for id, version in found.items()
    }


def plain_places(version: Version, published: Published) -> dict[str, str]:
    """The places of the steps that stand in the plain list too, by the ids that they have there."""
    steps = list_who_steps(published.definition)
    return {plain_id(version.id, version.version, step.id): step.id for step in steps}
