"""Knows the door: the page on which somebody signs in with a passkey, and what its script asks; knows no other way in.

Whatever does not hold is answered alike, so that nobody learns which passkeys there are.
"""

import secrets

from starlette.responses import Response

from pwa.access.passkeys import use_passkey
from pwa.database import Transaction
from pwa.pages.ceremonies import (
    as_json,
    begin_ceremony,
    count_try,
    read_object,
    rules_of,
    take_ceremony,
    uncount_try,
    with_ceremony,
)
from pwa.pages.rendering import page, plain_frame
from pwa.pages.requests import HandRequest, now_of
from pwa.pages.sign_in import find_access, open_sign_in, start_page, with_cookie
from pwa.passkeys import ask_to_use
from pwa.problems import NotLetIn
from pwa.words import Person


async def show_sign_in(request: HandRequest) -> Response:
    """The door."""
    return page(request, "sign_in/sign_in.html", plain_frame(request))


async def do_challenge(request: HandRequest) -> Response:
    """What the browser needs to ask its passkeys who is there."""
    await count_try(request, "challenge")
    ceremony = await begin_ceremony(request, "sign_in")
    return with_ceremony(as_json(ask_to_use(rules_of(request), ceremony.challenge)), ceremony)


async def do_answer(request: HandRequest) -> Response:
    """Let in whoever the passkey is, with a new sign-in. Raises NotLetIn, KeyMaterialSent, TooManyTries."""
    credential = await read_object(request)
    await count_try(request, "sign_in")
    ceremony, token = await take_ceremony(request, "sign_in"), secrets.token_urlsafe(32)

    async def let_in(tx: Transaction) -> Person | None:
        used = await use_passkey(tx, credential, ceremony, rules_of(request), now_of(request))
        person = await find_access(tx, request, used.person_id) if used else None
        if used and person:
            await open_sign_in(tx, request, person, token, used.passkey_id)
            await uncount_try(tx, request, "sign_in")
        return person

    person = await request.state.database.write(let_in)
    if person is None:
        raise NotLetIn
    return with_cookie(request, as_json({"to": start_page(person)}), token)
