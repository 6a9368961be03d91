"""Knows what a board is told of checklists that ask for more than who did it: what must be filled in, and what was filled in differently."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from pwa.care.documents.board_days import Body
from pwa.care.documents.checklist import checklist_id_of
from pwa.care.documents.filling import fill
from pwa.checklists.days import Dated, read_dated
from pwa.checklists.definitions import get_published, list_by_id
from pwa.checklists.publishing import Published
from pwa.database import Transaction
from pwa.logs import log, what_and_where
from pwa.words import to_text


async def with_filled(tx: Transaction, bodies: Collection[Body], now: datetime) -> list[Body]:
    """These visits' documents; those that are finished and whose checklist has a definition with `told` of it as well.

    Until then nobody is asked why something is open, and what is asked depends on answers that are still to come.
    """
    ids = {checklist_id_of(body) for body in bodies if body.get("finished_at")} - {""}
    versions = await list_by_id(tx, ids)
    published = {id: await get_published(tx, version) for id, version in versions.items()}
    moment = read_dated("date_time", to_text(now))
    assert moment is not None, "the clock says a moment"
    return [
        _with_told(body, published.get(checklist_id_of(body)) if body.get("finished_at") else None, moment)
        for body in bodies
    ]


def _with_told(body: Body, published: Published | None, moment: Dated) -> Body:
    if published is None:
        return body
    try:
        return {**body, "told": told_of(fill(published, body, moment))}
    except Exception as error:
        log.error(
            "what is filled in was not put on the board",
            visit=str(body.get("visit_id")),
            **what_and_where(error),
        )
        return body


def told_of(filling: dict[str, Any]) -> dict[str, Any]:
    """How much must be filled in, the labels of what is missing, and of what was filled in differently, unseen."""
    differing = [each["label"] for each in filling["fields"] if each["entry"] and each["entry"]["differing"]]
    return {"needed": filling["needed"], "missing": filling["missing"], "differing": differing}
