"""Knows what a leader who opens a visit is told beside its document: its state as on the board, and whom to call; knows no page."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, TypedDict

from pwa.care.documents.board_days import Body, people_of
from pwa.care.documents.board_filled import with_filled
from pwa.care.documents.board_row import BoardVisit, visit_or_id
from pwa.care.documents.bodies import with_bodies
from pwa.care.documents.short_form import load_visit
from pwa.care.queries.board import find_visit, list_carers, list_heard
from pwa.database import Transaction
from pwa.phone_numbers import dialled
from pwa.words import begin_of, to_text


class Coming(TypedDict):
    """Who comes to the visit; `phone` as written, `tel` as it is dialled, both "" where no number is known. `is_ours` says
    whether it is a carer of the reader's teams, whose own page opens.
    """

    carer_id: str
    name: str
    heard_at: str | None
    is_shut_out: bool
    phone: str
    tel: str
    is_ours: bool


class VisitState(TypedDict):
    """The visit as it stands on the board with whoever is first."""

    row: BoardVisit
    coming: list[Coming]


async def leaders_visit_document(
    tx: Transaction, team_ids: Collection[str], visit_id: str
) -> dict[str, Any] | None:
    """A visit's document with its version, if it belongs to one of these teams, whenever it was."""
    found = await with_bodies(tx, await find_visit(tx, team_ids, visit_id))
    return load_visit(found[0]) if found else None


async def state_document(
    tx: Transaction, team_ids: Collection[str], body: Body, now: datetime
) -> VisitState | None:
    """The same that the board of these teams says of a visit; None if nobody comes to it."""
    if not body["carers"]:
        return None
    heard = await list_heard(tx, people_of([body]))
    at = max(to_text(now), to_text(begin_of(date.fromisoformat(body["day"]))))
    coming = await list_carers(tx, [each["id"] for each in body["carers"]], at)
    first = body["carers"][0]["id"]
    has_access = all(each.may_come for each in coming)
    [body] = await with_filled(tx, [body], now)
    return {
        "row": visit_or_id(body, first, heard, to_text(now), has_access=has_access),
        "coming": [
            {
                "carer_id": each.id,
                "name": each.name,
                "heard_at": each.heard_at,
                "is_shut_out": each.is_shut_out,
                "phone": each.phone,
                "tel": dialled(each.phone) or "",
                "is_ours": each.team_id in team_ids,
            }
            for each in coming
        ],
    }
