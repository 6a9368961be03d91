"""Knows the page about one's own access: passkeys and where one is signed in; knows nobody else's.

What decides who gets in is changed only when a passkey has just said who sits there, so that a phone left open on
a table does not become somebody else's for good.
"""

from msgspec.structs import asdict
from starlette.responses import RedirectResponse, Response

from pwa.access.pages.authentication import (
    SignedIn,
    idle_since,
    other_start_pages,
    signed_in_as,
    sso_name,
    start_page,
)
from pwa.access.pages.challenges import (
    as_json,
    begin_challenge,
    count_try,
    read_object,
    rules_of,
    secret_of_codes,
    take_challenge,
    uncount_try,
    with_challenge_cookie,
)
from pwa.access.pages.devices import device_of
from pwa.access.pages.reauthentication import is_recent
from pwa.access.problems import NotConfirmed, NotLetIn
from pwa.access.queries import passkeys, sign_ins
from pwa.access.queries.access_resets import lock_person
from pwa.access.queries.identities import Link, list_identities
from pwa.access.queries.invitations import count_recovery_codes
from pwa.access.queries.passkeys import OwnPasskey
from pwa.access.rules.codes import in_groups
from pwa.access.rules.invitations import make_recovery_codes
from pwa.access.rules.passkeys import add_passkey, ask_to_make, remove_passkey, rename_passkey, use_passkey
from pwa.access.webauthn import WebAuthnJson, ask_to_use, id_of
from pwa.database import Transaction
from pwa.problems import NotFound, NotSignedIn
from pwa.web.request_body import read_form
from pwa.web.requests import AppRequest, now_of
from pwa.web.responses import page, plain_frame
from pwa.words import is_id, to_text


async def show_access(request: AppRequest) -> Response:
    """One's passkeys, and the phones and browsers in which one is signed in."""
    who, now = await signed_in_as(request), now_of(request)
    async with request.state.app.database.snapshot() as tx:
        own = await passkeys.list_passkeys(tx, who.person.id)
        codes = await count_recovery_codes(tx, who.person.id)
        places = await sign_ins.list_sign_ins(tx, who.person.id, to_text(now), idle_since(request))
        links = await _links(tx, request, who)
    context = {
        "me": {"id": who.person.id, "name": who.person.name},
        "home": start_page(who.person),
        "doors": [{"role": role, "path": path} for role, path in other_start_pages(who.person)],
        "passkeys": own,
        "codes_left": codes,
        "places": [{**asdict(place), "is_here": place.id == who.id} for place in places],
        "is_confirmed": _is_confirmed(request, who, own),
        "sso": sso_name(request),
        "links": links,
    }
    return page(request, "access/own_access.html", plain_frame(request), context)


async def do_confirm_challenge(request: AppRequest) -> Response:
    """What the browser needs so that one of one's own passkeys says who sits there."""
    who = await signed_in_as(request)
    async with request.state.app.database.snapshot() as tx:
        known = [each.id for each in await passkeys.list_passkeys(tx, who.person.id)]
    challenge = await begin_challenge(request, "confirm", who.person.id)
    return with_challenge_cookie(
        as_json(ask_to_use(rules_of(request), challenge.challenge, known)), challenge
    )


async def do_confirm(request: AppRequest) -> Response:
    """It has said so: for ten minutes one's access can be changed. Raises NotLetIn."""
    who, credential = await signed_in_as(request), await read_object(request)
    counted = await count_try(request, "sign_in", person_id=who.person.id)
    challenge = await take_challenge(request, "confirm")

    async def confirm(tx: Transaction) -> bool:
        used = await use_passkey(tx, credential, challenge, rules_of(request), now_of(request))
        if used is None or used.person_id != who.person.id:
            return False
        await sign_ins.set_confirmed(tx, who.id, to_text(now_of(request)))
        await uncount_try(tx, request, counted)
        return True

    if not await request.state.app.database.write(confirm):
        raise NotLetIn
    return as_json({"to": "/access"})


async def do_challenge(request: AppRequest) -> Response:
    """What the browser needs to make one more passkey. Raises NotConfirmed."""
    who = await signed_in_as(request)
    async with request.state.app.database.snapshot() as tx:
        known = await own_if_confirmed(tx, request, who)
    challenge = await begin_challenge(request, "add_passkey", who.person.id)
    options = ask_to_make(rules_of(request), challenge, who.person, known)
    return with_challenge_cookie(as_json(options), challenge)


async def do_add(request: AppRequest) -> Response:
    """One more passkey. Raises NotConfirmed, NotLetIn, KeyMaterialSent."""
    who, credential = await signed_in_as(request), await read_object(request)
    challenge = await take_challenge(request, "add_passkey")
    name = device_of(request.headers.get("user-agent", "")) or who.person.name

    async def add(tx: Transaction) -> None:
        await own_if_confirmed(tx, request, who)
        if challenge.person_id != who.person.id:
            raise NotLetIn
        await add_passkey(tx, who.person.id, name, credential, challenge, rules_of(request), now_of(request))

    await request.state.app.database.write(add)
    return as_json({"to": "/access"})


async def do_rename(request: AppRequest) -> Response:
    """Call a passkey something else. It lets in whom it let in."""
    who, form = await signed_in_as(request), await read_form(request)
    name = form.get("name", "")
    await request.state.app.database.write(lambda tx: rename_passkey(tx, who.person, _passkey_id(form), name))
    return RedirectResponse("/access", 303)


async def do_remove(request: AppRequest) -> Response:
    """Remove a passkey, with the sign-ins that it began. Raises NotConfirmed, LastPasskey, NotFound."""
    who, form = await signed_in_as(request), await read_form(request)

    async def remove(tx: Transaction) -> None:
        await own_if_confirmed(tx, request, who)
        is_linked = bool(await _links(tx, request, who))
        await remove_passkey(tx, who.person, _passkey_id(form), who.id, now_of(request), is_linked=is_linked)

    await request.state.app.database.write(remove)
    return RedirectResponse("/access", 303)


async def do_codes(request: AppRequest) -> Response:
    """Ten new recovery codes, this once, to be printed or written down. Raises NotConfirmed."""
    who = await signed_in_as(request)

    async def make(tx: Transaction) -> list[str]:
        await own_if_confirmed(tx, request, who)
        return await make_recovery_codes(tx, who.person.id, now_of(request), secret_of_codes(request))

    codes = await request.state.app.database.write(make)
    context = {"me": {"name": who.person.name}, "codes": [in_groups(code) for code in codes]}
    return page(request, "access/recovery_codes.html", plain_frame(request), context)


async def do_sign_out_there(request: AppRequest) -> Response:
    """End one of one's own sign-ins, somewhere else. Raises NotFound."""
    who, form = await signed_in_as(request), await read_form(request)
    sign_in_id, now = form.get("sign_in_id", ""), to_text(now_of(request))
    if not is_id(sign_in_id):
        raise NotFound

    async def end(tx: Transaction) -> None:
        if not await sign_ins.revoke_sign_in(tx, sign_in_id, who.person.id, who.person.id, now):
            raise NotFound

    await request.state.app.database.write(end)
    return RedirectResponse("/access", 303)


async def do_sign_out_elsewhere(request: AppRequest) -> Response:
    """End all of one's sign-ins but this one."""
    who, now = await signed_in_as(request), to_text(now_of(request))
    me = who.person.id
    await request.state.app.database.write(lambda tx: sign_ins.revoke_of_person(tx, me, me, now, who.id))
    return RedirectResponse("/access", 303)


def _passkey_id(form: WebAuthnJson) -> str:
    if found := id_of({"id": form.get("passkey_id")}):
        return found
    raise NotFound


async def own_if_confirmed(tx: Transaction, request: AppRequest, who: SignedIn) -> list[OwnPasskey]:
    """One's passkeys, if it was proved lately who sits there. Raises NotConfirmed, NotSignedIn."""
    await check_still_in(tx, who)
    own = await passkeys.list_passkeys(tx, who.person.id)
    if not _is_confirmed(request, who, own):
        raise NotConfirmed
    return own


async def check_still_in(tx: Transaction, who: SignedIn) -> None:
    """Nobody gets one more way in by a sign-in that was ended meanwhile. Raises NotSignedIn."""
    await lock_person(tx, who.person.id)
    span = await sign_ins.get_span(tx, who.id)
    if span is None or span.revoked_at:
        raise NotSignedIn


async def _links(tx: Transaction, request: AppRequest, who: SignedIn) -> list[Link]:
    """What links somebody to the provider, if there is one."""
    provider = request.state.app.provider
    return await list_identities(tx, provider.settings.oidc_issuer, who.person.id) if provider else []


def _is_confirmed(request: AppRequest, who: SignedIn, own: list[OwnPasskey]) -> bool:
    """Whether a passkey, or the provider, has just said who sits there.

    Somebody without any, in the demo, has nothing to say it with.
    """
    if not own and who.confirmed_at is None:
        return request.state.app.demo
    return is_recent(request, who)
