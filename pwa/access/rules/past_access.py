"""Knows who may still deliver what was done before, although that sign-in or every role is over; knows no changes.

Such a delivery goes into what is held: nothing of it is judged, and nothing is given for it. Only where a token shows
whose phone it is because its cookie is lost, and the sign-in that it was made at still holds, it is judged as usual.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from pwa.access.queries import phones, sign_ins
from pwa.access.queries.people import get_person
from pwa.access.rules.phone_proof import proves
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
    """What a token says: this person's phone may deliver. `sign_in_id`: at which sign-in it was made, "" of before."""

    person_id: str
    phone_id: str
    sign_in_id: str = ""


def delivery_token(secret: bytes, delivers: Delivers) -> str:
    """What a phone shows where no cookie speaks for it. It reads nothing.

    What comes with it is judged as usual as long as the sign-in that it was made at holds; after that it is held, for ever.
    """
    named = ".".join(filter(None, (delivers.person_id, delivers.phone_id, delivers.sign_in_id)))
    mac = hmac.digest(secret, named.encode(), "sha256")[:MAC_BYTES]
    return f"{named}.{urlsafe_b64encode(mac).decode().rstrip('=')}"


def read_delivery_token(secret: bytes, token: str) -> Delivers | None:
    """Who may deliver with it; None if it is not one of ours."""
    named = token.split(".")[:-1]
    if len(named) not in (2, 3) or not all(is_id(each) for each in named):
        return None
    delivers = Delivers(*named)
    is_ours = hmac.compare_digest(token.encode(), delivery_token(secret, delivers).encode())
    return delivers if is_ours else None


async def find_past_access(
    tx: Transaction,
    shown: Delivers,
    token_hash: str,
    now: datetime,
    idle: timedelta,
    is_with_another: bool,
    secret_hash: str | None,
) -> PastAccess | None:
    """Whose phone this is, proved to be this person's by a token or by a cookie that once held: that names no sign-in.

    None if it is somebody else's, if it shows by `secret_hash` that it is not this phone, if it has said that it is empty,
    for then nothing waits there; or if the person shall rather sign in again: not where another is signed in on it by now,
    for nobody knows when it comes back.
    """
    phone = await phones.get_phone(tx, shown.phone_id)
    person = await get_person(tx, shown.person_id, to_text(now))
    cookie = await sign_ins.find_any_sign_in(tx, token_hash)
    of_cookie = cookie.id if cookie and cookie.person_id == shown.person_id else ""
    sign_in_id = phone.sign_in_id if phone else of_cookie
    if person is None or (phone and phone.person_id != person.id):
        return None
    if phone and not proves(phone, secret_hash, is_shown_by_token=True):
        return None
    if await phones.is_wiped(tx, shown.phone_id, {of_cookie, shown.sign_in_id, sign_in_id} - {""}):
        return None
    span = await sign_ins.get_span(tx, sign_in_id)
    is_in_use = phone is not None and not (phone.replaced_at or phone.revoked_as)
    holds = span is not None and ended_at(span, now, idle) is None
    if person.roles and is_in_use and holds and shown.sign_in_id == sign_in_id:
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
