"""Knows how changes are judged, each alone and exactly once; knows nothing of how they came.

All that some pushes may touch is read first, then each change is judged by what was read, then all that came of it
is written: a few statements for the pushes, however many there are and however many changes they have.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from pwa.changes.answers import answer_as_planned, answer_step
from pwa.changes.described import DESCRIBED
from pwa.changes.deviations import report_deviation
from pwa.changes.doing import Doing
from pwa.changes.kept import Kept
from pwa.changes.may import check_may, list_own_team_ids
from pwa.changes.notes import correct_note, write_note
from pwa.changes.take_back import take_back
from pwa.changes.understand import check_described
from pwa.changes.visits import finish_visit, start_visit
from pwa.database import Row, Transaction
from pwa.documents.visit_rows import VisitRows, read_visits
from pwa.logs import log, what_and_where
from pwa.problems import ClockWrong, IdUsedTwice, NotHandled, PhoneShutOut, Problem, told_as
from pwa.queries import answers, attendances, deviations, log_of_changes, notes, roles
from pwa.queries.documents import EVERYBODY
from pwa.queries.lists import Key
from pwa.queries.log_of_changes import Logged
from pwa.words import (
    Answer,
    Attendance,
    Change,
    Deviation,
    Fate,
    Note,
    Person,
    TakenBack,
    Written,
    to_moment,
    to_text,
)

Kind = TypeVar("Kind")

AHEAD = timedelta(minutes=5)
"""How far in the future a corrected clock may be."""

CARRY_OUT: dict[str, Callable[[Doing], Written]] = {
    "start_visit": start_visit,
    "finish_visit": finish_visit,
    "answer_step": answer_step,
    "answer_as_planned": answer_as_planned,
    "take_back": take_back,
    "write_note": write_note,
    "correct_note": correct_note,
    "report_deviation": report_deviation,
}
"""What each change to a visit adds to it. One that raises has added nothing."""

let_others_run = partial(asyncio.sleep, 0)
"""A group takes long: between its parts whoever else waits for this process has a turn."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, from which phone (None: a page of the server), its clock's skew, and when it arrived.

    `latest` is the last moment that a change may say it happened at. What comes from a phone that `is_shut_out` is
    held, whatever it is: nobody knows in whose hands it is.
    """

    person: Person
    phone_id: str | None
    skew: timedelta
    received_at: str
    latest: str
    is_shut_out: bool = False

    def corrected(self, at: str | None) -> str | None:
        """When it happened, by the server's clock; None if that is no time."""
        try:
            moment = to_moment(at or "")
            return to_text(moment + self.skew) if self.skew else at
        except (ValueError, OverflowError):
            return None


def make_sender(
    person: Person, phone_id: str | None, skew: timedelta, now: datetime, is_shut_out: bool = False
) -> Sender:
    """Somebody whose push arrived now."""
    return Sender(person, phone_id, skew, to_text(now), to_text(now + AHEAD), is_shut_out)


@dataclass(slots=True)
class Case:
    """What somebody sent, and what came of it when it is judged: the fates as they are told, see told_as."""

    sender: Sender
    changes: Sequence[Kept]
    fates: list[Fate] = field(default_factory=list)
    touched: dict[Key, VisitRows] = field(default_factory=dict)
    language: str | None = None


@dataclass(slots=True)
class Desk:
    """What lies ready while cases are judged one after the other, and what is to be written."""

    visits: dict[str, list[VisitRows]]
    known: dict[str, list[Row]]  # by id; by digest for what has no usable id
    own_team_ids: Collection[str] = ()  # of the sender whose case lies on top
    log: list[Logged] = field(default_factory=list)
    written: list[tuple[Key, Written]] = field(default_factory=list)


async def judge(tx: Transaction, cases: Sequence[Case]) -> None:
    """Judge all changes of some cases, each exactly once however often it is sent, and write down what came of them.

    As if one case came after the other. Raises Unavailable; and what the database says if it refuses a row, which is
    a mistake of ours.
    """
    desk = await _lay_out(tx, cases)
    for case in cases:
        desk.own_team_ids = await _own_team_ids(tx, desk, case)
        for kept in case.changes:
            _judge_one(desk, case, kept)
        await let_others_run()
    await _write_down(tx, desk, cases)


async def hold(tx: Transaction, case: Case) -> None:
    """Keep changes that we cannot handle, with every word, for somebody to look at."""
    desk = await _lay_out(tx, [case])
    for kept in case.changes:
        fate = Fate(kept.said_id, NotHandled.fate, NotHandled.__name__)
        _close(desk, case, kept, fate, case.sender.corrected(kept.at))
    await _write_down(tx, desk, [case])


async def _lay_out(tx: Transaction, cases: Iterable[Case]) -> Desk:
    changes = [kept for case in cases for kept in case.changes]
    # The visits first: nobody else changes them from here on, so a repeat on its way elsewhere has its fate now.
    visits = await read_visits(tx, {kept.visit_id for kept in changes if kept.visit_id})
    found = defaultdict(list)
    for visit in visits:
        found[visit.key[1]].append(visit)
    ids = {kept.id for kept in changes if kept.id}
    digests = {kept.digest for kept in changes if not kept.id}
    known = defaultdict(list)
    for row in await log_of_changes.list_fates(tx, ids, digests):
        known[row["id"] or row["digest"]].append(row)
    return Desk(found, known)


async def _own_team_ids(tx: Transaction, desk: Desk, case: Case) -> Collection[str]:
    ids = {kept.visit_id for kept in case.changes if kept.visit_id}
    visits = [visit for visit_id in ids for visit in desk.visits.get(visit_id, [])]
    return await list_own_team_ids(tx, case.sender.person, visits)


def _judge_one(desk: Desk, case: Case, kept: Kept) -> None:
    known = desk.known.setdefault(kept.id or kept.digest, [])
    if same := next((row for row in known if row["digest"] == kept.digest), None):
        case.fates.append(Fate(kept.said_id, same["fate"], told_as(same["problem"])))
        return
    visit, at = None, case.sender.corrected(kept.at)
    try:
        if known:
            raise IdUsedTwice
        if case.sender.is_shut_out:
            raise PhoneShutOut
        visit = _carry_out(desk, case, kept, at)
        fate = Fate(kept.said_id, "applied")
    except Problem as problem:
        fate = Fate(kept.said_id, problem.fate, problem.code)
    except Exception as error:
        log.error("a change was not handled", change=kept.id, **what_and_where(error))
        fate = Fate(kept.said_id, NotHandled.fate, NotHandled.__name__)
    _close(desk, case, kept, fate, at, visit)


def _close(
    desk: Desk, case: Case, kept: Kept, fate: Fate, at: str | None, visit: VisitRows | None = None
) -> None:
    """This is its fate, from here on."""
    known = desk.known.setdefault(kept.id or kept.digest, [])
    known.append({"digest": kept.digest, "fate": fate.fate, "problem": fate.problem})
    case.fates.append(Fate(fate.id, fate.fate, told_as(fate.problem)))
    desk.log.append(_row_of_log(desk, case.sender, kept, fate, at, visit))


def _carry_out(desk: Desk, case: Case, kept: Kept, at: str | None) -> VisitRows | None:
    """Check a change and lay down what it adds, and to which visit; raises the Problem that stops it."""
    change, sender = check_described(kept.raw), case.sender
    if at is None or at > sender.latest:
        raise ClockWrong
    if DESCRIBED[change.name].on == "person":
        case.language = change.args["language"]
        return None
    visit = check_may(sender.person, desk.own_team_ids, desk.visits.get(_visit_id(change), []))
    row = CARRY_OUT[change.name](Doing(change, sender.person, visit, at, sender.received_at))
    visit.written.add(row)
    desk.written.append((visit.key, row))
    case.touched[visit.key] = visit
    return visit


def _visit_id(change: Change) -> str:
    return change.args["visit_id"] or ""


async def _write_down(tx: Transaction, desk: Desk, cases: Iterable[Case]) -> None:
    for case in cases:
        if case.language:
            await roles.set_language(tx, case.sender.person.id, case.language)
    await attendances.add_attendances(tx, _of_kind(desk, Attendance))
    await answers.add_answers(tx, _of_kind(desk, Answer))
    await notes.add_notes(tx, _of_kind(desk, Note))
    await deviations.add_deviations(tx, _of_kind(desk, Deviation))
    await attendances.add_taken_back(tx, _of_kind(desk, TakenBack))
    await log_of_changes.add_changes(tx, desk.log)


def _of_kind(desk: Desk, kind: type[Kind]) -> Iterable[tuple[Key, Kind]]:
    return [(key, row) for key, row in desk.written if isinstance(row, kind)]


def _row_of_log(
    desk: Desk, sender: Sender, kept: Kept, fate: Fate, at: str | None, visit: VisitRows | None
) -> Logged:
    return Logged(
        visit.key[0] if visit else _team_of(desk, sender, kept),
        kept.id,
        kept.digest,
        sender.person.id,
        sender.phone_id,
        kept.n,
        kept.name,
        at,
        sender.received_at,
        kept.visit_id,
        kept.sent,
        kept.words,
        fate.fate,
        fate.problem,
    )


def _team_of(desk: Desk, sender: Sender, kept: Kept) -> str:
    """Where the log keeps it: with its visit, else with the sender's first team, else with everybody."""
    of_visit = [visit.key[0] for visit in desk.visits.get(kept.visit_id or "", [])]
    of_sender = sorted(role.team_id for role in sender.person.roles)
    return next(iter([*of_visit, *of_sender, EVERYBODY]))
