"""Knows when so many visits get another citizen, or begin at another hour, that the file's columns or clock may be wrong.

No database, no clock, no writing. What stands at a visit is told by its shape: a terminal's mail is no place for names.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from pwa.care.queries.planning import PlannedVisit
from pwa.care.queries.visits import COLUMNS, CONTACTS
from pwa.imports.apply.plan_diff import VisitChange
from pwa.imports.apply.plan_summary import Stop
from pwa.imports.read.plan_file import PlanRow
from pwa.words import DENMARK, N_, to_moment

CHANGE = N_(
    "%(number)d visits that are planned would get another citizen, name or address (known ones in the file: %(there)d). "
    "Citizen's number: %(citizens)d, name: %(names)d, address: %(addresses)d. Such as row %(examples)s. Are the columns right?"
)
TIMES = N_(
    "%(number)d visits would begin an hour or more from when they are planned on the same day (known ones in the file: "
    "%(there)d). Such as row %(examples)s. Are the times right?"
)
CITIZENS = N_(
    "%(number)d new visits would be at a citizen with another name than before, or have a citizen's name as the number (new ones in the file: "
    "%(there)d), such as row %(row)d. Are the columns right?"
)
CHECKLISTS = N_(
    "%(number)d visits that are planned would get another checklist (known ones in the file: %(there)d). Such as row %(examples)s. "
    "Is the column with the checklists right?"
)
NUMBERS = N_(
    "%(number)d visits that are planned would lose a telephone number (known ones in the file: %(there)d), such as row %(row)d. "
    "Are the columns with the numbers right?"
)
FEW_CITIZENS = 2
"""So many may move house together, or get each other's visits, however few visits there are."""
FAR = timedelta(hours=1)
SHOWN = 3
LONGEST = 40
FIELDS = {"navn": "citizen_name", "adresse": "address"}


class Known(NamedTuple):
    """A visit that stands and that the file plans: as it is, as it is to be, and by which row."""

    before: PlannedVisit
    after: PlannedVisit
    row: PlanRow


def judge_citizens(changes: Iterable[VisitChange], few: int, percent: int) -> Stop | None:
    """Looked at in each team's day and in all. A name that is written with other spaces or capitals is the same."""
    known = list(_known(changes))

    def is_much(part: Sequence[Known]) -> bool:
        others = [each for each in part if _is_of_another(each)]
        citizens = {each.row.citizen.id for each in others}
        return len(citizens) > FEW_CITIZENS and len(others) > max(few, len(part) * percent / 100)

    if not any(map(is_much, _parts(known))):
        return None
    others = [each for each in known if _is_of_another(each)]
    named = [each for each in others if _is_other(each, "citizen_name")]
    placed = [each for each in others if _is_other(each, "address")]
    params: dict[str, str | int] = {
        "number": len(others),
        "there": len(known),
        "citizens": sum(_of(each.before, "citizen_id") != _of(each.after, "citizen_id") for each in others),
        "names": len(named),
        "addresses": len(placed),
        "examples": "; ".join(_examples(others)),
    }
    return Stop("change", len(others), CHANGE, params)


def judge_times(changes: Iterable[VisitChange], few: int, percent: int) -> Stop | None:
    """Looked at in each team's day and in all: a clock that is an hour or twelve wrong moves nearly everything."""
    known = list(_known(changes))

    def is_much(part: Sequence[Known]) -> bool:
        return sum(map(_is_far, part)) > max(few, len(part) * percent / 100)

    if not any(map(is_much, _parts(known))):
        return None
    far = [each for each in known if _is_far(each)]
    examples = [_example(each, "start", _clock(each.before), _clock(each.after)) for each in far[:SHOWN]]
    params: dict[str, str | int] = {"number": len(far), "there": len(known), "examples": "; ".join(examples)}
    return Stop("times", len(far), TIMES, params)


def judge_checklists(changes: Iterable[VisitChange], few: int, percent: int) -> Stop | None:
    """Looked at in each team's day and in all: one wrong value in the other system takes the medicine's step from everybody.

    A newer version of the same checklist is what an organiser has made.
    """
    known = list(_known(changes))

    def is_much(part: Sequence[Known]) -> bool:
        return sum(map(_has_another_checklist, part)) > max(few, len(part) * percent / 100)

    if not any(map(is_much, _parts(known))):
        return None
    others = [each for each in known if _has_another_checklist(each)]
    examples = [
        _example(each, "tjekliste", _of(each.before, "checklist_name"), _of(each.after, "checklist_name"))
        for each in others[:SHOWN]
    ]
    params: dict[str, str | int] = {
        "number": len(others), "there": len(known), "examples": "; ".join(examples),
    }  # fmt: skip
    return Stop("checklists", len(others), CHECKLISTS, params)


def judge_numbers(changes: Iterable[VisitChange], few: int, percent: int) -> Stop | None:
    """Looked at in each team's day and in all: a spoiled column would leave carers with nobody to ring."""
    known = list(_known(changes))

    def is_much(part: Sequence[Known]) -> bool:
        return sum(map(_loses_a_number, part)) > max(few, len(part) * percent / 100)

    if not any(map(is_much, _parts(known))):
        return None
    losing = [each for each in known if _loses_a_number(each)]
    params: dict[str, str | int] = {"number": len(losing), "there": len(known), "row": losing[0].row.row}
    return Stop("numbers", len(losing), NUMBERS, params)


def judge_new_visits(
    changes: Iterable[VisitChange], citizens: Iterable[tuple[str, str, str]], few: int, percent: int
) -> Stop | None:
    """Each day's visits have numbers of their own: those are compared with the `citizens` (team_id, id, name) of the last days."""
    names = {citizen_id: _folded(name) for _, citizen_id, name in citizens}
    called = frozenset(names.values())
    new = [each.row for each in changes if each.row and each.what == "added"]
    others = [
        row
        for row in new
        if names.get(row.citizen.id) not in (None, _folded(row.citizen_name))
        or _folded(row.citizen.number) in called
    ]
    if len({row.citizen.id for row in others}) <= FEW_CITIZENS or len(others) <= max(
        few, len(new) * percent / 100
    ):
        return None
    params: dict[str, str | int] = {"number": len(others), "there": len(new), "row": others[0].row}
    return Stop("citizens", len(others), CITIZENS, params)


def _known(changes: Iterable[VisitChange]) -> Iterator[Known]:
    for change in changes:
        stands = [change.before] if change.before and not change.before.cancelled_at else change.elsewhere
        if change.row and change.after and stands:
            yield Known(stands[0], change.after, change.row)


def _parts(known: Sequence[Known]) -> Iterator[Sequence[Known]]:
    cells: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for each in known:
        cells[each.after.day, each.after.team_id].append(each)
    yield from cells.values()
    yield known


def _of(visit: PlannedVisit, column: str) -> str:
    return str(visit.plan[COLUMNS.index(column)])


def _is_other(each: Known, column: str) -> bool:
    return _folded(_of(each.before, column)) != _folded(_of(each.after, column))


def _folded(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _is_of_another(each: Known) -> bool:
    is_another = _of(each.before, "citizen_id") != _of(each.after, "citizen_id")
    return is_another or any(_is_other(each, column) for column in FIELDS.values())


def _has_another_checklist(each: Known) -> bool:
    return _of(each.before, "checklist_name") != _of(each.after, "checklist_name")


def _loses_a_number(each: Known) -> bool:
    contacts = zip(CONTACTS, each.before.contacts, each.after.contacts, strict=True)
    return any(name.endswith("phone") and was and not will_be for name, was, will_be in contacts)


def _is_far(each: Known) -> bool:
    if each.before.day != each.after.day or each.before.starts_at == each.after.starts_at:
        return False
    return abs(to_moment(each.after.starts_at) - to_moment(each.before.starts_at)) >= FAR


def _clock(visit: PlannedVisit) -> str:
    return f"{to_moment(visit.starts_at).astimezone(DENMARK):%H.%M}"


def _examples(others: Iterable[Known]) -> Iterator[str]:
    """Of the first rows, what of them becomes other and can be told: a number by its shape, too."""
    shown = 0
    for each in others:
        if not any(_is_other(each, column) for column in FIELDS.values()) and shown < SHOWN:
            shown += 1
            yield f"{each.row.row}, borger: “{_shape(each.row.citizen.number)}”"
        for heading, column in FIELDS.items():
            if _is_other(each, column) and shown < SHOWN:
                shown += 1
                yield _example(
                    each, heading, _shape(_of(each.before, column)), _shape(_of(each.after, column))
                )


def _example(each: Known, heading: str, before: str, after: str) -> str:
    return f"{each.row.row}, {heading}: “{before}” → “{after}”"


def _shape(text: str) -> str:
    """Each word by its first sign.

    >>> _shape("Inger Dam"), _shape("Møllevej 23 A, 2. th."), _shape("204103")
    ('I···· D··', 'M······· 2· A· 2· t··', '2·····')
    """
    return re.sub(r"(?<=\S)\S", "·", text)[:LONGEST]
