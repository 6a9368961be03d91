"""Knows how changes of the plan are written, a piece at a time; knows no files and not why they are made.

What was written at a visit stays, whatever a later plan says: visits are cancelled, never deleted, and a
checklist in progress keeps its steps (sync.md, law 9).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from pwa.care.documents.refresh import refresh
from pwa.care.documents.shared_steps import give_steps_back
from pwa.care.queries import planning, visits
from pwa.care.queries.planning import PlannedVisit
from pwa.care.queries.visits import COLUMNS
from pwa.checklists import queries as checklists
from pwa.checklists.copies import own_steps
from pwa.database import Transaction
from pwa.database.lists import Key
from pwa.documents.store import DocumentRef
from pwa.imports.apply.plan_changes import PlanNotices
from pwa.imports.apply.plan_diff import VisitChange
from pwa.imports.queries.visits_before import add_before
from pwa.words import Json, NewId, to_text
from pwa.written import VisitStep


class Before(msgspec.Struct):
    """How a visit was planned before an import, as it is kept: with the ids of the steps that stood on its checklist."""

    visit: PlannedVisit
    steps: list[str]


@dataclass(frozen=True, slots=True)
class Writing:
    """What a piece needs beside its changes. `steps` are the checklists', by id and version; `notices` as they were begun."""

    import_id: str
    steps: Mapping[tuple[str, int], list[VisitStep]]
    notices: PlanNotices
    now: datetime
    new_id: NewId


async def write_piece(tx: Transaction, changes: Sequence[VisitChange], writing: Writing) -> None:
    """Make these changes, and the documents of what they touch. Each is the file's only one of its visit."""
    notices = replace(writing.notices, noticed=[])
    left = [visit for change in changes for visit in change.elsewhere]
    gone = [change.before for change in changes if change.before and change.after is None]
    touched = [*(change.visit for change in changes), *left]
    there = [change.before for change in changes if change.before] + left
    await visits.list_keys(tx, [visit.id for visit in there])  # nobody writes there until the end
    await give_steps_back(tx, [visit.key for visit in there])
    steps = await planning.list_step_ids(tx, [visit.key for visit in there]) if there else {}
    changes = await _as_it_is_now(tx, changes)
    await _write_plans(tx, [change for change in changes if change.after], writing)
    await planning.set_cancelled(tx, [visit.key for visit in [*left, *gone]], to_text(writing.now))
    await add_before(tx, writing.import_id, _kept(there, steps, changes))
    for change in changes:
        _notice(notices, change)
    things = [DocumentRef(visit.team_id, "visit", visit.id) for visit in touched]
    added = [change.after.key for change in changes if change.after and change.before is None]
    await refresh(tx, [*things, *await notices.save(tx)], writing.new_id, added=added)


def _kept(
    there: Iterable[PlannedVisit], steps: Mapping[Key, list[str]], changes: Iterable[VisitChange]
) -> list[tuple[Key, str | None]]:
    """How the visits were that are there, and that the others were not."""
    kept: list[tuple[Key, str | None]] = [
        (visit.key, msgspec.json.encode(Before(visit, steps.get(visit.key, []))).decode()) for visit in there
    ]
    return kept + [(change.after.key, None) for change in changes if change.after and change.before is None]


async def _as_it_is_now(tx: Transaction, changes: Sequence[VisitChange]) -> list[VisitChange]:
    """A checklist in which a carer has begun meanwhile stays; new visits have what is known of their citizens."""
    lists = [change.before.key for change in changes if change.before and change.takes_list]
    begun = await planning.list_keys_begun(tx, lists) if lists else set()
    lacking = {_citizen(change.after) for change in changes if change.after and change.lacks_contacts}
    contacts = await planning.find_contacts(tx, lacking) if lacking else {}
    return [_adjusted(change, begun, contacts) for change in changes]


def _adjusted(
    change: VisitChange, begun: set[Key], contacts: dict[tuple[str, str, str], tuple[str, ...]]
) -> VisitChange:
    after, before = change.after, change.before
    if after and before and before.key in begun:
        plan = (*after.plan[:-2], *before.plan[-2:])
        return msgspec.structs.replace(
            change, takes_list=False, after=msgspec.structs.replace(after, plan=plan)
        )
    if after and change.row and change.lacks_contacts and (known := contacts.get(_citizen(after))):
        said = change.row.contacts
        merged = tuple(said.get(name, was) for name, was in zip(visits.CONTACTS, known, strict=True))
        return msgspec.structs.replace(change, after=msgspec.structs.replace(after, contacts=merged))
    return change


def _citizen(visit: PlannedVisit) -> tuple[str, str, str]:
    return visit.team_id, str(visit.plan[COLUMNS.index("citizen_id")]), visit.day


async def _write_plans(tx: Transaction, changes: Sequence[VisitChange], writing: Writing) -> None:
    new = [change.after for change in changes if change.after and change.before is None]
    other = [change.after for change in changes if change.after and change.before]
    await planning.add_visits(tx, new)
    await planning.set_visits(tx, other)
    lists = [change for change in changes if change.takes_list]
    again = [change.before.key for change in lists if change.before]
    await planning.remove_steps(tx, again, to_text(writing.now))
    steps = [
        (change.visit.key, own_steps(change.visit.id, writing.steps[version_of(change)]))
        for change in lists
        if change.row
    ]
    await planning.bring_steps_back(
        tx, [(key, step.id) for key, each in steps if key in again for step in each]
    )
    await planning.add_steps(tx, steps)


def version_of(change: VisitChange) -> tuple[str, int]:
    """The checklist, and its version, that a visit is to have; of a change that a row says."""
    assert change.row is not None
    return change.row.checklist.id, int(change.visit.plan[-1])


async def read_steps(
    tx: Transaction, changes: Iterable[VisitChange]
) -> dict[tuple[str, int], list[VisitStep]]:
    """The steps of each version of a checklist that visits are to have, by its id and number."""
    wanted = {version_of(change) for change in changes if change.row and change.takes_list}
    return {each: await checklists.list_steps(tx, *each) for each in sorted(wanted)}


def _notice(notices: PlanNotices, change: VisitChange) -> None:
    """A visit that has moved to another team is told who has it now, in the one that it left."""
    before = snapshot_of(notices, change.before) if change.before else None
    if change.after is None:
        assert before is not None
        notices.notice(*change.visit.key, before, {**before, "cancelled": True})
        return
    after = snapshot_of(notices, change.after)
    notices.notice(*change.after.key, before, after)
    for left in change.elsewhere:
        notices.notice(*left.key, snapshot_of(notices, left), after, elsewhere=True)


def snapshot_of(notices: PlanNotices, visit: PlannedVisit) -> Json:
    """What is told of a visit as it is planned."""
    plan = dict(zip(COLUMNS, visit.plan, strict=True))
    return notices.snapshot(plan, visit.carers, cancelled=visit.cancelled_at is not None)
