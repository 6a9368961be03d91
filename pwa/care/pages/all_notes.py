"""Knows the pages of all that was written at a visit: its document has the newest only. Online; no phone answers them."""

from starlette.responses import Response

from pwa.access.pages.authentication import signed_in
from pwa.care.documents.fold import fold_deviations, fold_notes
from pwa.care.documents.older_notes import in_order, piece_of
from pwa.care.documents.visit import visit_document
from pwa.care.documents.visit_rows import read_visits
from pwa.care.pages.record_access import record_refusal, record_visits
from pwa.problems import NotFound
from pwa.web.requests import AppRequest, now_of, number_in
from pwa.web.responses import large_page, me_of, plain_frame


async def show_all_notes(request: AppRequest) -> Response:
    """A page of them, the newest first, to whoever may see the visit."""
    person, visit_id = await signed_in(request), request.path_params["visit_id"]
    after = number_in(request, "after")
    visit = None
    async with request.state.app.database.snapshot(beside=True) as tx:
        try:
            visit = await visit_document(tx, person, visit_id, now_of(request))
        except NotFound:
            pass
        else:
            rows = await read_visits(tx, [visit_id])
    if visit is None:
        await record_refusal(request, person, "visit", visit_id)
        raise NotFound
    [one] = [row for row in rows if row.key[0] == _team_id(visit)]
    told, taken_back = one.written, one.written.taken_back
    everything = in_order(fold_notes(told.notes), fold_deviations(told.deviations, taken_back), told.answers)
    notes, is_more = piece_of(everything, after)
    await record_visits(request, person, "visit", [visit_id])
    leads = any(role.name != "carer" for role in person.roles)
    back = f"/board/visits/{visit_id}" if leads else f"/visits/{visit_id}"
    context = {"visit": visit, "notes": notes, "after": after, "is_more": is_more, "back": back}
    return await large_page(
        request, "leader/notes.html", plain_frame(request), {"me": me_of(person)}, context
    )


def _team_id(visit: dict[str, object]) -> object:
    team = visit["team"]
    assert isinstance(team, dict)
    return team["id"]
