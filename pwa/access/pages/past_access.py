"""Knows by what a phone is known whose sign-in is over: the cookie of then, or the token that it was given for this day."""

from datetime import timedelta

from pwa.access.pages.authentication import COOKIE
from pwa.access.pages.challenges import count_try
from pwa.access.queries.sign_ins import find_any_sign_in
from pwa.access.rules.challenges import hash_of
from pwa.access.rules.past_access import (
    SECRET,
    Delivers,
    PastAccess,
    delivery_token,
    find_past_access,
    read_delivery_token,
)
from pwa.access.rules.phone_proof import hash_of_secret
from pwa.problems import NotSignedIn
from pwa.web.requests import AppRequest, now_of

HEADER = "haand-delivery"
PHONE = "haand-phone"
"""The header in which a phone shows a secret of its own."""


def token_for(request: AppRequest, own: Delivers) -> str:
    """What this person's phone keeps for the day on which no cookie speaks for it any more."""
    return delivery_token(request.state.app.orders.secret_for(SECRET), own)


def delivers(request: AppRequest) -> Delivers | None:
    """Whose phone it is, by the token that it shows; None without one of ours."""
    token = request.headers.get(HEADER, "")
    return read_delivery_token(request.state.app.orders.secret_for(SECRET), token) if token else None


def secret_shown(request: AppRequest) -> str | None:
    """The hash of the secret by which the phone shows that it is the one whose id it says; None if it shows none."""
    return hash_of_secret(request.headers.get(PHONE, ""))


async def find_past(request: AppRequest, phone_id: str, is_with_another: bool) -> PastAccess:
    """Who delivers from this phone, on which another may be signed in by now.

    Raises NotSignedIn if nobody may, or should sign in again; TooManyTries.
    """
    shown, now = delivers(request), now_of(request)
    token_hash = hash_of(request.cookies.get(COOKIE, ""))
    idle = timedelta(days=request.state.app.settings.sign_in_idle_days)
    async with request.state.app.database.snapshot() as tx:
        if shown is None or shown.phone_id != phone_id:
            sign_in = await find_any_sign_in(tx, token_hash)
            shown = Delivers(sign_in.person_id, phone_id) if sign_in else None
        if shown is None:
            raise NotSignedIn
        secret_hash = secret_shown(request)
        found = await find_past_access(tx, shown, token_hash, now, idle, is_with_another, secret_hash)
    if found is None:
        raise NotSignedIn
    await count_try(request, "deliver", person_id=found.person.id)
    return found
