"""Knows what the list of what is to be followed up says of each, in which order, and which of it is asked for; knows no page."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple, TypedDict

from pwa.access.queries.people import team_ids_in_scope
from pwa.care.documents.matters.standing import Standing, stand
from pwa.care.documents.visit import LEADING
from pwa.care.queries.attendances import list_taken_back
from pwa.care.queries.matters import list_said
from pwa.database import Transaction
from pwa.database.lists import Key
from pwa.followups.queries import Found, Seen, count_untaken, find_matter, list_events, list_open, list_over
from pwa.problems import NotFound
from pwa.words import Json, Person, RoleName, begin_of, day_of, to_moment, to_text
from pwa.written import MatterSaid

LEADER: tuple[RoleName, ...] = ("leader",)
KINDS = ("observation", "event", "follow_up")
MOST, MOST_COUNTED = 300, 1000
IS_OVER_FOR = timedelta(days=30)
"""So long what is done can be looked up in the list."""
A_YEAR, MOST_EVENTS = timedelta(days=365), 5000
COLOURS = ("red", "", "yellow", "green")
"""The order of the list: what has no colour nobody has judged yet, and stands right after what is red."""


class Asked(NamedTuple):
    """What of the list is asked for; "" is all of it. `state` is open or over."""

    team_id: str = ""
    kind: str = ""
    state: str = "open"


class Row(TypedDict):
    """A matter on the list. Of an event it says not who reported it: nobody counts them by person. `due` is overdue, today or ""."""

    id: str
    visit_id: str
    team_id: str
    team: str
    citizen: str
    starts_at: str
    kind: str
    about: str
    text: str
    told: dict[str, str]
    at: str
    received_at: str
    by: Json | None
    colour: str
    to_person: Json | None
    due_on: str | None
    due: str
    standing: Json


class Listed(TypedDict):
    """The list: its rows, whether there are more than can be shown, and the teams that there are."""

    rows: list[Row]
    is_cut: bool
    teams: list[tuple[str, str]]


async def seen_by(tx: Transaction, person: Person) -> Seen:
    """Whose matters somebody looks at; raises NotFound if there are none. Events are for leaders: they may be about a colleague."""
    team_ids = await team_ids_in_scope(tx, person, LEADING)
    if not team_ids:
        raise NotFound
    return Seen(team_ids, await team_ids_in_scope(tx, person, LEADER))


async def count_follow_ups(
    tx: Transaction, team_ids: Collection[str], event_team_ids: Collection[str]
) -> int:
    """How many of these teams' nobody has taken up; of the events those of the latter."""
    return await count_untaken(tx, Seen(team_ids, event_team_ids), MOST_COUNTED) if team_ids else 0


async def list_rows(tx: Transaction, seen: Seen, asked: Asked, today: date) -> Listed:
    """What is to be followed up, what is most urgent first; or what is over, the newest first."""
    if asked.state == "over":
        since = to_text(begin_of(today - IS_OVER_FOR))
        found = await list_over(tx, seen, since, MOST + 1)
    else:
        found = await list_open(tx, seen, MOST + 1)
    rows = [
        row_of(one, standing, today)
        for one, standing in zip(found, await standing_of(tx, found), strict=True)
        if asked.state != "over" or one.matter.kind == "event" or not standing.is_gone
    ]
    teams = sorted({(row["team_id"], row["team"]) for row in rows}, key=lambda team: team[1])
    rows = [row for row in rows if asked.team_id in ("", row["team_id"]) and asked.kind in ("", row["kind"])]
    if asked.state != "over":
        rows.sort(key=_urgency)
    return {"rows": rows[:MOST], "is_cut": len(found) > MOST, "teams": teams}


def _urgency(row: Row) -> tuple[int, str, str, str]:
    """The colour counts first, then what is due; of the same the oldest has waited longest."""
    return COLOURS.index(row["colour"]), row["due_on"] or "9", row["at"], row["id"]


async def standing_of(tx: Transaction, found: Sequence[Found]) -> list[Standing]:
    """How each of these matters stands."""
    keys = {one.key for one in found}
    said: defaultdict[tuple[Key, str], list[MatterSaid]] = defaultdict(list)
    for key, row in await list_said(tx, keys):
        said[key, row.matter_id].append(row)
    slips: defaultdict[Key, set[tuple[str, str]]] = defaultdict(set)
    for key, slip in await list_taken_back(tx, keys):
        slips[key].add(slip)
    return [stand(one.matter, said[one.key, one.matter.change_id], slips[one.key]) for one in found]


def row_of(found: Found, standing: Standing, today: date) -> Row:
    """A matter as the list says it."""
    matter, (team_id, visit_id) = found.matter, found.key
    due_on = standing.due_on
    is_event = matter.kind == "event"
    return {
        "id": matter.change_id,
        "visit_id": visit_id,
        "team_id": team_id,
        "team": found.team,
        "citizen": found.citizen,
        "starts_at": found.starts_at,
        "kind": matter.kind,
        "about": matter.about,
        "text": standing.told.get("what", "") if is_event else matter.text,
        "told": standing.told,
        "at": matter.at,
        "received_at": matter.received_at,
        "by": None if is_event else {"id": matter.by_id, "name": matter.by_name},
        "colour": standing.colour,
        "to_person": {"id": standing.to_id, "name": standing.to_name} if standing.to_id else None,
        "due_on": due_on,
        "due": _due(due_on, today) if standing.is_open else "",
        "standing": {**standing.body(), "colour": standing.colour},
    }


def _due(due_on: str | None, today: date) -> str:
    if due_on is None or due_on > today.isoformat():
        return ""
    return "today" if due_on == today.isoformat() else "overdue"


async def list_event_rows(tx: Transaction, seen: Seen, today: date) -> list[Row]:
    """The events of a year, the oldest first."""
    found = await list_events(tx, seen, to_text(begin_of(today - A_YEAR)), MOST_EVENTS)
    return [
        row_of(one, standing, today)
        for one, standing in zip(found, await standing_of(tx, found), strict=True)
    ]


class Told(TypedDict):
    """One thing that was said of a matter, or done about it."""

    id: str
    kind: str
    said: str
    name: str
    at: str
    by: str


class Whole(TypedDict):
    """A matter with all that was ever said of it, in order; who raised it is told here, to whoever has to ask her."""

    row: Row
    raised_by: str
    history: list[Told]


async def whole_of(tx: Transaction, seen: Seen, visit_id: str, matter_id: str, today: date) -> Whole:
    """One matter; raises NotFound."""
    found = await find_matter(tx, seen, visit_id, matter_id)
    if found is None:
        raise NotFound
    [standing] = await standing_of(tx, [found])
    rows = [row for _, row in await list_said(tx, [found.key]) if row.matter_id == matter_id]
    history: list[Told] = [
        {
            "id": row.id,
            "kind": row.kind,
            "said": row.said,
            "name": row.given_name,
            "at": row.at,
            "by": row.by_name,
        }
        for row in sorted(rows, key=lambda row: (row.at, row.id))
    ]
    return {"row": row_of(found, standing, today), "raised_by": found.matter.by_name, "history": history}


def visits_of(rows: Collection[Row]) -> set[str]:
    """Whose visits stand on the list."""
    return {row["visit_id"] for row in rows}


def day_raised(row: Row) -> date:
    """The Danish day on which it was raised."""
    return day_of(to_moment(row["at"]))
