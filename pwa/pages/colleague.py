"""Knows the page about one person, where roles are given and ended and phones are shut out; knows no codes."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import get_args

from starlette.responses import RedirectResponse, Response

from pwa.access.ending import end_role, shut_out, shut_out_phone
from pwa.access.powers import Powers, may_give, powers_of
from pwa.access.roles import give_role, period_of
from pwa.database import Transaction
from pwa.documents.people import person_document
from pwa.documents.person import refresh_people
from pwa.pages.bodies import read_form
from pwa.pages.colleagues import day_of_form, given_role, person_id_of, powers_or_none, scope_of
from pwa.pages.leader_frame import leader_frame
from pwa.pages.refusals import noting_refusal
from pwa.pages.rendering import page
from pwa.pages.requests import AppRequest, now_of
from pwa.pages.sign_in import idle_since, signed_in, signed_in_as
from pwa.pages.vouching import ask_who_sits_there
from pwa.problems import NotAChoice, NotFound
from pwa.queries.access import find_person_within, list_roles_of_person
from pwa.queries.people import list_teams
from pwa.queries.phones import RevokedAs
from pwa.words import Person, is_id, to_text

REVOKED_AS: tuple[RevokedAs, ...] = get_args(RevokedAs)
Act = Callable[[Transaction, Person, Powers], Awaitable[None]]


async def show_person(request: AppRequest) -> Response:
    """What somebody may do, with which passkeys, and where they are signed in. Raises NotFound."""
    reader, person_id, now = await signed_in(request), person_id_of(request), to_text(now_of(request))
    async with noting_refusal(request, reader, person_id), request.state.app.database.snapshot() as tx:
        team_ids, powers = await scope_of(tx, reader), await powers_or_none(tx, reader)
        is_ours = partial(may_give, powers)
        issuer = request.state.app.settings.oidc_issuer
        person = await person_document(tx, person_id, team_ids, is_ours, issuer, now, idle_since(request))
        if person is None:
            raise NotFound
        may_invite = await find_person_within(tx, powers, person_id, now) is not None
        frame = await leader_frame(tx, request, reader)
        teams = await list_teams(tx, frozenset[str]().union(*powers.values()))
    is_me = person_id == reader.id
    context = {
        "person": person,
        "teams": teams,
        "given": list(powers),
        "may_invite": may_invite,
        "may_shut_out": not is_me and any(role["is_ours"] for role in person["roles"]),
        "is_me": is_me,
    }
    return page(request, "people/person.html", frame, context)


async def do_give_role(request: AppRequest) -> Response:
    """Let somebody do something, from a day and until one. Raises NotFound, NotAChoice."""
    form, now = await read_form(request), now_of(request)
    role, period = (
        given_role(form),
        period_of(day_of_form(form, "first_day"), day_of_form(form, "last_day"), now),
    )
    if period.ends_at is not None and period.ends_at <= period.starts_at:
        raise NotAChoice
    person_id = person_id_of(request)
    if asked := await ask_who_sits_there(request, await signed_in_as(request), form):
        return asked

    async def give(tx: Transaction, reader: Person, powers: Powers) -> None:
        seen = await list_roles_of_person(tx, person_id, await scope_of(tx, reader))
        if not seen or person_id == reader.id or not may_give(powers, role):
            raise NotFound
        await give_role(tx, person_id, role, period, now, reader.id)
        await refresh_people(tx, [person_id], request.state.app.new_id)

    return await _do(request, give)


async def do_end_role(request: AppRequest) -> Response:
    """Somebody does not do something any more. Raises NotFound, NotAChoice."""
    role, person_id = given_role(await read_form(request)), person_id_of(request)
    now, new_id = now_of(request), request.state.app.new_id

    async def end(tx: Transaction, reader: Person, powers: Powers) -> None:
        await end_role(tx, powers, person_id, role, reader.id, now, new_id)

    return await _do(request, end)


async def do_shut_out_phone(request: AppRequest) -> Response:
    """Shut out one phone, with the passkey on it. Raises NotFound."""
    form, person_id = await read_form(request), person_id_of(request)
    sign_in_id, how = form.get("sign_in_id", ""), form.get("how", "revoked")
    if not is_id(sign_in_id):
        raise NotFound
    if how not in REVOKED_AS:
        raise NotAChoice

    async def end(tx: Transaction, reader: Person, powers: Powers) -> None:
        await shut_out_phone(tx, powers, person_id, sign_in_id, how, reader.id, now_of(request))

    return await _do(request, end)


async def do_shut_out(request: AppRequest) -> Response:
    """Shut somebody out of everything at once. Raises NotFound."""
    person_id, now, new_id = person_id_of(request), now_of(request), request.state.app.new_id

    async def end(tx: Transaction, reader: Person, powers: Powers) -> None:
        await shut_out(tx, powers, person_id, reader.id, now, new_id)

    return await _do(request, end)


async def _do(request: AppRequest, act: Act) -> Response:
    """Do something about this person, by what the reader may give; then the person's page again."""
    reader = await signed_in(request)

    async def whole(tx: Transaction) -> None:
        await act(tx, reader, await powers_of(tx, reader))

    person_id = person_id_of(request)
    async with noting_refusal(request, reader, person_id):
        await request.state.app.database.write(whole)
    return RedirectResponse(f"/people/{person_id}", 303)
