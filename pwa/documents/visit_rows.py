"""Knows how all that is planned and written at visits is read, many visits at a time; knows nothing of documents."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pwa.database import Row, Transaction
from pwa.documents.fold import AllWritten
from pwa.queries import answers, attendances, deviations, documents, notes, visits
from pwa.queries.lists import Key
from pwa.words import VisitStep, Written


@dataclass(slots=True)
class VisitRows:
    """One visit as its tables have it; `stored` is its document's row, None before the first."""

    plan: Row
    carers: list[Row] = field(default_factory=list)
    guides: list[Row] = field(default_factory=list)
    steps: list[VisitStep] = field(default_factory=list)
    written: AllWritten = field(default_factory=AllWritten)
    stored: Row | None = None

    @property
    def key(self) -> Key:
        """team_id and visit_id."""
        return self.plan["team_id"], self.plan["id"]

    @property
    def version(self) -> int:
        """Of the document that phones have by now, 0 before the first."""
        return int(self.stored["version"]) if self.stored else 0


async def read_visits(tx: Transaction, visit_ids: Collection[str]) -> list[VisitRows]:
    """Every visit with one of these ids, by team and id; ids that no visit has are passed over."""
    plans = await visits.list_visits(tx, visit_ids) if visit_ids else []
    found = {(plan["team_id"], plan["id"]): VisitRows(plan) for plan in plans}
    if found:
        await _read_plans(tx, found)
        await _read_written(tx, found)
        await _read_documents(tx, found)
    return [found[key] for key in sorted(found)]


Found = dict[Key, VisitRows]
Thing = TypeVar("Thing")


async def _read_plans(tx: Transaction, found: Found) -> None:
    for visit, carer in _with_visit(found, await visits.list_carers(tx, found)):
        visit.carers.append(carer)
    for visit, guide in _with_visit(found, await visits.list_guides(tx, found)):
        visit.guides.append(guide)
    for visit, step in _with_visit(found, await visits.list_steps(tx, found)):
        visit.steps.append(step)


async def _read_written(tx: Transaction, found: Found) -> None:
    rows: list[tuple[Key, Written]] = [
        *await attendances.list_attendances(tx, found),
        *await answers.list_answers(tx, found),
        *await notes.list_notes(tx, found),
        *await deviations.list_deviations(tx, found),
    ]
    for visit, row in _with_visit(found, rows):
        visit.written.add(row)
    for visit, change_id in _with_visit(found, await attendances.list_taken_back(tx, found)):
        visit.written.taken_back.add(change_id)


async def _read_documents(tx: Transaction, found: Found) -> None:
    by_document = {(team_id, f"visit-{visit_id}"): visit for (team_id, visit_id), visit in found.items()}
    for row in await documents.list_documents(tx, by_document):
        if visit := by_document.get((row["team_id"], row["id"])):
            visit.stored = row


def _with_visit(found: Found, rows: Sequence[tuple[Key, Thing]]) -> Iterable[tuple[VisitRows, Thing]]:
    return ((found[key], row) for key, row in rows if key in found)
