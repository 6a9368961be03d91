"""Knows who is asking, by the sign-in's cookie, and how somebody gets in and out; knows no other page.

The cookie holds a random token; the database holds its SHA-256 only, one row per phone or browser, so that
one can be revoked and a stolen database lets nobody in (security.md).
"""

import ipaddress
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from starlette.responses import RedirectResponse, Response

from pwa.logs import log
from pwa.pages.bodies import read_form
from pwa.pages.rendering import page, plain_frame
from pwa.pages.requests import HandRequest, now_of, today_of
from pwa.problems import NotFound, NotSignedIn, Unavailable
from pwa.queries.people import get_person, list_people_by_role
from pwa.queries.sign_ins import add_sign_in, find_sign_in, set_revoked, set_used
from pwa.words import Person, RoleName, to_text

COOKIE = "__Host-session"
USE_IS_NOTED_AFTER = timedelta(hours=1)
START_PAGES: dict[RoleName, str] = {"carer": "/", "leader": "/board", "organiser": "/held"}


@dataclass(frozen=True)
class SignedIn:
    """Somebody, and the sign-in that says so."""

    id: str
    person: Person


async def signed_in(request: HandRequest) -> Person:
    """Who is asking; raises NotSignedIn."""
    return (await signed_in_as(request)).person


async def signed_in_as(request: HandRequest) -> SignedIn:
    """Who is asking and by which sign-in; raises NotSignedIn. Answers are in the person's language from here on."""
    now, hands = now_of(request), request.state
    idle_since = to_text(now - timedelta(days=hands.settings.sign_in_idle_days))
    async with hands.database.snapshot() as tx:
        row = await find_sign_in(tx, _hash(request.cookies.get(COOKIE, "")), to_text(now), idle_since)
        person = await get_person(tx, row["person_id"]) if row else None
    if row is None or person is None:
        raise NotSignedIn
    if datetime.fromisoformat(row["used_at"]) < now - USE_IS_NOTED_AFTER:
        # A disk that is full keeps nobody from reading; the next request notes it.
        with suppress(Unavailable):
            await hands.database.write(lambda tx: set_used(tx, row["id"], to_text(now)))
    hands.language = person.language
    return SignedIn(row["id"], person)


def start_page(person: Person) -> str:
    """Where somebody begins."""
    names = {role.name for role in person.roles}
    return next(page for name, page in START_PAGES.items() if name in names or name == "organiser")


async def sign_in(request: HandRequest, person: Person) -> Response:
    """Begin a sign-in with a new token, end the one that this browser had, and go to the start page."""
    token, now = secrets.token_urlsafe(32), now_of(request)
    most = timedelta(days=request.state.settings.sign_in_most_days)
    sign_in_id = request.state.new_id()
    async with request.state.database.transaction() as tx:
        await set_revoked(tx, _hash(request.cookies.get(COOKIE, "")), to_text(now))
        await add_sign_in(tx, sign_in_id, person.id, _hash(token), to_text(now), to_text(now + most))
        log.info("signed in", person=person.id, sign_in=sign_in_id)
    answer = RedirectResponse(start_page(person), 303)
    answer.set_cookie(
        COOKIE, token, int(most.total_seconds()), path="/", secure=True, httponly=True, samesite="lax"
    )
    return answer


async def do_sign_out(request: HandRequest) -> Response:
    """End this browser's sign-in; signed out already is signed out."""
    async with request.state.database.transaction() as tx:
        await set_revoked(tx, _hash(request.cookies.get(COOKIE, "")), to_text(now_of(request)))
    answer = RedirectResponse(way_in(request), 303)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def way_in(request: HandRequest) -> str:
    """Where somebody who is not signed in goes."""
    return "/demo" if request.state.demo else "/sign-in"


async def show_sign_in(request: HandRequest) -> Response:
    """The door."""
    return page(request, "sign_in/sign_in.html", plain_frame(request))


async def show_demo(request: HandRequest) -> Response:
    """The made-up municipality: whom to be."""
    check_near(request)
    async with request.state.database.snapshot() as tx:
        people = await list_people_by_role(tx, today_of(request))
    roles = [
        {"role": role, "people": [person for person in people if person["role"] == role]}
        for role in START_PAGES
    ]
    return page(request, "sign_in/demo.html", plain_frame(request), {"roles": roles})


async def do_demo_sign_in(request: HandRequest) -> Response:
    """Be one of the made-up people, without proving anything."""
    check_near(request)
    form = await read_form(request)
    async with request.state.database.snapshot() as tx:
        person = await get_person(tx, form.get("person", ""))
    if person is None:
        raise NotFound
    return await sign_in(request, person)


def check_near(request: HandRequest) -> None:
    """Let in only those on this machine, unless the demo was told otherwise; raises NotFound."""
    if request.state.open_to_all:
        return
    address = request.client.host if request.client else ""
    try:
        near = ipaddress.ip_address(address).is_loopback
    except ValueError:
        near = False
    if not near:
        raise NotFound


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
