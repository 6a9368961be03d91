"""Knows what every request has at hand: the database, the build, the clock; knows nothing about pages."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from starlette.datastructures import State
from starlette.requests import Request

from pwa.words import Clock, NewId, day_of

if TYPE_CHECKING:
    # Named only: whoever reads a request's state imports what it uses from where that is.
    from pwa.access.oidc import Provider
    from pwa.access.wipe_orders import OrderKey
    from pwa.audit.writer import AccessLog
    from pwa.care.documents.board_days import Counted
    from pwa.care.sync.push_batcher import PushBatcher
    from pwa.care.sync.sealing_keys import SealingKeys
    from pwa.config import Settings
    from pwa.database import Database, Transaction
    from pwa.photos.blobs import Blobs
    from pwa.status.check import Check
    from pwa.web.build import Build
    from pwa.web.dropped_headers import HeaderWatch
    from pwa.web.live import Boards
    from pwa.web.shared_runs import SharedRuns


RefreshLeaders = Callable[["Transaction", Collection[str], datetime, NewId], Awaitable[None]]
CountHeld = Callable[["Transaction", Collection[str], date], Awaitable[int]]
"""How many changes wait for these teams to have a look today: a number in the menu of every leader's page."""


CountFollowUps = Callable[["Transaction", Collection[str], Collection[str]], Awaitable[int]]
"""How much of these teams nobody has taken up, and how many events of those: another number there."""


@dataclass(frozen=True, slots=True)
class AppState:
    """What the application gives to each request."""

    settings: "Settings"
    database: "Database"
    push_batcher: "PushBatcher"
    header_watch: "HeaderWatch"
    build: "Build"
    boards: "Boards"
    counts: "SharedRuns[Counted]"
    backups: "SharedRuns[Check]"
    blobs: "Blobs"
    sealing: "SealingKeys"
    orders: "OrderKey"
    access_log: "AccessLog"
    provider: "Provider | None"
    count_held: CountHeld
    count_follow_ups: CountFollowUps
    refresh_leaders: RefreshLeaders
    clock: Clock
    new_id: NewId
    openapi: bytes
    security_txt: str
    demo: bool
    open_to_all: bool


class RequestState(State):
    """What one request has: `language` becomes the person's, and `sign_in_id` and `person_id` are there, when it is known
    who asks.

    `form` is what the body was, once it is read as one (request_body.py).
    """

    app: AppState
    language: str
    sign_in_id: str
    person_id: str
    form: dict[str, str]

    if TYPE_CHECKING:

        def __getattr__(self, key: str) -> object:
            """Nothing can be done with what is not listed: Starlette's own state says that it may be anything."""


AppRequest = Request[RequestState]


def now_of(request: AppRequest) -> datetime:
    """What time it is for this request."""
    return request.state.app.clock()


def today_of(request: AppRequest) -> date:
    """What day it is in Denmark for this request."""
    return day_of(now_of(request))


MOST_COUNTED = 1_000_000


def number_in(request: AppRequest, name: str) -> int:
    """A count in the address, 0 for what is none or too large."""
    said = request.query_params.get(name, "")
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 8 else 0
    return number if number <= MOST_COUNTED else 0
