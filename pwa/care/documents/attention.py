"""Knows how a refused or held change is shown, with its words and one next step; knows nothing of why it was."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TypedDict, TypeVar

from pwa.access.queries.people import team_ids_in_scope
from pwa.care.documents.said import Said, Steps, said, steps_of
from pwa.care.documents.settled import find_settled
from pwa.care.documents.visit import CARER, LEADING
from pwa.care.problems import OF_A_CHANGE, IdUsedTwice, NotUnderstood, public_code
from pwa.care.queries.change_log import RefusedChange, list_attention_of_person
from pwa.care.queries.held import (
    DealtWithChange,
    EarlierTry,
    HeldChange,
    count_held,
    list_dealt_with,
    list_held,
    list_tries,
)
from pwa.care.queries.held_everywhere import MOST_COUNTED, SHOWN_FOR
from pwa.care.queries.held_of_visit import list_held_of_visit
from pwa.care.queries.held_places import FIRST, Piece, Place
from pwa.care.queries.visits import list_keys_planned
from pwa.database import Transaction
from pwa.templating.translation import translate
from pwa.words import Json, Person, begin_of, is_id, is_time, to_text

MOST_ON_A_PAGE, MOST_CHARACTERS = 50, 200_000
MOST_TRIES = 500
MOST_ATTENTION, MOST_EXPORTED = 200, 5_000
"""So many of one's own are on a page and counted, and in a file."""

DIGEST = re.compile("[0-9a-f]{64}")
Change = TypeVar("Change", HeldChange, DealtWithChange, RefusedChange)


class Attention(Said):
    """A change of one's own that was refused or held. `visit_id` is "" when it names none that is known."""

    id: str
    name: str
    at: str
    visit_id: str
    citizen: str
    starts_at: str | None
    fate: str
    problem: str
    message: str
    next_step: str
    read_at: str | None
    settled: Json | None


class Named(TypedDict):
    """Somebody."""

    id: str
    name: str


class Try(TypedDict):
    """An earlier time that the same was sent; its words only where they are others."""

    received_at: str
    words: str
    message: str


class Held(Said):
    """A change that somebody else looks at. `phone` is the end of the phone's id, or "": those made
    in the same hours begin alike.

    `team_id`, `id` and `digest` name it; `id` alone can have come twice.
    """

    team_id: str
    id: str
    digest: str
    name: str
    at: str
    received_at: str
    by: Named
    team: str
    visit_id: str
    citizen: str
    starts_at: str | None
    ends_at: str | None
    checklist: str
    fate: str
    problem: str
    message: str
    phone: str
    tries: list[Try]


class DealtWith(Held):
    """One that somebody has dealt with."""

    dealt_with_by: Named
    dealt_with_at: str


async def attention_document(tx: Transaction, person: Person, most: int = MOST_ATTENTION) -> list[Attention]:
    """What of somebody's own changes needs attention, or did, the newest first.

    Whoever named a visit that is another team's is told nothing of it, whatever became of the change.
    """
    own = await team_ids_in_scope(tx, person, (*CARER, *LEADING))
    settled, told, seen = await find_settled(tx, person.id), [], set()
    changes = await list_attention_of_person(tx, person.id, most)
    steps = await steps_of(tx, changes, {change.team_id for change in changes})
    others = {(each.team_id, each.visit_id) for each in changes if each.visit_id and each.team_id not in own}
    planned = await list_keys_planned(tx, person.id, others)
    for change in changes:
        # The same words, turned away once more: they are one matter, however often they are sent.
        if change.problem != IdUsedTwice.__name__ and change.first_try in seen:
            continue
        seen.add(change.first_try)
        team_id, visit_id = change.team_id, change.visit_id or ""
        is_theirs = team_id in own or (team_id, visit_id) in planned
        at_steps = steps if is_theirs else {}
        told.append(_attention(change, person.language, is_theirs, at_steps, settled.get(change.id)))
    return told


async def refused_document(
    tx: Transaction, reader: Person, team_id: str, visit_id: str
) -> tuple[list[Held | DealtWith], bool]:
    """The newest refused and held changes of a visit, dealt with or not, in the reader's language; and whether there are more."""
    rows, is_more = _page_of(await list_held_of_visit(tx, team_id, visit_id, MOST_ON_A_PAGE + 1))
    tries, steps = await _tries(tx, [team_id], rows), await steps_of(tx, rows, {team_id})
    shown: list[Held | DealtWith] = []
    for change in rows:
        if isinstance(change, DealtWithChange):
            shown.append(_dealt_with(change, reader.language, tries, steps))
        else:
            shown.append(_held(change, reader.language, tries, steps))
    return shown, is_more


async def held_document(
    tx: Transaction, reader: Person, team_ids: Collection[str], today: date, after: str = ""
) -> tuple[list[Held], str]:
    """What these teams should have a look at, the newest first, after a place; and where the next page begins, or ""."""
    piece = Piece(MOST_ON_A_PAGE + 1, _place(after))
    rows, is_more = _page_of(await list_held(tx, team_ids, held_since(today), piece))
    tries, steps = await _tries(tx, team_ids, rows), await steps_of(tx, rows, team_ids)
    following = _place_of(rows[-1]) if is_more else ""
    return [_held(change, reader.language, tries, steps) for change in rows], following


async def dealt_with_document(
    tx: Transaction, reader: Person, team_ids: Collection[str], today: date, after: str = ""
) -> tuple[list[DealtWith], str]:
    """What of it somebody has dealt with, the last first, after a place; and where the next page begins, or ""."""
    piece = Piece(MOST_ON_A_PAGE + 1, _place(after))
    rows, is_more = _page_of(await list_dealt_with(tx, team_ids, held_since(today), piece))
    tries, steps = await _tries(tx, team_ids, rows), await steps_of(tx, rows, team_ids)
    following = _place_of(rows[-1], rows[-1].dealt_with_at) if is_more else ""
    return [_dealt_with(change, reader.language, tries, steps) for change in rows], following


def _place_of(change: HeldChange, dealt_with_at: str = "") -> str:
    """As an address says it."""
    return "_".join((change.received_at, change.id, change.digest, dealt_with_at))


def _place(said: str) -> Place:
    """What an address says; before everything if it is none."""
    match said.split("_"):
        case [received_at, id, digest, at] if (
            is_time(received_at)
            and (not id or is_id(id))
            and DIGEST.fullmatch(digest)
            and (not at or is_time(at))
        ):
            return Place(received_at, id, digest, at)
    return FIRST


def _page_of(rows: Sequence[Change]) -> tuple[Sequence[Change], bool]:
    """The first of these that one page holds, and whether that is not all: it shows every word of each."""
    characters = 0
    for number, row in enumerate(rows):
        characters += len(row.words)
        if number == MOST_ON_A_PAGE or (number and characters > MOST_CHARACTERS):
            return rows[:number], True
    return rows, False


Tries = Mapping[tuple[str, str], Sequence[EarlierTry]]
"""By sender and first try."""


async def _tries(tx: Transaction, team_ids: Collection[str], rows: Sequence[HeldChange]) -> Tries:
    """All tries of those that were sent more than once."""
    again = [row for row in rows if row.first_try != row.id]
    found: defaultdict[tuple[str, str], list[EarlierTry]] = defaultdict(list)
    if again:
        whose, firsts = {row.by_id for row in again}, {row.first_try for row in again}
        for one in await list_tries(tx, team_ids, whose, firsts, MOST_TRIES):
            found[one.person_id, one.first_try].append(one)
    return found


async def count_held_today(tx: Transaction, team_ids: Collection[str], today: date) -> int:
    """How many changes wait for these teams to have a look, as far as it is counted."""
    return await count_held(tx, team_ids, held_since(today), MOST_COUNTED)


def held_since(today: date) -> str:
    """The moment since when a change that needs a look is shown."""
    return to_text(begin_of(today - SHOWN_FOR))


def _attention(
    change: RefusedChange, language: str, is_theirs: bool, steps: Steps, settled: Json | None = None
) -> Attention:
    told = public_code(change.problem) or ""
    problem = OF_A_CHANGE.get(told, NotUnderstood)
    is_known = change.citizen_name is not None and is_theirs
    return {
        "id": change.id,
        "name": change.name,
        "at": change.at or change.received_at,
        "visit_id": (change.visit_id if is_known else None) or "",
        "citizen": (change.citizen_name if is_known else None) or "",
        "starts_at": change.starts_at if is_known else None,
        **said(change, steps),
        "fate": change.fate,
        "problem": told,
        "message": translate(problem.message, language),
        "next_step": problem.next_step,
        "read_at": change.read_at,
        "settled": settled,
    }


def _message(problem: str, language: str) -> str:
    """Why, to whoever looks at what others have sent."""
    kind = OF_A_CHANGE.get(problem, NotUnderstood)
    return translate(kind.message_to_others or kind.message, language)


def _held(change: HeldChange, language: str, tries: Tries, steps: Steps) -> Held:
    told = said(change, steps)
    return {
        "team_id": change.team_id,
        "id": change.id,
        "digest": change.digest,
        "name": change.name,
        "at": change.at or change.received_at,
        "received_at": change.received_at,
        "by": {"id": change.by_id, "name": change.by_name},
        "team": change.team or "",
        "visit_id": (change.visit_id if change.citizen else None) or "",
        "citizen": change.citizen or "",
        "starts_at": change.starts_at,
        "ends_at": change.ends_at,
        "checklist": change.checklist or "",
        **told,
        "fate": change.fate,
        "problem": change.problem,
        "message": _message(change.problem, language),
        "phone": (change.phone_id or "")[-4:],
        "tries": [
            {
                "received_at": one.received_at,
                "words": "" if one.words in {change.words, told["chosen"]} else one.words,
                "message": _message(one.problem, language),
            }
            for one in tries.get((change.by_id, change.first_try), ())
            if one.id != change.id
        ],
    }


def _dealt_with(change: DealtWithChange, language: str, tries: Tries, steps: Steps) -> DealtWith:
    return {
        **_held(change, language, tries, steps),
        "dealt_with_by": {"id": change.dealt_with_by_id, "name": change.dealt_with_by_name},
        "dealt_with_at": change.dealt_with_at,
    }
