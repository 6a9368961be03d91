"""Knows what one carer's row of the board says, and what each visit in it does; knows nothing of other rows, and reads no table."""

from collections.abc import Sequence
from typing import TypedDict, cast

from pwa.care.documents.board_days import (
    Body,
    Due,
    Heard,
    State,
    due,
    heard_of,
    is_silent,
    last_heard,
    state_of,
)
from pwa.care.documents.board_exceptions import (
    BoardException,
    ExceptionName,
    exceptions_of_carer,
    exceptions_of_visit,
)
from pwa.care.documents.board_steps import StepsTold, steps_told
from pwa.care.documents.late import late_of, minutes_late
from pwa.care.queries.board import HeardCarer
from pwa.logs import log, what_and_where


class BoardDeviation(TypedDict):
    """What did not go as planned."""

    kind: str
    text: str


class InHome(TypedDict):
    """Somebody who has started a visit that the plan has cancelled, or given to somebody else, and is still there."""

    name: str
    since: str


class BoardVisit(StepsTold):
    """A visit in one carer's row, on its own day's board, the next one's, or that of the day on which it was begun.

    `state` is the visit's, the same in every carer's row; `is_silent` tells of the row's carer: what she has done there
    is not known yet, `silent_since` when the phone that may hold it was heard, and `is_one_of_more` that another of hers was heard
    later. `started_by` is the name of who has begun, if it is somebody else. `differing_notes` counts the notes that
    were corrected differently, unseen; `observations` are the areas of those that nobody has taken up; `minutes_late` is how much later than planned it was begun, 0 where that is not much;
    `no_access`: the row's carer may come no more. A namesake is another citizen of that name who is visited that day. One that
    cannot be read has but `visit_id`, `element_id`, `state`, `due` and `exceptions`.
    """

    visit_id: str
    element_id: str
    citizen: str
    has_namesake: bool
    address: str
    day: str
    starts_at: str
    ends_at: str
    minutes: int
    state: State
    is_silent: bool
    silent_since: str | None
    is_one_of_more: bool
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
    observations: list[str]
    differing_notes: int
    notes: int
    others: list[str]
    checklist: str
    no_access: bool


class BoardCarer(TypedDict):
    """One carer's day. `missing` are the first and last of numbers that never came; `held` counts changes.

    `done` counts the visits that are, of `planned`, which are those that are not cancelled; `next` is the first that is under
    way, or else that is to come. `is_shut_out`: a phone is, and no other is signed in. `in_homes` are the citizens with whom the carer is,
    by what was started and is not finished, where that is more than one.
    """

    carer_id: str
    name: str
    team: str
    team_id: str
    heard_at: str | None
    is_shut_out: bool
    missing: list[tuple[int, int]]
    held: int
    exceptions: list[BoardException]
    visits: list[BoardVisit]
    done: int
    planned: int
    in_homes: list[str]
    next: BoardVisit | None


def board_carer(
    carer: HeardCarer,
    bodies: Sequence[Body],
    heard: Heard,
    missing: list[tuple[int, int]],
    held: int,
    now: str,
) -> BoardCarer:
    """A carer's row, from the documents of the carer's visits."""
    visits = [visit_or_id(body, carer.id, heard, now, has_access=carer.may_come) for body in bodies]
    states = [visit["state"] for visit in visits]
    in_homes = [
        visit["citizen"] for visit in visits if visit["state"] == "under_way" and not visit["started_by"]
    ]
    of_visits = bodies[0]["team"] if bodies else {"id": "", "name": ""}
    return {
        "carer_id": carer.id,
        "name": carer.name,
        "team": carer.team or of_visits["name"],
        "team_id": carer.team_id or of_visits["id"],
        "heard_at": carer.heard_at,
        "is_shut_out": carer.is_shut_out,
        "missing": missing,
        "held": held,
        "exceptions": exceptions_of_carer((visit["exceptions"] for visit in visits), held, missing),
        "visits": visits,
        "done": states.count("done"),
        "planned": len(states) - states.count("cancelled"),
        "in_homes": in_homes if len(in_homes) > 1 else [],
        "next": next(
            (visits[states.index(state)] for state in ("under_way", "planned") if state in states), None
        ),
    }


def visit_or_id(body: Body, carer_id: str, heard: Heard, now: str, *, has_access: bool = True) -> BoardVisit:
    """A visit in this carer's row; of one that cannot be read only what its place on the board needs."""
    try:
        return board_visit(body, carer_id, heard, now, has_access)
    except Exception as error:
        visit_id = str(body.get("visit_id"))
        log.error("a visit was not put on the board", visit=visit_id, **what_and_where(error))
        known = {"visit_id": visit_id, "element_id": f"visit-{visit_id}", "state": "not_done", "due": "past"}
        return cast(BoardVisit, {**known, "exceptions": exceptions_of_visit(known)})


def board_visit(body: Body, carer_id: str, heard: Heard, now: str, has_access: bool) -> BoardVisit:
    """A visit in this carer's row, who may still come or not."""
    by, is_over = body["started_by"], body["finished_at"] or body["cancelled_at"]
    contacts = heard.get(carer_id)
    heard_at = heard_of(body, contacts)
    visit: BoardVisit = {
        "visit_id": body["visit_id"],
        "element_id": element_id(body, carer_id),
        "citizen": body["citizen"]["name"],
        "has_namesake": False,
        "address": body["address"],
        "day": body["day"],
        "starts_at": body["starts_at"],
        "ends_at": body["ends_at"],
        "minutes": body["minutes"],
        "state": state_of(body, last_heard(body, heard), now),
        "is_silent": not is_over and is_silent(body, heard_at, now),
        "silent_since": heard_at,
        "is_one_of_more": contacts is not None and heard_at != contacts.newest,
        "due": due(body, now),
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
        "observations": [
            each["area"] for each in body.get("observations", []) if not each["taken_at"] and is_open(each)
        ],
        "differing_notes": sum("differing" in note for note in body["notes"]),
        **steps_told(body),
        "notes": len(body["notes"]) + body.get("older_notes", 0),
        "others": [each["name"] for each in body["carers"] if each["id"] != carer_id],
        "checklist": body["checklist"]["name"],
        "no_access": not has_access,
    }
    return {**visit, "exceptions": exceptions_of_visit(visit)}


def is_open(matter: Body) -> bool:
    """Whether something is still to be followed up."""
    return not matter["done_at"] and not matter.get("withdrawn")


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
