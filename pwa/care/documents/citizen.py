"""Knows the document of a citizen's own page: what was written at a team's visits of the last days, what is pinned, and what was done
at the last one; knows no phones.

It is built anew whenever something is told at one of the visits. From which day on is handed in, and stands in it: so it is the same
whenever it is built of the same rows. A note that is pinned stays until somebody has read it, however old it is.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from pwa.care.documents.bodies import with_bodies
from pwa.care.documents.fold import fold_attendances, fold_notes
from pwa.care.documents.note_marks import fold_marks, noted
from pwa.care.documents.older_notes import characters_of
from pwa.care.documents.short_form import read_visit
from pwa.care.documents.visit_rows import VisitRows
from pwa.care.queries import attendances, note_marks, notes
from pwa.care.queries.citizens import CitizensVisit, list_visits_since
from pwa.database import Transaction
from pwa.database.lists import Key
from pwa.documents import queries as documents
from pwa.documents.queries import Stored
from pwa.documents.store import DocumentRef, Draft
from pwa.documents.stored import Built, dump
from pwa.problems import NotFound
from pwa.words import Json
from pwa.written import Attendance, Note, NoteMark

PREFIX = "citizen-"
MOST_NOTES, MOST_CHARACTERS = 60, 40_000
MOST_STEPS = 60


class Told(NamedTuple):
    """Until which day, and of how many days, a page tells."""

    day: date
    days: int

    @property
    def since(self) -> str:
        """The first of them."""
        return (self.day - timedelta(self.days)).isoformat()


def citizen_of(team_id: str, citizen_id: str) -> DocumentRef:
    """A citizen as one team knows her, as something that has a document: of another team's visits it says nothing."""
    return DocumentRef(team_id, "citizen", f"{team_id}.{citizen_id}")


def _citizen_id(thing: DocumentRef) -> str:
    return thing.id.partition(".")[2]


def _key(thing: DocumentRef) -> Key:
    return thing.team_id, PREFIX + thing.id


@dataclass(slots=True)
class AllTold:
    """What was written at one visit, of that which a citizen's page tells."""

    visit: CitizensVisit
    notes: list[Note] = field(default_factory=list)
    marks: list[NoteMark] = field(default_factory=list)
    attendances: list[Attendance] = field(default_factory=list)
    taken_back: set[str] = field(default_factory=set)


async def draft_citizens(
    tx: Transaction, things: Collection[DocumentRef], told: Told, fresh: Mapping[DocumentRef, Draft]
) -> list[Draft]:
    """The documents of these citizens as they are to be. `fresh` are visits' documents that are not stored yet.

    In a transaction that writes nobody else builds them until its end.
    """
    keys = [_key(thing) for thing in things]
    await documents.lock_documents(tx, keys)
    stored = {row.id: row for row in await documents.list_documents(tx, keys)}
    bodies = {one.built.id: one.body for one in fresh.values()}
    return await _draft(tx, {thing: (told, stored[PREFIX + thing.id]) for thing in things}, bodies)


def is_first_told(draft: Draft, told: Told) -> bool:
    """Whether no phone's list has it yet: nothing was told of her, or nothing for so long that it is on no list any more."""
    return draft.stored is None or (draft.stored.day or "") < told.since


async def draft_citizen(tx: Transaction, thing: DocumentRef) -> Draft:
    """The document as it should be now, of the days that it says; raises NotFound where there is none."""
    drafts = await draft_again(tx, [thing])
    if not drafts:
        raise NotFound
    return drafts[0]


async def draft_again(tx: Transaction, things: Collection[DocumentRef]) -> list[Draft]:
    """Those of these that are there as they should be now, of the days that they say."""
    there = {row.id: row for row in await documents.list_documents(tx, [_key(thing) for thing in things])}
    wanted = {
        thing: (Told(date.fromisoformat(body["until"]), body["days"]), row)
        for thing in things
        if (row := there.get(PREFIX + thing.id)) and "until" in (body := json.loads(row.body))
    }
    return await _draft(tx, wanted, {}) if wanted else []


def citizens_of(visits: Iterable[VisitRows]) -> set[DocumentRef]:
    """Whose pages may tell of these visits: also who was visited there before the plan said otherwise."""
    found = set()
    for visit in visits:
        written = visit.written
        if not (written.notes or written.marks or written.attendances):
            continue
        found.add(citizen_of(visit.key[0], visit.planned.plan["citizen_id"]))
        if visit.stored and visit.stored.has_body:
            found.add(citizen_of(visit.key[0], read_visit(visit.stored.body)["citizen"]["id"]))
    return found


async def _draft(
    tx: Transaction, wanted: Mapping[DocumentRef, tuple[Told, Stored]], bodies: Mapping[str, str]
) -> list[Draft]:
    since = min(told.since for told, _ in wanted.values())
    pinned = {(thing.team_id, id) for thing, (_, row) in wanted.items() for id in _pinned_at(row)}
    everything = await _read(tx, {(thing.team_id, _citizen_id(thing)) for thing in wanted}, since, pinned)
    by_citizen: defaultdict[tuple[str, str], list[AllTold]] = defaultdict(list)
    for one in everything:
        by_citizen[one.visit.team_id, one.visit.citizen_id].append(one)
    lasts = {
        thing: _last_of(by_citizen[thing.team_id, _citizen_id(thing)], told.since)
        for thing, (told, _) in wanted.items()
    }
    read = await _read_bodies(tx, [last.visit.key for last in lasts.values() if last], bodies)
    drafts = []
    for thing, (told, row) in wanted.items():
        last = lasts[thing]
        body = read.get(last.visit.key) if last else None
        built = _build(thing, by_citizen[thing.team_id, _citizen_id(thing)], told, body)
        drafts.append(Draft(thing, built, dump(built.body), row))
    return drafts


def _pinned_at(row: Stored) -> list[str]:
    """At which visits there is a note that was pinned, and read by nobody, when this was built."""
    body = json.loads(row.body)
    return [
        str(note["visit_id"]) for note in noted(body.get("notes", []), body.get("marks", [])) if note["pin"]
    ]


async def _read(
    tx: Transaction, citizens: Collection[Key], since: str, pinned: Collection[Key]
) -> list[AllTold]:
    visits = {row.key: AllTold(row) for row in await list_visits_since(tx, citizens, since, pinned)}
    for key, note in await notes.list_notes(tx, visits):
        visits[key].notes.append(note)
    for key, mark in await note_marks.list_note_marks(tx, visits):
        visits[key].marks.append(mark)
    for key, attendance in await attendances.list_attendances(tx, visits):
        visits[key].attendances.append(attendance)
    for key, (change_id, _) in await attendances.list_taken_back(tx, visits):
        visits[key].taken_back.add(change_id)
    return list(visits.values())


def _last_of(told: Iterable[AllTold], since: str) -> AllTold | None:
    """The visit that was finished last."""
    finished = []
    for one in told:
        at = fold_attendances(one.attendances, one.taken_back)["finished_at"]
        if at and one.visit.day >= since:
            finished.append((str(at), one.visit.id, one))
    return max(finished, key=lambda each: each[:2])[2] if finished else None


async def _read_bodies(tx: Transaction, keys: Collection[Key], bodies: Mapping[str, str]) -> dict[Key, Json]:
    """These visits' documents. One that nobody can read is not told of; it keeps no note from its citizen's page."""
    stored = [key for key in keys if f"visit-{key[1]}" not in bodies]
    rows = (
        await documents.list_documents(tx, [(team_id, f"visit-{id}") for team_id, id in stored])
        if stored
        else []
    )
    texts = {key: bodies[f"visit-{key[1]}"] for key in keys if f"visit-{key[1]}" in bodies}
    for row in rows:
        with suppress(KeyError):  # An answer to a step that nothing has any more.
            [whole] = await with_bodies(tx, [row])
            texts[row.team_id, row.id.removeprefix("visit-")] = whole.body
    found = {}
    for key, text in texts.items():
        with suppress(ValueError, TypeError, LookupError, AttributeError):
            found[key] = last_body(read_visit(text))
    return found


def last_body(visit: Mapping[str, Any]) -> Json:
    """What was done at the last visit, and by whom."""
    done = [step for step in visit["steps"] if step["answer"]]
    names = ("label", "answer", "reason", "answered_by")
    body: Json = {
        name: visit[name] for name in ("visit_id", "day", "starts_at", "finished_at", "finished_by")
    }
    body["checklist"] = visit["checklist"]["name"]
    body["steps"] = [{name: step[name] for name in names} for step in done[:MOST_STEPS]]
    body["more"] = len(done[MOST_STEPS:]) + len(visit.get("filled", []))
    body["deviations"] = [
        {"id": each["id"], "kind": each["kind"], "text": each["text"]} for each in visit["deviations"]
    ]
    return body


def _build(thing: DocumentRef, told: Sequence[AllTold], window: Told, last: Json | None) -> Built:
    marks = [
        mark | {"visit_id": one.visit.id}
        for one in told
        for mark in fold_marks(one.marks, one.taken_back).get("marks", [])  # type: ignore[attr-defined]
    ]
    every = [
        note | {"visit_id": one.visit.id, "day": one.visit.day}
        for one in told
        for note in fold_notes(one.notes)
    ]
    kept, older = _newest(noted(every, marks), window.since)
    ids = {str(note["id"]) for note in kept}
    of_whom = [one for one in told if one.notes or one.marks or one.attendances]
    newest = max(of_whom, key=lambda one: one.visit.starts_at, default=None)
    body: Json = {
        "citizen": {"id": _citizen_id(thing), "name": newest.visit.citizen_name if newest else ""},
        "until": window.day.isoformat(),  # a phone takes what says a `day` for a visit of that day
        "days": window.days,
        "notes": [{name: note[name] for name in note if name not in MARKED} for note in kept],
        "marks": sorted(
            (mark for mark in marks if mark["note_id"] in ids),
            key=lambda mark: (str(mark["at"]), str(mark["id"])),
        ),
        "last": last,
        **({"older_notes": older} if older else {}),
    }
    days = [one.visit.day for one in of_whom]
    return Built(PREFIX + thing.id, body, max(days, default=window.day.isoformat()))


MARKED = frozenset({"pin", "read", "wrong"})


def _newest(all_notes: Sequence[Json], since: str) -> tuple[list[Json], int]:
    """In the order in which they were written: those that are pinned, and the newest as far as there is room; how many are left out."""
    kept: list[Json] = []
    room = MOST_CHARACTERS
    recent = [note for note in all_notes if str(note["day"]) >= since]
    for number, note in enumerate(sorted(recent, key=_written, reverse=True), 1):
        room -= characters_of(note)
        if note["pin"] or number == 1 or (room >= 0 and number <= MOST_NOTES):
            kept.append(note)
    older = len(recent) - len(kept)
    kept += [note for note in all_notes if note["pin"] and str(note["day"]) < since]
    return sorted(kept, key=_written), older


def _written(note: Json) -> tuple[str, str]:
    return str(note["written_at"]), str(note["id"])
