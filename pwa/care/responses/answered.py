"""Knows what was asked and answered at a visit, whatever its checklist is; knows no form in which it is written.

A plain list is read as a checklist of nothing but who did it. So all that is written comes from one shape, and what stands there is
what the visit's page shows.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from pwa.care.documents.checklist import checklist_id_of
from pwa.care.documents.filling import Field, fill
from pwa.checklists import queries as checklists
from pwa.checklists.copies import own_id
from pwa.checklists.days import Dated
from pwa.checklists.definitions import get_published, list_by_id
from pwa.checklists.publishing import Published, publish
from pwa.checklists.queries import Version
from pwa.checklists.steps import Definition, Step
from pwa.database import Transaction
from pwa.source_ids import id_of
from pwa.written import VisitStep


class Answered(NamedTuple):
    """A visit with what was asked and what stands there: `fields` in the checklist's order, and what stands `beside` them."""

    visit: Mapping[str, Any]
    checklist_id: str
    version: int
    definition: Definition
    fields: list[Field]
    beside: list[dict[str, Any]]

    @property
    def is_begun(self) -> bool:
        """Whether anybody has started it, finished it or answered anything."""
        said = any(field["entry"] or (field["step"] or {}).get("answer") for field in self.fields)
        return bool(self.visit["started_at"] or self.visit["finished_at"] or self.beside or said)


class Checklists(NamedTuple):
    """The checklists of some visits: those with a definition by its id, with what was published, and the steps of plain lists."""

    defined: Mapping[str, tuple[Version, Published]]
    plain: Mapping[tuple[str, int], Sequence[VisitStep]]


async def list_checklists(tx: Transaction, visits: Iterable[Mapping[str, Any]]) -> Checklists:
    """What is asked at these visits."""
    found = await list_by_id(tx, {checklist_id_of(visit) for visit in visits} - {""})
    defined = {id: (version, await get_published(tx, version)) for id, version in found.items()}
    return Checklists(defined, await checklists.list_all_steps(tx))


def answered_at(visit: Mapping[str, Any], lists: Checklists, now: Dated) -> Answered | None:
    """A visit's document with its checklist; None if nothing is asked there."""
    named = visit["checklist"]
    id, version = id_of("checklist", named["name"]), int(named["version"])
    if defined := lists.defined.get(checklist_id_of(visit)):
        return _answered(defined[1], visit, defined[0].id, version, now)
    if not visit["steps"]:
        return None
    steps = lists.plain.get((id, version), ())
    places = {own_id(visit["visit_id"], step.id): f"punkt-{number}" for number, step in enumerate(steps, 1)}
    placed = [{**step, "place": places.get(step["id"], step["id"])} for step in visit["steps"]]
    return _answered(_plain(named["name"], placed), {**visit, "steps": placed}, id, version, now)


def _answered(
    published: Published, visit: Mapping[str, Any], checklist_id: str, version: int, now: Dated
) -> Answered:
    filling = fill(published, visit, now)
    return Answered(visit, checklist_id, version, published.definition, filling["fields"], filling["beside"])


def _plain(name: str, steps: list[dict[str, Any]]) -> Published:
    return _published(name, tuple((step["place"], step["label"]) for step in steps))


@lru_cache(maxsize=64)
def _published(name: str, steps: tuple[tuple[str, str], ...]) -> Published:
    """A list of who did it: many visits have the same."""
    who = [Step.model_validate({"id": place, "kind": "who", "label": label}) for place, label in steps]
    return publish(Definition(title=name, steps=who))
