"""Knows what a phone is answered that somebody has shut out: what it sends is kept, and it is ordered to wipe itself.

Its sign-in is over. It is known by the token of that sign-in all the same, or by an order that it has been given: a
lost phone delivers with it what its other carers have left on it. An order is for one phone: that another is the same
thing is shown by that one's own token of delivery, which lies there too.
"""

from base64 import b64decode

import msgspec
from starlette.responses import Response

from pwa.access.pages.authentication import COOKIE
from pwa.access.pages.challenges import count_try
from pwa.access.pages.past_access import delivers, secret_shown
from pwa.access.queries.people import get_person
from pwa.access.queries.phones import Phone, RevokedAs, get_phone, is_wiped
from pwa.access.queries.sign_ins import AnySignIn, find_any_sign_in
from pwa.access.rules.challenges import hash_of
from pwa.access.rules.phone_proof import proves
from pwa.access.rules.phones import list_revoked_together, note_wiped
from pwa.access.wipe_orders import NotOurs, Order, Signed, What
from pwa.database import Transaction
from pwa.problems import NotFound, NotSignedIn
from pwa.web.request_body import read_body
from pwa.web.requests import AppRequest, now_of
from pwa.words import Person, to_text

HEADER = "haand-order"
EVERYTHING_GOES = '"cache", "cookies", "storage"'
"""Of this address: what the phone's own code could not remove (W3C Clear Site Data §3.1)."""


def order_to(request: AppRequest, phone_id: str, how: RevokedAs) -> Signed:
    """The order that this phone is to be given."""
    what: What = "phone" if how == "lost" else "vault"
    return request.state.app.orders.sign(Order("wipe", what, phone_id, to_text(now_of(request))))


async def find_revoked(request: AppRequest, phone_id: str) -> tuple[Person, Phone]:
    """Whose phone this is that was shut out, and the phone. It may deliver a little, until it has said that it is empty.

    What lies on a lost phone is lost with it, as far as that proves that it lies there: whoever knows another phone's id
    shuts nobody out. Raises NotSignedIn if it is none, is somebody else's or is empty; TooManyTries.
    """
    now, order, own = now_of(request), _order_shown(request), delivers(request)
    secret_hash = secret_shown(request)

    def is_this(phone: Phone, sign_in: AnySignIn | None) -> bool:
        if order and order.phone == phone.id:
            return True
        by_token = own is not None and (own.person_id, own.phone_id) == (phone.person_id, phone.id)
        by_sign_in = not order and sign_in is not None and sign_in.id == phone.sign_in_id
        return proves(phone, secret_hash, by_token or by_sign_in)

    async def find(tx: Transaction) -> tuple[Person, Phone]:
        phone = await get_phone(tx, phone_id)
        sign_in = await find_any_sign_in(tx, hash_of(request.cookies.get(COOKIE, "")))
        if phone is not None and not is_this(phone, sign_in):
            raise NotSignedIn
        if order and not (phone and phone.revoked_as):
            phone = await list_revoked_together(tx, order.phone, phone_id, now)
        elif not order and (sign_in is None or phone is None or sign_in.person_id != phone.person_id):
            phone = None
        if phone and await is_wiped(tx, order.phone if order else phone.id, [sign_in.id] if sign_in else []):
            phone = None
        person = await get_person(tx, phone.person_id, to_text(now)) if phone else None
        if phone is None or person is None or not phone.revoked_as:
            raise NotSignedIn
        return person, phone

    person, phone = await request.state.app.database.write(find)
    await count_try(request, "revoked", person_id=person.id)
    return person, phone


async def may_be_revoked(request: AppRequest) -> bool:
    """Whether it is worth reading what somebody sends who is not signed in: a token that once held, or an order."""
    if _order_shown(request):
        return True
    async with request.state.app.database.snapshot() as tx:
        return await find_any_sign_in(tx, hash_of(request.cookies.get(COOKIE, ""))) is not None


def _order_shown(request: AppRequest) -> Order | None:
    text, _, signature = request.headers.get(HEADER, "").partition(".")
    try:
        order = request.state.app.orders.read(Signed(b64decode(text, validate=True).decode(), signature))
    except (NotOurs, ValueError):
        return None
    return order if order.what == "phone" else None


async def do_wiped(request: AppRequest) -> Response:
    """A phone says that it has done what it was ordered: the order itself, as it came. Raises NotFound."""
    try:
        signed = msgspec.json.decode(await read_body(request), type=Signed)
        order = request.state.app.orders.read(signed)
    except (NotOurs, msgspec.DecodeError):
        raise NotFound from None
    await request.state.app.database.write(lambda tx: note_wiped(tx, order.phone, now_of(request)))
    headers = {"Clear-Site-Data": EVERYTHING_GOES} if order.what == "phone" else {}
    return Response(status_code=204, headers=headers)
