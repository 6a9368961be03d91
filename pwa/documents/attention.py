"""Knows how a refused or held change is shown, with its words and one next step; knows nothing of why it was."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import TypedDict

from pwa.database import Row, Transaction
from pwa.documents.visit import CARER, LEADING
from pwa.problems import OF_A_CHANGE, NotUnderstood, told_as
from pwa.queries.held import count_held, list_dealt_with, list_held
from pwa.queries.log_of_changes import list_attention_of_person, list_attention_of_visit
from pwa.queries.people import team_ids_in_scope
from pwa.queries.visits import is_planned
from pwa.translation import translate
from pwa.words import Person, begin_of, to_text

SHOWN_FOR = timedelta(days=30)
"""How long a change that needs a look stands on the organiser's page; in the log it stands for good."""


class Attention(TypedDict):
    """A change of one's own that was refused or held. `visit_id` is "" when it names none that is known."""

    id: str
    name: str
    at: str
    visit_id: str
    citizen: str
    starts_at: str | None
    words: str
    fate: str
    problem: str
    message: str
    next_step: str
    read_at: str | None


class Named(TypedDict):
    """Somebody."""

    id: str
    name: str


class Held(TypedDict):
    """A change that somebody else looks at. `phone` is the first 8 letters of the phone's id, or "".

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
    words: str
    fate: str
    problem: str
    message: str
    phone: str


class DealtWith(Held):
    """One that somebody has dealt with."""

    dealt_with_by: Named
    dealt_with_at: str


async def attention_document(tx: Transaction, person: Person) -> list[Attention]:
    """What of somebody's own changes needs attention, or did, the newest first.

    Whoever named a visit that is another team's is told nothing of it, whatever became of the change.
    """
    own = await team_ids_in_scope(tx, person, (*CARER, *LEADING))
    told = []
    for row in await list_attention_of_person(tx, person.id):
        team_id, visit_id = row["team_id"], row["visit_id"] or ""
        is_theirs = team_id in own or await is_planned(tx, team_id, visit_id, person.id)
        told.append(_attention(row, person.language, is_theirs))
    return told


async def refused_document(tx: Transaction, reader: Person, team_id: str, visit_id: str) -> list[Attention]:
    """The refused and held changes of a visit, in the reader's language."""
    rows = await list_attention_of_visit(tx, team_id, visit_id)
    return [_attention(row, reader.language, is_theirs=True) for row in rows]


async def held_document(
    tx: Transaction, reader: Person, team_ids: Collection[str], today: date
) -> list[Held]:
    """Everything that these teams should have a look at, the newest first."""
    rows = await list_held(tx, team_ids, held_since(today), "9")
    return [_held(row, reader.language) for row in rows]


async def dealt_with_document(
    tx: Transaction, reader: Person, team_ids: Collection[str], today: date
) -> list[DealtWith]:
    """What of it somebody has dealt with, the last first."""
    rows = await list_dealt_with(tx, team_ids, held_since(today))
    return [_dealt_with(row, reader.language) for row in rows]


async def count_held_today(tx: Transaction, team_ids: Collection[str], today: date) -> int:
    """How many changes wait for these teams to have a look."""
    return await count_held(tx, team_ids, held_since(today))


def held_since(today: date) -> str:
    """The moment since when a change that needs a look is shown."""
    return to_text(begin_of(today - SHOWN_FOR))


def _attention(row: Row, language: str, is_theirs: bool) -> Attention:
    told = told_as(row["problem"]) or ""
    problem = OF_A_CHANGE.get(told, NotUnderstood)
    is_known = row["citizen_name"] is not None and is_theirs
    return {
        "id": row["id"],
        "name": row["name"],
        "at": row["at"] or row["received_at"],
        "visit_id": row["visit_id"] if is_known else "",
        "citizen": row["citizen_name"] if is_known else "",
        "starts_at": row["starts_at"] if is_known else None,
        "words": row["words"],
        "fate": row["fate"],
        "problem": told,
        "message": translate(problem.message, language),
        "next_step": problem.next_step,
        "read_at": row["read_at"],
    }


def _held(row: Row, language: str) -> Held:
    problem = OF_A_CHANGE.get(row["problem"], NotUnderstood)
    return {
        "team_id": row["team_id"],
        "id": row["id"],
        "digest": row["digest"],
        "name": row["name"],
        "at": row["at"] or row["received_at"],
        "received_at": row["received_at"],
        "by": {"id": row["by_id"], "name": row["by_name"]},
        "team": row["team"] or "",
        "visit_id": row["visit_id"] if row["citizen"] else "",
        "citizen": row["citizen"] or "",
        "starts_at": row["starts_at"],
        "words": row["words"],
        "fate": row["fate"],
        "problem": row["problem"],
        "message": translate(problem.message, language),
        "phone": (row["phone_id"] or "")[:8],
    }


def _dealt_with(row: Row, language: str) -> DealtWith:
    return {
        **_held(row, language),
        "dealt_with_by": {"id": row["dealt_with_by_id"], "name": row["dealt_with_by_name"]},
        "dealt_with_at": row["dealt_with_at"],
    }
