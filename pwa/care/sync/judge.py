"""Knows how changes are judged, each alone and exactly once, from reading to writing in one place because the order matters; knows
nothing of how they came.

All that some pushes may touch is read first, then each change is judged by what was read, then all that came of it
is written: a few statements for the pushes, however many there are and however many changes they have.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import Any

from pwa.access.queries import roles
from pwa.access.queries.people import team_ids_in_scope
from pwa.care.changes.change_schema import CHANGE_SCHEMAS
from pwa.care.changes.matters import class_event, report_event, report_observation, tell_event
from pwa.care.changes.permissions import (
    check_permission,
    is_planned_with,
    list_own_team_ids,
    list_past_teams,
    was_permitted,
)
from pwa.care.changes.visit_changes import (
    ChangeContext,
    answer_as_planned,
    answer_step,
    correct_note,
    fill_in,
    finish_visit,
    mark_wrong_citizen,
    pin_note,
    read_note,
    report_deviation,
    start_visit,
    take_back,
    unpin_note,
    write_note,
)
from pwa.care.documents.visit import LEADING
from pwa.care.documents.visit_rows import VisitRows, read_visits
from pwa.care.problems import AccessEnded, IdUsedTwice, NotYourTask, NotYourTeam, public_code
from pwa.care.queries import (
    answers,
    attendances,
    change_log,
    deviations,
    filled_in,
    matters,
    note_marks,
    notes,
    photo_references,
    plan_changes,
    uncertain_times,
)
from pwa.care.queries.change_log import KnownFate
from pwa.care.sync.change_times import ChangeTime
from pwa.care.sync.limits import Weight, weight_of
from pwa.care.sync.log_record import LogRecord
from pwa.care.sync.log_row import row_of_log
from pwa.care.sync.shown_photos import shown_photos
from pwa.care.sync.submission import Batch, InLog, Submission
from pwa.checklists.definitions import list_defined_steps
from pwa.database import Transaction
from pwa.database.lists import Key
from pwa.logs import log, what_and_where
from pwa.problems import NotHandled, Problem
from pwa.words import Change, Fate, Person
from pwa.written import (
    Answer,
    Attendance,
    Deviation,
    FilledIn,
    Matter,
    MatterSaid,
    Note,
    NoteMark,
    PlanChangeSeen,
    TakenBack,
    UncertainTime,
    Written,
)

CARRY_OUT: dict[str, Callable[[ChangeContext], Written | None]] = {
    "start_visit": start_visit,
    "finish_visit": finish_visit,
    "answer_step": answer_step,
    "answer_as_planned": answer_as_planned,
    "fill_in": fill_in,
    "take_back": take_back,
    "write_note": write_note,
    "correct_note": correct_note,
    "pin_note": pin_note,
    "read_note": read_note,
    "unpin_note": unpin_note,
    "mark_wrong_citizen": mark_wrong_citizen,
    "report_deviation": report_deviation,
    "report_observation": report_observation,
    "report_event": report_event,
    "class_event": class_event,
    "tell_event": tell_event,
}
"""What each change to a visit adds to it: nothing where it is there already. One that raises has added nothing."""

OF_LEADERS = frozenset({"unpin_note"})
"""What may also be done by who answers for the visit's team, and is no carer."""

AT_A_TIME = 50
"""So many changes are judged before others have a turn."""

yield_to_others = partial(asyncio.sleep, 0)
"""A group takes long: between its parts whoever else waits for this process has a turn."""


async def judge(tx: Transaction, submissions: Sequence[Submission]) -> Batch:
    """Judge all changes of some cases, each exactly once however often it is sent; what is to be written of that.

    As if one case came after the other. Writes nothing.
    """
    batch = await _load(tx, submissions)
    for submission in submissions:
        visits, sender = _visits_of(batch, submission), submission.sender.person
        batch.own_team_ids = await list_own_team_ids(tx, sender, visits)
        batch.past_teams = await list_past_teams(tx, sender, batch.own_team_ids, visits)
        batch.were_theirs = await _were_theirs(tx, batch, submission)
        batch.led_team_ids = await _led_by(tx, submission)
        for number, (record, time) in enumerate(zip(submission.changes, submission.times, strict=True), 1):
            _judge_one(batch, submission, record, time)
            if number % AT_A_TIME == 0:
                await yield_to_others()
        await yield_to_others()
    return batch


async def judge_and_write(tx: Transaction, submissions: Sequence[Submission]) -> None:
    """The same, and write it down. Raises as write_judged."""
    await write_judged(tx, await judge(tx, submissions), submissions)


async def quarantine(tx: Transaction, submission: Submission) -> None:
    """Keep changes that we cannot handle, with every word, for somebody to look at."""
    batch = await _load(tx, [submission])
    for record, time in zip(submission.changes, submission.times, strict=True):
        fate = Fate(record.said_id, NotHandled.fate, NotHandled.__name__)
        _record_fate(batch, submission, record, fate, time)
    await write_judged(tx, batch, [submission])


async def _load(tx: Transaction, submissions: Sequence[Submission]) -> Batch:
    # The visits first: nobody else changes them from here on, so a repeat on its way elsewhere has its fate now.
    visits = await read_visits(tx, visit_ids_of(submissions))
    found = defaultdict(list)
    for visit in visits:
        found[visit.key[1]].append(visit)
    before = await read_log(tx, submissions)
    known = defaultdict(list)
    for row in before.fates:
        known[row.id or row.digest].append(row)
    defined = await list_defined_steps(tx, _checklist_ids(submissions))
    return Batch(found, known, dict(before.first_tries), before, defined)


def _checklist_ids(submissions: Iterable[Submission]) -> set[str]:
    changes = (record.change for submission in submissions for record in submission.changes)
    return {
        change.args["checklist_id"]
        for change in changes
        if isinstance(change, Change) and "checklist_id" in change.args
    }


def visit_ids_of(submissions: Iterable[Submission]) -> set[str]:
    """The visits that these changes name."""
    changes = (record for submission in submissions for record in submission.changes)
    return {record.visit_id for record in changes if record.visit_id}


async def read_log(tx: Transaction, submissions: Sequence[Submission]) -> InLog:
    """What the log has of these changes already, and of those that they repeat."""
    changes = [record for submission in submissions for record in submission.changes]
    ids = {record.id for record in changes if record.id}
    digests = {record.digest for record in changes if not record.id}
    again = {id for submission in submissions for id in submission.retries.values()}
    return InLog(
        frozenset(await change_log.list_fates(tx, ids, digests)),
        await change_log.list_first_tries(tx, again) if again else {},
    )


def _visits_of(batch: Batch, submission: Submission) -> list[VisitRows]:
    ids = {record.visit_id for record in submission.changes if record.visit_id}
    return [visit for visit_id in ids for visit in batch.visits.get(visit_id, [])]


async def _were_theirs(tx: Transaction, batch: Batch, submission: Submission) -> Collection[str]:
    """Asked for only where a visit is neither of the sender's teams nor planned with the sender."""
    sender_id = submission.sender.person.id
    others = {
        visit.key[1]
        for visit in _visits_of(batch, submission)
        if visit.key[0] not in batch.own_team_ids and not is_planned_with(visit, sender_id)
    }
    return await plan_changes.list_told(tx, sender_id, others) if others else ()


async def _led_by(tx: Transaction, submission: Submission) -> Collection[str]:
    """The teams that the sender answers for, where something is sent that who does that may do."""
    names = {record.change.name for record in submission.changes if isinstance(record.change, Change)}
    return (
        () if names.isdisjoint(OF_LEADERS) else await team_ids_in_scope(tx, submission.sender.person, LEADING)
    )


def _judge_one(batch: Batch, submission: Submission, record: LogRecord, time: ChangeTime | None) -> None:
    known = batch.known.setdefault(record.id or record.digest, [])
    if same := next((row for row in known if row.digest == record.digest), None):
        submission.fates.append(Fate(record.said_id, same.fate, public_code(same.problem)))
        return
    if not known:
        submission.new_numbers.append(record.n)
    visit = None
    try:
        if known:
            raise IdUsedTwice
        if submission.sender.held_as:
            raise submission.sender.held_as
        visit = _carry_out(batch, submission, record, time)
        fate = Fate(record.said_id, "applied")
    except Problem as problem:
        fate = Fate(record.said_id, problem.fate, problem.code)
    except Exception as error:
        log.error("a change was not handled", change=record.id, **what_and_where(error))
        fate = Fate(record.said_id, NotHandled.fate, NotHandled.__name__)
    _record_fate(batch, submission, record, fate, time, visit)


def _record_fate(
    batch: Batch,
    submission: Submission,
    record: LogRecord,
    fate: Fate,
    time: ChangeTime | None,
    visit: VisitRows | None = None,
) -> None:
    """This is its fate, from here on."""
    known = batch.known.setdefault(record.id or record.digest, [])
    known.append(KnownFate(record.id, record.digest, fate.fate, fate.problem))
    submission.fates.append(Fate(fate.id, fate.fate, public_code(fate.problem)) if fate.problem else fate)
    row = row_of_log(batch, submission, record, fate, time.at if time else None, visit)
    batch.log.append(row)
    submission.new_changes += 1
    submission.new_characters += len(record.sent)
    submission.new_held += row.problem is not None
    if row.problem:
        # With the first try in the same push, as after a restore.
        batch.first_tries.setdefault((row.person_id, row.id), row.retry_of or row.id)


def _carry_out(
    batch: Batch, submission: Submission, record: LogRecord, time: ChangeTime | None
) -> VisitRows | None:
    """Check a change and lay down what it adds, and to which visit; raises the Problem that stops it."""
    change, sender = record.change, submission.sender
    if not isinstance(change, Change):
        raise change
    assert time is not None, "what is in this form says a time"
    if CHANGE_SCHEMAS[change.name].on == "person":
        _carry_out_own(batch, submission, change, time.at)
        return None
    found = batch.visits.get(_visit_id(change), [])
    led = next((one for one in found if change.name in OF_LEADERS and one.key[0] in batch.led_team_ids), None)
    visit = led or _permitted(batch, sender.person, found, time.at)
    (weight := weight_of(batch.weights, visit, sender)).check()
    row = CARRY_OUT[change.name](
        ChangeContext(
            change,
            sender.person,
            visit,
            time.at,
            sender.received_at,
            sender.phone_id,
            batch.defined.get(change.args.get("checklist_id", "")),
            is_leader=led is not None,
        )
    )
    if row is None:
        return visit
    _add(batch, visit, weight, row)
    if time.latest_at is not None and not isinstance(row, TakenBack):
        _add(batch, visit, weight, UncertainTime(change.id, time.earliest_at, time.latest_at))
    submission.touched[visit.key] = visit
    if _tells(row, visit):
        submission.told[visit.key] = visit
    return visit


def _tells(row: Written, visit: VisitRows) -> bool:
    """Whether a citizen's own page may be other by it: it tells of notes, and of what was done once a visit is finished."""
    if isinstance(row, Note | NoteMark):
        return True
    return any(one.kind == "finish" for one in visit.written.attendances)


def _add(batch: Batch, visit: VisitRows, weight: Weight, row: Written) -> None:
    visit.written.add(row)
    weight.add(row)
    batch.written.append((visit.key, row))


def _permitted(batch: Batch, sender: Person, found: Sequence[VisitRows], at: str) -> VisitRows:
    """Which visit is meant; raises AccessEnded for what was allowed when it was done, else as check_permission."""
    try:
        return check_permission(sender, batch.own_team_ids, found, batch.were_theirs)
    except (NotYourTask, NotYourTeam):
        if was_permitted(batch.past_teams, found, at):
            raise AccessEnded from None
        raise


def _carry_out_own(batch: Batch, submission: Submission, change: Change, at: str) -> None:
    """What somebody does to nothing but their own."""
    if change.name == "choose_language":
        submission.language = change.args["language"]
        return
    sender, plan_change_id = submission.sender, change.args["plan_change_id"]
    batch.seen.append(PlanChangeSeen(plan_change_id or "", sender.person.id, at, sender.received_at))
    submission.has_seen_plan = True


def _visit_id(change: Change) -> str:
    return change.args["visit_id"] or ""


async def write_judged(tx: Transaction, batch: Batch, submissions: Iterable[Submission]) -> None:
    """Write down what came of judged changes. Raises Unavailable; and what the database says if it refuses a row, which
    is a mistake of ours.
    """
    for submission in submissions:
        if submission.language:
            await roles.set_language(tx, submission.sender.person.id, submission.language)
    for seen in batch.seen:
        await plan_changes.set_seen(tx, seen)
    added: defaultdict[type[Written], list[tuple[Key, Any]]] = defaultdict(list)
    for key, row in batch.written:
        added[type(row)].append((key, row))
    await attendances.add_attendances(tx, added[Attendance])
    await answers.add_answers(tx, added[Answer])
    await filled_in.add_filled_in(tx, added[FilledIn])
    if shown := list(shown_photos(added[FilledIn])):
        await photo_references.add_references(tx, shown)
    await notes.add_notes(tx, added[Note])
    await note_marks.add_note_marks(tx, added[NoteMark])
    await deviations.add_deviations(tx, added[Deviation])
    await matters.add_matters(tx, added[Matter])
    await matters.add_said(tx, added[MatterSaid])
    await attendances.add_taken_back(tx, added[TakenBack])
    await uncertain_times.add_uncertain_times(tx, added[UncertainTime])
    await change_log.add_changes(tx, batch.log)
