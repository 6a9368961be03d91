"""Knows how a phone's sync is read and answered; knows nothing of changes and documents but that they come."""

from datetime import datetime

import msgspec
from starlette.responses import Response

from pwa.access.log import Look
from pwa.changes import Received, heard_already, heard_unnoted, receive_push
from pwa.documents.pull import Pull, pull
from pwa.pages.bodies import read_body
from pwa.pages.poking import poke
from pwa.pages.requests import HandRequest, now_of
from pwa.pages.sign_in import signed_in_as
from pwa.pages.wire import read_sync_request
from pwa.problems import OF_A_CHANGE, Unavailable
from pwa.translation import translate
from pwa.words import Fate, Person, Push, to_text


async def do_sync(request: HandRequest) -> Response:
    """Take what a phone has, answer when it is durable, and give what it lacks."""
    who, now, database = await signed_in_as(request), now_of(request), request.state.database
    sent = read_sync_request(await read_body(request))
    push = Push(sent.phone, who.id, sent.build, sent.now, sent.changes, sent.cursor)
    received = None
    if not push.changes:
        async with database.snapshot() as tx:
            received = await heard_already(tx, who.person, push, now)
    if received is None:
        received = await _receive(request, who.person, push, now)
    async with database.snapshot() as tx:
        pulled = await pull(tx, who.person, sent.cursor, now)
    if pulled.visit_ids:
        look = Look(kind="read", what="sync", purpose="own_route", visit_ids=pulled.visit_ids)
        await request.state.access_log.note_once(who.person, who.id, look, sent.phone)
    await poke(request, who.person, received.changed)
    answer = write_answer(received, pulled, sent.cursor, to_text(now), who.person.language)
    return Response(answer, media_type="application/json")


async def _receive(request: HandRequest, carer: Person, push: Push, now: datetime) -> Received:
    """What came of a push. Whoever only reads is answered although nothing can be written; raises Unavailable else."""
    database = request.state.database
    try:
        return await database.write(lambda tx: receive_push(tx, carer, push, now, request.state.new_id))
    except Unavailable:
        async with database.snapshot() as tx:
            received = await heard_unnoted(tx, carer, push)
        if received is None:
            raise
        return received


def write_answer(received: Received, pulled: Pull, sent: str | None, now: str, language: str) -> str:
    """The answer as JSON; the documents in it are ready as they are stored. `sent` is the cursor that came."""
    head = {
        "now": now,
        **({} if pulled.cursor == sent else {"cursor": pulled.cursor}),
        "more": False,
        "fates": [_fate(fate, language) for fate in received.fates],
        "missing": received.missing,
        "heard_n": received.heard_n,
        **({} if pulled.ids is None else {"ids": pulled.ids}),
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
