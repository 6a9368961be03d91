"""Knows the pages on which somebody sees who has access, and lets people in; knows nothing of how they come in."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from pwa.access.documents.people import list_held, people_document
from pwa.access.pages.authentication import idle_since, signed_in, signed_in_as
from pwa.access.pages.challenges import count_try, rules_of, secret_of_codes
from pwa.access.pages.leader_frame import leader_frame
from pwa.access.pages.qr import qr_of
from pwa.access.pages.reauthentication import require_reauthentication
from pwa.access.pages.record_refusals import recording_refusal
from pwa.access.problems import NotANumber
from pwa.access.queries.grants import is_person_within, list_gone, list_person_ids_within
from pwa.access.queries.invitations import get_invitation, withdraw_invitation
from pwa.access.queries.people import find_person, list_teams_in_use, team_ids_in_scope
from pwa.access.queries.roles import list_with_phone
from pwa.access.rules.codes import code_of, in_groups
from pwa.access.rules.grants import GRANTABLE_ROLES, Grants, grants_of
from pwa.access.rules.invitations import (
    LONGEST_NAME,
    Invitation,
    Newcomer,
    add_newcomer,
    invite,
    invite_again,
)
from pwa.database import Transaction
from pwa.logs import log
from pwa.phone_numbers import LOOKS_LIKE_CPR, dialled
from pwa.problems import NotAChoice, NotFound
from pwa.web.request_body import check_words, read_form
from pwa.web.requests import AppRequest, now_of, number_in
from pwa.web.responses import Context, large_page, page
from pwa.words import Person, Role, RoleName, is_id, to_day, to_text

ON_A_PAGE = 200
OF_A_NUMBER = 5
"""The version of ids that are made of employee numbers: nobody claims one of these by hand."""
WHO_LOOK: tuple[RoleName, ...] = ("leader", "organiser", "administrator", "dpo")


async def show_people(request: AppRequest) -> Response:
    """Who has access in the reader's teams, on how many phones, and when they were heard."""
    person, now = await signed_in(request), to_text(now_of(request))
    async with request.state.app.database.snapshot(beside=True) as tx:
        team_ids = await scope_of(tx, person)
        grants = await grants_or_none(tx, person)
        ours = await list_person_ids_within(tx, grants, now)
        frame = await leader_frame(tx, request, person)
        issuer = request.state.app.settings.oidc_issuer
        people = await people_document(tx, team_ids, ours, issuer, now, idle_since(request))
        gone = await list_gone(tx, team_ids, now)
    after = number_in(request, "after")
    context = {
        "people": people[after : after + ON_A_PAGE], "total": len(people), "gone": gone, "may_invite": bool(grants),
        "more_after": after + ON_A_PAGE if len(people) > after + ON_A_PAGE else 0,
    }  # fmt: skip
    return await large_page(request, "access/people.html", frame, context)


async def show_newcomer(request: AppRequest) -> Response:
    """A form for somebody who is not here yet."""
    person = await signed_in(request)
    async with request.state.app.database.snapshot() as tx:
        grants = await grants_of(tx, person)
        frame = await leader_frame(tx, request, person)
        teams = await list_teams_in_use(tx, frozenset().union(*grants.values()))
    context = {"teams": teams, "given": list(grants), "newcomer_id": request.state.app.new_id()}
    return page(request, "access/newcomer.html", frame, context)


async def do_newcomer(request: AppRequest) -> Response:
    """Add somebody, and lead to the code that lets them in; once for each form: sent again it leads to who was added.

    Raises NotFound, NotAChoice, NumberTaken and others.
    """
    who, form = await signed_in_as(request), await read_form(request)
    person, newcomer = who.person, _newcomer(form)
    newcomer_id = form.get("newcomer_id") or request.state.app.new_id()
    if not is_id(newcomer_id) or UUID(newcomer_id).version == OF_A_NUMBER:
        raise NotAChoice
    async with request.state.app.database.snapshot() as tx:
        if await find_person(tx, newcomer_id):
            return RedirectResponse(f"/people/{newcomer_id}", 303)
    if asked := await require_reauthentication(request, who, form):
        return asked
    await count_try(request, "invite", person_id=person.id)
    now, new_id, secret = now_of(request), request.state.app.new_id, secret_of_codes(request)

    async def let_in(tx: Transaction) -> Invitation:
        grants = await grants_of(tx, person)
        person_id = await add_newcomer(tx, grants, newcomer, person.id, now, new_id, newcomer_id)
        await refresh_if_leader(tx, request, [(person_id, newcomer.role)])
        return await invite(tx, person_id, person.id, now, new_id, secret)

    return _to_code(request, await request.state.app.database.write(let_in))


def _newcomer(form: dict[str, str]) -> Newcomer:
    name, number = form.get("name", ""), form.get("number", "")
    role, phone = given_role(form), phone_of_form(form)
    return Newcomer(name, number, role, day_of_form(form, "last_day"), phone if role.name == "leader" else "")


def phone_of_form(form: dict[str, str]) -> str:
    """The number at work that a form says, "" if it says none; raises NotANumber, TooLong."""
    phone = " ".join(form.get("phone", "").split())
    check_words(phone, are_needed=False, most=LONGEST_NAME)
    if phone and (LOOKS_LIKE_CPR.search(phone) or dialled(phone) is None):
        raise NotANumber
    return phone


def way_back(request: AppRequest) -> tuple[str, str]:
    """Where somebody's page was opened from, and what that is: "visit", "phones", "review" or "people"."""
    opened_from = request.query_params.get("from", "")
    if is_id(opened_from):
        return f"/board/visits/{opened_from}", "visit"
    if opened_from in ("phones", "review"):
        return f"/people/{opened_from}", opened_from
    return "/people", "people"


def carried_on(request: AppRequest) -> str:
    """What a form's address says of where the page was opened from, for the address of the page after it; "" for nothing."""
    address, _ = way_back(request)
    return "" if address == "/people" else f"?from={request.query_params['from']}"


async def refresh_if_leader(
    tx: Transaction, request: AppRequest, changed: Iterable[tuple[str, Role]]
) -> None:
    """Visits have their leaders' numbers: of these people's roles' teams, and of those under them."""
    led = [(person_id, role.team_id) for person_id, role in changed if role.name == "leader"]
    called = await list_with_phone(tx, {person_id for person_id, _ in led}) if led else set()
    if team_ids := {team_id for person_id, team_id in led if person_id in called}:
        await request.state.app.refresh_leaders(tx, team_ids, now_of(request), request.state.app.new_id)


def given_role(form: dict[str, str]) -> Role:
    """The role that a form names (role, team_id), if there is one of this name; raises NotAChoice."""
    name = next((each for each in GRANTABLE_ROLES if each == form.get("role")), None)
    if name is None or not form.get("team_id"):
        raise NotAChoice
    return Role(name, form["team_id"])


def day_of_form(form: dict[str, str], field: str) -> date | None:
    """The day in a field, None if it was left empty; raises NotAChoice."""
    try:
        return to_day(form[field]) if form.get(field) else None
    except ValueError:
        raise NotAChoice from None


async def do_invite(request: AppRequest) -> Response:
    """Let somebody in with a new phone, and lead to the code. Raises NotFound for those who are not one's own."""
    who, person_id = await signed_in_as(request), person_id_of(request)
    if asked := await require_reauthentication(request, who, {}):
        return asked
    person = who.person
    await count_try(request, "invite", person_id=person.id)
    now, new_id, secret = now_of(request), request.state.app.new_id, secret_of_codes(request)

    async def let_in(tx: Transaction) -> Invitation:
        grants = await grants_of(tx, person)
        return await invite_again(tx, grants, person_id, person.id, now, new_id, secret)

    async with recording_refusal(request, person, person_id):
        made = await request.state.app.database.write(let_in)
    return _to_code(request, made)


def _to_code(request: AppRequest, made: Invitation) -> Response:
    """Its page has an address of its own: loaded again, it makes no other code."""
    return RedirectResponse(f"/invitations/{made.id}{carried_on(request)}", 303)


async def show_invitation(request: AppRequest) -> Response:
    """A code that one has made, as long as it lets somebody in, and then what has become of it. Raises NotFound."""
    return await _show_invitation(request, "access/invitation_code.html")


async def show_invitation_live(request: AppRequest) -> Response:
    """The same as a piece of its page, fetched again as long as it is waited for."""
    return await _show_invitation(request, "access/_invitation_code.html")


async def _show_invitation(request: AppRequest, template: str) -> Response:
    person, invitation_id = await signed_in(request), request.path_params["invitation_id"]
    async with request.state.app.database.snapshot() as tx:
        frame = await leader_frame(tx, request, person)
        state = await _state(tx, request, person, invitation_id)
    context: Context = {"opened_from": carried_on(request)}
    if state["state"] == "waits":
        code = code_of(secret_of_codes(request), invitation_id)
        link = f"{rules_of(request).origin}/sign-in#{code}"
        context = {**context, "code": in_groups(code), "qr": qr_of(link)}
    return page(request, template, frame, context, state)


async def do_take_back(request: AppRequest) -> Response:
    """A code that one has made, or could have, lets nobody in any more; then the person's page, which says what became of it.

    Raises NotFound.
    """
    person, invitation_id, now = (
        await signed_in(request),
        request.path_params["invitation_id"],
        now_of(request),
    )

    async def take_back(tx: Transaction) -> str:
        row = await get_invitation(tx, invitation_id) if is_id(invitation_id) else None
        if row is None:
            raise NotFound
        grants = await grants_or_none(tx, person)
        if row.by_id != person.id and not await is_person_within(tx, grants, row.person_id, to_text(now)):
            raise NotFound
        if await withdraw_invitation(tx, invitation_id, to_text(now)):
            log.info("a code was taken back", person=row.person_id, by=person.id)
        return row.person_id

    person_id = await request.state.app.database.write(take_back)
    return RedirectResponse(f"/people/{person_id}{carried_on(request)}#code", 303)


async def _state(tx: Transaction, request: AppRequest, person: Person, invitation_id: str) -> Context:
    row = await get_invitation(tx, invitation_id) if is_id(invitation_id) else None
    invited = await find_person(tx, row.person_id) if row else None
    if row is None or row.by_id != person.id or invited is None:
        raise NotFound
    is_over = bool(row.withdrawn_at) or row.ends_at <= to_text(now_of(request))
    state = "used" if row.used_at else "over" if is_over else "waits"
    return {
        "invitation_id": invitation_id,
        "invited": {"id": row.person_id, "name": invited.name},
        "state": state,
        "settled_at": row.used_at or row.withdrawn_at,
        "ends_at": row.ends_at,
        "roles": await list_held(tx, row.person_id, to_text(now_of(request))),
    }


def person_id_of(request: AppRequest) -> str:
    """Whom the address is about; raises NotFound if it can be nobody."""
    person_id: str = request.path_params["person_id"]
    if not is_id(person_id):
        raise NotFound
    return person_id


async def scope_of(tx: Transaction, person: Person) -> frozenset[str]:
    """The teams whose people somebody sees; raises NotFound if there are none."""
    team_ids = await team_ids_in_scope(tx, person, WHO_LOOK)
    if not team_ids:
        raise NotFound
    return team_ids


async def grants_or_none(tx: Transaction, person: Person) -> Grants:
    """What somebody may give; nothing for those who only look."""
    try:
        return await grants_of(tx, person)
    except NotFound:
        return {}
