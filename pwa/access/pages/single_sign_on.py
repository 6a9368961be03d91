"""Knows how somebody comes in by the municipality's own sign-in, and links an account to it; knows no provider's inside.

The browser leaves by a button of ours and comes back to `/sso`, which changes nothing: it is a page of ours whose
script hands on what stands in its address. So whatever is done is asked for by a page of ours, with the cookies that
only our pages bring (the short one is Strict), and the service worker hears that somebody has signed in.
"""

import secrets
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from pwa.access.oidc import IdentityClaims, InvalidToken, ProviderDown, auth_request_of
from pwa.access.pages.authentication import find_access, open_sign_in, signed_in_as, start_page, with_cookie
from pwa.access.pages.challenges import (
    as_json,
    begin_challenge,
    count_try,
    read_object,
    rules_of,
    take_challenge,
    uncount_try,
    with_browser_cookie,
    with_challenge_cookie,
)
from pwa.access.pages.own_access import check_still_in, own_if_confirmed
from pwa.access.pages.people_pages import refresh_if_leader
from pwa.access.pages.reauthentication import CONFIRMED_FOR
from pwa.access.problems import (
    BegunElsewhere,
    LastPasskey,
    MustBeLetInAgain,
    NoAccessHere,
    NotConfirmed,
    NotLetIn,
    ProviderSaidNo,
    ProviderSilent,
    WordDoesNotHold,
)
from pwa.access.queries import identities, sign_ins
from pwa.access.queries.invitations import count_recovery_codes
from pwa.access.rules.challenges import Challenge, Kind
from pwa.access.rules.passkeys import NOT_LET_IN
from pwa.access.rules.single_sign_on import find_or_add_person, link
from pwa.access.webauthn import WebAuthnJson
from pwa.database import Transaction
from pwa.logs import log
from pwa.problems import NotFound
from pwa.web.request_body import read_form
from pwa.web.requests import AppRequest, now_of
from pwa.web.responses import page, plain_frame
from pwa.words import Person, to_text

if TYPE_CHECKING:
    from pwa.access.oidc import Provider

BACK = "/sso"


def provider_of(request: AppRequest) -> "Provider":
    """The provider; raises NotFound when none is set: then there is nothing here."""
    if request.state.app.provider is None:
        raise NotFound
    return request.state.app.provider


async def show_back(request: AppRequest) -> Response:
    """Where a provider sends people back to, with a code or a no in the address. The page's script hands it on."""
    provider_of(request)
    return page(request, "access/sso.html", plain_frame(request))


async def do_begin(request: AppRequest) -> Response:
    """Where the browser goes to sign in. Raises NotFound, TooManyTries, ProviderSilent."""
    return await _begin(request, "sso", None)


async def do_answer(request: AppRequest) -> Response:
    """Let in whoever the provider says it is, with a new sign-in and the roles that the claims give now.

    Raises NoAccessHere, MustBeLetInAgain, and what `_word` raises.
    """
    provider_of(request)
    said = await read_object(request)
    counted = await count_try(request, "sign_in")
    (_, word), token = await _word(request, said, "sso"), secrets.token_urlsafe(32)

    ended: list[str] = []

    async def let_in(tx: Transaction) -> Person | None:
        ended.clear()
        person_id, changed = await find_or_add_person(tx, word, now_of(request), request.state.app.new_id)
        await refresh_if_leader(tx, request, [(person_id, role) for role in changed if person_id])
        person = await find_access(tx, request, person_id) if person_id else None
        if person and not await identities.holds(tx, word.issuer, word.subject):
            log.info(NOT_LET_IN, how="ways in were ended", person=person.id)
            ended.append(person.id)
        elif person:
            await open_sign_in(tx, request, person, token, proved_at=word.authenticated_at)
            await uncount_try(tx, request, counted)
        return person

    person = await request.state.app.database.write(let_in)
    if ended:
        raise MustBeLetInAgain
    if person is None:
        raise NoAccessHere
    answer = with_cookie(request, as_json({"to": start_page(person)}), token)
    return with_browser_cookie(request, answer, person.id)


async def do_link(request: AppRequest) -> Response:
    """Where the browser goes to link one's own account. Raises NotConfirmed, and what `do_begin` raises."""
    provider_of(request)
    who = await signed_in_as(request)
    async with request.state.app.database.snapshot() as tx:
        await own_if_confirmed(tx, request, who)
    return await _begin(request, "sso_link", who.person.id)


async def do_linked(request: AppRequest) -> Response:
    """Link it. Raises LinkedToSomebodyElse, and what `_word` raises."""
    provider_of(request)
    who, said = await signed_in_as(request), await read_object(request)
    counted = await count_try(request, "sign_in", person_id=who.person.id)
    challenge, word = await _word(request, said, "sso_link")
    if challenge.person_id != who.person.id:
        raise NotLetIn

    async def link_it(tx: Transaction) -> None:
        await check_still_in(tx, who)
        await link(tx, who.person.id, word, now_of(request))
        await uncount_try(tx, request, counted)

    await request.state.app.database.write(link_it)
    return as_json({"to": "/access"})


async def do_confirm(request: AppRequest) -> Response:
    """Where the browser goes so that somebody proves anew who sits there. Raises what `do_begin` raises."""
    provider_of(request)
    who = await signed_in_as(request)
    return await _begin(request, "sso_confirm", who.person.id)


async def do_confirmed(request: AppRequest) -> Response:
    """It was proved: until ten minutes after that one's access can be changed. Raises NotConfirmed, NotLetIn.

    A provider that does not say when it was proved has said nothing: it may remember somebody from this morning.
    """
    provider_of(request)
    who, said = await signed_in_as(request), await read_object(request)
    counted = await count_try(request, "sign_in", person_id=who.person.id)
    challenge, word = await _word(request, said, "sso_confirm")
    proved_at = word.authenticated_at
    if proved_at is None or proved_at <= now_of(request) - CONFIRMED_FOR:
        raise NotConfirmed

    async def confirm(tx: Transaction) -> None:
        person_id = await identities.find_person_id(tx, word.issuer, word.subject)
        is_own = person_id == who.person.id == challenge.person_id
        if not is_own or not await identities.holds(tx, word.issuer, word.subject):
            raise NotLetIn
        await sign_ins.set_confirmed(tx, who.id, to_text(proved_at))
        await uncount_try(tx, request, counted)

    await request.state.app.database.write(confirm)
    return as_json({"to": "/access"})


async def do_unlink(request: AppRequest) -> Response:
    """Nothing links one's account to the provider any more. Raises NotConfirmed, LastPasskey."""
    provider = provider_of(request)
    who, now = await signed_in_as(request), to_text(now_of(request))
    await read_form(request)

    async def unlink(tx: Transaction) -> None:
        own = await own_if_confirmed(tx, request, who)
        if not own and not await count_recovery_codes(tx, who.person.id):
            raise LastPasskey
        await identities.remove_identities(tx, provider.settings.oidc_issuer, who.person.id, now)

    await request.state.app.database.write(unlink)
    return RedirectResponse("/access", 303)


async def _begin(request: AppRequest, kind: Kind, person_id: str | None) -> Response:
    provider = provider_of(request)
    await count_try(request, "challenge", person_id=person_id)
    challenge = await begin_challenge(request, kind, person_id)
    asked = auth_request_of(kind, challenge.challenge)
    try:
        address = await provider.address(asked, _redirect_uri(request), is_fresh=kind == "sso_confirm")
    except ProviderDown as down:
        raise _silent(down) from None
    return with_challenge_cookie(as_json({"to": address}), challenge, kind)


async def _word(request: AppRequest, said: WebAuthnJson, kind: Kind) -> tuple[Challenge, IdentityClaims]:
    """What the provider says, in answer to what this browser was sent there with, once.

    Raises BegunElsewhere, ProviderSaidNo, ProviderSilent, WordDoesNotHold.
    """
    provider = provider_of(request)
    try:
        challenge = await take_challenge(request, kind)
    except NotLetIn:
        raise BegunElsewhere from None
    asked = auth_request_of(kind, challenge.challenge)
    if not secrets.compare_digest(str(said.get("state", "")).encode(errors="replace"), asked.state.encode()):
        raise BegunElsewhere
    try:
        await provider.check_answer(said.get("iss"))
        if said.get("error") or not isinstance(code := said.get("code"), str) or not code:
            log.info("the provider said no")
            raise ProviderSaidNo
        return challenge, await provider.redeem(code, asked, _redirect_uri(request))
    except ProviderDown as down:
        raise _silent(down) from None
    except InvalidToken as wrong:
        log.warning("what the provider gave does not hold", problem=str(wrong))
        raise WordDoesNotHold from None


def _silent(down: ProviderDown) -> ProviderSilent:
    log.warning("the provider does not answer", problem=str(down))
    return ProviderSilent()


def _redirect_uri(request: AppRequest) -> str:
    return f"{rules_of(request).origin}{BACK}"
