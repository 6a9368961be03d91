"""Knows what the board shows and when silence is only silence; knows nothing about who may see it.

Three values, not two: done, not done, not heard from this phone. A carer without coverage has not missed a visit.
"""

import json
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypedDict, cast

from pwa.care.documents.late import late_of
from pwa.care.documents.visit import goes_on
from pwa.care.queries.board import HeardCarer, list_carer_bodies, list_carers, list_gaps, list_visit_bodies
from pwa.care.queries.held import HeldChange, list_held
from pwa.database import Transaction
from pwa.logs import log, what_and_where
from pwa.words import begin_of, day_of, to_text

A_DAY = timedelta(days=1)
QUIET = timedelta(minutes=15)
"""How long a phone may be silent before the board calls it so."""

State = Literal["done", "not_done", "not_heard", "cancelled"]
Due = Literal["past", "now", "future"]
Body = dict[str, Any]
"""A visit's document: JSON."""


class BoardDeviation(TypedDict):
    """What did not go as planned."""

    kind: str
    text: str


class InHome(TypedDict):
    """Somebody who has started a visit that the plan has cancelled, or given to somebody else, and is still there."""

    name: str
    since: str


class BoardVisit(TypedDict):
    """A visit in one carer's row, on its own day's board or on the next one's. `differing` counts the steps that carers answered differently, unseen,
    `differing_notes` the notes that were corrected so.
    """

    visit_id: str
    element_id: str
    citizen: str
    address: str
    day: str
    starts_at: str
    ends_at: str
    minutes: int
    state: State
    due: Due
    started_at: str | None
    finished_at: str | None
    finished_received_at: str | None
    late_at: str | None
    uncertain: bool
    in_home: InHome | None
    deviations: list[BoardDeviation]
    differing: int
    differing_notes: int
    steps_total: int
    steps_answered: int
    steps_not_done: int
    notes: int
    others: list[str]


class BoardCarer(TypedDict):
    """One carer's day. `missing` are the first and last of numbers that never came; `held` counts changes."""

    carer_id: str
    name: str
    team: str
    heard_at: str | None
    missing: list[tuple[int, int]]
    held: int
    visits: list[BoardVisit]


class Totals(TypedDict):
    """The day in numbers; a visit counts once, whoever comes."""

    done: int
    not_done: int
    not_heard: int
    cancelled: int


class Board(TypedDict):
    """Everything on the board of one day."""

    totals: Totals
    held: int
    carers: list[BoardCarer]


async def board_document(tx: Transaction, team_ids: Collection[str], day: date, now: datetime) -> Board:
    """The whole board of these teams on a day."""
    bodies = [json.loads(body) for body in await list_visit_bodies(tx, team_ids, day)]
    if day == day_of(now):
        before = [json.loads(body) for body in await list_visit_bodies(tx, team_ids, day - A_DAY)]
        bodies = [body for body in before if goes_on(body, to_text(now))] + bodies
    held = await list_held(tx, team_ids, *bounds(day))
    carer_ids = {carer["id"] for body in bodies for carer in body["carers"]}
    carers = await _carers(tx, sorted(carer_ids | {change.by_id for change in held}), bodies, held, now)
    carers = [carer for carer in carers if carer["visits"] or carer["held"]]
    return {"totals": totals(carers), "held": len(held), "carers": carers}


async def carer_document(
    tx: Transaction, team_ids: Collection[str], carer_id: str, day: date, now: datetime
) -> BoardCarer | None:
    """One carer's row on the board, as `board_document` would show it; None if there is none."""
    bodies = [json.loads(body) for body in await list_carer_bodies(tx, team_ids, carer_id, day)]
    if day == day_of(now):
        before = [json.loads(body) for body in await list_carer_bodies(tx, team_ids, carer_id, day - A_DAY)]
        bodies = [body for body in before if goes_on(body, to_text(now))] + bodies
    held = [change for change in await list_held(tx, team_ids, *bounds(day)) if change.by_id == carer_id]
    if not bodies and not held:
        return None
    return next(iter(await _carers(tx, [carer_id], bodies, held, now)), None)


def bounds(day: date) -> tuple[str, str]:
    """When a Danish day begins and ends; 23 to 25 hours apart.

    >>> bounds(date(2026, 10, 25))
    ('2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z')
    """
    return to_text(begin_of(day)), to_text(begin_of(day + timedelta(days=1)))


async def _carers(
    tx: Transaction, carer_ids: Collection[str], bodies: list[Body], held: list[HeldChange], now: datetime
) -> list[BoardCarer]:
    gaps = await list_gaps(tx, carer_ids)
    return [
        board_carer(
            carer,
            [body for body in bodies if any(each["id"] == carer.id for each in body["carers"])],
            [(gap.first_n, gap.last_n) for gap in gaps if gap.person_id == carer.id],
            sum(change.by_id == carer.id for change in held),
            to_text(now),
        )
        for carer in await list_carers(tx, carer_ids)
    ]


def board_carer(
    carer: HeardCarer, bodies: list[Body], missing: list[tuple[int, int]], held: int, now: str
) -> BoardCarer:
    """A carer's row, from the documents of the carer's visits."""
    return {
        "carer_id": carer.id,
        "name": carer.name,
        "team": carer.team or (bodies[0]["team"]["name"] if bodies else ""),
        "heard_at": carer.heard_at,
        "missing": missing,
        "held": held,
        "visits": [_visit_or_id(body, carer.id, carer.heard_at, now) for body in bodies],
    }


def _visit_or_id(body: Body, carer_id: str, heard_at: str | None, now: str) -> BoardVisit:
    """A visit in this carer's row; of one that cannot be read only what its place on the board needs."""
    try:
        return board_visit(body, carer_id, heard_at, now)
    except Exception as error:
        visit_id = str(body.get("visit_id"))
        log.error("a visit was not put on the board", visit=visit_id, **what_and_where(error))
        known = {"visit_id": visit_id, "element_id": f"visit-{visit_id}", "state": "not_done", "due": "past"}
        return cast(BoardVisit, known)


def board_visit(body: Body, carer_id: str, heard_at: str | None, now: str) -> BoardVisit:
    """A visit in this carer's row."""
    answers = [step["answer"] for step in body["steps"]]
    return {
        "visit_id": body["visit_id"],
        "element_id": element_id(body, carer_id),
        "citizen": body["citizen"]["name"],
        "address": body["address"],
        "day": body["day"],
        "starts_at": body["starts_at"],
        "ends_at": body["ends_at"],
        "minutes": body["minutes"],
        "state": state_of(body, heard_at, now),
        "due": due(body, now),
        "started_at": body["started_at"],
        "finished_at": body["finished_at"],
        "finished_received_at": body["finished_received_at"],
        "late_at": late_of(body),
        "uncertain": "uncertain" in body,
        "in_home": in_home(body),
        "deviations": [{"kind": each["kind"], "text": each["text"]} for each in body["deviations"]],
        "differing": sum(bool(step["differing"]) for step in body["steps"]),
        "differing_notes": sum("differing" in note for note in body["notes"]),
        "steps_total": len(answers),
        "steps_answered": sum(answer is not None for answer in answers),
        "steps_not_done": answers.count("not_done"),
        "notes": len(body["notes"]),
        "others": [each["name"] for each in body["carers"] if each["id"] != carer_id],
    }


def in_home(body: Body) -> InHome | None:
    """Who is in the home although the plan does not know it any more."""
    by = body["started_by"]
    if not by or body["finished_at"]:
        return None
    is_planned = not body["cancelled_at"] and any(each["id"] == by["id"] for each in body["carers"])
    return None if is_planned else {"name": by["name"], "since": body["started_at"]}


def element_id(body: Body, carer_id: str) -> str:
    """The element's id on the page: a visit stands in the row of each of its carers, and ids are unique."""
    plain = f"visit-{body['visit_id']}"
    return plain if body["carers"][0]["id"] == carer_id else f"{plain}-{carer_id}"


def state_of(body: Body, heard_at: str | None, now: str) -> State:
    """Done, cancelled, not heard from, or not done. Times are texts, and their order is time's order.

    Not heard from: the visit has begun by the plan, and the phone has been silent since before its end
    and for a quarter of an hour. What happened in that time nobody knows yet.
    """
    if body["finished_at"]:
        return "done"
    if body["cancelled_at"]:
        return "cancelled"
    quiet_since = to_text(datetime.fromisoformat(now) - QUIET)
    silent = heard_at is None or (heard_at < body["ends_at"] and heard_at < quiet_since)
    return "not_heard" if now > body["starts_at"] and silent else "not_done"


def due(body: Body, now: str) -> Due:
    """Where the visit lies by the plan."""
    if now < body["starts_at"]:
        return "future"
    return "now" if now < body["ends_at"] else "past"


def totals(carers: Iterable[BoardCarer]) -> Totals:
    """Each visit counted once. Of two carers, one that was heard is enough to know that it is not done."""
    states: dict[str, State] = {}
    for carer in carers:
        for visit in carer["visits"]:
            if states.get(visit["visit_id"], "not_heard") == "not_heard":
                states[visit["visit_id"]] = visit["state"]
    counted = list(states.values())
    return {
        "done": counted.count("done"),
        "not_done": counted.count("not_done"),
        "not_heard": counted.count("not_heard"),
        "cancelled": counted.count("cancelled"),
    }
