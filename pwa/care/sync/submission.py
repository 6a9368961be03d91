"""Knows what is judged together, what lies ready for that and what comes of it; knows nothing of how it is judged."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pwa.access.queries.roles import PastRole
from pwa.care.documents.visit_rows import VisitRows
from pwa.care.queries.change_log import KnownFate, Logged
from pwa.care.sync.change_times import ChangeTime
from pwa.care.sync.log_record import LogRecord
from pwa.database.lists import Key
from pwa.problems import Problem
from pwa.words import Fate, Person
from pwa.written import PlanChangeSeen, Written

if TYPE_CHECKING:
    from pwa.care.sync.limits import Weights


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, from which phone (None: a page of the server), and when it arrived.

    With `held_as` all of it is held for that reason,
    whatever it is: nobody knows in whose hands the phone is. `home_team_id` is whose business it is when it is about
    nothing known, and the sender has no role in force.
    """

    person: Person
    phone_id: str | None
    received_at: str
    held_as: type[Problem] | None = None
    home_team_id: str | None = None


@dataclass(slots=True)
class Submission:
    """What somebody sent, and what came of it when it is judged: the fates as they are told, see public_code.

    `times` says of each change when it happened.
    """

    sender: Sender
    changes: Sequence[LogRecord]
    times: Sequence[ChangeTime | None]
    fates: list[Fate] = field(default_factory=list)
    touched: dict[Key, VisitRows] = field(default_factory=dict)
    told: dict[Key, VisitRows] = field(
        default_factory=dict
    )  # those of them whose citizens' pages may be other by it
    retries: Mapping[str, str] = field(
        default_factory=dict
    )  # the id of the change that is sent again, by the new one's
    language: str | None = None
    new_numbers: list[int] = field(default_factory=list)  # of those that were not known before
    has_seen_plan: bool = False
    new_changes: int = 0  # that stand in the log from here on; so the others
    new_characters: int = 0
    new_held: int = 0  # refused or held


class InLog(NamedTuple):
    """What the log of changes had before some were judged: their fates, and of those that they repeat the first try."""

    fates: frozenset[KnownFate]
    first_tries: Mapping[tuple[str, str], str]  # by (sender's id, id)


@dataclass(slots=True)
class Batch:
    """What lies ready while cases are judged one after the other, and what is to be written."""

    visits: dict[str, list[VisitRows]]
    known: dict[str, list[KnownFate]]  # by id; by digest for what has no usable id
    first_tries: dict[tuple[str, str], str]  # by (sender's id, id), of what was refused or held
    before: InLog
    defined: Mapping[str, Collection[str]] = field(
        default_factory=dict
    )  # the steps of the checklists that are named
    own_team_ids: Collection[str] = ()  # of the sender whose case lies on top
    past_teams: Sequence[tuple[Collection[str], PastRole]] = ()  # the same sender's
    were_theirs: Collection[str] = ()  # the visits that the plan took from that sender
    led_team_ids: Collection[str] = ()  # that the same sender answers for, where that matters
    log: list[Logged] = field(default_factory=list)
    written: list[tuple[Key, Written]] = field(default_factory=list)
    seen: list[PlanChangeSeen] = field(default_factory=list)
    weights: "Weights" = field(default_factory=dict)
