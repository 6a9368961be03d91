"""Knows whether what was built of rows is what would be built of them now; knows nothing of what to do if not."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import NamedTuple

import msgspec

from pwa.care.documents.refresh import draft_of, draft_visit
from pwa.care.documents.short_form import whole
from pwa.care.documents.visit import window
from pwa.care.documents.visit_rows import Planned, VisitRows, read_visits_anew
from pwa.care.queries import visit_plans
from pwa.database import Transaction
from pwa.database.lists import Key
from pwa.documents.store import DocumentRef, Draft
from pwa.problems import NotFound

NAMES = frozenset({"name", "title"})
"""How what has an id is called."""


class Wrong(NamedTuple):
    """The ids of documents that would be otherwise if they were built now, or that nothing makes; and of visits' documents whose
    plan in one piece is not what its tables say.
    """

    documents: list[str]
    plans: list[str]


async def list_wrong(tx: Transaction, keys: Sequence[Key], today: date) -> Wrong:
    """What is wrong with these documents and with what pushes read of their visits."""
    split = [(team_id, *document_id.partition("-")[::2]) for team_id, document_id in keys]
    visits = await read_visits_anew(tx, [id for _, kind, id in split if kind == "visit"])
    drafts = await _drafts(tx, visits, [each for each in split if each[1] != "visit"])
    anew = {visit.key: visit.planned for visit in visits}
    pieces = await visit_plans.list_plans(tx, list(anew)) if anew else []
    return Wrong(
        [key[1] for key in keys if key not in drafts or is_wrong(drafts[key], today)],
        [f"visit-{key[1]}" for key, body in pieces if is_other(body, anew[key], today)],
    )


def is_other(body: str, planned: Planned, today: date) -> bool:
    """Whether a piece says something else than what is planned. A day that is over keeps its names here too."""
    try:
        said = msgspec.to_builtins(msgspec.json.decode(body, type=Planned))
    except ValueError:
        return True
    meant = msgspec.to_builtins(planned)
    if planned.plan["day"] < window(today)[0]:
        return without_names(said) != without_names(meant)
    return bool(said != meant)


async def _drafts(
    tx: Transaction, visits: Sequence[VisitRows], others: Sequence[tuple[str, str, str]]
) -> dict[Key, Draft]:
    drafts: list[Draft] = []
    for visit in visits:
        with suppress(KeyError):  # An answer to a step that nothing has any more.
            drafts.append(draft_visit(visit))
    for team_id, kind, id in others:
        with suppress(NotFound):
            if kind == "guide":
                drafts.append(await draft_of(tx, DocumentRef(team_id, "guide", id)))
            elif kind == "plan":
                drafts.append(await draft_of(tx, DocumentRef(team_id, "plan", id)))
            elif kind == "settled":
                drafts.append(await draft_of(tx, DocumentRef(team_id, "settled", id)))
            elif kind == "checklist":
                drafts.append(await draft_of(tx, DocumentRef(team_id, "checklist", id)))
            elif kind == "citizen":
                drafts.append(await draft_of(tx, DocumentRef(team_id, "citizen", id)))
            elif kind == "person":
                drafts.append(await draft_of(tx, DocumentRef(team_id, "person", id)))
    return {(one.thing.team_id, one.built.id): one for one in drafts}


def is_wrong(one: Draft, today: date) -> bool:
    """Whether a stored document says something else. Written otherwise it may be: only what it says counts. What has no body is
    built when it is read, as it was just now.

    A day that is over, what is settled, and a citizen's own page keeps the names of its time: whoever is called something else since is not wrong there.
    """
    if not one.is_new:
        return False
    if one.stored is None or one.stored.keep_until != one.built.keep_until:
        return True
    if not one.stored.has_body:
        return False
    try:
        said, meant = json.loads(one.stored.body), json.loads(one.body)
        if one.thing.kind == "visit":
            said, meant = whole(said), whole(meant)
    except (ValueError, TypeError, LookupError, AttributeError):
        return True
    is_past = one.built.day is not None and one.built.day < window(today)[0]
    if is_past or one.thing.kind in ("settled", "citizen"):
        return without_names(said) != without_names(meant)
    return bool(said != meant)


def without_names(part: object) -> object:
    """The same, but nothing that has an id is called anything.

    >>> without_names({"carers": [{"id": "1", "name": "Anna"}], "text": "Anna kom."})
    {'carers': [{'id': '1'}], 'text': 'Anna kom.'}
    """
    if isinstance(part, list):
        return [without_names(each) for each in part]
    if isinstance(part, dict):
        hidden = NAMES if "id" in part else frozenset()
        return {name: without_names(each) for name, each in part.items() if name not in hidden}
    return part
