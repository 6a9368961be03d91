"""Knows how an open board, or another page that follows, hears that something has changed, and when it hears no more; knows
nothing of what stands on it.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from pwa.access.pages.stream_ticket import signed_in_to_stream, still_listens
from pwa.access.queries.people import team_ids_in_scope
from pwa.care.documents.visit import LEADING
from pwa.care.pages.board import scope_of
from pwa.problems import Unavailable
from pwa.web.live import EVERYBODY, OpenBoard
from pwa.web.requests import AppRequest
from pwa.words import to_moment

PING_EVERY = 5  # seconds
"""A board that hears nothing twice as long takes the server for lost (static/shared_stream.js)."""
CHECK_EVERY = 3  # seconds
"""A stream outlives the sign-in that opened it by no more."""
TRY_AGAIN_AFTER = 2000  # milliseconds


async def show_live(request: AppRequest) -> Response:
    """The board's notices, for as long as the page is open and its sign-in holds: names, never what changed."""
    leader = (await signed_in_to_stream(request)).person
    async with request.state.app.database.snapshot() as tx:
        team_ids = await scope_of(tx, leader, *LEADING)
    return EventSourceResponse(_notices(request, team_ids), ping=PING_EVERY)


async def _notices(request: AppRequest, team_ids: frozenset[str]) -> AsyncIterator[ServerSentEvent]:
    boards = request.state.app.boards
    board = boards.open(team_ids, request.state.sign_in_id, _drawn_at(request))
    watching = asyncio.create_task(_end_with_the_sign_in(request, board))
    try:
        yield ServerSentEvent("{}", event="hello", retry=TRY_AGAIN_AFTER)
        async for carer_id in board.names():
            yield ServerSentEvent("{}", event="all" if carer_id == EVERYBODY else f"carer-{carer_id}")
    finally:
        watching.cancel()
        boards.leave(board)


def _drawn_at(request: AppRequest) -> datetime | None:
    """When what the page shows was read; None where it does not say, and reads all once it hears."""
    try:
        return to_moment(request.query_params.get("drawn_at", ""))
    except ValueError:
        return None


async def _end_with_the_sign_in(request: AppRequest, board: OpenBoard) -> None:
    """Close the board once its reader may hear these teams no more, or once nobody can say whether she may."""
    try:
        while await _may_hear(request, board.team_ids):  # noqa: ASYNC110 - a limit in time tells nobody that it is reached
            await asyncio.sleep(CHECK_EVERY)
    except Unavailable:
        pass
    finally:
        board.close()


async def _may_hear(request: AppRequest, team_ids: frozenset[str]) -> bool:
    leader = await still_listens(request)
    if leader is None:
        return False
    async with request.state.app.database.snapshot() as tx:
        return team_ids <= await team_ids_in_scope(tx, leader, LEADING)
