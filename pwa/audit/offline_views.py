"""Knows what of a phone's report of what was read without a network is believed; knows nothing of how it is written down.

A phone is believed where that can be checked: it names visits that there are, at a moment between its last contact
and now, and no more of them than anybody reads.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from pwa.audit.queries import Entry, count_of_person, list_ids
from pwa.database import Transaction
from pwa.words import Person, is_id, is_time, to_moment, to_text

HOUR = len("2026-11-23T07")
MOST_A_DAY = 2000
"""So many (visit, hour) nobody reads in a day; a phone that says more is asked to say it later."""

Purpose = Literal["own_route", "substitute", "handover", "overview", "control", "other", "not_said"]
"""overview: a team's day, by whoever answers for it. control: the data-protection officer's own looking."""

ListCitizens = Callable[[Transaction, Collection[str]], Awaitable[list[tuple[str, str, str]]]]
"""Whom visits are to: (team_id, citizen_id, visit_id) of the visits with these ids, in order."""

PurposeOf = Callable[[Transaction, Person, Collection[str], datetime], Awaitable[Purpose]]
"""Why somebody looks at the visits with these ids at this moment."""

Read = tuple[str, str]
"""The visit that was read, and when, as the phone says it."""


class Reader(NamedTuple):
    """Who read, signed in as whom, on which phone; when it is told, and when that phone was heard last before."""

    person: Person
    sign_in_id: str
    phone_id: str
    now: datetime
    since: str


async def has_too_many(tx: Transaction, person: Person, now: datetime, since: str) -> bool:
    """Whether as much stands there of somebody's, since the last contact or in a day, as anybody reads."""
    first = min(to_moment(since), now - timedelta(days=1))
    most = MOST_A_DAY * max(1, (now - first).days)
    return await count_of_person(tx, person.id, "offline", to_text(first)) >= most


async def list_views(
    tx: Transaction, reader: Reader, reads: Iterable[Read], list_citizens: ListCitizens, purpose_of: PurposeOf
) -> list[Entry]:
    """The entries that are new. However often a phone sends them they stand there once per person, visit and hour.

    A time that is none, or has not come yet, is now; one from before the last contact, which would have brought it, is
    that of the contact, unless it is there already. What names no visit is left out.
    """
    person, sign_in_id, phone_id, moment, since = reader
    now = to_text(moment)
    said = [(visit_id, at if is_time(at) and at <= now else now) for visit_id, at in reads if is_id(visit_id)]
    citizens = await list_citizens(tx, {visit_id for visit_id, _ in said})
    known = {visit_id: (team_id, citizen_id) for team_id, citizen_id, visit_id in citizens}
    said = [(visit_id, at) for visit_id, at in said if visit_id in known]
    purposes = {
        visit_id: await purpose_of(tx, person, [visit_id], moment)
        for visit_id in dict.fromkeys(visit_id for visit_id, _ in said)
    }

    def id_at(visit_id: str, at: str) -> str:
        return str(uuid5(NAMESPACE_URL, f"read:{person.id}:{visit_id}:{at[:HOUR]}:{purposes[visit_id]}"))

    there = await list_ids(tx, {id_at(visit_id, at) for visit_id, at in said if at < since})
    entries: dict[str, Entry] = {}
    for visit_id, at in said:
        if at < since and id_at(visit_id, at) in there:
            continue
        shown_at = max(at, since)
        id = id_at(visit_id, shown_at)
        about = json.dumps([[*known[visit_id], visit_id]], separators=(",", ":"))
        entries.setdefault(id, Entry(
            id, shown_at, now, "read", "offline", "", person.id, sign_in_id, phone_id, purposes[visit_id], "", about,
        ))  # fmt: skip
    return list(entries.values())
