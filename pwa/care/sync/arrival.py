"""Knows what a push is from its arrival to its answer; knows nothing of how it is judged, and no HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from pwa.access.queries.phones import Phone, RevokedAs, Stretch
from pwa.care.sync.judge import AT_A_TIME, yield_to_others
from pwa.care.sync.limits import Levels
from pwa.care.sync.log_record import LogRecord, read_log_record
from pwa.care.sync.pull import NOTE_DAYS, Pull
from pwa.care.sync.submission import Submission
from pwa.database.lists import Key
from pwa.documents.queries import Stored
from pwa.documents.store import DocumentRef
from pwa.problems import Problem
from pwa.words import Fate, Person, Push


@dataclass(frozen=True, slots=True)
class Received:
    """The fates in the order of the changes, the numbers that never came, and whose documents changed.

    `heard_n` is the highest number of this phone that has come, `draft_n` that of its half-written words. No fates at all: a number before these comes first.
    `revoked_as` says how the phone was shut out, if it was: then it gets nothing new, and is told to wipe itself.
    `pulled` is what else the phone is given, None if that was not looked up; `is_recorded` if it is in the access log.
    `own_visit_ids` are the visits among the changed that the phone will be given: of its carer's own days.
    `new_phone` is the id by which the phone goes from here on, if another phone has its own. `heard_before` is when the
    phone was heard last before this; "" of a form. `stored` are the documents that are new, of all that was received together.
    """

    fates: list[Fate]
    missing: list[Stretch]
    changed: list[DocumentRef]
    heard_n: int = 0
    draft_n: int = 0
    revoked_as: RevokedAs | None = None
    pulled: Pull | None = None
    is_recorded: bool = False
    own_visit_ids: Sequence[str] = ()
    new_phone: str | None = None
    heard_before: str = ""
    stored: Mapping[Key, Stored] = field(default_factory=dict, compare=False, repr=False)


class Arrival(NamedTuple):
    """A push, whose it is, when it arrived, and why all of it is held, if no sign-in speaks for it any more.

    `gives`: whether it was shown that the carer is there. Only then is its phone given what it lacks, and do half-written
    words take the place of another phone's. `records` are the push's changes once it is prepared. Of so many days
    (`note_days`) its citizens' own pages tell.
    """

    carer: Person
    push: Push
    now: datetime
    held_as: type[Problem] | None = None
    gives: bool = True
    records: tuple[LogRecord, ...] | None = None
    note_days: int = NOTE_DAYS


async def prepare(arrival: Arrival) -> Arrival:
    """With its changes as the log keeps them: what can be known of them before anybody has the database.

    Between some of them whoever else waits for this process has a turn.
    """
    carer, push, *_ = arrival
    records: list[LogRecord] = []
    for number, raw in enumerate(push.changes, 1):
        records.append(read_log_record(raw, carer.id))
        if number % AT_A_TIME == 0:
            await yield_to_others()
    return arrival._replace(records=tuple(records))


@dataclass(slots=True)
class Heard:
    """A push whose phone is known: what was known of it, how far its clock is off, and its changes to be judged.

    `copied` is the phone by whose id it went, if it is another.
    """

    arrival: Arrival
    known: Phone
    gaps: list[Stretch]
    skew: timedelta
    submissions: list[Submission]
    levels: Levels
    copied: Phone | None = None
    is_new: bool = False  # the phone was never heard before

    @property
    def new_phone(self) -> str | None:
        """By which id the phone goes from here on, if it has gone by another's."""
        return self.known.id if self.copied else None

    @property
    def new_numbers(self) -> list[int]:
        """Of the changes that came for the first time."""
        return [number for submission in self.submissions for number in submission.new_numbers]

    @property
    def numbers(self) -> list[int]:
        """Of the changes that are judged."""
        return [record.n for submission in self.submissions for record in submission.changes]

    def time_of(self, n: int) -> str | None:
        """When the change of this number happened; None if it is not among them."""
        for submission in self.submissions:
            for record, time in zip(submission.changes, submission.times, strict=True):
                if record.n == n and time is not None:
                    return time.at
        return None
