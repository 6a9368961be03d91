"""Knows how a phone's sync is read and answered, with all that it shows beside it, in one place (over 300 lines for
that); knows nothing of changes and documents but that they come.
"""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from starlette.responses import Response

from pwa.access.pages.authentication import SignedIn, signed_in_as
from pwa.access.pages.past_access import delivers, find_past, token_for
from pwa.access.pages.revoked_phones import HEADER as ORDER
from pwa.access.pages.revoked_phones import find_revoked, may_be_revoked, order_to
from pwa.access.rules.past_access import Delivers
from pwa.audit.writer import sync_access
from pwa.care.documents.half_written import digest_of, half_written
from pwa.care.documents.half_written import unsent as unsent_of
from pwa.care.pages.notify import notify
from pwa.care.problems import OF_A_CHANGE, AccessEnded, SignInEnded
from pwa.care.queries.drafts import list_drafts_elsewhere, list_settled_elsewhere
from pwa.care.sync.change_times import CLOCK, CLOCK_ENDS
from pwa.care.sync.heard_already import heard_already, heard_unnoted
from pwa.care.sync.pull import Pull, pull
from pwa.care.sync.receive import Arrival, Received
from pwa.care.sync.retries import HEADER as RETRIES
from pwa.care.sync.unseal import open_drafts, open_sealed
from pwa.care.sync.wire import KnownUnsent, SentDrafts, SyncRequest, UsualSyncRequest, read_sync_request
from pwa.database import Transaction
from pwa.problems import NotSignedIn, Problem, Unavailable
from pwa.templating.translation import translate
from pwa.web.problems import BrokenBody, NotAsDescribed
from pwa.web.request_body import parse_json, read_body
from pwa.web.requests import AppRequest, now_of
from pwa.words import Drafts, Fate, Json, Person, Push, to_text


async def do_sync(request: AppRequest) -> Response:
    """Take what a phone has, answer when it is durable, and give what it lacks.

    One that was shut out, or whose sign-in is over, is answered what became of what it sent, and given nothing, or an
    order; raises NotSignedIn, TooManyTries.
    """
    who, now = await _who(request), now_of(request)
    if who is None or _is_left_by_another(request, who):
        return await _keep_of_past(request, is_with_another=who is not None)
    sent = read_sync_request(await read_body(request))
    push = await _push(request, who.person, who.id, sent)
    heard = await _heard_already(request, who.person, push, sent)
    received = heard[0] if heard else await _receive(request, who.person, push, now)
    looked = await _take_looks(request, who.person, who.id, sent, received.heard_before)
    if received.revoked_as:
        return _answer_revoked(request, received, push, who.person.language, looked)
    await notify(request, who.person, received.changed)
    given = heard[1] if heard else await _look_up(request, who.person, push, sent, received.pulled)
    pulled, unsent = given.pulled, given.unsent
    await _record_given(request, who.person, push, received.is_recorded, given)
    # With news only, or in place of one of an earlier sign-in: an answer that brings nothing stays small.
    phone = received.new_phone or push.phone
    is_news = received.new_phone or pulled.cursor != push.cursor
    own = Delivers(who.person.id, phone, who.id)
    news: Json = (
        {"delivery": token_for(request, own)} if is_news or delivers(request) not in (None, own) else {}
    )
    if received.new_phone:
        news["phone"] = phone
    if unsent is not None:
        news["unsent"] = unsent
    answer = write_answer(received, pulled, sent.cursor, to_text(now), who.person.language, looked, **news)
    return Response(answer, media_type="application/json")


class Given(NamedTuple):
    """What a phone is given besides what became of its changes. `unsent` is None where the phone knows it."""

    pulled: Pull
    unsent: Json | None
    half_written: Collection[str]  # the visits that unsent words are about


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
        return received, await _given(tx, carer, sent, await pull(tx, carer, push.cursor, now))


async def _look_up(
    request: AppRequest, carer: Person, push: Push, sent: SyncRequest, pulled: Pull | None
) -> Given:
    """What the phone is given, in one snapshot; nothing is read where all of it is here already."""
    if pulled is not None and not _asks_for_unsent(sent):
        return Given(pulled, None, ())
    async with request.state.app.database.snapshot() as tx:
        return await _given(tx, carer, sent, pulled or await pull(tx, carer, push.cursor, now_of(request)))


def _asks_for_unsent(sent: SyncRequest) -> bool:
    """An older phone does not."""
    return sent.unsent is not None or sent.cursor is None


async def _given(tx: Transaction, carer: Person, sent: SyncRequest, pulled: Pull) -> Given:
    """With the carer's half-written words that are not on this phone, where it does not know them."""
    if not _asks_for_unsent(sent):
        return Given(pulled, None, ())
    known = sent.unsent or KnownUnsent("", 0)
    drafts = unsent_of(await list_drafts_elsewhere(tx, carer.id, sent.phone, known.floor))
    settled = await list_settled_elsewhere(tx, carer.id, sent.phone)
    digest = digest_of(drafts, settled)
    if digest == known.digest:
        return Given(pulled, None, ())
    unsent: Json = {
        "digest": digest, "drafts": drafts, "settled": [{"id": id, "at": at} for id, at in settled],
    }  # fmt: skip
    return Given(pulled, unsent, half_written(drafts).keys() - {""})


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
        return None if ORDER in request.headers else await signed_in_as(request)
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
    received, push, looked = await _hold(request, person, phone.sign_in_id, sent)
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
    """What came of a push for which no sign-in speaks; and whether what was looked at is written down."""
    push = await _push(request, person, sign_in_id, sent)
    received = await _receive(request, person, push, now_of(request), held_as)
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
    return Push(sent.phone, sign_in, sent.build, sent.now, changes, sent.cursor, clock, drafts, retries, ends)


async def _opened_drafts(request: AppRequest, carer: Person, sent: SentDrafts) -> Drafts:
    rows = await asyncio.to_thread(open_drafts, request.state.app.sealing, carer.id, sent.rows, parse_json)
    return Drafts(sent.n, rows, sent.gone)


async def _opened(request: AppRequest, carer: Person, sent: SyncRequest) -> Sequence[object]:
    """What came, every sealed change opened: beside the event loop, for many of them take a tenth of a second."""
    if isinstance(sent, UsualSyncRequest):
        return sent.changes
    return await asyncio.to_thread(open_sealed, request.state.app.sealing, carer.id, sent.changes, parse_json)


async def _receive(
    request: AppRequest, carer: Person, push: Push, now: datetime, held_as: type[Problem] | None = None
) -> Received:
    """What came of a push. Whoever only reads is answered although nothing can be written; raises Unavailable else."""
    try:
        return await request.state.app.push_batcher.receive(Arrival(carer, push, now, held_as))
    except Unavailable:
        async with request.state.app.database.snapshot() as tx:
            received = await heard_unnoted(tx, carer, push)
        if received is None:
            raise
        return received


def write_answer(
    received: Received,
    pulled: Pull,
    sent: str | None,
    now: str,
    language: str,
    looked: bool,
    **more: object,
) -> str:
    """The answer as JSON; the documents in it are ready as they are stored. `sent` is the cursor that came.

    `more` is what few answers have: order, delivery, ended, phone.
    """
    head = {
        "now": now,
        **({} if pulled.cursor == sent else {"cursor": pulled.cursor}),
        "more": pulled.more,
        "fates": [_fate(fate, language) for fate in received.fates],
        "missing": received.missing,
        "heard_n": received.heard_n,
        "drafts": received.draft_n,
        **({} if pulled.ids is None else {"ids": pulled.ids}),
        **({"looked": True} if looked else {}),
        **more,
    }
    written = msgspec.json.encode(head).decode()
    return f'{written[:-1]},"documents":[{",".join(pulled.documents)}]}}'


def _fate(fate: Fate, language: str) -> dict[str, str]:
    if fate.problem is None:
        return {"id": fate.id, "fate": fate.fate}
    problem = OF_A_CHANGE[fate.problem]
    return {
        "id": fate.id,
        "fate": fate.fate,
        "problem": fate.problem,
        "message": translate(problem.message, language),
        "next_step": problem.next_step,
    }
