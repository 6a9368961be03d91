"""Knows who may still deliver what was done before, although that sign-in or every role is over; knows no changes.

Such a delivery goes into what is held: nothing of it is judged, and nothing is given for it. Only where the sign-in
still holds, and a token says whose phone it is because its cookie is lost, it is judged as usual.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pwa.access.queries import phones, sign_ins
from pwa.access.queries.people import get_person
from pwa.database import Transaction
from pwa.words import Person, is_id, to_moment, to_text

SECRET = "delivery"
"""What the installation's secret for tokens is named."""

SIGNS_IN_AGAIN = timedelta(days=1)
"""Whoever can still sign in is asked to for so long: then what waits is judged as usual."""

MAC_BYTES = 16


@dataclass(frozen=True, slots=True)
class PastAccess:
    """Whose phone delivers, and the sign-in that it came with last. With no role in force the person's access is over.

    `holds`: the sign-in does all the same, and is only not shown.
    """

    person: Person
    sign_in_id: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Delivers:
    """What a token says: this person's phone may deliver."""

    person_id: str
    phone_id: str


def delivery_token(secret: bytes, delivers: Delivers) -> str:
    """What a phone shows when no sign-in speaks for it any more. It opens nothing, and never ends."""
    named = f"{delivers.person_id}.{delivers.phone_id}"
    mac = hmac.digest(secret, named.encode(), "sha256")[:MAC_BYTES]
    return f"{named}.{urlsafe_b64encode(mac).decode().rstrip('=')}"


def read_delivery_token(secret: bytes, token: str) -> Delivers | None:
    """Who may deliver with it; None if it is not one of ours."""
    person_id, _, rest = token.partition(".")
    phone_id = rest.partition(".")[0]
    if not (is_id(person_id) and is_id(phone_id)):
        return None
    delivers = Delivers(person_id, phone_id)
    is_ours = hmac.compare_digest(token.encode(), delivery_token(secret, delivers).encode())
    return delivers if is_ours else None


async def find_past_access(
    tx: Transaction,
    person_id: str,
    phone_id: str,
    token_hash: str,
    now: datetime,
    idle: timedelta,
    by: Literal["token", "cookie"],
    is_with_another: bool,
) -> PastAccess | None:
    """Whose phone this is, proved to be this person's by a token or by a cookie that once held.

    None if it is somebody else's, or if the person shall rather sign in again: not where another is signed in on it by
    now, for nobody knows when it comes back.
    """
    phone, person = await phones.get_phone(tx, phone_id), await get_person(tx, person_id, to_text(now))
    cookie = await sign_ins.find_any_sign_in(tx, token_hash)
    of_cookie = cookie.id if cookie and cookie.person_id == person_id else ""
    sign_in_id = phone.sign_in_id if phone else of_cookie
    if person is None or (phone and phone.person_id != person_id):
        return None
    span = await sign_ins.get_span(tx, sign_in_id)
    is_in_use = phone is not None and not (phone.replaced_at or phone.revoked_as)
    holds = span is not None and ended_at(span, now, idle) is None
    if person.roles and by == "token" and is_in_use and holds:
        return PastAccess(person, sign_in_id, holds=True)
    is_soon = span is not None and now - over_since(span, now, idle) < SIGNS_IN_AGAIN
    if person.roles and is_soon and not is_with_another:
        return None
    return PastAccess(person, sign_in_id, holds=False)


def over_since(span: sign_ins.SignInSpan, now: datetime, idle: timedelta) -> datetime:
    """When a sign-in ended; of one that still holds, when it was last used: its cookie is lost."""
    return ended_at(span, now, idle) or to_moment(span.used_at)


def ended_at(span: sign_ins.SignInSpan, now: datetime, idle: timedelta) -> datetime | None:
    """When a sign-in ended, None while it holds."""
    revoked = [to_moment(span.revoked_at)] if span.revoked_at else []
    ends = (*revoked, to_moment(span.ends_at), to_moment(span.used_at) + idle)
    return min((end for end in ends if end <= now), default=None)
