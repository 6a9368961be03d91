"""Knows the page that shows a draft as a phone does, and what that page is given: a made-up visit, and the draft as it would be published."""

from typing import Any

from starlette.responses import JSONResponse, Response

from pwa.checklists.copies import own_id
from pwa.checklists.editing.findings import shown_meanwhile
from pwa.checklists.pages.frame import checklist_id_of, opened_by, organiser_of, say_to
from pwa.checklists.publishing import Published
from pwa.checklists.who_steps import conditional_steps, list_who_steps, plain_id
from pwa.web.headers import ALWAYS
from pwa.web.requests import AppRequest, now_of, today_of
from pwa.web.responses import page, plain_frame
from pwa.words import N_, to_text

IN_THE_EDITOR = {
    "Content-Security-Policy": ALWAYS["Content-Security-Policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    )
}
"""The editor shows it, and nobody else's page may."""
VISIT = "00000000-0000-7000-8000-000000000001"
CARER = "00000000-0000-7000-8000-000000000002"
NOTHING_YET = ("at", "received_at", "by", "change")


async def show_phone(request: AppRequest) -> Response:
    """The page; its script fetches the draft, and answers every tap itself."""
    await organiser_of(request)
    context = {"checklist_id": checklist_id_of(request), "visit_id": VISIT}
    response = page(request, "checklists/phone.html", plain_frame(request), context)
    response.headers.update(IN_THE_EDITOR)
    return response


async def show_shown(request: AppRequest) -> Response:
    """The draft as a phone would have it, for that script."""
    person = await organiser_of(request)
    async with request.state.app.database.snapshot() as tx:
        opened = await opened_by(tx, request, person)
    published, is_whole = shown_meanwhile({**opened.definition, "title": opened.draft.name})
    say = say_to(request)
    said = {
        "published": published.document() if published else None,
        "is_whole": is_whole,
        "visit": _visit(request, opened.draft.name, published, say(N_("You"))) if published else None,
    }
    return JSONResponse(said)


def _visit(request: AppRequest, name: str, published: Published, me: str) -> dict[str, Any]:
    """A visit that has this checklist and is begun, in the shape of its document."""
    now, day = to_text(now_of(request)), today_of(request).isoformat()
    who = {"id": CARER, "name": me}
    conditional = conditional_steps(published.definition)
    empty = {f"{what}_{part}": None for what in ("started", "finished", "as_planned") for part in NOTHING_YET}
    begun = {"started_at": now, "started_by": who, "started_change": VISIT}
    unanswered: dict[str, Any] = {
        "answer": None, "reason": "", "answered_at": None, "answered_received_at": None, "answered_by": None,
        "answered_change": None, "differing": [], "waiting_since": None,
    }  # fmt: skip
    return {
        "visit_id": VISIT, "day": day, "starts_at": now, "ends_at": now, "minutes": 30, "team": {"id": CARER, "name": ""},
        "citizen": {"id": CARER, "name": ""}, "address": "", "door": "", "bring": "", "carers": [who],
        "checklist": {"id": VISIT, "name": name, "version": 1}, "guides": [], "contacts": [], "cancelled_at": None,
        **empty, **begun, "deviations": [], "notes": [], "waiting": 0, "version": 0,
        "steps": [
            {
                "id": own_id(VISIT, plain_id(VISIT, 1, step.id)), "label": step.label, "help": step.help,
                "planned": step.planned or "carer", "place": step.id, **unanswered,
                **({"by_itself": True} if step.by_itself or step.id in conditional else {}),
                **({"conditional": True} if step.id in conditional else {}),
            }
            for step in list_who_steps(published.definition)
        ],
    }  # fmt: skip
