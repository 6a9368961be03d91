"""Knows the pages of what is to be followed up, and how something is done about it there."""

from starlette.responses import RedirectResponse, Response

from pwa.access.pages.authentication import signed_in, signed_in_as
from pwa.access.pages.leader_frame import leader_frame
from pwa.access.pages.stream_ticket import ticket_for
from pwa.audit.access_event import AccessEvent
from pwa.audit.record import record_hourly
from pwa.care.pages.notify import notify_handled
from pwa.care.pages.record_access import record_refusal, record_visits
from pwa.database import Transaction
from pwa.followups.acts import act
from pwa.followups.lists import KINDS, Asked, Listed, list_event_rows, list_rows, seen_by, visits_of, whole_of
from pwa.followups.queries import Found
from pwa.followups.table import COLUMNS, event_cells
from pwa.problems import NotFound
from pwa.sheets import as_csv
from pwa.templating.translation import translate
from pwa.web.problem_responses import is_navigation
from pwa.web.request_body import read_form
from pwa.web.requests import AppRequest, now_of, today_of
from pwa.web.responses import Context, large_page, page
from pwa.words import Person


async def show_list(request: AppRequest) -> Response:
    """What is to be followed up in the reader's teams."""
    who = await signed_in_as(request)
    request.state.app.boards.expect()
    context, listed = await _list(request, who.person, _asked(dict(request.query_params)))
    await record_visits(request, who.person, "visit", visits_of(listed["rows"]), "overview")
    live = {"ticket": ticket_for(request, who, today_of(request))}
    return await large_page(request, "leader/matters/list.html", context, live)


async def show_list_live(request: AppRequest) -> Response:
    """The same list, fetched again when its page is notified, and as time goes by."""
    person = await signed_in(request)
    context, listed = await _list(request, person, _asked(dict(request.query_params)))
    if visit_ids := visits_of(listed["rows"]):
        look = AccessEvent(kind="read", what="visit", purpose="overview", visit_ids=visit_ids)
        await record_hourly(request, person, look)
    return await large_page(request, "leader/matters/_list_live.html", context)


async def show_matter(request: AppRequest) -> Response:
    """One of them, with all that was said of it and done about it: a page that fits paper."""
    person, visit_id = await signed_in(request), request.path_params["visit_id"]
    matter_id = request.path_params["matter_id"]
    async with request.state.app.database.snapshot(beside=True) as tx:
        frame = await leader_frame(tx, request, person)
        try:
            whole = await whole_of(tx, await seen_by(tx, person), visit_id, matter_id, today_of(request))
        except NotFound:
            whole = None
    if whole is None:
        await record_refusal(request, person, "visit", visit_id)
        raise NotFound
    await record_visits(request, person, "visit", [visit_id], "overview")
    return page(request, "leader/matters/matter.html", frame, {"whole": whole, "each": whole["row"]})


async def export_events(request: AppRequest) -> Response:
    """The events of a year as a file for a spreadsheet. Who reported one is not in it: nobody counts them by person."""
    person, language = await signed_in(request), request.state.language
    async with request.state.app.database.snapshot(beside=True) as tx:
        seen = await seen_by(tx, person)
        if not seen.event_team_ids:
            raise NotFound
        events = await list_event_rows(tx, seen, today_of(request))
    await record_visits(request, person, "visit", visits_of(events), "overview", kind="export")
    rows = [[translate(column, language) for column in COLUMNS]]
    rows += [event_cells(event, language) for event in events]
    name = f"haand-haendelser-{today_of(request).isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(rows), headers=headers, media_type="text/csv")


async def do_act(request: AppRequest) -> Response:
    """Take a matter up, set its colour, say what came of it."""
    person, form = await signed_in(request), await read_form(request)
    visit_id, matter_id = form.get("visit_id", ""), form.get("id", "")

    async def do(tx: Transaction) -> Found:
        seen = await seen_by(tx, person)
        said = form.get("said", form.get("words", ""))
        kind = form.get("kind", "")
        return await act(
            tx, person, seen, visit_id, matter_id, kind, said, now_of(request), request.state.app.new_id
        )

    try:
        found = await request.state.app.database.write(do)
    except NotFound:
        await record_refusal(request, person, "visit", visit_id)
        raise
    await notify_handled(request, found.matter.by_id, found.key[0])
    if form.get("page") == "matter":
        return RedirectResponse(f"/followups/{visit_id}/{matter_id}", 303)
    asked = _asked(form)
    if is_navigation(request):
        return RedirectResponse(f"/followups?team={asked.team_id}&of={asked.kind}&state={asked.state}", 303)
    context, listed = await _list(request, person, asked)
    await record_visits(request, person, "visit", visits_of(listed["rows"]), "overview")
    return await large_page(request, "leader/matters/_list_live.html", context)


async def _list(request: AppRequest, person: Person, asked: Asked) -> tuple[Context, Listed]:
    """What the list's page is given, and the list itself."""
    async with request.state.app.database.snapshot(beside=True) as tx:
        seen = await seen_by(tx, person)
        frame = await leader_frame(tx, request, person)
        listed = await list_rows(tx, seen, asked, today_of(request))
    return {**frame, "listed": listed, "asked": asked, "sees_events": bool(seen.event_team_ids)}, listed


def _asked(fields: dict[str, str]) -> Asked:
    kind, state = fields.get("of", ""), fields.get("state", "")
    return Asked(fields.get("team", ""), kind if kind in KINDS else "", state if state == "over" else "open")
