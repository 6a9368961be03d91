"""Knows the pages on which somebody sees where people are signed in, and confirms who has what; knows no codes."""

from functools import partial

from starlette.responses import RedirectResponse, Response

from pwa.access.documents.reviews import Review, review_document
from pwa.access.pages.authentication import idle_since, signed_in
from pwa.access.pages.leader_frame import leader_frame
from pwa.access.pages.people_pages import ON_A_PAGE, grants_or_none, scope_of
from pwa.access.pages.record_refusals import recording_refusal
from pwa.access.queries.sessions import list_places
from pwa.access.rules.grants import can_grant, grants_of
from pwa.access.rules.reviews import confirm_roles, due_before
from pwa.database import Transaction
from pwa.problems import NotFound
from pwa.web.request_body import read_form
from pwa.web.requests import AppRequest, now_of, number_in
from pwa.web.responses import large_page
from pwa.words import is_id, to_text


async def show_phones(request: AppRequest) -> Response:
    """Every phone and browser that is signed in in the reader's teams, the longest silent first."""
    reader, now = await signed_in(request), to_text(now_of(request))
    async with request.state.app.database.snapshot(beside=True) as tx:
        team_ids = await scope_of(tx, reader)
        frame = await leader_frame(tx, request, reader)
        places = await list_places(tx, team_ids, now, idle_since(request))
    return await large_page(request, "access/phones.html", frame, {"places": places})


async def show_review(request: AppRequest) -> Response:
    """Who has what, what is overdue, and what was confirmed, given and ended lately."""
    reader, now = await signed_in(request), now_of(request)
    every_days = request.state.app.settings.review_every_days
    async with request.state.app.database.snapshot(beside=True) as tx:
        team_ids, grants = await scope_of(tx, reader), await grants_or_none(tx, reader)
        frame = await leader_frame(tx, request, reader)
        review = await review_document(
            tx, reader.id, team_ids, partial(can_grant, grants), to_text(now), due_before(now, every_days)
        )
    after = number_in(request, "after")
    until, overdue, confirmed = after + ON_A_PAGE, review["overdue"], review["confirmed"]
    shown: Review = {
        "overdue": overdue[after:until], "confirmed": confirmed[after:until], "history": review["history"]
    }  # fmt: skip
    context = {
        "review": shown,
        "numbers": {"overdue": len(overdue), "confirmed": len(confirmed)},
        "more_after": until if max(len(overdue), len(confirmed)) > until else 0,
        "every_days": every_days,
    }
    return await large_page(request, "access/review.html", frame, context)


async def do_confirm(request: AppRequest) -> Response:
    """Say by name that somebody still needs what they have. Raises NotFound."""
    reader, form = await signed_in(request), await read_form(request)
    person_id = form.get("person_id", "")
    if not is_id(person_id):
        raise NotFound

    async def confirm(tx: Transaction) -> None:
        await confirm_roles(tx, await grants_of(tx, reader), person_id, reader.id, now_of(request))

    async with recording_refusal(request, reader, person_id):
        await request.state.app.database.write(confirm)
    return RedirectResponse("/people/review", 303)
