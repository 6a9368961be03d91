"""Knows what the board shows of each carer's day; knows nothing about who may see it."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypedDict, cast

from pwa.care.documents.board_days import (
    Body,
    Due,
    Heard,
    State,
    Totals,
    bounds,
    due,
    is_silent,
    last_heard,
    list_day,
    people_of,
    read_or_as_it_is,
    standing,
    state_of,
    totals,
)
from pwa.care.documents.board_exceptions import (
    BoardException,
    ExceptionName,
    exceptions_of_carer,
    exceptions_of_visit,
    urgency,
)
from pwa.care.documents.late import late_of, minutes_late
from pwa.care.queries.board import HeardCarer, list_carers, list_gaps, list_heard
from pwa.care.queries.held import count_held_by_sender
from pwa.care.queries.held_everywhere import MOST_COUNTED
from pwa.database import Transaction
from pwa.logs import log, what_and_where
from pwa.words import day_of, to_text


class BoardDeviation(TypedDict):
    """What did not go as planned."""

    kind: str
    text: str


class InHome(TypedDict):
    """Somebody who has started a visit that the plan has cancelled, or given to somebody else, and is still there."""

    name: str
    since: str


class BoardVisit(TypedDict):
    """A visit in one carer's row, on its own day's board, the next one's, or that of the day on which it was begun.

    `state` is the visit's, the same in every carer's row; `is_silent` tells of the row's carer: what she has done there
    is not known yet. `started_by` is the name of who has begun, if it
    is somebody else. `differing` counts the steps that carers answered differently, unseen, `differing_notes` the notes that
    were corrected so; `minutes_late` is how much later than planned it was begun, 0 where that is not much; `unanswered` counts the steps without an answer that "as planned" does not reach. One that cannot be read has but `visit_id`, `element_id`, `state`, `due` and `exceptions`.
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
    is_silent: bool
    due: Due
    exceptions: list[ExceptionName]
    started_at: str | None
    started_by: str | None
    finished_at: str | None
    finished_received_at: str | None
    late_at: str | None
    minutes_late: int
    uncertain: bool
    in_home: InHome | None
    deviations: list[BoardDeviation]
    unanswered: int
    differing: int
    differing_notes: int
    steps_total: int
    steps_answered: int
    steps_not_done: int
    notes: int
    others: list[str]


class BoardCarer(TypedDict):
    """One carer's day. `missing` are the first and last of numbers that never came; `held` counts changes.

    `done` counts the visits that are, of `planned`, which are those that are not cancelled; `next` is the first that is under
    way, or else that is to come.
    """

    carer_id: str
    name: str
    team: str
    team_id: str
    heard_at: str | None
    missing: list[tuple[int, int]]
    held: int
    exceptions: list[BoardException]
    visits: list[BoardVisit]
    done: int
    planned: int
    next: BoardVisit | None


class BoardTeam(TypedDict):
    """The carers of a team who have a row: those with exceptions, the most serious first, and the others by name."""

    team_id: str
    name: str
    exceptional: list[BoardCarer]
    calm: list[BoardCarer]


class Board(TypedDict):
    """Everything on the board of one day."""

    totals: Totals
    held: int
    teams: list[BoardTeam]


async def board_document(tx: Transaction, team_ids: Collection[str], day: date, now: datetime) -> Board:
    """The whole board of these teams on a day."""
    bodies = standing(map(read_or_as_it_is, await list_day(tx, team_ids, day, now)), day, now)
    held = await count_held_by_sender(tx, team_ids, *bounds(day), MOST_COUNTED)
    heard = await list_heard(tx, people_of(bodies))
    carer_ids = {carer["id"] for body in bodies for carer in body["carers"]}
    rows = await _carers(tx, sorted(carer_ids | held.keys()), bodies, heard, held, day, now)
    return {
        "totals": totals(bodies, heard, to_text(now)),
        "held": sum(held.values()),
        "teams": by_team(row for row in rows if row["visits"] or row["held"]),
    }


def by_team(carers: Iterable[BoardCarer]) -> list[BoardTeam]:
    """Carers by team, and teams by name: "Gruppe 2" before "Gruppe 10"."""
    teams: dict[str, BoardTeam] = {}
    for carer in carers:
        new: BoardTeam = {"team_id": carer["team_id"], "name": carer["team"], "exceptional": [], "calm": []}
        team = teams.setdefault(carer["team_id"], new)
        team["exceptional" if carer["exceptions"] else "calm"].append(carer)
    for team in teams.values():
        team["exceptional"].sort(key=lambda carer: urgency(carer["exceptions"]))
    return sorted(teams.values(), key=lambda team: (_in_order(team["name"]), team["team_id"]))


def _in_order(name: str) -> list[tuple[int, str]]:
    return [(int(digits or 0), text.casefold()) for text, digits in re.findall(r"(\D*)(\d*)", name)]


def carers_on(board: Board) -> list[BoardCarer]:
    """Everybody who has a row."""
    return [carer for team in board["teams"] for carer in (*team["exceptional"], *team["calm"])]


async def carer_document(
    tx: Transaction, team_ids: Collection[str], carer_id: str, day: date, now: datetime
) -> BoardCarer | None:
    """One carer's row on the board, as `board_document` would show it; None if there is none."""
    bodies = standing(map(read_or_as_it_is, await list_day(tx, team_ids, day, now, carer_id)), day, now)
    held = await count_held_by_sender(tx, team_ids, *bounds(day), MOST_COUNTED)
    if not bodies and carer_id not in held:
        return None
    heard = await list_heard(tx, people_of(bodies))
    return next(iter(await _carers(tx, [carer_id], bodies, heard, held, day, now)), None)


async def _carers(
    tx: Transaction,
    carer_ids: Collection[str],
    bodies: Sequence[Body],
    heard: Heard,
    held: Mapping[str, int],
    day: date,
    now: datetime,
) -> list[BoardCarer]:
    gaps = await list_gaps(tx, carer_ids) if day <= day_of(now) else []
    of_carer: defaultdict[str, list[Body]] = defaultdict(list)
    for body in bodies:
        for each in body["carers"]:
            of_carer[each["id"]].append(body)
    return [
        board_carer(
            carer,
            of_carer[carer.id],
            heard,
            [(gap.first_n, gap.last_n) for gap in gaps if gap.person_id == carer.id],
            held.get(carer.id, 0),
            to_text(now),
        )
        for carer in await list_carers(tx, carer_ids)
    ]


def board_carer(
    carer: HeardCarer,
    bodies: Sequence[Body],
    heard: Heard,
    missing: list[tuple[int, int]],
    held: int,
    now: str,
) -> BoardCarer:
    """A carer's row, from the documents of the carer's visits."""
    visits = [visit_or_id(body, carer.id, heard, now) for body in bodies]
    states = [visit["state"] for visit in visits]
    of_visits = bodies[0]["team"] if bodies else {"id": "", "name": ""}
    return {
        "carer_id": carer.id,
        "name": carer.name,
        "team": carer.team or of_visits["name"],
        "team_id": carer.team_id or of_visits["id"],
        "heard_at": carer.heard_at,
        "missing": missing,
        "held": held,
        "exceptions": exceptions_of_carer((visit["exceptions"] for visit in visits), held, missing),
        "visits": visits,
        "done": states.count("done"),
        "planned": len(states) - states.count("cancelled"),
        "next": next(
            (visits[states.index(state)] for state in ("under_way", "planned") if state in states), None
        ),
    }


def visit_or_id(body: Body, carer_id: str, heard: Heard, now: str) -> BoardVisit:
    """A visit in this carer's row; of one that cannot be read only what its place on the board needs."""
    try:
        return board_visit(body, carer_id, heard, now)
    except Exception as error:
        visit_id = str(body.get("visit_id"))
        log.error("a visit was not put on the board", visit=visit_id, **what_and_where(error))
        known = {"visit_id": visit_id, "element_id": f"visit-{visit_id}", "state": "not_done", "due": "past"}
        return cast(BoardVisit, {**known, "exceptions": exceptions_of_visit(known)})


def board_visit(body: Body, carer_id: str, heard: Heard, now: str) -> BoardVisit:
    """A visit in this carer's row."""
    answers = [step["answer"] for step in body["steps"]]
    by, is_over, when = body["started_by"], body["finished_at"] or body["cancelled_at"], due(body, now)
    # Whoever is in a home has the phone in a pocket.
    is_there = bool(by) and by["id"] == carer_id and when != "past"
    visit: BoardVisit = {
        "visit_id": body["visit_id"],
        "element_id": element_id(body, carer_id),
        "citizen": body["citizen"]["name"],
        "address": body["address"],
        "day": body["day"],
        "starts_at": body["starts_at"],
        "ends_at": body["ends_at"],
        "minutes": body["minutes"],
        "state": state_of(body, last_heard(body, heard), now),
        "is_silent": not (is_over or is_there) and is_silent(body, heard.get(carer_id), now),
        "due": when,
        "exceptions": [],
        "started_at": body["started_at"],
        "started_by": by["name"] if by and by["id"] != carer_id else None,
        "finished_at": body["finished_at"],
        "finished_received_at": body["finished_received_at"],
        "late_at": late_of(body),
        "minutes_late": minutes_late(body),
        "uncertain": "uncertain" in body,
        "in_home": in_home(body),
        "deviations": [{"kind": each["kind"], "text": each["text"]} for each in body["deviations"]],
        "unanswered": sum(step["answer"] is None and bool(step.get("by_itself")) for step in body["steps"]),
        "differing": sum(bool(step["differing"]) for step in body["steps"]),
        "differing_notes": sum("differing" in note for note in body["notes"]),
        "steps_total": len(answers),
        "steps_answered": sum(answer is not None for answer in answers),
        "steps_not_done": answers.count("not_done"),
        "notes": len(body["notes"]) + body.get("older_notes", 0),
        "others": [each["name"] for each in body["carers"] if each["id"] != carer_id],
    }
    return {**visit, "exceptions": exceptions_of_visit(visit)}


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
