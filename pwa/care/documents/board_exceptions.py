"""Knows what on a board is not as it should be, and which of it is looked at first; knows neither rows of tables nor a page.

This is the one place where it is decided. Not an exception is: a visit that is planned or under way, a phone in the pocket of
somebody who is in a home, a visit that runs behind, an answer that only came late, and a step that was not done with its reason,
unless it is one that is answered by itself: medicine that was not given is as serious as if nobody had come.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypedDict, get_args

from pwa.care.documents.late import VERY_LATE

ExceptionName = Literal[
    "unreadable",  # what is known of the visit cannot be shown
    "not_done",  # its time is over, its carer's phone was heard since, and nobody came
    "left_out",  # a step that is answered by itself, such as medicine, was not done
    "no_access",  # it is under way or to come, and its carer's access has ended, or the phone is shut out
    "not_finished",  # somebody came, its time is long over, and it is not finished
    "not_heard",  # it should be over, and the phone that would tell of it is silent
    "in_home",  # somebody is in a home where the plan has nobody, or somebody else
    "deviation",  # it did not go as planned: not home, refused, moved, something else, such as a fall
    "observation",  # a carer saw something other than usual, and nobody has taken it up
    "unanswered",  # help was given, and a step that must be answered, such as medicine, has no answer
    "late",  # it was begun hours later than planned
    "differing",  # carers answered or corrected differently, each without having seen the other
    "held",  # something of the carer's was refused or is held
    "missing",  # numbers of the phone's never came
    "uncertain",  # it is done, and the clocks disagree about when
]
SERIOUSNESS: tuple[ExceptionName, ...] = get_args(ExceptionName)
"""The most serious first."""
OF_A_CARER: frozenset[ExceptionName] = frozenset({"held", "missing"})
"""What is not about one visit."""


class BoardException(TypedDict):
    """One kind of exception in a carer's day, and how many there are of it: visits, changes or numbers."""

    name: ExceptionName
    number: int


def exceptions_of_visit(visit: Mapping[str, Any]) -> list[ExceptionName]:
    """What is not as it should be at a visit on the board (BoardVisit), the most serious first."""
    state = visit["state"]
    found: dict[ExceptionName, bool] = {
        "unreadable": "citizen" not in visit,
        "not_done": state == "not_done" and visit.get("started_at") is None,
        "left_out": state != "cancelled" and bool(visit.get("left_out")),
        "no_access": state in ("planned", "under_way") and bool(visit.get("no_access")),
        "not_finished": state == "not_done" and visit.get("started_at") is not None,
        "not_heard": state == "not_heard" or bool(visit.get("is_silent")),
        "in_home": bool(visit.get("in_home")),
        "deviation": bool(visit.get("deviations")),
        "observation": bool(visit.get("observations")),
        "unanswered": bool(visit.get("unanswered"))
        and (state == "done" or (state == "finished" and visit.get("steps_answered", 0) > 0)),
        "late": visit.get("minutes_late", 0) >= VERY_LATE,
        "differing": bool(visit.get("differing") or visit.get("differing_notes")),
        "uncertain": bool(visit.get("uncertain")),
    }
    if found["unreadable"]:
        return ["unreadable"]
    return [name for name in SERIOUSNESS if found.get(name)]


def exceptions_of_carer(
    of_visits: Iterable[Iterable[ExceptionName]], held: int, missing: Iterable[tuple[int, int]]
) -> list[BoardException]:
    """What is not as it should be in a carer's day, the most serious first."""
    numbers: Counter[ExceptionName] = Counter(name for names in of_visits for name in names)
    numbers["held"] += held
    numbers["missing"] += sum(last - first + 1 for first, last in missing)
    return [{"name": name, "number": numbers[name]} for name in SERIOUSNESS if numbers[name]]


def urgency(exceptions: Iterable[BoardException]) -> tuple[int, ...]:
    """What carers are sorted by: who has most of what is most serious comes first, who has nothing last."""
    numbers = {each["name"]: each["number"] for each in exceptions}
    return tuple(-numbers.get(name, 0) for name in SERIOUSNESS)


def most_serious(exceptions: Iterable[BoardException]) -> int:
    """What teams are sorted by: the place of the most serious in SERIOUSNESS. How much there is of it moves no team about."""
    return min((SERIOUSNESS.index(each["name"]) for each in exceptions), default=len(SERIOUSNESS))
