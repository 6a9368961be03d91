"""Knows how one change is judged, exactly once; knows nothing of how it came."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pwa.changes.answers import answer_as_planned, answer_step
from pwa.changes.described import DESCRIBED
from pwa.changes.deviations import report_deviation
from pwa.changes.doing import Doing
from pwa.changes.kept import Kept, keep
from pwa.changes.languages import choose_language
from pwa.changes.may import check_may
from pwa.changes.notes import correct_note, write_note
from pwa.changes.take_back import take_back
from pwa.changes.understand import check_described
from pwa.changes.visits import finish_visit, start_visit
from pwa.database import Transaction
from pwa.documents.stamping import Thing
from pwa.logs import log, what_and_where
from pwa.problems import ClockWrong, IdUsedTwice, NotHandled, Problem, Unavailable
from pwa.queries import log_of_changes, visits
from pwa.queries.documents import EVERYBODY
from pwa.words import Fate, Person, to_moment, to_text

AHEAD = timedelta(minutes=5)
"""How far in the future a corrected clock may be."""

Apply = Callable[[Transaction, Doing], Awaitable[None]]

APPLY: dict[str, Apply] = {
    "start_visit": start_visit,
    "finish_visit": finish_visit,
    "answer_step": answer_step,
    "answer_as_planned": answer_as_planned,
    "take_back": take_back,
    "write_note": write_note,
    "correct_note": correct_note,
    "report_deviation": report_deviation,
    "choose_language": choose_language,
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, from which phone (None: a page of the server), its clock's skew, and when it arrived."""

    person: Person
    phone_id: str | None
    skew: timedelta
    received_at: datetime

    def corrected(self, at: str) -> str:
        """When it happened, by the server's clock; raises ClockWrong if that is still to come."""
        try:
            moment = to_moment(at) + self.skew
        except OverflowError:
            raise ClockWrong from None
        if moment > self.received_at + AHEAD:
            raise ClockWrong
        return to_text(moment)


@dataclass(frozen=True, slots=True)
class Judged:
    """A fate, and the thing whose document it may have changed."""

    fate: Fate
    thing: Thing | None = None


async def judge(tx: Transaction, sender: Sender, raw: object) -> Judged:
    """Judge a change exactly once, however often it is sent. Raises Unavailable and nothing else."""
    kept = keep(raw, sender.person.id)
    known = await log_of_changes.find_fates(tx, kept.id, kept.digest)
    for row in known:
        if row["digest"] == kept.digest:
            return Judged(Fate(kept.said_id, row["fate"], row["problem"]))
    try:
        if kept.id and known:
            raise IdUsedTwice
        async with tx.savepoint():
            thing = await carry_out(tx, sender, raw)
    except Unavailable:
        raise
    except Problem as problem:
        return await _record(tx, sender, kept, Fate(kept.said_id, problem.fate, problem.code))
    except Exception as error:
        log.error("a change was not handled", change=kept.id, **what_and_where(error))
        return await _record(tx, sender, kept, Fate(kept.said_id, NotHandled.fate, NotHandled.__name__))
    return await _record(tx, sender, kept, Fate(kept.said_id, "applied"), thing)


async def carry_out(tx: Transaction, sender: Sender, raw: object) -> Thing:
    """Check a change and write it into its tables; raises the Problem that stops it."""
    change = check_described(raw)
    at = sender.corrected(change.at)
    team_id = await check_may(tx, sender.person, change)
    doing = Doing(change, sender.person, team_id, at, to_text(sender.received_at))
    await APPLY[change.name](tx, doing)
    if DESCRIBED[change.name].on == "person":
        return Thing(team_id, "person", sender.person.id)
    return Thing(team_id, "visit", doing.visit_id)


async def _record(
    tx: Transaction, sender: Sender, kept: Kept, fate: Fate, thing: Thing | None = None
) -> Judged:
    await log_of_changes.add_change(
        tx,
        {
            "team_id": await _team_of(tx, sender, kept, thing),
            "id": kept.id,
            "digest": kept.digest,
            "person_id": sender.person.id,
            "phone_id": sender.phone_id,
            "n": kept.n,
            "name": kept.name,
            "at": _happened_at(sender, kept),
            "received_at": to_text(sender.received_at),
            "visit_id": kept.visit_id,
            "sent": kept.sent,
            "words": kept.words,
            "fate": fate.fate,
            "problem": fate.problem,
        },
    )
    return Judged(fate, thing)


async def _team_of(tx: Transaction, sender: Sender, kept: Kept, thing: Thing | None) -> str:
    """Where the log keeps it: with its visit, else with the sender's first team, else with everybody."""
    if thing and thing.kind == "visit":
        return thing.team_id
    of_visit = await visits.list_teams_of_visit(tx, kept.visit_id) if kept.visit_id else []
    return next(iter([*of_visit, *sorted(role.team_id for role in sender.person.roles), EVERYBODY]))


def _happened_at(sender: Sender, kept: Kept) -> str | None:
    try:
        return to_text(to_moment(kept.at or "") + sender.skew)
    except (ValueError, OverflowError):
        return None
