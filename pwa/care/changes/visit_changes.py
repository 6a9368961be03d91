"""Knows what each change adds to a visit: one function per change; knows no database, and not who may.

A change only ever adds. What was taken back stays in its table and is no longer shown; of several answers to a step the
one that is shown is folded from all of them; a correction leaves its note readable.
"""

import json
from collections.abc import Collection
from typing import Literal

from msgspec import Struct, structs

from pwa.care.documents.visit_rows import VisitRows
from pwa.care.problems import IdUsedTwice, UnknownNote, UnknownStep
from pwa.words import Change, Person
from pwa.written import Answer, Attendance, Deviation, FilledIn, Note, NoteMark, TakenBack


class ChangeContext(Struct, frozen=True, gc=False):
    """An allowed change to a visit, before it is in any table: who, when by corrected clock, when received, from where.

    `defined` are the steps of the checklist that it names; None where that is not known here. `is_leader`: who does it answers for
    the visit's team, and does it as that.
    """

    change: Change
    carer: Person
    visit: VisitRows
    at: str
    received_at: str
    phone_id: str | None = None
    defined: Collection[str] | None = None
    is_leader: bool = False

    @property
    def seen(self) -> int:
        """What the carer looked at. Who says to have seen more than there is would settle every disagreement to come."""
        return min(self.change.seen, self.visit.version)

    def needed(self, name: str) -> str:
        """A text that the description says is there."""
        value = self.change.args[name]
        assert isinstance(value, str)
        return value

    def text(self, name: str) -> str:
        """A text that may have been left out."""
        return self.change.args.get(name) or ""


def start_visit(context: ChangeContext) -> Attendance:
    """The carer is there."""
    return _attendance(context, "start")


def finish_visit(context: ChangeContext) -> Attendance:
    """The carer is done."""
    return _attendance(context, "finish")


def _attendance(context: ChangeContext, kind: Literal["start", "finish"]) -> Attendance:
    carer = context.carer
    return Attendance(context.change.id, kind, context.at, context.received_at, carer.id, carer.name)


def answer_step(context: ChangeContext) -> Answer:
    """Say who did a step, or take that back. Raises UnknownStep."""
    step_id = context.needed("step_id")
    if not any(step.id == step_id for step in context.visit.planned.steps):
        raise UnknownStep
    return _answer(context, step_id, context.change.args["answer"])


def answer_as_planned(context: ChangeContext) -> Answer:
    """Answer every step that has no answer as it was planned."""
    return _answer(context, None, None)


def _answer(context: ChangeContext, step_id: str | None, answer: str | None) -> Answer:
    return Answer(
        change_id=context.change.id,
        step_id=step_id,
        answer=answer,
        reason=context.text("reason"),
        at=context.at,
        received_at=context.received_at,
        by_id=context.carer.id,
        by_name=context.carer.name,
        seen=context.seen,
        version=None,
        phone_id=context.phone_id,
    )


def fill_in(context: ChangeContext) -> FilledIn:
    """Answer at a place of a checklist that has more than who did it, or take that back. Raises UnknownStep.

    The steps are those of the version that lay before the carer, also where the visit has another by now. Of a version that is
    not known here, as after a restore, every place is kept: what she wrote is nobody's mistake.
    """
    place, said = context.needed("place"), context.change.args["values"]
    if context.defined is not None and place.partition("@")[0] not in context.defined:
        raise UnknownStep
    is_taken_back = not said and not context.text("reason")
    return FilledIn(
        change_id=context.change.id,
        checklist_id=context.needed("checklist_id"),
        place=place,
        said=None if is_taken_back else json.dumps(said, ensure_ascii=False, separators=(",", ":")),
        reason=context.text("reason"),
        at=context.at,
        received_at=context.received_at,
        by_id=context.carer.id,
        by_name=context.carer.name,
        seen=context.seen,
        version=None,
        phone_id=context.phone_id,
    )


def write_note(context: ChangeContext) -> Note | None:
    """Write a note. Raises IdUsedTwice if another note has its id.

    One draft that its carer saves on two phones is one note: the same words add nothing, others correct it.
    """
    note_id = context.needed("note_id")
    saved = [note for note in context.visit.written.notes if note_id in (note.id, note.corrects_id)]
    if not any(note.id == note_id and _is_same_draft(context, note) for note in saved):
        return _note_as_told(context, note_id)
    is_there = any(note.text == context.text("text") for note in saved)
    return None if is_there else _note(context, note_id, context.change.id)


def _note_as_told(context: ChangeContext, note_id: str) -> Note:
    """A new note with what was said of it. An addition may come before its note, from another phone."""
    args = context.change.args
    return structs.replace(
        _note(context, None, note_id),
        kind=context.text("kind"),
        pinned=int("pinned" in args),
        composed=int("composed" in args),
        adds_to_id=args.get("adds_to"),
    )


def _is_same_draft(context: ChangeContext, note: Note) -> bool:
    return note.corrects_id is None and note.by_id == context.carer.id and note.phone_id != context.phone_id


def correct_note(context: ChangeContext) -> Note:
    """Add a correction to a note of the same visit, which stays readable. Raises UnknownNote, IdUsedTwice."""
    corrects = context.needed("corrects")
    if not _has_note(context, corrects):
        raise UnknownNote
    return _note(context, corrects, context.needed("note_id"))


def _note(context: ChangeContext, corrects: str | None, note_id: str) -> Note:
    if _has_note(context, note_id):
        raise IdUsedTwice
    return Note(
        id=note_id,
        corrects_id=corrects,
        text=context.needed("text"),
        written_at=context.at,
        received_at=context.received_at,
        by_id=context.carer.id,
        by_name=context.carer.name,
        phone_id=context.phone_id,
        seen=context.seen,
        base_version=context.visit.version,
    )


def _has_note(context: ChangeContext, note_id: str) -> bool:
    return any(note.id == note_id for note in context.visit.written.notes)


def pin_note(context: ChangeContext) -> NoteMark:
    """The next visitor is to see a note. It may be another visit's, and may not have come yet."""
    return _mark(context, "pinned")


def read_note(context: ChangeContext) -> NoteMark:
    """Somebody has read a pinned note."""
    return _mark(context, "read")


def unpin_note(context: ChangeContext) -> NoteMark:
    """A pin goes before anybody has read the note. Whether it may is seen where both are known (note_marks.py)."""
    return _mark(context, "unpinned")


def mark_wrong_citizen(context: ChangeContext) -> NoteMark:
    """A note is about another citizen than its visit. It stays, hidden behind a tap."""
    return _mark(context, "wrong_citizen")


def _mark(context: ChangeContext, kind: Literal["pinned", "read", "unpinned", "wrong_citizen"]) -> NoteMark:
    args = context.change.args
    return NoteMark(
        change_id=context.change.id,
        kind=kind,
        note_id=context.needed("note_id"),
        pin_id=args.get("pin_id"),
        other_visit_id=args.get("other_visit_id"),
        by_leader=int(context.is_leader),
        at=context.at,
        received_at=context.received_at,
        by_id=context.carer.id,
        by_name=context.carer.name,
    )


def report_deviation(context: ChangeContext) -> Deviation:
    """Say what did not go as planned, and why."""
    return Deviation(
        change_id=context.change.id,
        kind=context.needed("kind"),
        text=context.text("text"),
        reported_at=context.at,
        received_at=context.received_at,
        by_id=context.carer.id,
        by_name=context.carer.name,
    )


def take_back(context: ChangeContext) -> TakenBack:
    """Take back a start, a finish, an "as planned" or a deviation.

    What it takes back may come later, from another phone; a note or an answer with that id is left alone.
    """
    taken_back = context.needed("change_id")
    return TakenBack(context.change.id, taken_back, context.at, context.received_at, context.carer.id)
