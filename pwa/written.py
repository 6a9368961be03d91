"""What carers have written at a visit, as it is read back, and the steps that they answer; knows nothing of how any of it is
kept or shown.
"""

from typing import Literal

from msgspec import Struct


class Attendance(Struct, frozen=True, gc=False):
    """A carer came, or went."""

    change_id: str
    kind: Literal["start", "finish"]
    at: str
    received_at: str
    by_id: str
    by_name: str


class Answer(Struct, frozen=True, gc=False):
    """Who did a step; no step is "everything as planned", no answer takes the answer back.

    `version` is that of the document that brought the answer, None while it is on its way into one.
    """

    change_id: str
    step_id: str | None
    answer: str | None
    reason: str
    at: str
    received_at: str
    by_id: str
    by_name: str
    seen: int
    version: int | None
    phone_id: str | None = None


class FilledIn(Struct, frozen=True, gc=False):
    """What was answered at a place of a checklist that has more than who did it; `said` is JSON, a list.

    An empty one is "not relevant", with its reason; None takes back. `version` as with an answer.
    """

    change_id: str
    checklist_id: str
    place: str
    said: str | None
    reason: str
    at: str
    received_at: str
    by_id: str
    by_name: str
    seen: int
    version: int | None
    phone_id: str | None = None


class Note(Struct, frozen=True, gc=False):
    """Words about a visit; `corrects_id` is the note, or the correction, that this one corrects, `adds_to_id` the note that it is
    an addition to.

    `seen` is the version of the document that was looked at, `base_version` the last one without this note; None of
    one from before that was kept.
    """

    id: str
    corrects_id: str | None
    text: str
    written_at: str
    received_at: str
    by_id: str
    by_name: str
    phone_id: str | None = None
    seen: int | None = None
    base_version: int | None = None
    kind: str = ""
    pinned: int = 0
    composed: int = 0
    adds_to_id: str | None = None


class NoteMark(Struct, frozen=True, gc=False):
    """What was done with a note: `pinned`, `read`, `unpinned` or `wrong_citizen`, at the visit where its carer was.

    `pin_id` is what was read or removed: the change that pinned it, or the note itself where its writer did. `other_visit_id`
    is where a note of the wrong citizen should stand, if that was said.
    """

    change_id: str
    kind: Literal["pinned", "read", "unpinned", "wrong_citizen"]
    note_id: str
    pin_id: str | None
    other_visit_id: str | None
    by_leader: int
    at: str
    received_at: str
    by_id: str
    by_name: str


class Deviation(Struct, frozen=True, gc=False):
    """What did not go as planned."""

    change_id: str
    kind: str
    text: str
    reported_at: str
    received_at: str
    by_id: str
    by_name: str


class Matter(Struct, frozen=True, gc=False):
    """What somebody is to follow up: an observation, an unintended event, or something that is to be done.

    `about` is the observation's area; of an event who was hurt, or could have been; of a follow-up whose it is. `to_id` is the
    carer who is to do it, `part_id` the step or note that it is about.
    """

    change_id: str
    kind: str
    about: str
    text: str
    to_id: str | None
    due_on: str | None
    part_id: str | None
    at: str
    received_at: str
    by_id: str
    by_name: str
    to_name: str = ""


class MatterSaid(Struct, frozen=True, gc=False):
    """What was said of a matter later, or done about it; it may come before the matter itself."""

    id: str
    matter_id: str
    kind: str
    said: str
    at: str
    received_at: str
    by_id: str
    by_name: str
    given_name: str = ""


class TakenBack(Struct, frozen=True, gc=False):
    """A change was a slip; it may come later than this, from another phone."""

    change_id: str
    taken_back_id: str
    at: str
    received_at: str
    by_id: str


class UncertainTime(Struct, frozen=True, gc=False):
    """When a change happened nobody knows for sure: its phone's clock was wrong. It was between these moments."""

    change_id: str
    earliest_at: str | None
    latest_at: str


class PlanChangeSeen(Struct, frozen=True, gc=False):
    """A carer has seen what the plan did to her day, and what it did before that at the same visit."""

    plan_change_id: str
    by_id: str
    at: str
    received_at: str


Written = (
    UncertainTime
    | Attendance
    | Answer
    | FilledIn
    | Note
    | NoteMark
    | Deviation
    | Matter
    | MatterSaid
    | TakenBack
)
"""What a change adds to a visit."""


class VisitStep(Struct, frozen=True, gc=False):
    """A step of a visit's own copy of its checklist. One that is answered `by_itself` (1) is not answered "as planned"."""

    id: str
    label: str
    help: str
    planned: str
    removed_at: str | None
    by_itself: int = 0
