"""Knows the page of what needs a look, and how it is dealt with, there and on a visit's page."""

from typing import TypedDict

from starlette.responses import RedirectResponse, Response

from pwa.access.pages.authentication import signed_in, signed_in_as
from pwa.access.pages.leader_frame import leader_frame
from pwa.access.pages.stream_ticket import ticket_for
from pwa.care.changes.held import handle_held
from pwa.care.documents.attention import DealtWith, Held, dealt_with_document, held_document
from pwa.care.pages.board import scope_of, visit_again
from pwa.care.pages.notify import notify_handled
from pwa.care.pages.record_access import (
    record_held_again,
    record_refused_change,
    record_visits,
)
from pwa.care.queries.held import ChangeKey, Handling
from pwa.database import Transaction
from pwa.problems import NotFound
from pwa.web.problem_responses import is_navigation
from pwa.web.request_body import read_form
from pwa.web.requests import AppRequest, now_of, today_of
from pwa.web.responses import large_page, page
from pwa.words import Person, is_id


class HeldContext(TypedDict):
    """A page of what needs a look and one of what was dealt with: after which place each begins, and the next; "": none."""

    held: list[Held]
    held_after: str
    held_next: str
    dealt_with: list[DealtWith]
    dealt_after: str
    dealt_next: str


async def show_held(request: AppRequest) -> Response:
    """The changes that somebody should have a look at, with every word, and those that were dealt with, a page of each."""
    who = await signed_in_as(request)
    request.state.app.boards.expect()
    async with request.state.app.database.snapshot(beside=True) as tx:
        frame, context = (
            await leader_frame(tx, request, who.person),
            await _held_context(tx, request, who.person),
        )
    await record_visits(request, who.person, "held", _visits_of(context), "overview")
    live = {
        "is_open": context["dealt_after"] != "",
        "just": [],
        "ticket": ticket_for(request, who, today_of(request)),
    }
    return await large_page(request, "leader/held.html", frame, context, live)


async def show_held_live(request: AppRequest) -> Response:
    """The same lists, fetched again when their page is notified, and as time goes by."""
    person = await signed_in(request)
    async with request.state.app.database.snapshot(beside=True) as tx:
        frame, context = await leader_frame(tx, request, person), await _held_context(tx, request, person)
    await record_held_again(request, person, _visits_of(context))
    is_open = context["dealt_after"] != ""
    return await large_page(request, "leader/_handled.html", frame, context, {"is_open": is_open, "just": []})


async def show_held_total(request: AppRequest) -> Response:
    """How many changes need a look, for the pages that follow nothing else."""
    person = await signed_in(request)
    async with request.state.app.database.snapshot() as tx:
        await scope_of(tx, person, "leader", "organiser")
        frame = await leader_frame(tx, request, person)
    return page(request, "leader/_held_total.html", frame)


def _visits_of(context: HeldContext) -> set[str]:
    return {change["visit_id"] for change in (*context["held"], *context["dealt_with"])} - {""}


async def do_deal_with(request: AppRequest) -> Response:
    """Take a change off the list, for everybody who has it there."""
    return await _handle_held(request, "dealt_with")


async def do_put_back(request: AppRequest) -> Response:
    """Put it on the list again; the list of those dealt with stays open."""
    return await _handle_held(request, "put_back")


async def _handle_held(request: AppRequest, handling: Handling) -> Response:
    person, form = await signed_in(request), await read_form(request)
    change = ChangeKey(form.get("team_id", ""), form.get("id", ""), form.get("digest", ""))

    async def handle(tx: Transaction) -> str:
        team_ids = await scope_of(tx, person, "leader", "organiser")
        return await handle_held(
            tx, team_ids, change, handling, person.id, now_of(request), request.state.app.new_id
        )

    try:
        sender_id = await request.state.app.database.write(handle)
    except NotFound:
        await record_refused_change(request, person, change.id)
        raise
    await notify_handled(request, sender_id, change.team_id)
    # Where it was done on a visit's page, that page is shown again.
    if is_id(visit_id := form.get("visit_id")):
        if is_navigation(request):
            return RedirectResponse(f"/board/visits/{visit_id}", 303)
        return await visit_again(request, person, visit_id)
    if is_navigation(request):
        return RedirectResponse("/held", 303)
    async with request.state.app.database.snapshot(beside=True) as tx:
        frame, context = await leader_frame(tx, request, person), await _held_context(tx, request, person)
    await record_visits(request, person, "held", _visits_of(context), "overview")
    is_open = handling == "put_back" or context["dealt_after"] != ""
    is_dealt_with = handling == "dealt_with"
    just = [each for each in context["dealt_with"] if is_dealt_with and each["digest"] == change.digest]
    return await large_page(
        request, "leader/_handled.html", frame, context, {"is_open": is_open, "just": just}
    )


async def _held_context(tx: Transaction, request: AppRequest, person: Person) -> HeldContext:
    team_ids, today = await scope_of(tx, person, "leader", "organiser"), today_of(request)
    after, dealt_after = (request.query_params.get(name, "") for name in ("after", "dealt_after"))
    held, held_next = await held_document(tx, person, team_ids, today, after)
    dealt_with, dealt_next = await dealt_with_document(tx, person, team_ids, today, dealt_after)
    return {
        "held": held, "held_after": after, "held_next": held_next,
        "dealt_with": dealt_with, "dealt_after": dealt_after, "dealt_next": dealt_next,
    }  # fmt: skip
