"""Knows what every request has at hand: the database, the build, the clock; knows nothing about pages."""

from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict

from starlette.datastructures import State
from starlette.requests import Request

from pwa.access.log import AccessLog
from pwa.blobs import Blobs
from pwa.build import Build
from pwa.changes import Pushes
from pwa.config import Settings
from pwa.database import Database
from pwa.live import Boards
from pwa.orders import OrderKey
from pwa.sealing import SealingKeys
from pwa.words import Clock, NewId, day_of

if TYPE_CHECKING:
    from pwa.oidc import Provider


class HandsGiven(TypedDict):
    """What the application gives to each request."""

    settings: Settings
    database: Database
    pushes: Pushes
    build: Build
    boards: Boards
    blobs: Blobs
    sealing: SealingKeys
    orders: OrderKey
    access_log: AccessLog
    provider: "Provider | None"
    clock: Clock
    new_id: NewId
    openapi: bytes
    security_txt: str
    demo: bool
    open_to_all: bool
    language: str


class Hands(State):
    """The same, as a request has it. `language` becomes the person's when it is known who asks, by which sign-in."""

    settings: Settings
    database: Database
    pushes: Pushes
    build: Build
    boards: Boards
    blobs: Blobs
    sealing: SealingKeys
    orders: OrderKey
    access_log: AccessLog
    provider: "Provider | None"
    clock: Clock
    new_id: NewId
    openapi: bytes
    security_txt: str
    demo: bool
    open_to_all: bool
    language: str
    sign_in_id: str


HandRequest = Request[Hands]


def now_of(request: HandRequest) -> datetime:
    """What time it is for this request."""
    return request.state.clock()


def today_of(request: HandRequest) -> date:
    """What day it is in Denmark for this request."""
    return day_of(request.state.clock())
