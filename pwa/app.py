"""The map: joins the addresses that each wing answers, and makes what every request has at hand."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from pwa.access import routes as access
from pwa.access.oidc import open_provider
from pwa.access.wipe_orders import OrderKey
from pwa.audit.signed_heads import HeadKeys, keep_signing, sign_head
from pwa.audit.writer import AccessLog
from pwa.backups.renewal import keep_trying_to_renew
from pwa.care import routes as care
from pwa.care.documents.access_purpose import purpose_of
from pwa.care.documents.attention import count_held_today
from pwa.care.documents.compaction import keep_compacting
from pwa.care.documents.refresh import refresh_leaders
from pwa.care.queries.citizens import list_citizens_of_visits
from pwa.care.sync.push_batcher import PushBatcher
from pwa.care.sync.sealing_keys import SealingKeys
from pwa.checklists import routes as checklists
from pwa.config import Settings
from pwa.database import Company, open_database
from pwa.database.by_one import by_one
from pwa.followups import routes as followups
from pwa.followups.lists import count_follow_ups
from pwa.imports import routes as imports
from pwa.imports.told_boards import keep_telling_boards
from pwa.logs import log, what_and_where
from pwa.openapi import describe
from pwa.oversight import routes as oversight
from pwa.photos import routes as photos
from pwa.photos.blobs import open_blobs
from pwa.problems import Problem
from pwa.server.relay import relaying
from pwa.status import routes as status
from pwa.status.metrics import counting
from pwa.web import routes as web
from pwa.web.build import Build, make_build
from pwa.web.compression import Compression
from pwa.web.cross_site import RefuseCrossSite
from pwa.web.dropped_headers import HeaderWatch
from pwa.web.headers import SecurityHeaders
from pwa.web.host import RefuseWrongHost, is_here, names_of
from pwa.web.live import Boards
from pwa.web.one_spelling import RefuseOtherSpellings
from pwa.web.plain_text import PlainText
from pwa.web.problem_responses import NeverATraceback, on_http_exception, on_problem
from pwa.web.request_log import RequestLog
from pwa.web.requests import AppState
from pwa.web.security_txt import describe_contact
from pwa.web.shared_runs import SharedRuns
from pwa.words import Clock, NewId, clock, new_id


def refuse_doubles(routes: Sequence[Route]) -> list[Route]:
    """The routes of several wings as one list; raises ValueError if two have the same address and method."""
    met: set[tuple[str, str]] = set()
    for route in routes:
        for method in route.methods or {"*"}:
            if (route.path, method) in met:
                raise ValueError(f"two routes answer {method} {route.path}")
            met.add((route.path, method))
    return list(routes)


ROUTES = refuse_doubles(
    [
        *care.ROUTES,
        *followups.ROUTES,
        *access.ROUTES,
        *oversight.ROUTES,
        *imports.ROUTES,
        *checklists.ROUTES,
        *photos.ROUTES,
        *web.ROUTES,
        *status.ROUTES,
    ]
)
"""Every address. What all phones ask for all day is access_log for first."""


def make_app(
    settings: Settings,
    *,
    demo: bool = False,
    open_to_all: bool = False,
    clock: Clock = clock,
    new_id: NewId = new_id,
    build: Build | None = None,
    boards: Boards | None = None,
    company: Company | None = None,
) -> Starlette:
    """The application on one database. Whoever stops the server says so to `boards` first. Raises ExtraMissing.

    `company` is that of the processes that serve an SQLite file together.
    """
    build = build or make_build()
    boards = boards or Boards(clock)
    provider = open_provider(settings, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, object]]:
        settings.data.mkdir(parents=True, exist_ok=True)
        blobs = open_blobs(settings.data, settings.blobs)
        orders = OrderKey.open(settings.sealing)  # first: where others are there, and it is not, it is lost
        sealing = SealingKeys.open(settings.sealing)
        head_keys = HeadKeys.open(settings.head_keys)
        database = await open_database(settings.database, company=company)
        access_log = AccessLog(database, clock, new_id, list_citizens_of_visits, purpose_of)
        state = AppState(
            settings=settings,
            database=database,
            push_batcher=PushBatcher(database, access_log, new_id),
            header_watch=HeaderWatch(),
            build=build,
            boards=boards,
            counts=SharedRuns(),
            backups=SharedRuns(),
            blobs=blobs,
            sealing=sealing,
            orders=orders,
            access_log=access_log,
            provider=provider,
            count_held=count_held_today,
            count_follow_ups=count_follow_ups,
            refresh_leaders=refresh_leaders,
            clock=clock,
            new_id=new_id,
            openapi=describe(),
            security_txt=describe_contact(settings, clock()),
            demo=demo,
            open_to_all=open_to_all,
        )
        aside = [
            asyncio.create_task(work)
            for work in (
                by_one(
                    database,
                    lambda: keep_signing(
                        database, head_keys, settings.heads, clock, settings.access_log_days
                    ),
                ),
                by_one(database, lambda: keep_trying_to_renew(database, clock, new_id)),
                by_one(database, lambda: keep_compacting(database, clock)),
                keep_telling_boards(database, boards),
            )
        ]
        for task in aside:
            task.add_done_callback(_say_what_ended_it)
        try:
            async with relaying(database, boards):
                yield {"app": state, "language": "da"}
        finally:
            for task in aside:
                task.cancel()
            await asyncio.wait(aside)
            await access_log.close()
            await sign_head(database, head_keys, settings.heads, clock, settings.access_log_days)
            await database.close()
            log.info("stopped")

    # The demo asks nobody who they are. With --open-to-all, or where it listens to others, it has as many names as the machine.
    is_here_only = demo and not open_to_all and is_here(settings.listen)
    server = Starlette(
        routes=refuse_doubles([*ROUTES, *access.DEMO_ROUTES]) if demo else ROUTES,
        middleware=[
            Middleware(RequestLog),
            Middleware(SecurityHeaders),
            Middleware(RefuseWrongHost, names=names_of(settings.origin, is_here_only)),
            *counting(settings),
            Middleware(Compression),
            Middleware(NeverATraceback),
            Middleware(RefuseOtherSpellings),
            Middleware(PlainText),
            Middleware(RefuseCrossSite, origin=settings.origin),
        ],
        exception_handlers={Problem: on_problem, HTTPException: on_http_exception},
        lifespan=lifespan,
    )
    # An address with a slash behind it is another spelling of one that is there, and not found.
    server.router.redirect_slashes = False
    return server


def _say_what_ended_it(task: asyncio.Task[None]) -> None:
    """Work beside the server goes on for ever, or until it is done: nobody waits for it who would see an error."""
    if not task.cancelled() and (error := task.exception()):
        log.error("work beside the server has ended", **what_and_where(error))
