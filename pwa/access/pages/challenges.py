"""Knows the short cookie that binds a challenge to a browser, and for which address passkeys are; knows no page."""

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response

from pwa.access.problems import NotLetIn, TooManyTries
from pwa.access.rules.browsers import SECRET as SECRET_OF_BROWSERS
from pwa.access.rules.browsers import name_browser, read_browser
from pwa.access.rules.challenges import Challenge, Kind, begin, is_elsewhere, lasts, take
from pwa.access.rules.codes import SECRET
from pwa.access.rules.passkeys import NOT_LET_IN
from pwa.access.rules.throttle import (
    Counter,
    What,
    counter_of_person,
    counters_of,
    give_back,
    may_try,
)
from pwa.access.webauthn import Rules, WebAuthnJson
from pwa.database import Transaction
from pwa.logs import log
from pwa.web.problems import BrokenBody
from pwa.web.request_body import parse_json, read_body
from pwa.web.requests import AppRequest, now_of

COOKIE = "__Host-ceremony"
COOKIE_ELSEWHERE = "__Host-sso"
"""Of a challenge that is answered at a provider's: the door goes on asking for passkeys meanwhile."""
COOKIE_OF_BROWSER = "__Host-browser"
BROWSER_STAYS = 400 * 86_400
MOST_BYTES = 64_000


def rules_of(request: AppRequest) -> Rules:
    """For whom passkeys are here: our own address, and in the demo the one that the browser has opened."""
    origin = request.state.app.settings.origin or f"{request.url.scheme}://{request.url.netloc}"
    return Rules(urlsplit(origin).hostname or "", origin)


def secret_of_codes(request: AppRequest) -> bytes:
    """What codes are kept with."""
    return request.state.app.orders.secret_for(SECRET)


async def begin_challenge(
    request: AppRequest, kind: Kind, person_id: str | None = None, code_hash: str | None = None
) -> Challenge:
    """A new challenge for this browser."""
    now = now_of(request)
    return await request.state.app.database.write(lambda tx: begin(tx, kind, person_id, now, code_hash))


def with_challenge_cookie(answer: Response, challenge: Challenge, kind: Kind = "sign_in") -> Response:
    """The answer, with the short cookie. It comes with nothing that another site has asked for."""
    most = int(lasts(kind).total_seconds())
    answer.set_cookie(
        _cookie(kind), challenge.token, most, path="/", secure=True, httponly=True, samesite="strict"
    )
    return answer


async def take_challenge(request: AppRequest, kind: Kind) -> Challenge:
    """The challenge that this browser was given for this, used up from here on; raises NotLetIn."""
    token, now = request.cookies.get(_cookie(kind), ""), now_of(request)
    challenge = await request.state.app.database.write(lambda tx: take(tx, kind, token, now))
    if challenge is None:
        log.info(NOT_LET_IN, how="no challenge, or too late")
        raise NotLetIn
    return challenge


@dataclass(frozen=True, slots=True)
class Counted:
    """A try that was counted, and by what."""

    what: What
    counters: list[Counter]


async def count_try(
    request: AppRequest, what: What, *, person_id: str | None = None, tried: str = ""
) -> Counted:
    """One more try by this browser, or by this person; raises TooManyTries.

    The very same that was `tried` from this address counts for whoever tries it, and not again for the address.
    """
    now = now_of(request)
    browser = read_browser(_secret_of_browsers(request), request.cookies.get(COOKIE_OF_BROWSER, ""))
    counters = (
        counter_of_person(what, person_id) if person_id else counters_of(what, _address(request), browser)
    )
    counted = await request.state.app.database.write(lambda tx: may_try(tx, what, counters, now, tried))
    if counted is None:
        log.warning("too many tries", how=what)
        raise TooManyTries
    return Counted(what, counted)


async def uncount_try(tx: Transaction, request: AppRequest, counted: Counted) -> None:
    """It went well, and does not count."""
    await give_back(tx, counted.what, counted.counters, now_of(request))


def with_browser_cookie(request: AppRequest, answer: Response, person_id: str | None = None) -> Response:
    """The answer, with a name for this browser if it has none, or with the name of whom it has let in."""
    secret, said = _secret_of_browsers(request), request.cookies.get(COOKIE_OF_BROWSER, "")
    if person_id or read_browser(secret, said) is None:
        answer.set_cookie(
            COOKIE_OF_BROWSER, name_browser(secret, person_id), BROWSER_STAYS, path="/", secure=True, httponly=True,
            samesite="strict",
        )  # fmt: skip
    return answer


def _secret_of_browsers(request: AppRequest) -> bytes:
    return request.state.app.orders.secret_for(SECRET_OF_BROWSERS)


def _cookie(kind: Kind) -> str:
    return COOKIE_ELSEWHERE if is_elsewhere(kind) else COOKIE


def _address(request: AppRequest) -> str:
    return request.client.host if request.client else ""


async def read_object(request: AppRequest) -> WebAuthnJson:
    """The body as a JSON object; raises BrokenBody, TooLarge."""
    body = parse_json(await read_body(request, MOST_BYTES))
    if not isinstance(body, dict):
        raise BrokenBody
    return cast(WebAuthnJson, body)


def as_json(content: WebAuthnJson) -> JSONResponse:
    """An answer for a script."""
    return JSONResponse(content)
