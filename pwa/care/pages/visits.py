"""Knows the pages of a carer's day and visits, and the forms on them. Twin: service_worker/pages/find_page.js."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import cast

from starlette.responses import HTMLResponse, RedirectResponse, Response

from pwa.access.pages.authentication import signed_in, start_page, way_in
from pwa.care.changes.change_schema import CHANGE_SCHEMAS
from pwa.care.documents.checklist import filling_of
from pwa.care.documents.citizen_page import notes_at, pinned_at
from pwa.care.documents.plan import list_plan_changes
from pwa.care.documents.told_of_citizens import count_pinned_at, told_of_citizen
from pwa.care.documents.visit import (
    begins_soon,
    goes_on,
    is_only_led,
    list_days,
    list_visit_documents,
    visit_document,
)
from pwa.care.pages.carer_frame import carer_frame
from pwa.care.pages.me import me_context
from pwa.care.pages.notify import notify
from pwa.care.pages.record_access import record_refusal, record_visits
from pwa.care.problems import OF_A_CHANGE, OfAnotherDay
from pwa.care.sync.receive_form import receive_form
from pwa.database import Transaction
from pwa.problems import NotFound, NotSignedIn, Problem
from pwa.templating.render import render
from pwa.templating.translation import translate
from pwa.web.problem_responses import INTO_THE_PAGE, answer_problem, fields_again, is_navigation
from pwa.web.request_body import read_form
from pwa.web.requests import AppRequest, now_of, today_of
from pwa.web.responses import Context, fragment, large_page, page
from pwa.words import Fate, Person, is_id, to_text

A_DAY = timedelta(days=1)


async def show_today(request: AppRequest) -> Response:
    """The front page: a carer's day; everybody else is shown the way."""
    try:
        carer = await signed_in(request)
    except NotSignedIn:
        return RedirectResponse(way_in(request), 303)
    if start_page(carer) != "/":
        return RedirectResponse(start_page(carer), 303)
    return await _show_day(request, carer, today_of(request).isoformat())


async def show_day(request: AppRequest) -> Response:
    """Another day within a carer's reach."""
    carer, day = await signed_in(request), request.path_params["day"]
    if start_page(carer) == "/board":
        return RedirectResponse(f"/board/days/{day}", 303)
    return await _show_day(request, carer, day)


async def _show_day(request: AppRequest, carer: Person, day: str) -> Response:
    days = list_days(today_of(request))
    async with request.state.app.database.snapshot() as tx:
        frame = await carer_frame(tx, request, carer)
        if day not in days:
            return page(request, "carer/missing.html", frame, status=404)
        visits = await _list_visits(tx, request, carer, day)
        told = await list_plan_changes(tx, carer.id, today_of(request).isoformat())
        important = await count_pinned_at(tx, visits, carer.id, today_of(request))
    await record_visits(request, carer, "day", [str(visit["visit_id"]) for visit in visits], "own_route")
    context = {"day": day, "days": days, "visits": visits, "plan_changes": told, "important": important}
    return page(request, "carer/today.html", frame, context)


async def _list_visits(tx: Transaction, request: AppRequest, carer: Person, day: str) -> Sequence[Context]:
    """A day's list: today's has also what is near of the nights around it."""
    visits = await list_visit_documents(tx, carer, day)
    if day != today_of(request).isoformat():
        return visits
    now = to_text(now_of(request))
    before = await list_visit_documents(tx, carer, (today_of(request) - A_DAY).isoformat())
    after = await list_visit_documents(tx, carer, (today_of(request) + A_DAY).isoformat())
    begun = [visit for visit in before if goes_on(visit, now)]
    return begun + visits + [visit for visit in after if begins_soon(visit, now)]


async def show_visit(request: AppRequest) -> Response:
    """One visit, the whole of it; of a step that is named, its other answers are drawn too, or nothing but them."""
    carer, visit_id = await signed_in(request), request.path_params["visit_id"]
    visit: Context | None
    answers = request.query_params.get("answers")
    step_id = answers or request.query_params.get("step")
    async with request.state.app.database.snapshot() as tx:
        frame = await carer_frame(tx, request, carer)
        try:
            visit = await visit_context(tx, request, carer, visit_id, step_id)
            is_led = await is_only_led(tx, carer, cast(Context, visit["visit"]))
        except NotFound:
            visit, is_led = None, False
    if answers and visit and visit["step"] is None:
        visit = None
    if visit is None:
        await record_refusal(request, carer, "visit", visit_id)
        return page(request, "carer/missing.html", frame, status=404)
    if is_led:
        return RedirectResponse(f"/board/visits/{visit_id}", 303)
    await record_visits(request, carer, "visit", [visit_id])
    return await large_page(request, "carer/_answers.html" if answers else "carer/visit.html", frame, visit)


async def visit_context(
    tx: Transaction, request: AppRequest, carer: Person, visit_id: str, step_id: str | None = None
) -> Context:
    """What the visit's page and its parts are given, one of its steps opened if named; raises NotFound."""
    visit = await visit_document(tx, carer, visit_id, now_of(request))
    following = await _next_visit(tx, request, carer, visit)
    filling = await filling_of(tx, visit, now_of(request))
    steps = visit["steps"]
    assert isinstance(steps, list)
    if filling:
        steps = [each for each in steps if each["id"] not in filling["hidden"]]
    step = next((each for each in steps if each["id"] == step_id), None)
    told = await list_plan_changes(tx, carer.id, today_of(request).isoformat())
    changes = [one for one in told if one["visit_id"] == visit["visit_id"]]
    page_of_citizen = await told_of_citizen(tx, visit, today_of(request))
    return {
        "visit": {**visit, "steps": steps, "notes": notes_at(page_of_citizen, visit_id)},
        "pinned": pinned_at(page_of_citizen, visit_id, carer.id),
        "filling": filling,
        "next": following and beginning(following),
        "step": step,
        "opened": str(step["id"]) if step else "",
        "plan_changes": changes,
    }


async def show_citizen(request: AppRequest) -> Response:
    """The own page of whoever is visited, as the carers of that visit's team know her."""
    carer, visit_id = await signed_in(request), request.path_params["visit_id"]
    async with request.state.app.database.snapshot() as tx:
        frame = await carer_frame(tx, request, carer)
        try:
            visit = await visit_document(tx, carer, visit_id, now_of(request))
        except NotFound:
            visit = None
        told = await told_of_citizen(tx, visit, today_of(request)) if visit else None
        others = await list_visit_documents(tx, carer, str(visit["day"])) if visit else []
    if visit is None or told is None:
        await record_refusal(request, carer, "visit", visit_id)
        return page(request, "carer/missing.html", frame, status=404)
    await record_visits(request, carer, "visit", [visit_id])
    named = request.query_params.get("wrong")
    wrong = next(
        (note for note in told["notes"] if note["id"] == named and note["visit_id"] == visit_id), None
    )
    of_others = [beginning(one) for one in others if one["citizen"] != visit["citizen"]] if wrong else []
    if of_others:
        await record_visits(request, carer, "day", [str(one["visit_id"]) for one in of_others], "own_route")
    context = {"visit": visit, "told": told, "wrong": wrong, "of_others": of_others}
    return page(request, "carer/citizen.html", frame, context)


async def _next_visit(tx: Transaction, request: AppRequest, carer: Person, after: Context) -> Context | None:
    """Where the carer goes after a visit: the first of the day that is left, also one that was passed over.

    Then what begins soon after it. After a visit of a day that is over it is today's. Twin: nextVisit in
    service_worker/pages/find_page.js.
    """
    listed = await _list_visits(tx, request, carer, max(str(after["day"]), today_of(request).isoformat()))
    day_after = (date.fromisoformat(str(after["day"])) + A_DAY).isoformat()
    later = await list_visit_documents(tx, carer, day_after)
    soon = [visit for visit in later if begins_soon(visit, str(after["ends_at"]))]
    for visit in (*listed, *soon):
        is_over = visit["started_at"] or visit["finished_at"] or visit["cancelled_at"] or _is_not_home(visit)
        if visit["visit_id"] != after["visit_id"] and not is_over and _is_with(visit, carer):
            return visit
    return None


def _is_not_home(visit: Context) -> bool:
    deviations = visit.get("deviations")
    return isinstance(deviations, list) and any(each["kind"] == "not_home" for each in deviations)


def _is_with(visit: Context, carer: Person) -> bool:
    """Whether it is the carer's own: the plan may have given it to somebody else."""
    carers = visit.get("carers")
    return isinstance(carers, list) and any(each["id"] == carer.id for each in carers)


def beginning(visit: Context) -> Context:
    """Which visit it is, for a link that leads to it."""
    citizen = visit["citizen"]
    assert isinstance(citizen, dict)
    return {name: visit[name] for name in ("visit_id", "address", "starts_at")} | {"citizen": citizen["name"]}


async def do_change(request: AppRequest) -> Response:
    """Judge a change that came as a form, and answer with all that it is about."""
    carer, name, form = await signed_in(request), request.path_params["change"], await read_form(request)
    if await _is_asked_first(request, carer, name, form):
        return await _show_again(request, carer, form["visit_id"])
    app = request.state.app
    received = await app.database.write(
        lambda tx: receive_form(tx, carer, name, form, now_of(request), app.new_id, app.settings.note_days)
    )
    await notify(request, carer, received.changed)
    is_about_visit = CHANGE_SCHEMAS[name].on == "visit"
    if is_navigation(request) and (refused := received.fates[0].problem):
        return await _show_refused(request, carer, name, OF_A_CHANGE[refused]())
    check_applied(received.fates[0])
    if is_navigation(request):
        schema = CHANGE_SCHEMAS[name]
        return RedirectResponse(f"/visits/{form['visit_id']}" if is_about_visit else schema.page, 303)
    carer = await signed_in(request)
    async with request.state.app.database.snapshot() as tx:
        frame = await carer_frame(tx, request, carer)
        if is_about_visit:
            context = await visit_context(tx, request, carer, form["visit_id"])
            return fragment(
                request, "carer/_visit.html", f"visit-{form['visit_id']}", frame, context, done=name
            )
        if seen := form.get("plan_change_id"):
            return fragment(
                request,
                "carer/_plan_change_seen.html",
                f"plan-change-{seen}",
                frame,
                {"plan_change_id": seen},
                done=name,
            )
        return fragment(request, "carer/_me.html", "me", frame, await me_context(tx, carer), done=name)


async def _is_asked_first(request: AppRequest, carer: Person, name: str, form: Mapping[str, str]) -> bool:
    """Whether a visit of another day is started from a page on which that was not to be seen, for it was drawn before
    midnight. Twin: findQuestion in service_worker/pages/do_change.js.
    """
    if not any(role.name == "carer" for role in carer.roles):
        return False  # refused anyhow, and shown no visit
    today = today_of(request).isoformat()
    if name != "start_visit" or form.get("drawn_on", today) == today or not is_id(form.get("visit_id", "")):
        return False
    async with request.state.app.database.snapshot() as tx:
        try:
            visit = await visit_document(tx, carer, form["visit_id"], now_of(request))
        except NotFound:
            return False
    return visit["day"] != today and not visit["started_at"]


async def _show_again(request: AppRequest, carer: Person, visit_id: str) -> Response:
    """Why nothing was stored, and the visit as it is today: the button says its day."""
    if is_navigation(request):
        return RedirectResponse(f"/visits/{visit_id}", 303)
    async with request.state.app.database.snapshot() as tx:
        frame = await carer_frame(tx, request, carer)
        context = await visit_context(tx, request, carer, visit_id)
    await record_visits(request, carer, "visit", [visit_id])
    answer = answer_problem(request, OfAnotherDay())
    shown = render("carer/_visit.html", {**frame, **context}, request.state.language)
    beside = f'<hx-partial hx-target="#visit-{visit_id}">{shown}</hx-partial>'
    return HTMLResponse(bytes(answer.body) + beside.encode(), answer.status_code, INTO_THE_PAGE)


async def _show_refused(request: AppRequest, carer: Person, name: str, problem: Problem) -> Response:
    """The words stand there to be mended: a page without scripts has no other place for them."""
    async with request.state.app.database.snapshot() as tx:
        frame = await carer_frame(tx, request, carer)
    written = {arg for arg, schema in CHANGE_SCHEMAS[name].args.items() if schema.form == "text"}
    visit_id = request.state.form.get("visit_id", "")
    refused = {
        "message": translate(problem.message, request.state.language),
        "change_name": name,
        "fields": fields_again(request, written),
        "back": f"/visits/{visit_id}" if is_id(visit_id) else "/me",
    }
    return page(request, "carer/refused.html", frame, refused, status=problem.status)


def check_applied(fate: Fate) -> None:
    """Raise the problem that stopped a change."""
    if fate.problem:
        raise OF_A_CHANGE[fate.problem]
