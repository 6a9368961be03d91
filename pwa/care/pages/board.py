"""Knows the leader's and the organiser's pages: the board and its parts, and a visit to read."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from starlette.responses import RedirectResponse, Response

from pwa.access.pages.authentication import signed_in, signed_in_as
from pwa.access.pages.leader_frame import leader_frame
from pwa.access.pages.record_refusals import record_refused_person
from pwa.access.pages.stream_ticket import ticket_for
from pwa.access.queries.people import list_teams, team_ids_in_scope
from pwa.care.documents.attention import refused_document
from pwa.care.documents.board import (
    Board,
    board_document,
    carer_document,
    carers_on,
    most_serious_first,
)
from pwa.care.documents.board_days import Counted, totals_document
from pwa.care.documents.board_exceptions import SERIOUSNESS
from pwa.care.documents.board_row import BoardCarer
from pwa.care.documents.board_visit import leaders_visit_document, state_document
from pwa.care.documents.checklist import filling_of
from pwa.care.documents.history import history_document
from pwa.care.documents.late import arrived_document, late_of
from pwa.care.documents.noted_visit import with_marks
from pwa.care.documents.visit import LEADING, list_days
from pwa.care.pages.record_access import (
    record_asked_visit,
    record_board,
    record_of_other_days,
    record_refusal,
    record_visit_again,
)
from pwa.care.queries.photo_references import list_come
from pwa.database import Transaction
from pwa.problems import NotFound
from pwa.web.problem_responses import is_navigation
from pwa.web.requests import AppRequest, now_of, today_of
from pwa.web.responses import Context, large_page, load_anew, page, plain_frame
from pwa.words import Person, RoleName, to_day, to_text


async def show_board(request: AppRequest) -> Response:
    """Today, live."""
    return await _show_day(request, today_of(request))


async def show_board_day(request: AppRequest) -> Response:
    """Another day."""
    return await _show_day(request, _day(request.path_params["day"]))


async def go_to_board_day(request: AppRequest) -> Response:
    """The day that a form asks for."""
    await signed_in(request)
    day = _day(request.query_params.get("day", ""))
    return RedirectResponse("/board" if day == today_of(request) else f"/board/days/{day}", 303)


async def _show_day(request: AppRequest, day: date) -> Response:
    who, now, today = await signed_in_as(request), now_of(request), today_of(request)
    leader = who.person
    if _is_of_another_day(request):
        return load_anew()
    request.state.app.boards.expect()
    async with request.state.app.database.snapshot(beside=True) as tx:
        team_ids = await scope_of(tx, leader, "leader")
        frame = await leader_frame(tx, request, leader)
        teams = await list_teams(tx, {role.team_id for role in leader.roles if role.name == "leader"})
        board = await board_document(tx, team_ids, day, now)
        has_arrived = day == today and "drawn_on" not in request.query_params
        arrived = await arrived_document(tx, team_ids, now) if has_arrived else []
    await record_board(request, leader, team_ids, day)
    of_other_days = _of_other_days(carers_on(board), day)
    await record_of_other_days(request, leader, of_other_days | {visit["visit_id"] for visit in arrived})
    days = {"day": day.isoformat(), "days": list_days(today), "teams": teams}
    ticket = ticket_for(request, who, today)
    return await large_page(
        request, "leader/board.html", frame, days, _rows_of(board),
        {"totals": board["totals"], "arrived": arrived, "ticket": ticket, "drawn_at": to_text(now)},
    )  # fmt: skip


def _rows_of(board: Board) -> Context:
    teams = board["teams"]
    return {"teams_of_day": teams, "exceptional": most_serious_first(teams), "seriousness": SERIOUSNESS}


async def show_board_carers(request: AppRequest) -> Response:
    """Everybody's row, fetched again when somebody's is to stand elsewhere, and as time goes by."""
    leader, day, now = await signed_in(request), _day(request.query_params.get("day", "")), now_of(request)
    if _is_of_another_day(request):
        return load_anew()
    async with request.state.app.database.snapshot(beside=True) as tx:
        team_ids = await scope_of(tx, leader, "leader")
        frame = await leader_frame(tx, request, leader)
        board = await board_document(tx, team_ids, day, now)
    await record_board(request, leader, team_ids, day)
    await record_of_other_days(request, leader, _of_other_days(carers_on(board), day))
    return await large_page(request, "leader/_carers.html", frame, {"day": day.isoformat()}, _rows_of(board))


async def show_board_totals(request: AppRequest) -> Response:
    """The day in numbers, and how much needs a look, fetched again when the board is notified; it shows nobody."""
    leader, day = await signed_in(request), _day(request.query_params.get("day", ""))
    if _is_of_another_day(request):
        return load_anew()
    database, now, today = request.state.app.database, now_of(request), today_of(request)
    async with database.snapshot(beside=True) as tx:
        team_ids = await scope_of(tx, leader, "leader")
        looks_at = await team_ids_in_scope(tx, leader, LEADING)

    async def count() -> Counted:
        async with database.snapshot(beside=True) as tx:
            held = await request.state.app.count_held(tx, looks_at, today)
            follow_ups = await request.state.app.count_follow_ups(tx, looks_at, team_ids)
            totals = await totals_document(tx, team_ids, day, now)
            return {"totals": totals, "held_total": held, "follow_ups_total": follow_ups}

    # All boards hear of a change in the same moment.
    counted = await request.state.app.counts.run((team_ids, looks_at, day, today), count)
    return page(request, "leader/_counted.html", plain_frame(request), {"day": day.isoformat()}, counted)


async def show_board_arrived(request: AppRequest) -> Response:
    """What of earlier days has arrived, fetched again when the board is notified."""
    leader, now = await signed_in(request), now_of(request)
    if _is_of_another_day(request):
        return load_anew()
    async with request.state.app.database.snapshot(beside=True) as tx:
        team_ids = await scope_of(tx, leader, "leader")
        frame = await leader_frame(tx, request, leader)
        arrived = await arrived_document(tx, team_ids, now)
    await record_of_other_days(request, leader, {visit["visit_id"] for visit in arrived})
    return page(request, "leader/_arrived.html", frame, {"arrived": arrived})


async def show_board_carer(request: AppRequest) -> Response:
    """One carer's row, fetched again when the board is notified."""
    leader, day = await signed_in(request), _day(request.query_params.get("day", ""))
    if _is_of_another_day(request):
        return load_anew()
    async with request.state.app.database.snapshot(beside=True) as tx:
        team_ids = await scope_of(tx, leader, "leader")
        frame = await leader_frame(tx, request, leader)
        carer = await carer_document(tx, team_ids, request.path_params["carer_id"], day, now_of(request))
    if carer is None:
        await record_refused_person(request, leader, request.path_params["carer_id"], team_ids)
        raise NotFound
    await record_board(request, leader, team_ids, day)
    await record_of_other_days(request, leader, _of_other_days([carer], day))
    return page(request, "leader/_carer.html", frame, {"carer": carer, "day": day.isoformat()})


async def show_board_visit(request: AppRequest) -> Response:
    """A visit to read, with what was refused about it."""
    who = await signed_in_as(request)
    request.state.app.boards.expect()
    shown = await _visit_context(request, who.person, request.path_params["visit_id"])
    purpose = await record_asked_visit(
        request, who.person, shown["visit"]["visit_id"], shown["visit"]["citizen"]["id"]
    )
    is_said_now = "said" in request.query_params
    live = {
        "purpose": purpose,
        "is_said_now": is_said_now,
        "ticket": ticket_for(request, who, today_of(request)),
    }
    return await large_page(request, "leader/visit.html", shown, live)


async def show_board_visit_live(request: AppRequest) -> Response:
    """What is known of a visit, fetched again when its page is notified, and as time goes by."""
    person = await signed_in(request)
    return await visit_again(request, person, request.path_params["visit_id"])


async def visit_again(request: AppRequest, person: Person, visit_id: str) -> Response:
    """What of a visit's page may have changed since it was drawn."""
    shown = await _visit_context(request, person, visit_id)
    await record_visit_again(request, person, visit_id, shown["visit"]["citizen"]["id"])
    return await large_page(request, "leader/_visit_live.html", shown)


async def _visit_context(request: AppRequest, person: Person, visit_id: str) -> dict[str, Any]:
    """What a leader or an organiser is shown of a visit; raises NotFound, and notes that it was asked for."""
    async with request.state.app.database.snapshot(beside=True) as tx:
        team_ids = await team_ids_in_scope(tx, person, LEADING)
        visit = await leaders_visit_document(tx, team_ids, visit_id)
        if visit is not None:
            visit = await with_marks(tx, visit)
            frame = await leader_frame(tx, request, person)
            state = await state_document(tx, team_ids, visit, now_of(request))
            filling = await filling_of(tx, visit, now_of(request))
            history = await history_document(tx, visit)
            come = await list_come(tx, (visit["team"]["id"], visit_id))
            refused, is_cut = await refused_document(tx, person, visit["team"]["id"], visit_id)
    if visit is None:
        await record_refusal(request, person, "visit", visit_id)
        raise NotFound
    told = {"refused": refused, "is_cut": is_cut, "late_at": late_of(visit), "state": state, **history}
    if filling:
        asked = [step for step in visit["steps"] if step["id"] not in filling["hidden"] or step["answer"]]
        visit = {**visit, "steps": asked}
    return {**frame, "visit": visit, "filling": filling, "come": come, **told}


async def scope_of(tx: Transaction, person: Person, *role_names: RoleName) -> frozenset[str]:
    """The teams that somebody answers for in one of these roles; raises NotFound if there are none."""
    team_ids = await team_ids_in_scope(tx, person, role_names)
    if not team_ids:
        raise NotFound
    return team_ids


def _of_other_days(carers: Iterable[BoardCarer], day: date) -> set[str]:
    """The visits that stand on a board with another day's date; one that could not be read has none."""
    return {
        visit["visit_id"]
        for carer in carers
        for visit in carer["visits"]
        if visit.get("day", "") != day.isoformat()
    }


def _day(text: str) -> date:
    try:
        return to_day(text)
    except ValueError:
        raise NotFound from None


def _is_of_another_day(request: AppRequest) -> bool:
    """Whether the page that asks for a part of itself was drawn before midnight: what it calls today is over."""
    drawn_on = request.query_params.get("drawn_on")
    return drawn_on is not None and drawn_on != today_of(request).isoformat() and not is_navigation(request)
