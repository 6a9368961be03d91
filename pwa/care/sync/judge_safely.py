"""Knows how submissions are judged even where the database refuses a row, and how what they touched is stamped; knows no phones."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from pwa.access.documents.person import draft_people, person_of
from pwa.care.documents.citizen import Told, citizen_of, draft_citizens, is_first_told
from pwa.care.documents.plan import draft_plan, plan_of
from pwa.care.documents.refresh import draft_visit, save_visit_drafts, visit_of
from pwa.care.sync.change_times import ChangeTime
from pwa.care.sync.judge import judge_and_write, quarantine, yield_to_others
from pwa.care.sync.log_record import LogRecord
from pwa.care.sync.submission import Submission
from pwa.database import Transaction
from pwa.documents.queries import EVERYBODY
from pwa.documents.store import DocumentRef, Draft, Saved
from pwa.logs import log, what_and_where
from pwa.problems import NotFound, Unavailable
from pwa.words import Fate, NewId, day_of, to_moment


async def judge_safely(tx: Transaction, submission: Submission) -> list[Submission]:
    """All together; one at a time if the database refuses something, which is a mistake of ours in one of them."""
    try:
        async with tx.savepoint():
            await judge_and_write(tx, [submission])
        return [submission]
    except Unavailable:
        raise
    except Exception as error:
        log.error("a push could not be written as a whole", **what_and_where(error))
    return [
        await _judge_alone(tx, submission, record, time)
        for record, time in zip(submission.changes, submission.times, strict=True)
    ]


async def _judge_alone(
    tx: Transaction, whole: Submission, record: LogRecord, time: ChangeTime | None
) -> Submission:
    try:
        async with tx.savepoint():
            submission = Submission(whole.sender, [record], [time], retries=whole.retries)
            await judge_and_write(tx, [submission])
        return submission
    except Unavailable:
        raise
    except Exception as error:
        log.error("a change was not handled", change=record.id, **what_and_where(error))
    held = Submission(whole.sender, [record], [time], retries=whole.retries)
    await quarantine(tx, held)
    return held


def fates_of(submissions: Iterable[Submission]) -> list[Fate]:
    """What became of all their changes, in order."""
    return [fate for submission in submissions for fate in submission.fates]


async def draft_touched(submissions: Iterable[Submission]) -> list[Draft]:
    """The documents of the visits that judged changes have touched, as they are to be."""
    drafts: dict[DocumentRef, Draft] = {}
    for submission in submissions:
        for visit in submission.touched.values():
            drafts[visit_of(visit)] = draft_visit(visit)
        await yield_to_others()
    return list(drafts.values())


async def save_touched(
    tx: Transaction, submissions: Sequence[Submission], visits: Iterable[Draft], new_id: NewId, note_days: int
) -> Saved:
    """Store the documents of what judged changes have touched, the visits' among them, and say which of them are new.

    A citizen's own page tells of so many days.
    """
    drafts = {draft.thing: draft for draft in visits}
    lists_of: set[str] = set()
    if told := _citizens_told(submissions):
        window = Told(day_of(max(to_moment(one.sender.received_at) for one in submissions)), note_days)
        for one in await draft_citizens(tx, told, window, drafts):
            drafts[one.thing] = one
            if is_first_told(one, window):
                lists_of.add(EVERYBODY)
    for submission in submissions:
        if submission.language:
            sender_id = submission.sender.person.id
            [drafts[person_of(sender_id)]] = await draft_people(tx, [sender_id])
        if submission.has_seen_plan:
            # What the plan took and she has seen is not on her list any more, whether anything told of it or not.
            lists_of.add(submission.sender.person.id)
            with suppress(NotFound):
                drafts[plan_of(submission.sender.person.id)] = await draft_plan(
                    tx, submission.sender.person.id
                )
    return await save_visit_drafts(tx, drafts.values(), new_id, lists_of=lists_of)


def _citizens_told(submissions: Iterable[Submission]) -> set[DocumentRef]:
    """Those of whom something was told that stands on their own pages."""
    return {
        citizen_of(visit.key[0], visit.planned.plan["citizen_id"])
        for submission in submissions
        for visit in submission.told.values()
    }


def of_these(submissions: Iterable[Submission], changed: Iterable[DocumentRef]) -> list[DocumentRef]:
    """Those of the changed things that these cases were about."""
    about = {visit_of(visit) for submission in submissions for visit in submission.touched.values()}
    sender_ids = {submission.sender.person.id for submission in submissions}
    about |= {own(sender_id) for sender_id in sender_ids for own in (person_of, plan_of)}
    return [thing for thing in changed if thing in about]
