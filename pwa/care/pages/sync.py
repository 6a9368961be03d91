"""Knows how a phone's sync is read and answered; knows nothing of changes and documents but that they come."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from msgspec import structs
from starlette.responses import Response

from pwa.access.pages.authentication import SignedIn, known_by_cookie
from pwa.access.pages.past_access import PHONE, delivers, find_past, secret_shown, token_for
from pwa.access.pages.revoked_phones import HEADER as ORDER
from pwa.access.pages.revoked_phones import find_revoked, may_be_revoked, order_to
from pwa.access.queries.phones import get_phone
from pwa.access.queries.sign_ins import set_vault
from pwa.access.rules.past_access import Delivers
from pwa.audit.access_event import sync_access
from pwa.care.pages.notify import notify
from pwa.care.pages.sync_answer import cursor_of, in_its_form, write_answer
from pwa.care.pages.sync_given import Given, asks_for_unsent, given_to
from pwa.care.problems import AccessEnded, PhoneShutOut, SignInEnded
from pwa.care.sync.arrival import Arrival, Received
from pwa.care.sync.change_times import CLOCK, CLOCK_ENDS
from pwa.care.sync.half_written import settling_own
from pwa.care.sync.heard_already import heard_already, heard_unnoted
from pwa.care.sync.pull import Pull, pull
from pwa.care.sync.retries import HEADER as RETRIES
from pwa.care.sync.unseal import are_all_sealed, open_drafts, open_sealed
from pwa.care.sync.wire import SentDrafts, SyncRequest, UsualSyncRequest, read_sync_request
from pwa.problems import NotSignedIn, Problem, Unavailable, VaultClosed
from pwa.web.problems import BrokenBody, NotAsDescribed
from pwa.web.request_body import parse_json, read_body
from pwa.web.requests import AppRequest, now_of
from pwa.words import Drafts, Json, Person, Push, to_text


async def do_sync(request: AppRequest) -> Response:
    """Take what a phone has, answer when it is durable, and give what it lacks.

    One that was shut out, or whose sign-in is over, is answered what became of what it sent, and given nothing, or an
    order. So is one that does not show that its vault is open, of what is sealed. Raises NotSignedIn, VaultClosed,
    TooManyTries.
    """
    who, now = await _who(request), now_of(request)
    is_left = who is not None and _is_left_by_another(request, who)
    if who is None or is_left or who.vault == "another":
        return await _keep_of_past(request, is_with_another=is_left)
    sent = read_sync_request(await read_body(request))
    watch, is_todays = request.state.app.header_watch, sent.build == request.state.app.build.hash
    watch.note(is_todays=is_todays, has_own=PHONE in request.headers, now=now)
    if who.vault == "closed":
        return await _take_sealed(request, who, sent)
    push = await _push(request, who.person, who.id, sent)
    heard = await _heard_already(request, who.person, push, sent)
    received = heard[0] if heard else await _receive(request, _arrival(request, who.person, push))
    looked = await _take_looks(request, who.person, who.id, sent, received.heard_before)
    if received.revoked_as:
        return _answer_revoked(request, received, push, who.person.language, looked)
    await _bind(request, who)
    await notify(request, who.person, received.changed)
    given = heard[1] if heard else await _look_up(request, who.person, push, sent, received.pulled)
    language, unsent = who.person.language, given.unsent
    pulled = in_its_form(given.pulled, request.headers, sent.cursor, language)
    await _record_given(request, who.person, push, received.is_recorded, given)
    # With news only, or in place of one of an earlier sign-in: an answer that brings nothing stays small.
    phone = received.new_phone or push.phone
    is_news = received.new_phone or pulled.cursor != sent.cursor
    own = Delivers(who.person.id, phone, who.id)
    news: Json = (
        {"delivery": token_for(request, own)} if is_news or delivers(request) not in (None, own) else {}
    )
    if received.new_phone:
        news["phone"] = phone
    if unsent is not None:
        news["unsent"] = unsent
    answer = write_answer(received, pulled, sent.cursor, to_text(now), language, looked, **news)
    return Response(answer, media_type="application/json")


async def _take_sealed(request: AppRequest, who: SignedIn, sent: SyncRequest) -> Response:
    """The cookie alone: what is sealed is judged, and nothing is given. Raises VaultClosed for what is not."""
    if not are_all_sealed(sent.changes if sent.changes else [], sent.drafts.rows if sent.drafts else []):
        raise VaultClosed
    if sent.looked and not await _is_known_phone(request, who.person, sent.phone):
        # What somebody looked at is not said by whoever has but the cookie; the phone keeps it, and says it again.
        sent = structs.replace(sent, looked=[])
    # A sign-in that is bound, and brings nothing: as little is written for it as for one whose vault is open.
    heard = await _heard_alone(request, who, sent) if who.is_bound else None
    received, push, looked = heard or await _hold(request, who.person, who.id, sent)
    if received.revoked_as:
        return _answer_revoked(request, received, push, who.person.language, looked)
    await _bind(request, who)
    await notify(request, who.person, received.changed)
    news: Json = {"phone": received.new_phone} if received.new_phone else {}
    pulled, now = Pull(push.cursor, [], None), to_text(now_of(request))
    answer = write_answer(
        received, pulled, push.cursor, now, who.person.language, looked, closed=True, **news
    )
    return Response(answer, media_type="application/json")


async def _is_known_phone(request: AppRequest, carer: Person, phone_id: str) -> bool:
    """Whether a phone of this carer's shows by its own secret that it is here."""
    secret_hash = secret_shown(request)
    async with request.state.app.database.snapshot() as tx:
        phone = await get_phone(tx, phone_id)
    return phone is not None and phone.person_id == carer.id and secret_hash == phone.secret_hash is not None


async def _heard_alone(
    request: AppRequest, who: SignedIn, sent: SyncRequest
) -> tuple[Received, Push, bool] | None:
    """What comes of a push for which nothing has to be written; None for others."""
    push = await _push(request, who.person, who.id, sent)
    if push.changes or push.drafts or sent.looked:
        return None
    async with request.state.app.database.snapshot() as tx:
        received = await heard_already(tx, who.person, push, now_of(request))
    return (received, push, False) if received else None


async def _bind(request: AppRequest, who: SignedIn) -> None:
    """The first vault that is shown is that of the sign-in, open or closed: from here on its cookie is not enough."""
    shown = who.shown
    if shown is None or shown.vault_hash is None or who.is_bound:
        return
    vault_hash = shown.vault_hash
    # A disk that is full keeps nobody from reading; the next sync binds it.
    with suppress(Unavailable):
        await request.state.app.database.write(lambda tx: set_vault(tx, who.id, vault_hash))


async def _heard_already(
    request: AppRequest, carer: Person, push: Push, sent: SyncRequest
) -> tuple[Received, Given] | None:
    """What comes of a push for which nothing has to be written, and what the phone is given; None for others."""
    if push.changes or push.drafts:
        return None
    now = now_of(request)
    async with request.state.app.database.snapshot() as tx:
        received = await heard_already(tx, carer, push, now)
        if received is None:
            return None
        return received, await given_to(
            tx, carer, sent, await pull(tx, carer, push.cursor, now, _note_days(request))
        )


async def _look_up(
    request: AppRequest, carer: Person, push: Push, sent: SyncRequest, pulled: Pull | None
) -> Given:
    """What the phone is given, in one snapshot; nothing is read where all of it is here already."""
    if pulled is not None and not asks_for_unsent(sent):
        return Given(pulled, None, ())
    async with request.state.app.database.snapshot() as tx:
        return await given_to(
            tx,
            carer,
            sent,
            pulled or await pull(tx, carer, push.cursor, now_of(request), _note_days(request)),
        )


async def _record_given(
    request: AppRequest, carer: Person, push: Push, is_recorded: bool, given: Given
) -> None:
    """Before the phone has it, it stands in the access log."""
    log, look = request.state.app.access_log, sync_access(given.pulled.visit_ids)
    if is_recorded:
        log.remember(carer, look)
    elif given.pulled.visit_ids:
        await log.record_hourly(carer, push.sign_in_id, look, push.phone)
    if given.half_written:
        await log.record_hourly(carer, push.sign_in_id, sync_access(given.half_written), push.phone)


async def _take_looks(
    request: AppRequest, person: Person, sign_in_id: str, sent: SyncRequest, since: str
) -> bool:
    """Write down what was looked at on the phone since its last contact. False: there is nothing, or it is to come again."""
    reads = [(one.visit_id, one.at) for one in sent.looked]
    if not reads:
        return False
    try:
        taken = await request.state.app.access_log.receive_views(person, sign_in_id, sent.phone, reads, since)
    except Unavailable:
        return False
    return taken is not None


async def _who(request: AppRequest) -> SignedIn | None:
    """Who is signed in; None if nobody is, or if an order speaks for the phone."""
    try:
        return None if ORDER in request.headers else await known_by_cookie(request)
    except NotSignedIn:
        return None


def _is_left_by_another(request: AppRequest, who: SignedIn) -> bool:
    """Whether a token says that what comes is not of the one who is signed in."""
    shown = delivers(request)
    return shown is not None and shown.person_id != who.person.id


async def _keep_of_past(request: AppRequest, is_with_another: bool) -> Response:
    """Keep what comes from a phone for which no sign-in is shown. Raises NotSignedIn."""
    if not (delivers(request) or await may_be_revoked(request)):
        raise NotSignedIn
    body = await read_body(request)
    try:
        sent = read_sync_request(body)
    except (BrokenBody, NotAsDescribed):
        raise NotSignedIn from None
    try:
        person, phone = await find_revoked(request, sent.phone)
    except NotSignedIn:
        return await _keep_of_ended(request, sent, is_with_another)
    received, push, looked = await _hold(request, person, phone.sign_in_id, sent, PhoneShutOut)
    return _answer_revoked(request, received, push, person.language, looked)


async def _keep_of_ended(request: AppRequest, sent: SyncRequest, is_with_another: bool) -> Response:
    """Nothing was shut out, only a sign-in or every role is over: what was done before is held. Raises NotSignedIn.

    Where the sign-in holds, and only its cookie is lost, it is judged as usual.
    """
    if not (sent.changes or sent.drafts):
        raise NotSignedIn
    past = await find_past(request, sent.phone, is_with_another)
    person, over = past.person, SignInEnded if past.person.roles else AccessEnded
    held_as = None if past.holds else over
    received, push, looked = await _hold(request, person, past.sign_in_id, sent, held_as)
    if past.holds:
        await notify(request, person, received.changed)
    pulled, now = Pull(push.cursor, [], None), to_text(now_of(request))
    answer = write_answer(received, pulled, push.cursor, now, person.language, looked, ended=True)
    return Response(answer, media_type="application/json")


async def _hold(
    request: AppRequest,
    person: Person,
    sign_in_id: str,
    sent: SyncRequest,
    held_as: type[Problem] | None = None,
) -> tuple[Received, Push, bool]:
    """What came of a push for which no sign-in speaks, or the cookie alone; and whether what was looked at is written down.

    By neither are drafts settled that another phone has told of.
    """
    push = await _push(request, person, sign_in_id, sent)
    if push.drafts and push.drafts.gone:
        async with request.state.app.database.snapshot() as tx:
            push = await settling_own(tx, person.id, push, now_of(request))
    received = await _receive(request, _arrival(request, person, push, held_as, gives=False))
    return received, push, await _take_looks(request, person, sign_in_id, sent, received.heard_before)


def _answer_revoked(
    request: AppRequest, received: Received, push: Push, language: str, looked: bool
) -> Response:
    """The fates of what it sent, nothing new, and the order."""
    if received.revoked_as is None:
        raise NotSignedIn
    order = order_to(request, push.phone, received.revoked_as)
    pulled = Pull(push.cursor, [], None)
    answer = write_answer(
        received, pulled, push.cursor, to_text(now_of(request)), language, looked, order=order
    )
    return Response(answer, media_type="application/json")


async def _push(request: AppRequest, carer: Person, sign_in: str, sent: SyncRequest) -> Push:
    """What a phone sent, opened."""
    changes = await _opened(request, carer, sent)
    drafts = await _opened_drafts(request, carer, sent.drafts) if sent.drafts else None
    clock, retries, ends = (request.headers.get(name) for name in (CLOCK, RETRIES, CLOCK_ENDS))
    cursor, token = cursor_of(sent.cursor, request.headers), delivers(request)
    is_by_token = token is not None and (token.person_id, token.phone_id) == (carer.id, sent.phone)
    return Push(
        *(sent.phone, sign_in, sent.build, sent.now, changes, cursor, clock, drafts, retries, ends),
        secret_shown(request),
        is_by_token,
    )


async def _opened_drafts(request: AppRequest, carer: Person, sent: SentDrafts) -> Drafts:
    rows = await asyncio.to_thread(open_drafts, request.state.app.sealing, carer.id, sent.rows, parse_json)
    return Drafts(sent.n, rows, sent.gone)


async def _opened(request: AppRequest, carer: Person, sent: SyncRequest) -> Sequence[object]:
    """What came, every sealed change opened: beside the event loop, for many of them take a tenth of a second."""
    if isinstance(sent, UsualSyncRequest):
        return sent.changes
    return await asyncio.to_thread(open_sealed, request.state.app.sealing, carer.id, sent.changes, parse_json)


def _note_days(request: AppRequest) -> int:
    return request.state.app.settings.note_days


def _arrival(
    request: AppRequest,
    person: Person,
    push: Push,
    held_as: type[Problem] | None = None,
    *,
    gives: bool = True,
) -> Arrival:
    return Arrival(person, push, now_of(request), held_as, gives=gives, note_days=_note_days(request))


async def _receive(request: AppRequest, arrival: Arrival) -> Received:
    """What came of a push. Whoever only reads is answered although nothing can be written; raises Unavailable else."""
    try:
        return await request.state.app.push_batcher.receive(arrival)
    except Unavailable:
        async with request.state.app.database.snapshot() as tx:
            received = await heard_unnoted(tx, arrival.carer, arrival.push)
        if received is None:
            raise
        return received
