"""Knows how the access log is searched, and how its lines are shown to a data-protection officer; knows no forms.

What was changed is read from what carers have written, by reference: when, by whom and what kind, never the words.
"""

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import TypedDict

from msgspec import Struct

from pwa.access.queries.people import list_names_of_people
from pwa.care.queries.citizens import list_citizen_names, list_names_of_citizens
from pwa.database import Transaction
from pwa.oversight.queries import Line, list_entries, list_refused_changes, list_written
from pwa.oversight.wording import day_and_time, did, why
from pwa.searching import matching
from pwa.words import begin_of, to_text

MOST_SHOWN = 300
MOST_PAGES = 50
"""So far back a search is shown; whoever looks for older ones says other days."""
MOST_IN_AN_EXTRACT = 5000
MOST_DAYS = 92
NEAR = timedelta(days=7)
"""A citizen is found by name who is visited so near to the days that are asked about."""


class SearchQuery(Struct, frozen=True):
    """What is searched for: parts of names, or "", and the first and the last day."""

    citizen: str
    person: str
    first: date
    last: date


class Citizen(TypedDict):
    """A citizen."""

    id: str
    name: str


class LogLine(TypedDict):
    """A line of the access log. `kind` may be "wrote", by reference; `phone` is the first 8 letters of its id, or "".

    `on`, `time`, `did` and `why` are in words."""

    id: str
    at: str
    kind: str
    what: str
    day: str
    on: str
    time: str
    did: str
    why: str
    by_name: str
    device: str
    phone: str
    purpose: str
    words: str
    citizens: list[Citizen]


class SearchResult(TypedDict):
    """What a search finds, the newest first, and whether there is more; the citizens whose names were meant."""

    entries: list[LogLine]
    is_cut: bool
    citizens: list[Citizen]


async def search(
    tx: Transaction, team_ids: Collection[str], asked: SearchQuery, language: str, page: int = 1
) -> SearchResult:
    """What was looked at, written and refused of these teams' in the days that are asked about, by pages from 1."""
    citizen_ids: set[str] | None = None
    named: dict[str, str] = {}
    if asked.citizen:
        near = ((asked.first - NEAR).isoformat(), (asked.last + NEAR).isoformat())
        named = await _of_name(asked.citizen, await list_citizen_names(tx, team_ids, *near))
        citizen_ids = set(named)
    person_ids = None
    if asked.person:
        person_ids = set(await _of_name(asked.person, await list_names_of_people(tx)))
    since, until = to_text(begin_of(asked.first)), to_text(begin_of(asked.last + timedelta(1)))
    days = (asked.first.isoformat(), asked.last.isoformat())
    only = (person_ids, citizen_ids)
    before, most = (page - 1) * MOST_SHOWN, page * MOST_SHOWN + 1
    rows = [
        *await list_entries(tx, team_ids, since, until, most, *only),
        *await list_written(tx, team_ids, *days, most, *only),
        *await list_refused_changes(tx, team_ids, since, until, most, *only),
    ]
    entries = await in_words(tx, team_ids, _newest_first(rows)[before:most], language)
    citizens: list[Citizen] = [{"id": id, "name": name} for id, name in sorted(named.items(), key=_by_name)]
    return {"entries": entries[:MOST_SHOWN], "is_cut": len(entries) > MOST_SHOWN, "citizens": citizens[:20]}


async def find_citizen(tx: Transaction, team_ids: Collection[str], citizen_id: str) -> Citizen | None:
    """A citizen of these teams, or None."""
    names = await list_names_of_citizens(tx, team_ids, [citizen_id])
    return {"id": citizen_id, "name": names[citizen_id]} if citizen_id in names else None


async def list_extract(
    tx: Transaction, team_ids: Collection[str], citizen_id: str, language: str
) -> list[LogLine]:
    """All that was looked at and written about a citizen, the newest first, without anybody's name."""
    most, everything = MOST_IN_AN_EXTRACT + 1, ("", "9")
    rows = [
        *await list_entries(tx, team_ids, *everything, most, None, [citizen_id]),
        *await list_written(tx, team_ids, *everything, most, None, [citizen_id]),
        *await list_refused_changes(tx, team_ids, *everything, most, None, [citizen_id]),
    ]
    rows = [row for row in _newest_first(rows) if row.kind != "purpose"]
    names = sorted((await list_names_of_people(tx)).values(), key=len, reverse=True)
    entries = await in_words(tx, team_ids, rows[:most], language)
    return [_without_names(entry, names) for entry in entries]


def _without_names(entry: LogLine, names: list[str]) -> LogLine:
    words = "" if entry["what"] == "access_log" else entry["words"]
    for name in names if words else ():
        words = words.replace(name, "…")
    return {**entry, "by_name": "", "device": "", "phone": "", "words": words, "citizens": []}


async def _of_name(part: str, names: Mapping[str, str]) -> dict[str, str]:
    """Whose name is meant. A long search among all citizens takes a second: in a thread, so that nobody waits for it."""
    fits = await asyncio.to_thread(matching, part, list(names.values()))
    return {id: name for (id, name), fit in zip(names.items(), fits, strict=True) if fit}


def _by_name(citizen: tuple[str, str]) -> tuple[str, str]:
    return citizen[1], citizen[0]


def _newest_first(rows: Sequence[Line]) -> list[Line]:
    return sorted(rows, key=lambda row: (row.at, row.id), reverse=True)


async def in_words(
    tx: Transaction, team_ids: Collection[str], rows: Sequence[Line], language: str
) -> list[LogLine]:
    """Rows as they are shown; of whom they name, only those in these teams."""
    abouts = [_citizens_of(row, team_ids) for row in rows]
    wanted = {citizen_id for about in abouts for citizen_id in about}
    names = await list_names_of_citizens(tx, team_ids, wanted)
    return [
        _line(row, [{"id": id, "name": names[id]} for id in about if id in names], language)
        for row, about in zip(rows, abouts, strict=True)
    ]


def _line(line: Line, citizens: list[Citizen], language: str) -> LogLine:
    on, time = day_and_time(line.at)
    return {
        "id": line.id,
        "at": line.at,
        "kind": line.kind,
        "what": line.what,
        "day": line.day,
        "on": on,
        "time": time,
        "did": did(line.kind, line.what, language),
        "why": why(line.purpose, language),
        "by_name": line.by_name,
        "device": line.device or "",
        "phone": line.phone_id[-8:],
        "purpose": line.purpose,
        "words": line.words,
        "citizens": citizens,
    }


def _citizens_of(line: Line, team_ids: Collection[str]) -> list[str]:
    return list(dict.fromkeys(id for team_id, id, _ in json.loads(line.about) if id and team_id in team_ids))
