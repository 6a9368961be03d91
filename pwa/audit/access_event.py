"""Knows what is said of a look before it is an entry of the access log, and whom it is about; knows not how it is written."""

import json
from collections.abc import Collection, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from pwa.audit.offline_views import ListCitizens, Purpose
from pwa.audit.queries import Entry
from pwa.database import Transaction
from pwa.words import Person


class AccessEvent(Struct, frozen=True, kw_only=True):
    """Somebody looks at something. `visit_ids` are what is looked at; `team_ids` where there is no one visit.

    `citizens` are (team_id, citizen_id) where there is a citizen and no visit. `what` is a word of the schema.
    """

    kind: str
    what: str
    purpose: Purpose
    visit_ids: Collection[str] = ()
    team_ids: Collection[str] = ()
    citizens: Collection[tuple[str, str]] = ()
    day: str = ""
    words: str = ""


class Access(NamedTuple):
    """Who looks, signed in as whom, at what, on which phone."""

    person: Person
    sign_in_id: str
    look: AccessEvent
    phone_id: str = ""


def sync_access(visit_ids: Collection[str]) -> AccessEvent:
    """What a sync brings to a phone."""
    return AccessEvent(kind="read", what="sync", purpose="own_route", visit_ids=visit_ids)


def named(look: AccessEvent) -> Collection[str]:
    """What is noted once."""
    return look.visit_ids or [look.day]


def about(person: Person, look: AccessEvent) -> list[list[str]]:
    """Team, citizen and visit of what is looked at, as far as that is known; else the teams of the one who looks."""
    teams = look.team_ids or ([] if look.visit_ids or look.citizens else {r.team_id for r in person.roles})
    return [
        *(["", "", visit_id] for visit_id in sorted(look.visit_ids)),
        *([team_id, citizen_id, ""] for team_id, citizen_id in sorted(look.citizens)),
        *([team_id, "", ""] for team_id in sorted(teams)),
    ]


async def with_citizens(
    tx: Transaction, entries: Sequence[Entry], list_citizens: ListCitizens
) -> list[Entry]:
    """The entries, with the team and citizen of each visit that they name. A visit that nobody knows has neither."""
    abouts = [json.loads(entry.about) for entry in entries]
    ids = {visit_id for each in abouts for _, _, visit_id in each if visit_id}
    known: dict[str, list[list[str]]] = {}
    for team_id, citizen_id, visit_id in await list_citizens(tx, ids) if ids else []:
        known.setdefault(visit_id, []).append([team_id, citizen_id, visit_id])
    found = ([all_of for each in one for all_of in known.get(each[2], [each])] for one in abouts)
    return [
        replace(entry, about=json.dumps(of_one, separators=(",", ":")))
        for entry, of_one in zip(entries, found, strict=True)
    ]
