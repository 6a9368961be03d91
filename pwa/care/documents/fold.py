"""Knows how everything that was written at a visit becomes what is shown, in one place because all of it is folded by the same rules;
knows no database.

Everything is folded from all rows each time, so the order in which they arrived does not matter.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pwa.care.documents.matters.at_visit import fold_matters
from pwa.care.documents.note_marks import fold_marks
from pwa.care.documents.older_notes import bounded, bounded_beside
from pwa.words import Json
from pwa.written import (
    Answer,
    Attendance,
    Deviation,
    FilledIn,
    Matter,
    MatterSaid,
    Note,
    NoteMark,
    TakenBack,
    UncertainTime,
    VisitStep,
    Written,
)

Kept = TypeVar("Kept", Answer, FilledIn)
"""An answer to a step of who did it, or to another: both are kept, shown and held against others in the same way."""


@dataclass(slots=True)
class AllWritten:
    """All that carers have written at one visit, in any order."""

    attendances: list[Attendance] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    filled: list[FilledIn] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    marks: list[NoteMark] = field(default_factory=list)
    deviations: list[Deviation] = field(default_factory=list)
    matters: list[Matter] = field(default_factory=list)
    said: list[MatterSaid] = field(default_factory=list)
    taken_back: set[str] = field(default_factory=set)
    taken_back_by: set[tuple[str, str]] = field(default_factory=set)
    uncertain: list[UncertainTime] = field(default_factory=list)

    def add(self, row: Written) -> None:
        """One thing more."""
        match row:
            case Attendance():
                self.attendances.append(row)
            case Answer():
                self.answers.append(row)
            case FilledIn():
                self.filled.append(row)
            case Note():
                self.notes.append(row)
            case NoteMark():
                self.marks.append(row)
            case Deviation():
                self.deviations.append(row)
            case Matter():
                self.matters.append(row)
            case MatterSaid():
                self.said.append(row)
            case TakenBack():
                self.take_back(row.taken_back_id, row.by_id)
            case UncertainTime():
                self.uncertain.append(row)

    def take_back(self, change_id: str, by_id: str) -> None:
        """A change was a slip, somebody says."""
        self.taken_back.add(change_id)
        self.taken_back_by.add((change_id, by_id))


@dataclass(slots=True)
class StepHistory(Generic[Kept]):
    """One step while it is folded: every answer that ever reached it, the one that stands, and the reasons before it."""

    said: list[tuple[Kept, str | None]] = field(default_factory=list)
    shown: tuple[Kept, str] | None = None
    earlier: list[tuple[Kept, str]] = field(default_factory=list)

    def add(self, row: Kept, answer: str | None) -> None:
        """What was said next. Who removes an answer removes no other that nobody had shown her: that one stands."""
        self.said.append((row, answer))
        if answer and not self.shown and not self.earlier:
            self.shown = (row, answer)
            return
        shown = (row, answer) if answer else next(reversed(standing(self.said)), None)
        if self.shown and self.shown != shown and self.shown[0].reason not in ("", row.reason):
            self.earlier.append(self.shown)
        if shown:
            self.earlier = [said for said in self.earlier if said[0].reason != shown[0].reason]
        self.shown = shown


def person(of: Attendance | Answer | FilledIn | Note | Deviation) -> Json:
    """Who wrote it."""
    return {"id": of.by_id, "name": of.by_name}


def fold_attendances(rows: Iterable[Attendance], taken_back: Collection[str]) -> Json:
    """The first start and the last finish: with two carers a visit lasts from the one to the other."""
    standing = sorted(
        (row for row in rows if row.change_id not in taken_back), key=lambda row: (row.at, row.change_id)
    )
    start = next((row for row in standing if row.kind == "start"), None)
    finish = next((row for row in reversed(standing) if row.kind == "finish"), None)
    return {
        "started_at": start and start.at,
        "started_received_at": start and start.received_at,
        "started_by": start and person(start),
        "started_change": start and start.change_id,
        "finished_at": finish and finish.at,
        "finished_received_at": finish and finish.received_at,
        "finished_by": finish and person(finish),
        "finished_change": finish and finish.change_id,
    }


def fold_answers(steps: Sequence[VisitStep], rows: Iterable[Answer], taken_back: Collection[str]) -> Json:
    """The steps with the answers that stand. A removed step is there only if somebody answered it."""
    histories = apply_answers(steps, rows, taken_back)
    filling = [one.shown[0] for one in histories.values() if one.shown and one.shown[0].step_id is None]
    newest = max(filling, key=lambda row: (row.at, row.change_id), default=None)
    return {
        "as_planned_at": newest and newest.at,
        "as_planned_by": newest and person(newest),
        "as_planned_change": newest and newest.change_id,
        "steps": [
            step_body(step, histories[step.id])
            for step in steps
            if step.removed_at is None or histories[step.id].shown
        ],
    }


def apply_answers(
    steps: Sequence[VisitStep], rows: Iterable[Answer], taken_back: Collection[str]
) -> dict[str, StepHistory[Answer]]:
    """Go through the answers as they happened; "as planned" reaches the steps that are empty just then.

    It does not reach those that are answered by themselves.
    """
    # Not StepHistory[Answer](), which takes ten times as long.
    histories: dict[str, StepHistory[Answer]] = {step.id: StepHistory() for step in steps}
    for row in sorted(rows, key=lambda row: (row.at, row.change_id)):
        if row.step_id is not None:
            histories[row.step_id].add(row, row.answer)
        elif row.change_id not in taken_back:
            for step in steps:
                if step.removed_at is None and not step.by_itself and histories[step.id].shown is None:
                    histories[step.id].add(row, step.planned)
    return histories


def step_body(step: VisitStep, histories: StepHistory[Answer]) -> Json:
    """A step as pages show it."""
    row, answer = histories.shown or (None, None)
    body: Json = {
        "id": step.id,
        "label": step.label,
        "help": step.help,
        "planned": step.planned,
        "answer": answer,
        "reason": row.reason if row else "",
        "answered_at": row and row.at,
        "answered_received_at": row and row.received_at,
        "answered_by": row and person(row),
        "answered_change": row and row.change_id,
        "differing": differing(histories.said) if len(histories.said) > 1 else [],
        "waiting_since": None,
    }
    # Left out where it is not so, as in the documents of before.
    if step.by_itself:
        body["by_itself"] = True
    if histories.earlier:
        earlier = [said_body(*one) for one in histories.earlier]
        body |= bounded_beside("earlier", earlier, "reason", "older_reasons")
    return body


def said_body(row: Answer, answer: str) -> Json:
    """An answer beside the one that stands."""
    return {"answer": answer, "reason": row.reason, "at": row.at, "by": person(row)}


def differing(said: Sequence[tuple[Answer, str | None]]) -> list[Json]:
    """The answers that stand against each other, as pages show them."""
    return [said_body(row, answer) for row, answer in against_each_other(said)]


def against_each_other(said: Sequence[tuple[Kept, str | None]]) -> list[tuple[Kept, str]]:
    """Those that differ, from different carers or phones, none of which had seen the other's."""
    against = standing(said)
    return against if len({one for _, one in against}) > 1 else []


def standing(said: Sequence[tuple[Kept, str | None]]) -> list[tuple[Kept, str]]:
    """The newest answer of each carer's phone, unless another was given, or removed, after seeing it; as they happened."""
    newest = {source(row): (row, answer) for row, answer in said}
    found = [
        (row, answer)
        for row, answer in newest.values()
        if answer is not None
        and not any(source(other) != source(row) and has_seen(other, row) for other, _ in said)
    ]
    return sorted(found, key=lambda one: (one[0].at, one[0].change_id))


def source(row: Answer | FilledIn | Note) -> tuple[str, str | None]:
    """Who wrote it, and where: on another phone of hers a carer may not have seen it."""
    return row.by_id, row.phone_id


def has_seen(later: Answer | FilledIn, earlier: Answer | FilledIn) -> bool:
    """Whether one answer was given over a document that already held the other."""
    return earlier.version is not None and later.seen >= earlier.version


def fold_filled(rows: Iterable[FilledIn]) -> Json:
    """What stands at each place of a checklist that has more than who did it; nothing at all where nobody filled it in."""
    histories: dict[str, StepHistory[FilledIn]] = {}
    for row in sorted(rows, key=lambda row: (row.at, row.change_id)):
        histories.setdefault(row.place, StepHistory[FilledIn]()).add(row, row.said)
    bodies = [
        filled_body(*history.shown, history) for _, history in sorted(histories.items()) if history.shown
    ]
    return {"filled": bodies} if bodies else {}


def filled_body(row: FilledIn, said: str, history: StepHistory[FilledIn]) -> Json:
    """What stands at a place, as pages show it: who answered and what stands against it as with a step."""
    earlier = [said_at_place(*one) for one in history.earlier]
    return {
        "place": row.place,
        "checklist_id": row.checklist_id,
        "said": json.loads(said),
        "reason": row.reason,
        "answered_at": row.at,
        "answered_received_at": row.received_at,
        "answered_by": person(row),
        "answered_change": row.change_id,
        "differing": [said_at_place(*one) for one in against_each_other(history.said)],
        "waiting_since": None,
        **(bounded_beside("earlier", earlier, "reason", "older_reasons") if earlier else {}),
    }


def said_at_place(row: FilledIn, said: str) -> Json:
    """An answer beside the one that stands."""
    return {"said": json.loads(said), "reason": row.reason, "at": row.at, "by": person(row)}


def fold_notes(rows: Iterable[Note]) -> list[Json]:
    """Notes as they were written, each with its corrections, and the corrections of those."""
    ordered = sorted(rows, key=lambda row: (row.written_at, row.id))
    by_id = {row.id: row for row in ordered}
    corrections: dict[str, list[Note]] = {row.id: [] for row in ordered}
    for row in ordered:
        if row.corrects_id is not None:
            corrections[first_note(row, by_id).id].append(row)
    return [whole_note(row, corrections[row.id]) for row in ordered if row.corrects_id is None]


def whole_note(note: Note, corrections: Sequence[Note]) -> Json:
    """A note with its corrections, and with those that stand against each other if there are any."""
    body = note_body(note) | {"corrections": [note_body(row) for row in corrections]}
    against = differing_corrections(corrections)
    return body | {"differing": [note_body(row) for row in against]} if against else body


def differing_corrections(corrections: Sequence[Note]) -> list[Note]:
    """The corrections that stand against each other, as with answers: neither had been seen by who wrote the other."""
    newest = {source(row): row for row in corrections}
    standing = [
        row
        for row in newest.values()
        if not any(source(other) != source(row) and has_seen_note(other, row) for other in corrections)
    ]
    if len({row.text for row in standing}) < 2:
        return []
    return sorted(standing, key=lambda row: (row.written_at, row.id))


def has_seen_note(later: Note, earlier: Note) -> bool:
    """Whether one was written over a document that already held the other; so it is taken of those from before."""
    if later.seen is None or earlier.base_version is None:
        return True
    return later.seen > earlier.base_version


def first_note(row: Note, by_id: dict[str, Note]) -> Note:
    """The note that a correction, however indirectly, is about."""
    while row.corrects_id is not None:
        row = by_id[row.corrects_id]
    return row


def note_body(row: Note) -> Json:
    """A note or a correction as pages show it; what was said of it is left out where it was not."""
    body: Json = {
        "id": row.id,
        "text": row.text,
        "written_at": row.written_at,
        "received_at": row.received_at,
        "written_by": person(row),
        "waiting_since": None,
    }
    if row.kind:
        body[row.kind] = True
    if row.pinned:
        body["pinned"] = True
    if row.composed:
        body["composed"] = True
    if row.adds_to_id:
        body["adds_to"] = row.adds_to_id
    return body


def fold_deviations(rows: Iterable[Deviation], taken_back: Collection[str]) -> list[Json]:
    """The deviations that stand, as they were reported."""
    return [
        {
            "id": row.change_id,
            "kind": row.kind,
            "text": row.text,
            "reported_at": row.reported_at,
            "received_at": row.received_at,
            "reported_by": person(row),
            "waiting_since": None,
        }
        for row in sorted(rows, key=lambda row: (row.reported_at, row.change_id))
        if row.change_id not in taken_back
    ]


def fold_uncertain(rows: Iterable[UncertainTime], taken_back: Collection[str]) -> Json:
    """Between which moments that happened whose time is uncertain; nothing at all when every time is certain."""
    standing = [row for row in rows if row.change_id not in taken_back]
    if not standing:
        return {}
    earliest = [row.earliest_at for row in standing]
    since = None if None in earliest else min(filter(None, earliest))
    return {"uncertain": {"earliest_at": since, "latest_at": max(row.latest_at for row in standing)}}


def fold(steps: Sequence[VisitStep], written: AllWritten) -> Json:
    """Everything in a visit's document that carers wrote."""
    return {
        **fold_attendances(written.attendances, written.taken_back),
        **fold_answers(steps, written.answers, written.taken_back),
        **fold_filled(written.filled),
        **bounded_beside(
            "deviations", fold_deviations(written.deviations, written.taken_back), "text", "older_deviations"
        ),
        **bounded(fold_notes(written.notes)),
        **fold_matters(written.matters, written.said, written.taken_back_by),
        **fold_marks(written.marks, written.taken_back),
        "waiting": 0,
        **fold_uncertain(written.uncertain, written.taken_back),
    }
