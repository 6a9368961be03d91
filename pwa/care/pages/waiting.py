"""Knows the page about what waits and what needs attention, and the state on every page. Twin: find_page.js.

On the server nothing waits: what is here was delivered. What needs attention is the same on both sides.
"""

from starlette.responses import JSONResponse, Response

from pwa.access.pages.authentication import signed_in
from pwa.care.documents.attention import Attention, attention_document
from pwa.care.pages.carer_frame import carer_frame
from pwa.care.pages.notify import notify
from pwa.care.pages.record_access import record_visits
from pwa.care.queries.change_log import set_attention_read
from pwa.care.sync.receive_form import retry_attention
from pwa.web.requests import AppRequest, now_of, today_of
from pwa.web.responses import Context, fragment, page
from pwa.words import Person, to_text


async def show_state(request: AppRequest) -> Response:
    """The honest sign by itself."""
    carer = await signed_in(request)
    async with request.state.app.database.snapshot() as tx:
        frame = await carer_frame(tx, request, carer)
    return page(request, "carer/_state.html", frame)


async def show_waiting(request: AppRequest) -> Response:
    """What waits, what needs attention, and when the server was last heard."""
    carer = await signed_in(request)
    async with request.state.app.database.snapshot() as tx:
        frame, attention = await carer_frame(tx, request, carer), await attention_document(tx, carer)
    await _note(request, carer, attention, "read")
    return page(request, "carer/waiting.html", frame, _context(attention))


async def export_waiting(request: AppRequest) -> Response:
    """The same as a file."""
    carer = await signed_in(request)
    async with request.state.app.database.snapshot() as tx:
        attention = await attention_document(tx, carer)
    await _note(request, carer, attention, "export")
    name = f"haand-{today_of(request).isoformat()}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JSONResponse({"waiting": [], "attention": attention}, headers=headers)


async def do_retry(request: AppRequest) -> Response:
    """Judge the change again, as a new one."""
    carer, change_id = await signed_in(request), request.path_params["change_id"]
    received = await request.state.app.database.write(
        lambda tx: retry_attention(tx, carer, change_id, now_of(request), request.state.app.new_id)
    )
    await notify(request, carer, received.changed)
    return await _answer(request, carer)


async def do_read(request: AppRequest) -> Response:
    """Remember that the carer has seen why."""
    carer, change_id = await signed_in(request), request.path_params["change_id"]
    async with request.state.app.database.transaction() as tx:
        await set_attention_read(tx, carer.id, change_id, to_text(now_of(request)))
    return await _answer(request, carer)


async def _answer(request: AppRequest, carer: Person) -> Response:
    async with request.state.app.database.snapshot() as tx:
        frame, attention = await carer_frame(tx, request, carer), await attention_document(tx, carer)
    return fragment(request, "carer/_waiting.html", "waiting", frame, _context(attention))


async def _note(request: AppRequest, carer: Person, attention: list[Attention], kind: str) -> None:
    visit_ids = {each["visit_id"] for each in attention if each["visit_id"]}
    await record_visits(request, carer, "waiting", visit_ids, kind=kind)


def _context(attention: list[Attention]) -> Context:
    return {
        "waiting": [],
        "attention": attention,
        "space_mb": None,
        "phone": "",
        "missing": [],
        "is_portal": False,
    }
