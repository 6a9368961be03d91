"""The map: every address and who answers it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route

from pwa.access.log import AccessLog
from pwa.blobs import open_blobs
from pwa.build import Build, make_build
from pwa.config import Settings
from pwa.database import Database
from pwa.live import Boards
from pwa.openapi import describe
from pwa.pages import (
    access,
    access_log,
    blobs,
    board,
    door,
    guides,
    people,
    shell,
    sign_in,
    sync,
    visits,
    waiting,
)
from pwa.pages.compression import Compression
from pwa.pages.cross_site import RefuseCrossSite
from pwa.pages.headers import SecurityHeaders
from pwa.pages.problems import NeverATraceback, on_http_exception, on_problem
from pwa.pages.request_log import RequestLog
from pwa.pages.requests import HandsGiven
from pwa.problems import Problem
from pwa.relay import relaying
from pwa.words import Clock, NewId, clock, new_id

ROUTES = [
    # What all phones ask for all day is looked for first
    Route("/sync", sync.do_sync, methods=["POST"]),
    # A carer's pages, which the service worker answers too
    Route("/", visits.show_today),
    Route("/days/{day}", visits.show_day),
    Route("/visits/{visit_id}", visits.show_visit),
    Route("/guides", guides.show_guides),
    Route("/guides/{guide_id}", guides.show_guide),
    Route("/waiting", waiting.show_waiting),
    Route("/waiting/export", waiting.export_waiting),
    Route("/state", waiting.show_state),
    Route("/me", people.show_me),
    Route("/do/{change}", visits.do_change, methods=["POST"]),
    Route("/attention/{change_id}/retry", waiting.do_retry, methods=["POST"]),
    Route("/attention/{change_id}/read", waiting.do_read, methods=["POST"]),
    # A leader's and an organiser's pages
    Route("/board", board.show_board),
    Route("/board/days/{day}", board.show_board_day),
    Route("/board/carers/{carer_id}", board.show_board_carer),
    Route("/board/visits/{visit_id}", board.show_board_visit),
    Route("/board/live", board.show_live),
    Route("/held", board.show_held),
    Route("/held/dealt_with", board.do_deal_with, methods=["POST"]),
    Route("/held/put_back", board.do_put_back, methods=["POST"]),
    # The data-protection officer's pages, and why a leader looks
    Route("/access-log", access_log.show_log),
    Route("/access-log/purpose", access_log.do_say_purpose, methods=["POST"]),
    Route("/access-log/samples", access_log.show_samples),
    Route("/access-log/samples", access_log.do_draw, methods=["POST"]),
    Route("/access-log/verdict", access_log.do_judge, methods=["POST"]),
    Route("/access-log/citizens/{citizen_id}", access_log.show_extract),
    Route("/access-log/citizens/{citizen_id}/csv", access_log.export_extract),
    # In and out
    Route("/sign-in", door.show_sign_in),
    Route("/sign-in/challenge", door.do_challenge, methods=["POST"]),
    Route("/sign-in/answer", door.do_answer, methods=["POST"]),
    Route("/sign-out", sign_in.do_sign_out, methods=["POST"]),
    # One's own access
    Route("/access", access.show_access),
    Route("/access/confirm/challenge", access.do_confirm_challenge, methods=["POST"]),
    Route("/access/confirm", access.do_confirm, methods=["POST"]),
    Route("/access/passkeys/challenge", access.do_challenge, methods=["POST"]),
    Route("/access/passkeys", access.do_add, methods=["POST"]),
    Route("/access/rename", access.do_rename, methods=["POST"]),
    Route("/access/remove", access.do_remove, methods=["POST"]),
    Route("/access/sign-out-there", access.do_sign_out_there, methods=["POST"]),
    # For programs
    Route("/media/{sha256}", guides.show_picture),
    Route("/blobs/{sha256}", blobs.Blob),
    Route("/service_worker.js", shell.show_service_worker),
    Route("/manifest.webmanifest", shell.show_manifest),
    Route("/build/{hash}/{path:path}", shell.show_build_file),
    Route("/static/icons/{path:path}", shell.show_icon),
    Route("/openapi.json", shell.show_openapi),
    Route("/healthz", shell.show_alive),
    Route("/readyz", shell.show_ready),
]

DEMO_ROUTES = [
    Route("/demo", sign_in.show_demo),
    Route("/demo/sign-in", sign_in.do_demo_sign_in, methods=["POST"]),
]


def hosts_of(origin: str) -> list[str]:
    """The names that this server answers to: its own, and this machine's for whoever watches it."""
    host = urlsplit(origin).hostname
    return [host, "localhost", "127.0.0.1"] if host else ["*"]


def make_app(
    settings: Settings,
    *,
    demo: bool = False,
    open_to_all: bool = False,
    clock: Clock = clock,
    new_id: NewId = new_id,
    build: Build | None = None,
    boards: Boards | None = None,
) -> Starlette:
    """The application on one database. Whoever stops the server says so to `boards` first."""
    build = build or make_build()
    boards = boards or Boards()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[HandsGiven]:
        settings.data.mkdir(parents=True, exist_ok=True)
        blobs_given = open_blobs(settings.data, settings.blobs)
        database = await Database.open(settings.database)
        looked = AccessLog(database, clock, new_id)
        try:
            async with relaying(database, boards):
                yield {
                    "settings": settings,
                    "database": database,
                    "build": build,
                    "boards": boards,
                    "blobs": blobs_given,
                    "access_log": looked,
                    "clock": clock,
                    "new_id": new_id,
                    "openapi": describe(),
                    "demo": demo,
                    "open_to_all": open_to_all,
                    "language": "da",
                }
        finally:
            await looked.close()
            await database.close()

    return Starlette(
        routes=ROUTES + (DEMO_ROUTES if demo else []),
        middleware=[
            Middleware(RequestLog),
            Middleware(SecurityHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=hosts_of(settings.origin)),
            Middleware(Compression),
            Middleware(NeverATraceback),
            Middleware(RefuseCrossSite, origin=settings.origin),
        ],
        exception_handlers={Problem: on_problem, HTTPException: on_http_exception},
        lifespan=lifespan,
    )
