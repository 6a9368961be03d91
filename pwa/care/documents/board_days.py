"""Knows which visits stand on the board of a day, and what is known of each of them; knows no carer's row and no page.

Of what should be over there are three values, not two: done, not done, not heard from this phone. A carer without coverage
has not missed a visit. Where a carer came and left again because nobody was at home, or help was refused or moved, the visit
is finished, and nobody says that it is done. What is still to come is planned, or under way: of that nobody says that it is not done.
"""

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, TypedDict

import msgspec

from pwa.care.documents.bodies import with_bodies
from pwa.care.documents.short_form import read_visit
from pwa.care.documents.visit import DAYS_AHEAD, goes_on
from pwa.care.queries.board import (
    Contacts,
    list_heard,
    list_visits_of_carer,
    list_visits_of_day,
    list_worked_on,
)
from pwa.database import Transaction
from pwa.documents.queries import Stored
from pwa.logs import log, what_and_where
from pwa.words import begin_of, day_of, to_moment, to_text

A_DAY = timedelta(days=1)
SLACK = timedelta(minutes=30)
"""So long after its end nobody says of a visit that it is not done, or that its phone was not heard. A route runs behind, and a
phone speaks where there is coverage: without this half of a district is named whenever visits change, and the one that was missed
stands among them.
"""
OVERDUE = timedelta(hours=1)
"""So long after its end a visit that was begun should be finished. Help takes the time that it takes; nobody is there for ever."""

NOT_CARRIED_OUT = frozenset({"not_home", "refused", "moved"})
"""Deviations after which a visit that is finished is not done."""

State = Literal["done", "finished", "under_way", "planned", "not_done", "not_heard", "cancelled"]
Due = Literal["past", "now", "future"]
Body = Mapping[str, Any]
"""A visit's document, or those parts of it that are needed: JSON."""
Heard = Mapping[str, Contacts]
"""By the person's id: when their phones were last heard."""


class Totals(TypedDict):
    """The day in numbers; a visit counts once, whoever comes. `carers` is how many come to any of them, `shared` to how
    many more than one comes: these stand in more than one row. `deviating` counts those with a deviation of any kind, whatever
    their state: they are among the others too; so are those `of_before`, of a day before it: all of that day stand on its own board.
    """

    done: int
    finished: int
    not_done: int
    not_heard: int
    under_way: int
    planned: int
    cancelled: int
    deviating: int
    carers: int
    shared: int
    of_before: int


class Counted(TypedDict):
    """What is counted anew when a board is notified: the day, and whatever the day how many changes need a look, and how much is to
    be followed up that nobody has taken up.
    """

    totals: Totals
    held_total: int
    follow_ups_total: int


class _Somebody(TypedDict):
    id: str


class _Answered(TypedDict, total=False):
    answer: str | None
    answered_at: str | None


class _Deviation(TypedDict):
    kind: str


class _Required(TypedDict):
    visit_id: str
    day: str
    starts_at: str
    ends_at: str


class _Counted(_Required, total=False):
    """What of a visit's document, in its short form, the numbers stand on; the rest of it is skipped unread."""

    started_at: str | None
    finished_at: str | None
    cancelled_at: str | None
    as_planned_at: str | None
    carers: list[_Somebody]
    started_by: _Somebody | None
    steps: list[_Answered]
    deviations: list[_Deviation]


_counted = msgspec.json.Decoder(_Counted)


async def totals_document(tx: Transaction, team_ids: Collection[str], day: date, now: datetime) -> Totals:
    """The day of these teams in numbers, as `board_document` would give them. Documents are read beside the event loop."""
    texts = await list_day(tx, team_ids, day, now)
    bodies = await asyncio.to_thread(lambda: standing(map(_parts_of, texts), day, now))
    return totals(bodies, await list_heard(tx, people_of(bodies)), to_text(now), day)


def _parts_of(text: str) -> Body:
    """As `short_form.whole` has them, of a document of which only these parts were read."""
    try:
        body = _counted.decode(text)
    except msgspec.ValidationError:
        return read_or_as_it_is(text)
    started_at, by, carers = body.get("started_at"), body.get("started_by"), body.get("carers", [])
    planned_at = body.get("as_planned_at")
    return {
        **body,
        "started_at": started_at,
        "started_by": by or (carers[0] if started_at and carers else None),
        "finished_at": body.get("finished_at"),
        "cancelled_at": body.get("cancelled_at"),
        "carers": carers,
        "steps": [
            {"answered_at": step.get("answered_at") or (planned_at if step.get("answer") else None)}
            for step in body.get("steps", [])
        ],
        "deviations": body.get("deviations", []),
    }


def read_or_as_it_is(text: str) -> Body:
    """A visit's document; one that cannot be made whole as it is: whoever reads it says that it cannot be read."""
    try:
        return read_visit(text)
    except Exception:
        broken: Body = json.loads(text)
        return broken


async def list_day(
    tx: Transaction, team_ids: Collection[str], day: date, now: datetime, carer_id: str | None = None
) -> list[str]:
    """The documents, as JSON, of the visits that may stand on a day's board: of days before, of it, of days after."""
    own = await _visits_of_day(tx, team_ids, day, carer_id)
    others: list[Stored] = []
    if day <= day_of(now):
        others = await list_worked_on(tx, team_ids, day, bounds(day), carer_id)
    if day == day_of(now):
        of_yesterday = await _visits_of_day(tx, team_ids, day - A_DAY, carer_id)
        others = list(dict.fromkeys([*of_yesterday, *others]))
    return [row.body for row in await with_bodies(tx, [*others, *own])]


async def _visits_of_day(
    tx: Transaction, team_ids: Collection[str], day: date, carer_id: str | None
) -> list[Stored]:
    if carer_id is None:
        return await list_visits_of_day(tx, team_ids, day)
    return await list_visits_of_carer(tx, team_ids, carer_id, day)


def standing(bodies: Iterable[Body], day: date, now: datetime) -> list[Body]:
    """Those that stand on the board of this day: its own; those of other days that were begun on it; and today those of
    the day before that are not over yet.
    """
    today = day_of(now)
    kept = [body for body in bodies if _stands(body, day, today, to_text(now))]
    own = [body for body in kept if body["day"] == day.isoformat()]
    others = [body for body in kept if body["day"] != day.isoformat()]
    others.sort(key=lambda body: (body["starts_at"], body["visit_id"]))
    before = [body for body in others if body["day"] < day.isoformat()]
    return [*before, *own, *others[len(before) :]]


def _stands(body: Body, day: date, today: date, now: str) -> bool:
    if body["day"] == day.isoformat():
        return True
    try:
        is_late = day == today and body["day"] == (day - A_DAY).isoformat() and goes_on(dict(body), now)
        return is_late or is_begun_on(body, day)
    except Exception as error:
        log.error(
            "a visit of another day was not put on the board",
            visit=str(body.get("visit_id")),
            **what_and_where(error),
        )
        return False


def is_begun_on(body: Body, day: date) -> bool:
    """Whether the first that was done in the home was done on this day, whatever day the plan says."""
    done = [body["started_at"], body["finished_at"], *(step["answered_at"] for step in body["steps"])]
    first = min(filter(None, done), default=None)
    return first is not None and day_of(to_moment(first)) == day


def bounds(day: date) -> tuple[str, str]:
    """When a Danish day begins and ends; 23 to 25 hours apart.

    >>> bounds(date(2026, 10, 25))
    ('2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z')
    """
    return to_text(begin_of(day)), to_text(begin_of(day + A_DAY))


def people_of(bodies: Iterable[Body]) -> list[str]:
    """Whose phones tell of these visits: of those who are to come, and of who has begun."""
    return sorted({person_id for body in bodies for person_id in _people(body)})


def _people(body: Body) -> list[str]:
    by = body.get("started_by")
    return [*(each["id"] for each in body["carers"]), *([by["id"]] if by else [])]


def last_heard(body: Body, heard: Heard) -> str | None:
    """When somebody was heard who can tell of this visit. Of two carers, one that was heard is enough to know that it is
    not done.
    """
    return max(
        filter(None, (heard_of(body, heard.get(person_id)) for person_id in _people(body))), default=None
    )


def heard_of(body: Body, contacts: Contacts | None) -> str | None:
    """When all of one person's phones that may hold this visit had been heard: it may be done on the one that is silent, whatever
    another brings. One that was silent before the visit came within its reach does not hold it.
    """
    if contacts is None:
        return None
    since = _held_from(body["day"])
    return next((heard_at for heard_at in contacts.of_phones if heard_at >= since), contacts.newest)


@lru_cache(maxsize=16)
def _held_from(day: str) -> str:
    return to_text(begin_of(date.fromisoformat(day) - timedelta(DAYS_AHEAD)))


def state_of(body: Body, heard_at: str | None, now: str) -> State:
    """What is known of a visit. It is the visit's: one, in whosever row it stands.

    Of what should have been over for a while: not heard from, where nobody who comes to it was heard since its end,
    `heard_at` being the last time that somebody was; else not done, where nobody came, or who came has not finished it for long. Until
    then it is what it is. Finished: somebody came, and it was not carried out.
    """
    if body["finished_at"]:
        return "finished" if any(each["kind"] in NOT_CARRIED_OUT for each in body["deviations"]) else "done"
    if body["cancelled_at"]:
        return "cancelled"
    if is_silent(body, heard_at, now):
        return "not_heard"
    if body["started_at"] is not None:
        return "not_done" if _is_over(body, now, OVERDUE) else "under_way"
    return "not_done" if _is_over(body, now, SLACK) else "planned"


def is_silent(body: Body, heard_at: str | None, now: str) -> bool:
    """Whether nobody knows yet what whoever has this phone did at the visit. Times are texts, and their order is time's."""
    return _is_over(body, now, SLACK) and (heard_at is None or heard_at < ends_by(body))


def _is_over(body: Body, now: str, since: timedelta) -> bool:
    return ends_by(body) <= _before(now, since)


def ends_by(body: Body) -> str:
    """When a visit should be over: by the plan, or if it was begun later than planned so long after that as it was planned to take."""
    started_at: str | None = body["started_at"]
    if started_at is None or started_at <= body["starts_at"]:
        return str(body["ends_at"])
    return to_text(to_moment(started_at) + (to_moment(body["ends_at"]) - to_moment(body["starts_at"])))


@lru_cache(maxsize=16)
def _before(now: str, duration: timedelta) -> str:
    return to_text(datetime.fromisoformat(now) - duration)


def due(body: Body, now: str) -> Due:
    """Where the visit lies by the plan."""
    if now < body["starts_at"]:
        return "future"
    return "now" if now < body["ends_at"] else "past"


def totals(bodies: Sequence[Body], heard: Heard, now: str, day: date | None = None) -> Totals:
    """Each visit to which somebody comes, counted once; what cannot be read is not done."""
    states = [_state_or_not_done(body, heard, now) for body in bodies if body["carers"]]
    shared = [body for body in bodies if len(body["carers"]) > 1 and not body.get("cancelled_at")]
    deviating = [body for body in bodies if body["carers"] and body.get("deviations")]
    return {
        "done": states.count("done"),
        "finished": states.count("finished"),
        "not_done": states.count("not_done"),
        "not_heard": states.count("not_heard"),
        "under_way": states.count("under_way"),
        "planned": states.count("planned"),
        "cancelled": states.count("cancelled"),
        "deviating": len(deviating),
        "carers": len({carer["id"] for body in bodies for carer in body["carers"]}),
        "shared": len(shared),
        "of_before": sum(bool(body["carers"]) and body["day"] < day.isoformat() for body in bodies)
        if day
        else 0,
    }


def _state_or_not_done(body: Body, heard: Heard, now: str) -> State:
    try:
        return state_of(body, last_heard(body, heard), now)
    except Exception as error:
        log.error("a visit's state was not found", visit=str(body.get("visit_id")), **what_and_where(error))
        return "not_done"
