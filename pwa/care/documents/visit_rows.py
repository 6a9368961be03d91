"""Knows how all that is planned and written at visits is read, many visits at a time; knows nothing of documents."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from pwa.access.queries.people import list_leaders_to_call
from pwa.care.documents.contacts import contacts_of
from pwa.care.documents.fold import AllWritten
from pwa.care.documents.shared_steps import list_shared_steps
from pwa.care.queries import (
    answers,
    attendances,
    deviations,
    filled_in,
    matters,
    note_marks,
    notes,
    uncertain_times,
    visit_plans,
    visits,
)
from pwa.checklists.copies import own_id
from pwa.checklists.definitions import definition_id, get_published, list_defined, plain_places
from pwa.checklists.who_steps import conditional_steps
from pwa.database import Row, Transaction
from pwa.database.lists import Key
from pwa.documents import queries as documents
from pwa.documents.queries import Stored
from pwa.written import VisitStep, Written


class Planned(msgspec.Struct):
    """All that is planned at one visit: `plan` as visits.list_visits has it, who comes, the aids' guides, the steps, whom to call."""

    plan: Row
    carers: list[Row] = []
    guides: list[Row] = []
    steps: list[VisitStep] = []
    contacts: list[Row] = []  # see contacts_of
    checklist_id: str = ""  # of its checklist's definition; "" where that is a plain list
    places: dict[str, str] = {}  # of the steps that stand in the definition too, by their ids here
    conditional: list[str] = []  # the ids of those that are asked under a condition


@dataclass(slots=True)
class VisitRows:
    """One visit as its tables have it; `stored` is its document's row, None before the first."""

    key: Key
    planned: Planned
    written: AllWritten = field(default_factory=AllWritten)
    stored: Stored | None = None

    @property
    def version(self) -> int:
        """Of the document that phones have by now, 0 before the first."""
        return self.stored.version if self.stored else 0


Found = dict[Key, VisitRows]
Each = TypeVar("Each")
Visit = TypeVar("Visit")
IN_ONE_PIECE = msgspec.json.Decoder(Planned)


async def read_visits(tx: Transaction, visit_ids: Collection[str]) -> list[VisitRows]:
    """Every visit with one of these ids, by team and id; ids that no visit has are passed over.

    What is planned is as it was when the document was last stamped by an import.
    """
    keys = await visits.list_keys(tx, visit_ids) if visit_ids else []
    pieces = await visit_plans.list_plans(tx, keys) if keys else []
    planned = {key: IN_ONE_PIECE.decode(body) for key, body in pieces}
    missing = [key for key in keys if key not in planned]
    return await _with_all_written(tx, keys, planned | await plans_anew(tx, missing))


async def read_visits_anew(tx: Transaction, visit_ids: Collection[str]) -> list[VisitRows]:
    """The same, with what is planned read from each of its tables."""
    keys = await visits.list_keys(tx, visit_ids) if visit_ids else []
    return await _with_all_written(tx, keys, await plans_anew(tx, keys))


async def read_new_visits(tx: Transaction, keys: Collection[Key]) -> list[VisitRows]:
    """The same of visits that this transaction has added: nobody has written there, and they have no document."""
    return [VisitRows(key, planned) for key, planned in (await plans_anew(tx, keys)).items()]


def in_one_piece(visit: VisitRows) -> str:
    """What is planned, as visit_plans keeps it."""
    return msgspec.json.encode(visit.planned).decode()


async def plans_anew(tx: Transaction, keys: Collection[Key]) -> dict[Key, Planned]:
    """What is planned at these visits, which all are there, read from each of its tables."""
    if not keys:
        return {}
    plans = {(row["team_id"], row["id"]): row for row in await visits.list_visits(tx, keys)}
    found = {key: Planned(plans[key]) for key in keys}
    for planned, carer in _with_visit(found, await visits.list_carers(tx, keys)):
        planned.carers.append(carer)
    for planned, guide in _with_visit(found, await visits.list_guides(tx, keys)):
        planned.guides.append(guide)
    for planned, step in _with_visit(found, await visits.list_steps(tx, keys)):
        planned.steps.append(step)
    without = [key for key, planned in found.items() if not planned.steps]
    for key, steps in (await list_shared_steps(tx, without)).items():
        found[key].steps = steps
    await _find_definitions(tx, found)
    leaders = await list_leaders_to_call(tx, {team_id for team_id, _ in found})
    for (team_id, _), planned in found.items():
        planned.contacts = contacts_of(planned.plan, leaders.get(team_id, []))
    return found


async def _find_definitions(tx: Transaction, found: Mapping[Key, Planned]) -> None:
    defined = await list_defined(tx)
    for (_, visit_id), planned in found.items():
        name = planned.plan["checklist_name"], planned.plan["checklist_version"]
        if version := defined.get(name):
            planned.checklist_id = definition_id(version.id, version.version)
            published = await get_published(tx, version)
            plain = plain_places(version, published)
            conditional = conditional_steps(published.definition)
            planned.places = {own_id(visit_id, id): place for id, place in plain.items()}
            planned.conditional = [id for id, place in planned.places.items() if place in conditional]


async def _with_all_written(
    tx: Transaction, keys: Collection[Key], planned: dict[Key, Planned]
) -> list[VisitRows]:
    found = {key: VisitRows(key, planned[key]) for key in keys}
    if found:
        await _read_written(tx, found)
        await _read_documents(tx, found)
    return list(found.values())


async def _read_written(tx: Transaction, found: Found) -> None:
    rows: list[tuple[Key, Written]] = [
        *await attendances.list_attendances(tx, found),
        *await answers.list_answers(tx, found),
        *await filled_in.list_filled_in(tx, found),
        *await notes.list_notes(tx, found),
        *await note_marks.list_note_marks(tx, found),
        *await deviations.list_deviations(tx, found),
        *(raised := await matters.list_matters(tx, found)),
        *await uncertain_times.list_uncertain_times(tx, found),
    ]
    if about := {key for key, _ in raised}:
        rows += await matters.list_said(tx, about)
    for visit, row in _with_visit(found, rows):
        visit.written.add(row)
    for visit, slip in _with_visit(found, await attendances.list_taken_back(tx, found)):
        visit.written.take_back(*slip)


async def _read_documents(tx: Transaction, found: Found) -> None:
    by_document = {(team_id, f"visit-{visit_id}"): visit for (team_id, visit_id), visit in found.items()}
    for row in await documents.list_documents(tx, by_document):
        if visit := by_document.get(row.key):
            visit.stored = row


def _with_visit(found: Mapping[Key, Visit], rows: Sequence[tuple[Key, Each]]) -> Iterable[tuple[Visit, Each]]:
    return ((found[key], row) for key, row in rows if key in found)
