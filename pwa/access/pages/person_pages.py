"""Knows the page about one person, where roles are given and ended and phones are shut out; knows no codes."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import get_args

from starlette.responses import RedirectResponse, Response

from pwa.access.documents.people import person_document
from pwa.access.documents.person import refresh_people
from pwa.access.pages.authentication import idle_since, signed_in, signed_in_as
from pwa.access.pages.leader_frame import leader_frame
from pwa.access.pages.people_pages import (
    carried_on,
    day_of_form,
    given_role,
    grants_or_none,
    person_id_of,
    phone_of_form,
    refresh_if_leader,
    scope_of,
    way_back,
)
from pwa.access.pages.reauthentication import require_reauthentication
from pwa.access.pages.record_refusals import recording_refusal
from pwa.access.problems import NotANumber, NumberIsAnother
from pwa.access.queries.grants import is_person_within, list_roles_of_person
from pwa.access.queries.people import list_teams_in_use
from pwa.access.queries.phones import RevokedAs
from pwa.access.queries.roles import set_phone
from pwa.access.rules.grants import Grants, can_grant, check_grant, grants_of
from pwa.access.rules.numbers import change_number, may_change_number
from pwa.access.rules.revocation import end_role, may_shut_out, revoke_access, revoke_phone
from pwa.access.rules.roles import give_role, list_roles_left, period_of
from pwa.database import Transaction
from pwa.logs import log
from pwa.problems import NotAChoice, NotFound, Problem, TooLong
from pwa.web.request_body import read_form
from pwa.web.requests import AppRequest, now_of
from pwa.web.responses import page
from pwa.words import Person, is_id, to_text

REVOKED_AS: tuple[RevokedAs, ...] = get_args(RevokedAs)
Act = Callable[[Transaction, Person, Grants], Awaitable[None]]


async def show_person(request: AppRequest) -> Response:
    """What somebody may do, with which passkeys, and where they are signed in. Raises NotFound."""
    return await _person_page(request)


async def _person_page(request: AppRequest, typed: str = "", problem: Problem | None = None) -> Response:
    """The page, and what is the matter with a number that was typed: said at its field, where what was typed stays."""
    reader, person_id, now = await signed_in(request), person_id_of(request), to_text(now_of(request))
    async with recording_refusal(request, reader, person_id), request.state.app.database.snapshot() as tx:
        team_ids, grants = await scope_of(tx, reader), await grants_or_none(tx, reader)
        is_ours = partial(can_grant, grants)
        issuer = request.state.app.settings.oidc_issuer
        person = await person_document(tx, person_id, team_ids, is_ours, issuer, now, idle_since(request))
        if person is None:
            raise NotFound
        may_invite = await is_person_within(tx, grants, person_id, now)
        may_write = await may_change_number(tx, grants, person_id, now_of(request))
        may_end = await may_shut_out(tx, grants, person_id, reader.id, now_of(request))
        frame = await leader_frame(tx, request, reader)
        teams = await list_teams_in_use(tx, frozenset[str]().union(*grants.values()))
    context = {
        "person": person,
        "teams": teams,
        "given": list(grants),
        "may_invite": may_invite,
        "may_shut_out": may_end,
        "may_change_number": may_write,
        "back": way_back(request),
        "opened_from": carried_on(request),
        "is_me": person_id == reader.id,
        "typed": typed,
        "problem": problem,
    }
    return page(request, "access/person.html", frame, context, status=problem.status if problem else 200)


async def do_give_role(request: AppRequest) -> Response:
    """Let somebody do something, from a day and until one. Raises NotFound, NotAChoice."""
    form, now = await read_form(request), now_of(request)
    role, period = (
        given_role(form),
        period_of(day_of_form(form, "first_day"), day_of_form(form, "last_day"), now),
    )
    if period.ends_at is not None and period.ends_at <= period.starts_at:
        raise NotAChoice
    person_id, phone = person_id_of(request), phone_of_form(form)
    if asked := await require_reauthentication(request, await signed_in_as(request), form):
        return asked

    async def give(tx: Transaction, reader: Person, grants: Grants) -> None:
        seen = await list_roles_of_person(tx, person_id, await scope_of(tx, reader))
        if not seen or person_id == reader.id:
            raise NotFound
        check_grant(grants, role)
        await give_role(tx, person_id, role, period, now, reader.id)
        led = {each for each in await list_roles_left(tx, person_id, now) if each.name == "leader"}
        # The number stands at the visits of all of these teams.
        if phone and not all(can_grant(grants, each) for each in led):
            raise NotFound
        is_called_anew = bool(
            phone and led and await set_phone(tx, person_id, phone, reader.id, to_text(now))
        )
        if is_called_anew:
            log.info("a number at work was changed", person=person_id, by=reader.id)
        await refresh_people(tx, [person_id], request.state.app.new_id)
        await refresh_if_leader(
            tx, request, [(person_id, each) for each in {role, *(led if is_called_anew else ())}]
        )

    return await _do(request, give)


async def do_change_number(request: AppRequest) -> Response:
    """Somebody's number at work is another, or the list's again. Raises NotFound."""
    form, person_id, now = await read_form(request), person_id_of(request), now_of(request)

    async def change(tx: Transaction, reader: Person, grants: Grants) -> None:
        if not await list_roles_of_person(tx, person_id, await scope_of(tx, reader)):
            raise NotFound
        phone = phone_of_form(form)
        led = await change_number(tx, grants, person_id, phone, reader.id, now, form.get("seen"))
        if led:
            await request.state.app.refresh_leaders(
                tx, {role.team_id for role in led}, now, request.state.app.new_id
            )

    try:
        return await _do(request, change)
    except (NotANumber, NumberIsAnother, TooLong) as problem:
        return await _person_page(request, form.get("phone", ""), problem)


async def do_end_role(request: AppRequest) -> Response:
    """Somebody does not do something any more. Raises NotFound, NotAChoice."""
    role, person_id = given_role(await read_form(request)), person_id_of(request)
    now, new_id = now_of(request), request.state.app.new_id

    async def end(tx: Transaction, reader: Person, grants: Grants) -> None:
        await end_role(tx, grants, person_id, role, reader.id, now, new_id)
        await refresh_if_leader(tx, request, [(person_id, role)])

    return await _do(request, end)


async def do_revoke_phone(request: AppRequest) -> Response:
    """Shut out one phone, with the passkey on it. Raises NotFound."""
    form, person_id = await read_form(request), person_id_of(request)
    sign_in_id, how = form.get("sign_in_id", ""), form.get("how", "revoked")
    if not is_id(sign_in_id):
        raise NotFound
    if how not in REVOKED_AS:
        raise NotAChoice

    async def end(tx: Transaction, reader: Person, grants: Grants) -> None:
        await revoke_phone(tx, grants, person_id, sign_in_id, how, reader.id, now_of(request))

    return await _do(request, end)


async def do_revoke_access(request: AppRequest) -> Response:
    """Shut somebody out of everything at once. Raises NotFound."""
    person_id, now, new_id = person_id_of(request), now_of(request), request.state.app.new_id

    async def end(tx: Transaction, reader: Person, grants: Grants) -> None:
        ended = await revoke_access(tx, grants, person_id, reader.id, now, new_id)
        await refresh_if_leader(tx, request, [(person_id, role) for role in ended])

    return await _do(request, end)


async def _do(request: AppRequest, act: Act) -> Response:
    """Do something about this person, by what the reader may give; then the person's page again."""
    reader = await signed_in(request)

    async def whole(tx: Transaction) -> None:
        await act(tx, reader, await grants_of(tx, reader))

    person_id = person_id_of(request)
    async with recording_refusal(request, reader, person_id):
        await request.state.app.database.write(whole)
    return RedirectResponse(f"/people/{person_id}{carried_on(request)}", 303)
