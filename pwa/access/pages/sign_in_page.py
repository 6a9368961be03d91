"""Knows the door: the page on which somebody signs in, and what its script asks; knows no passkeys' inside.

Whatever does not hold is answered alike, so that nobody learns which passkeys and which codes there are.
"""

import secrets

from starlette.responses import Response

from pwa.access.pages.authentication import (
    COOKIE,
    find_access,
    open_sign_in,
    sso_name,
    start_page,
    with_cookie,
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
    with_browser_cookie,
    with_challenge_cookie,
)
from pwa.access.pages.devices import device_of
from pwa.access.problems import AccessOver, CodeDoesNotWork, NotLetIn
from pwa.access.queries.access_resets import was_reset
from pwa.access.queries.invitations import find_code, use_code
from pwa.access.queries.passkeys import list_passkeys
from pwa.access.rules.challenges import hash_of
from pwa.access.rules.codes import digits_of, hash_of_before, hash_of_code
from pwa.access.rules.passkeys import NOT_LET_IN, add_passkey, ask_to_make, use_passkey
from pwa.access.rules.vouching import may_still_let_in
from pwa.access.webauthn import ask_to_use
from pwa.database import Transaction
from pwa.logs import log
from pwa.web.requests import AppRequest, now_of
from pwa.web.responses import page, plain_frame
from pwa.words import Person, to_text


async def show_sign_in(request: AppRequest) -> Response:
    """The door. Who has just signed out is told where one signs out of the provider too; who must be let in again, why."""
    provider = request.state.app.provider
    ends = provider.end_of_session if provider and "signed-out" in request.query_params else ""
    cookie, is_reset = request.cookies.get(COOKIE, ""), False
    if cookie:
        async with request.state.app.database.snapshot() as tx:
            is_reset = await was_reset(tx, hash_of(cookie))
    shown = {"sso": sso_name(request), "sso_ends": ends, "reset": is_reset}
    return with_browser_cookie(request, page(request, "access/sign_in.html", plain_frame(request), shown))


async def do_challenge(request: AppRequest) -> Response:
    """What the browser needs to ask its passkeys who is there."""
    await count_try(request, "challenge")
    challenge = await begin_challenge(request, "sign_in")
    answer = as_json(ask_to_use(rules_of(request), challenge.challenge))
    return with_browser_cookie(request, with_challenge_cookie(answer, challenge))


async def do_answer(request: AppRequest) -> Response:
    """Let in whoever the passkey is, with a new sign-in. Raises NotLetIn, AccessOver and others."""
    credential = await read_object(request)
    counted = await count_try(request, "sign_in")
    challenge, token = await take_challenge(request, "sign_in"), secrets.token_urlsafe(32)

    ended: list[str] = []

    async def let_in(tx: Transaction) -> Person | None:
        ended.clear()
        used = await use_passkey(tx, credential, challenge, rules_of(request), now_of(request))
        person = await find_access(tx, request, used.person_id) if used else None
        if used and person:
            await open_sign_in(tx, request, person, token, used.passkey_id)
            await uncount_try(tx, request, counted)
        elif used:
            log.info(NOT_LET_IN, how="no role today", person=used.person_id)
            ended.append(used.person_id)
        return person

    person = await request.state.app.database.write(let_in)
    if ended:
        raise AccessOver
    return _finish_sign_in(request, person, token)


async def do_code(request: AppRequest) -> Response:
    """Whom a code is for, and what the browser needs to make that person's passkey. The code is not used up by it.

    Raises CodeDoesNotWork, TooManyTries.
    """
    said = await read_object(request)
    code, now = digits_of(str(said.get("code", ""))), to_text(now_of(request))
    code_hash = hash_of_code(secret_of_codes(request), code)
    counted = await count_try(request, "code", tried=code_hash)
    async with request.state.app.database.snapshot() as tx:
        found = await find_code(tx, code_hash, hash_of_before(code), now)
        person = await find_access(tx, request, found.person_id) if found else None
        known = await list_passkeys(tx, person.id) if person else []
        is_vouched = found is not None and await may_still_let_in(tx, found, now_of(request))
    if found is None or person is None or not is_vouched:
        why = "no role today" if found and person is None else "whoever made the code may not any more"
        log.info(NOT_LET_IN, how=why if found else "a code that does not work")
        raise CodeDoesNotWork
    await request.state.app.database.write(lambda tx: uncount_try(tx, request, counted))
    challenge = await begin_challenge(request, "code", person.id, found.code_hash)
    options = ask_to_make(rules_of(request), challenge, person, known)
    return with_challenge_cookie(as_json({"name": person.name, "options": options}), challenge)


async def do_passkey(request: AppRequest) -> Response:
    """Let in whoever has a code, with the passkey that was made for it. Raises NotLetIn, KeyMaterialSent.

    All of it or nothing: a code that two phones come with makes one passkey.
    """
    credential = await read_object(request)
    challenge, token = await take_challenge(request, "code"), secrets.token_urlsafe(32)
    name = device_of(request.headers.get("user-agent", ""))

    async def let_in(tx: Transaction) -> Person:
        person_id, now = challenge.person_id or "", now_of(request)
        person, code_hash = await find_access(tx, request, person_id), challenge.code_hash or ""
        code = await find_code(tx, code_hash, code_hash, "")  # typed in time, however long the passkey took
        is_vouched = code is not None and await may_still_let_in(tx, code, now)
        if person is None or not is_vouched or not await use_code(tx, code_hash, person_id, to_text(now)):
            log.info(NOT_LET_IN, how="a code that was used meanwhile", person=person_id)
            raise NotLetIn
        made = await add_passkey(
            tx, person_id, name or person.name, credential, challenge, rules_of(request), now
        )
        await open_sign_in(tx, request, person, token, made.id)
        return person

    return _finish_sign_in(request, await request.state.app.database.write(let_in), token)


def _finish_sign_in(request: AppRequest, person: Person | None, token: str) -> Response:
    if person is None:
        raise NotLetIn
    answer = with_cookie(request, as_json({"to": start_page(person)}), token)
    return with_browser_cookie(request, answer, person.id)
