"""Knows the form on which a leader or an organiser says why a visit was opened; knows nothing of where that is kept."""

from starlette.responses import RedirectResponse, Response

from pwa.access.pages.authentication import signed_in
from pwa.access.queries.people import team_ids_in_scope
from pwa.audit.access_event import AccessEvent
from pwa.audit.record import record_access
from pwa.care.documents.access_purpose import ASKED
from pwa.care.documents.visit import LEADING
from pwa.care.pages.record_access import record_refusal
from pwa.care.queries.visits import list_visits_in
from pwa.problems import NotAChoice, NotFound
from pwa.web.request_body import check_words, read_form
from pwa.web.requests import AppRequest
from pwa.words import is_id

LONGEST_WORDS = 200


async def do_say_purpose(request: AppRequest) -> Response:
    """A leader or an organiser says why a visit was opened; it holds for this citizen until midnight."""
    person, form = await signed_in(request), await read_form(request)
    visit_id, purpose, words = (
        form.get("visit_id", ""),
        form.get("purpose", ""),
        form.get("words", "").strip(),
    )
    if not is_id(visit_id):
        raise NotFound
    async with request.state.app.database.snapshot() as tx:
        team_ids = await team_ids_in_scope(tx, person, LEADING)
        is_theirs = bool(await list_visits_in(tx, [visit_id], team_ids))
    if not is_theirs:
        await record_refusal(request, person, "visit", visit_id)
        raise NotFound
    said = next((each for each in ASKED if each == purpose), None)
    if said is None:
        raise NotAChoice
    check_words(words, said == "other", LONGEST_WORDS)
    words = words if said == "other" else ""
    look = AccessEvent(kind="purpose", what="visit", purpose=said, visit_ids=[visit_id], words=words)
    await record_access(request, person, look)
    return RedirectResponse(f"/board/visits/{visit_id}?said", 303)
