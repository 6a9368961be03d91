"""Knows the page about what waits and what needs attention, and the state on every page. Twin: find_page.js.

On the server nothing waits: what is here was delivered. What needs attention is the same on both sides.
"""

import asyncio
from collections.abc import Iterable
from itertools import chain

from starlette.responses import JSONResponse, Response

from pwa.access.pages.authentication import signed_in
from pwa.care.documents.attention import MOST_EXPORTED, Attention, attention_document
from pwa.care.documents.half_written import UNDONE_WITHIN, about_visit, form_of, shown, unsent
from pwa.care.documents.visit import visit_documents
from pwa.care.pages.carer_frame import carer_frame
from pwa.care.pages.notify import notify
from pwa.care.pages.record_access import record_visits
from pwa.care.queries.change_log import set_attention_read
from pwa.care.queries.drafts import Settled, list_drafts, restore_draft, settle_drafts, take_draft
from pwa.care.sync.arrival import Received
from pwa.care.sync.receive_form import receive_form, retry_attention
from pwa.database import Transaction
from pwa.problems import NotFound
from pwa.web.requests import AppRequest, now_of, today_of
from pwa.web.responses import Context, fragment, large_page, page
from pwa.words import Json, Person, to_text


async def show_state(request: AppRequest) -> Response:
    """The honest sign by itself."""
    carer = await signed_in(request)
    async with request.state.app.database.snapshot() as tx:
        frame = await carer_frame(tx, request, carer)
    return page(request, "carer/_state.html", frame)


async def show_waiting(request: AppRequest) -> Response:
    """What waits, what needs attention, and when the server was last heard."""
    carer = await signed_in(request)
    async with request.state.app.database.snapshot(beside=True) as tx:
        frame, attention = await carer_frame(tx, request, carer), await attention_document(tx, carer)
        drafts = await _drafts(tx, request, carer)
    await _note(request, carer, attention, chain(*drafts), "read")
    return await large_page(request, "carer/waiting.html", frame, _context(attention, drafts))


async def export_waiting(request: AppRequest) -> Response:
    """The same as a file."""
    carer = await signed_in(request)
    async with request.state.app.database.snapshot(beside=True) as tx:
        attention = await attention_document(tx, carer, MOST_EXPORTED)
        drafts = await _named(tx, request, carer, unsent(await list_drafts(tx, carer.id, most=MOST_EXPORTED)))
    await _note(request, carer, attention, map(_about, drafts), "export")
    name = f"haand-{today_of(request).isoformat()}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = {"waiting": [], "attention": attention, "drafts": drafts}
    return await asyncio.to_thread(JSONResponse, content, headers=headers)


async def do_retry(request: AppRequest) -> Response:
    """Judge the change again, as a new one."""
    carer, change_id = await signed_in(request), request.path_params["change_id"]
    app = request.state.app
    received = await app.database.write(
        lambda tx: retry_attention(tx, carer, change_id, now_of(request), app.new_id, app.settings.note_days)
    )
    await notify(request, carer, received.changed)
    return await _answer(request, carer)


async def do_read(request: AppRequest) -> Response:
    """Remember that the carer has seen why."""
    carer, change_id = await signed_in(request), request.path_params["change_id"]
    async with request.state.app.database.transaction() as tx:
        await set_attention_read(tx, carer.id, change_id, to_text(now_of(request)))
    return await _answer(request, carer)


async def do_save_draft(request: AppRequest) -> Response:
    """Half-written words become what they would have become: judged like a form of that visit's page."""
    carer, draft_id, now = await signed_in(request), request.path_params["draft_id"], now_of(request)

    async def save(tx: Transaction) -> Received:
        taken = await take_draft(tx, carer.id, draft_id, to_text(now))
        readable = unsent([taken] if taken else [])
        if not readable:
            raise NotFound
        name, form = form_of(readable[0])
        if name == "write_note":
            form["note_id"] = draft_id
        app = request.state.app
        return await receive_form(tx, carer, name, form, now, app.new_id, app.settings.note_days)

    received = await request.state.app.database.write(save)
    await notify(request, carer, received.changed)
    return await _answer(request, carer)


async def do_discard_draft(request: AppRequest) -> Response:
    """Half-written words are not wanted; they can be had back for a day."""
    carer, draft_id = await signed_in(request), request.path_params["draft_id"]
    async with request.state.app.database.transaction() as tx:
        drafts = [draft for draft in await list_drafts(tx, carer.id) if draft.id == draft_id]
        now = to_text(now_of(request))
        await settle_drafts(
            tx, [Settled(max(now, draft.at), "discarded", "", carer.id, draft_id) for draft in drafts]
        )
    return await _answer(request, carer)


async def do_restore_draft(request: AppRequest) -> Response:
    """Half-written words are wanted again."""
    carer, draft_id = await signed_in(request), request.path_params["draft_id"]
    async with request.state.app.database.transaction() as tx:
        await restore_draft(tx, carer.id, draft_id)
    return await _answer(request, carer)


async def _answer(request: AppRequest, carer: Person) -> Response:
    async with request.state.app.database.snapshot() as tx:
        frame, attention = await carer_frame(tx, request, carer), await attention_document(tx, carer)
        drafts = await _drafts(tx, request, carer)
    await _note(request, carer, attention, chain(*drafts), "read")
    return fragment(request, "carer/_waiting.html", "waiting", frame, _context(attention, drafts))


async def _drafts(tx: Transaction, request: AppRequest, carer: Person) -> tuple[list[Json], list[Json]]:
    """What is half-written, and what was discarded lately."""
    drafts = await list_drafts(tx, carer.id, to_text(now_of(request) - UNDONE_WITHIN))
    begun = unsent(draft for draft in drafts if draft.settled_at is None)
    discarded = unsent(draft for draft in drafts if draft.settled_at is not None)
    return (
        [shown(each) for each in await _named(tx, request, carer, begun)],
        [shown(each) for each in await _named(tx, request, carer, discarded)],
    )


async def _named(tx: Transaction, request: AppRequest, carer: Person, drafts: list[Json]) -> list[Json]:
    """What was written on a phone that was locked does not say about whom; its visit says it, as far as she may see it.

    Twin: named in service_worker/sync/drafts.js.
    """
    visits = await visit_documents(tx, carer, set(filter(None, map(_unnamed, drafts))), now_of(request))
    return [
        {**draft, "about": about_visit(visit, _args(draft).get("step_id"))}
        if (visit := visits.get(_unnamed(draft)))
        else draft
        for draft in drafts
    ]


def _unnamed(draft: Json) -> str:
    """The visit that says about whom a draft is; "" where it says so itself, or nothing does."""
    return "" if _about(draft)["citizen"] else str(_args(draft).get("visit_id") or "")


def _about(draft: Json) -> Json:
    about = draft["about"]
    assert isinstance(about, dict)
    return about


def _args(draft: Json) -> Json:
    args = draft["args"]
    assert isinstance(args, dict)
    return args


async def _note(
    request: AppRequest, carer: Person, attention: list[Attention], about: Iterable[Json], kind: str
) -> None:
    """Whoever is named is in the access log before that is shown: with what needs attention, or by half-written words."""
    visit_ids = {each["visit_id"] for each in attention}
    visit_ids |= {str(each["visit_id"]) for each in about if each["citizen"]}
    await record_visits(request, carer, "waiting", visit_ids - {""}, kind=kind)


def _context(attention: list[Attention], drafts: tuple[list[Json], list[Json]]) -> Context:
    return {
        "waiting": [],
        "photos": [],
        "attention": attention,
        "unsaved": drafts[0],
        "discarded": drafts[1],
        "space_mb": None,
        "phone": "",
        "missing": [],
        "is_portal": False,
        "is_slowed": False,
        "is_elsewhere": False,
    }
