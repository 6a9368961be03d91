"""Knows who is asking, by the sign-in's cookie, and how somebody gets in and out; knows no other page.

The cookie holds a random token; the database holds its SHA-256 only, one row per phone or browser, so that
one can be revoked and a stolen database lets nobody in (security.md).
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import RedirectResponse, Response

from pwa.access.pages.devices import device_of
from pwa.access.queries.people import get_person, list_people_by_role
from pwa.access.queries.sign_ins import (
    HeldSignIn,
    NewSignIn,
    add_sign_in,
    find_sign_in,
    set_revoked,
    set_used,
)
from pwa.access.rules.challenges import hash_of
from pwa.access.rules.phone_proof import ShownVault, Standing, read_vault, standing
from pwa.database import Transaction
from pwa.demo import JUST_BEGUN, has_just_begun
from pwa.logs import log
from pwa.problems import NotFound, NotSignedIn, Unavailable, VaultClosed
from pwa.templating.render import translate
from pwa.web.host import is_here
from pwa.web.request_body import read_form
from pwa.web.requests import AppRequest, now_of
from pwa.web.responses import page, plain_frame
from pwa.words import N_, Person, RoleName, to_text

WITH_THE_MUNICIPALITY = N_("Sign in with the municipality")
COOKIE = "__Host-session"
VAULT = "haand-vault"
"""The header in which a phone's worker shows that its vault is open."""
USE_IS_NOTED_AFTER = timedelta(hours=1)
COOKIE_STAYS = timedelta(days=400)
"""Longer than any sign-in, as long as browsers allow: afterwards it opens nothing, and still says whose phone delivers."""
START_PAGES: dict[RoleName, str] = {
    "carer": "/",
    "leader": "/board",
    "organiser": "/held",
    "administrator": "/people",
    "dpo": "/access-log",
}


@dataclass(frozen=True)
class SignedIn:
    """Somebody, and the sign-in that says so; `confirmed_at` is when it was proved last, or None.

    `vault` is how the vault of its phone stands, `shown` what the request said of it, and `is_bound` whether the sign-in
    is that of a vault already.
    """

    id: str
    person: Person
    confirmed_at: str | None
    vault: Standing = "open"
    shown: ShownVault | None = None
    is_bound: bool = False


async def signed_in(request: AppRequest) -> Person:
    """Who is asking; raises NotSignedIn, VaultClosed."""
    return (await signed_in_as(request)).person


async def signed_in_as(request: AppRequest) -> SignedIn:
    """Who is asking and by which sign-in; raises NotSignedIn, and VaultClosed where the cookie is all that is shown."""
    who = await known_by_cookie(request)
    if who.vault != "open":
        raise VaultClosed
    return who


async def known_by_cookie(request: AppRequest) -> SignedIn:
    """Whose sign-in this is, whether its phone's vault is open or not; nothing personal is answered to that alone.

    Raises NotSignedIn. Answers are in the person's language from here on.
    """
    now, database = now_of(request), request.state.app.database
    token_hash = hash_of(request.cookies.get(COOKIE, ""))
    async with database.snapshot() as tx:
        found = await find_sign_in(tx, token_hash, to_text(now), idle_since(request))
    if found is None:
        raise NotSignedIn
    if datetime.fromisoformat(found.used_at) < now - USE_IS_NOTED_AFTER:
        # A disk that is full keeps nobody from reading; the next request notes it.
        with suppress(Unavailable):
            await database.write(lambda tx: set_used(tx, found.id, to_text(now)))
    request.state.language, request.state.sign_in_id = found.person.language, found.id
    request.state.person_id = found.person.id
    shown = read_vault(request.headers.get(VAULT, ""), found.person.id)
    vault = standing(found.vault_hash, shown)
    return SignedIn(found.id, found.person, found.confirmed_at, vault, shown, found.vault_hash is not None)


async def still_in(request: AppRequest) -> HeldSignIn | None:
    """Who asked, with the roles in force now, if the sign-in that this request came with still holds. Notes no use.

    For answers that go on after they have begun: whoever gives one asks this again and again. Raises Unavailable.
    """
    token_hash = hash_of(request.cookies.get(COOKIE, ""))
    async with request.state.app.database.snapshot() as tx:
        return await find_sign_in(tx, token_hash, to_text(now_of(request)), idle_since(request))


async def show_signed_in(request: AppRequest) -> Response:
    """Whether its sign-in still holds, for a page that stands open: who is in. Notes no use. Raises NotSignedIn, VaultClosed."""
    held = await still_in(request)
    if held is None:
        raise NotSignedIn
    request.state.language, request.state.person_id = held.person.language, held.person.id
    if standing(held.vault_hash, read_vault(request.headers.get(VAULT, ""), held.person.id)) != "open":
        raise VaultClosed
    return Response(status_code=204, headers={"Haand-Person": held.person.id})


def sso_name(request: AppRequest) -> str:
    """What the button of single sign-on says; "" when there is none."""
    provider = request.state.app.provider
    if provider is None:
        return ""
    return provider.settings.oidc_name or translate(WITH_THE_MUNICIPALITY, request.state.language)


async def find_access(tx: Transaction, request: AppRequest, person_id: str) -> Person | None:
    """Somebody who may do something here today; nobody gets in on a role that has ended or has not begun."""
    person = await get_person(tx, person_id, to_text(now_of(request)))
    return person if person and person.roles else None


def idle_since(request: AppRequest) -> str:
    """A sign-in that was not used since then is over."""
    return to_text(now_of(request) - timedelta(days=request.state.app.settings.sign_in_idle_days))


def start_page(person: Person) -> str:
    """Where somebody begins."""
    names = {role.name for role in person.roles}
    return next(page for name, page in START_PAGES.items() if name in names)


def other_start_pages(person: Person) -> list[tuple[RoleName, str]]:
    """Where somebody begins in each of the other roles, and which that is."""
    names = {role.name for role in person.roles}
    return [(name, page) for name, page in START_PAGES.items() if name in names][1:]


async def sign_in(request: AppRequest, person: Person, answer: Response) -> Response:
    """Begin a sign-in that nothing proves, and give its cookie with this answer."""
    token = secrets.token_urlsafe(32)
    async with request.state.app.database.transaction() as tx:
        await open_sign_in(tx, request, person, token)
    return with_cookie(request, answer, token)


async def open_sign_in(
    tx: Transaction, request: AppRequest, person: Person, token: str, passkey_id: str | None = None,
    proved_at: datetime | None = None,
) -> None:  # fmt: skip
    """Begin a sign-in with a new token, and end the one that this browser had. A passkey has proved it now."""
    now, sign_in_id = now_of(request), request.state.app.new_id()
    proved_at = now if passkey_id else proved_at
    await set_revoked(tx, hash_of(request.cookies.get(COOKIE, "")), to_text(now))
    begun = NewSignIn(
        id=sign_in_id,
        person_id=person.id,
        token_hash=hash_of(token),
        began_at=to_text(now),
        ends_at=to_text(now + _lasts(request)),
        passkey_id=passkey_id,
        confirmed_at=to_text(proved_at) if proved_at else None,
        device=device_of(request.headers.get("user-agent", "")),
    )
    await add_sign_in(tx, begun)
    log.info("signed in", person=person.id, sign_in=sign_in_id)


def with_cookie(request: AppRequest, answer: Response, token: str) -> Response:
    """The answer, with the sign-in's token for this browser."""
    most = int(COOKIE_STAYS.total_seconds())
    answer.set_cookie(COOKIE, token, most, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def _lasts(request: AppRequest) -> timedelta:
    return timedelta(days=request.state.app.settings.sign_in_most_days)


async def do_sign_out(request: AppRequest) -> Response:
    """End this browser's sign-in; signed out already is signed out."""
    async with request.state.app.database.transaction() as tx:
        await set_revoked(tx, hash_of(request.cookies.get(COOKIE, "")), to_text(now_of(request)))
    provider = request.state.app.provider
    tells = "?signed-out" if provider and provider.end_of_session and not request.state.app.demo else ""
    answer = RedirectResponse(way_in(request) + tells, 303)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def way_in(request: AppRequest) -> str:
    """Where somebody who is not signed in goes."""
    return "/demo" if request.state.app.demo else "/sign-in"


async def show_demo(request: AppRequest) -> Response:
    """The made-up municipality: whom to be."""
    check_near(request)
    async with request.state.app.database.snapshot() as tx:
        people = await list_people_by_role(tx, now_of(request))
    roles = [
        {"role": role, "people": [person for person in people if person.role == role]} for role in START_PAGES
    ]
    told = translate(JUST_BEGUN, request.state.language) if has_just_begun(now_of(request)) else ""
    return page(request, "access/demo_sign_in.html", plain_frame(request), {"roles": roles, "told": told})


async def do_demo_sign_in(request: AppRequest) -> Response:
    """Be one of the made-up people, without proving anything."""
    check_near(request)
    form = await read_form(request)
    async with request.state.app.database.snapshot() as tx:
        person = await find_access(tx, request, form.get("person", ""))
    if person is None:
        raise NotFound
    return await sign_in(request, person, RedirectResponse(start_page(person), 303))


def check_near(request: AppRequest) -> None:
    """Let in only those on this machine, unless the demo was told otherwise; raises NotFound."""
    if request.state.app.open_to_all:
        return
    address = request.client.host if request.client else ""
    if not is_here(address):
        raise NotFound
