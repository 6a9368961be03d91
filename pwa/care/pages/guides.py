"""Knows the pages about aids and their pictures. Twin: service_worker/pages/find_page.js."""

from starlette.responses import Response

from pwa.access.pages.authentication import signed_in
from pwa.audit.access_event import AccessEvent
from pwa.audit.record import record_access
from pwa.care.documents.guide import guide_document, list_guide_documents, readable_team_ids
from pwa.care.documents.visit import visit_document
from pwa.care.pages.carer_frame import carer_frame
from pwa.care.pages.record_access import record_refusal, record_refused_guide, record_visits
from pwa.care.pages.visits import beginning
from pwa.care.queries.media import find_media
from pwa.database import Transaction
from pwa.problems import NotFound
from pwa.searching import LONGEST_SEARCH, matching
from pwa.web.request_body import check_words
from pwa.web.requests import AppRequest, now_of
from pwa.web.responses import Context, page
from pwa.words import Json, Person, cleaned, is_id

PICTURE_HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}
"""A picture is its name's content for ever; opened by itself, a drawing may run nothing."""


async def show_guides(request: AppRequest) -> Response:
    """All guides that somebody may read, or those that a search finds. Raises TooLong."""
    carer, query = await signed_in(request), cleaned(request.query_params.get("q", ""))
    check_words(query, are_needed=False, most=LONGEST_SEARCH)
    async with request.state.app.database.snapshot() as tx:
        frame = await carer_frame(tx, request, carer)
        guides = await list_guide_documents(tx, carer)
    if query:
        await record_access(
            request, carer, AccessEvent(kind="search", what="guide", purpose="not_said", words=query)
        )
    fits = matching(query, [str(guide["words"]) for guide in guides])
    found = [guide for guide, fit in zip(guides, fits, strict=True) if fit]
    return page(request, "carer/guides.html", frame, {"guides": found, "query": query})


async def show_guide(request: AppRequest) -> Response:
    """One guide, step by step, with the way back to the visit that led to it."""
    carer, guide_id = await signed_in(request), request.path_params["guide_id"]
    visit_id, opened_from = request.query_params.get("visit"), None
    guide: Json | None
    async with request.state.app.database.snapshot() as tx:
        frame = await carer_frame(tx, request, carer)
        try:
            guide = await guide_document(tx, carer, guide_id)
        except NotFound:
            guide = None
        if guide and is_id(visit_id):
            opened_from = await _find_visit(tx, request, carer, visit_id)
    if guide is None:
        await record_refused_guide(request, carer, guide_id)
        return page(request, "carer/missing.html", frame, status=404)
    if opened_from:
        await record_visits(request, carer, "visit", [str(opened_from["visit_id"])])
    elif is_id(visit_id):
        await record_refusal(request, carer, "visit", visit_id)
    return page(request, "carer/guide.html", frame, {"guide": guide, "opened_from": opened_from})


async def _find_visit(tx: Transaction, request: AppRequest, carer: Person, visit_id: str) -> Context | None:
    try:
        return beginning(await visit_document(tx, carer, visit_id, now_of(request)))
    except NotFound:
        return None


async def show_picture(request: AppRequest) -> Response:
    """A picture of a guide that this person may read."""
    carer, sha256 = await signed_in(request), request.path_params["sha256"]
    async with request.state.app.database.snapshot() as tx:
        picture = await find_media(tx, await readable_team_ids(tx, carer), sha256)
    if picture is None:
        raise NotFound
    return Response(picture["content"], media_type=picture["type"], headers=PICTURE_HEADERS)
