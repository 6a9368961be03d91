"""Knows what the board shows of each carer's day; knows nothing about who may see it."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypedDict

from pwa.care.documents.board_days import (
    Body,
    Heard,
    Totals,
    bounds,
    list_day,
    people_of,
    read_or_as_it_is,
    standing,
    totals,
)
from pwa.care.documents.board_exceptions import (
    most_serious,
    urgency,
)
from pwa.care.documents.board_filled import with_filled
from pwa.care.documents.board_row import BoardCarer, board_carer
from pwa.care.queries.board import list_carers, list_gaps, list_heard, list_namesakes
from pwa.care.queries.held import count_held_by_sender
from pwa.care.queries.held_everywhere import MOST_COUNTED
from pwa.database import Transaction
from pwa.words import begin_of, day_of, to_text


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
    bodies = await with_filled(tx, bodies, now)
    held = await count_held_by_sender(tx, team_ids, *bounds(day), MOST_COUNTED)
    heard = await list_heard(tx, people_of(bodies))
    carer_ids = {carer["id"] for body in bodies for carer in body["carers"]}
    rows = await _carers(tx, sorted(carer_ids | held.keys()), bodies, heard, held, day, now)
    mark_namesakes(rows, await list_namesakes(tx, team_ids, day))
    return {
        "totals": totals(bodies, heard, to_text(now), day),
        "held": sum(held.values()),
        "teams": by_team(row for row in rows if row["visits"] or row["held"]),
    }


def mark_namesakes(carers: Iterable[BoardCarer], names: Collection[str]) -> None:
    """Say of each visit whether another citizen of that name is visited."""
    for visit in (visit for carer in carers for visit in carer["visits"] if visit.get("citizen") in names):
        visit["has_namesake"] = True


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


def most_serious_first(teams: Iterable[BoardTeam]) -> list[BoardTeam]:
    """The teams in which something is not as it should be; those whose most serious is the same in their order."""
    exceptional = [team for team in teams if team["exceptional"]]
    return sorted(exceptional, key=lambda team: most_serious(team["exceptional"][0]["exceptions"]))


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
    bodies = await with_filled(tx, bodies, now)
    held = await count_held_by_sender(tx, team_ids, *bounds(day), MOST_COUNTED)
    if not bodies and carer_id not in held:
        return None
    heard = await list_heard(tx, people_of(bodies))
    rows = await _carers(tx, [carer_id], bodies, heard, held, day, now)
    mark_namesakes(rows, await list_namesakes(tx, team_ids, day))
    return next(iter(rows), None)


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
        for carer in await list_carers(tx, carer_ids, max(to_text(now), to_text(begin_of(day))))
        # A leader whose change was refused has no day; the change stands under what needs a look.
        if carer.is_carer or of_carer[carer.id]
    ]
