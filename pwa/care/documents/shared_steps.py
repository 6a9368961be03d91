"""Knows which visits have the steps of a version of a checklist and none for themselves, and how both become the other.

A visit keeps its version of the checklist (sync.md, law 9): versions are never changed and never removed. So the copy of a
visit that is over need not be stored where it says nothing else.
"""

from collections.abc import Collection, Mapping

from pwa.care.queries import compaction, planning
from pwa.checklists import queries as checklists
from pwa.checklists.copies import own_steps
from pwa.database import Transaction
from pwa.database.lists import Key
from pwa.written import VisitStep

Copied = dict[tuple[str, int], list[VisitStep]]
"""The steps of checklists by id and version."""


async def list_shared_steps(tx: Transaction, keys: Collection[Key]) -> dict[Key, list[VisitStep]]:
    """The steps of those of these visits that have none for themselves, in order."""
    shared = await compaction.list_shared(tx, keys) if keys else []
    steps: Copied = {}
    for _, checklist_id, version in shared:
        if (checklist_id, version) not in steps:
            steps[checklist_id, version] = await checklists.list_steps(tx, checklist_id, version)
    return {key: own_steps(key[1], steps[checklist_id, version]) for key, checklist_id, version in shared}


async def share_steps(tx: Transaction, keys: Collection[Key]) -> None:
    """Remove those visits' steps that say nothing else than their checklists'."""
    own = await compaction.list_own_steps(tx, keys)
    if not own:
        return
    said = await compaction.list_checklists(tx, own)
    ids = await _ids_by_name(tx)
    shared = []
    steps: Copied = {}
    for key, each in own.items():
        name, version = said[key]
        for checklist_id in ids.get((name, version), []):
            if (checklist_id, version) not in steps:
                steps[checklist_id, version] = await checklists.list_steps(tx, checklist_id, version)
            if own_steps(key[1], steps[checklist_id, version]) == each:
                shared.append((key, checklist_id))
                break
    if shared:
        await compaction.share_steps(tx, shared)


async def give_steps_back(tx: Transaction, keys: Collection[Key]) -> None:
    """These visits have their steps for themselves again: the plan may choose others. Nobody else writes there."""
    if shared := await list_shared_steps(tx, keys):
        await planning.add_steps(tx, list(shared.items()))
        await compaction.set_unshared(tx, shared)


async def _ids_by_name(tx: Transaction) -> Mapping[tuple[str, int], list[str]]:
    found: dict[tuple[str, int], list[str]] = {}
    for version in await checklists.list_versions(tx):
        found.setdefault((version.name, version.version), []).append(version.id)
    return found
