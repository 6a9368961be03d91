"""The map: every address and who answers it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route

from pwa.access.oidc import open_provider
from pwa.access.pages import (
    authentication,
    claim_rules,
    own_access,
    people_pages,
    person_pages,
    reviews,
    revoked_phones,
    sign_in_page,
    single_sign_on,
)
from pwa.access.wipe_orders import OrderKey
from pwa.audit.writer import AccessLog
from pwa.care.documents.access_purpose import purpose_of
from pwa.care.documents.attention import count_held_today
from pwa.care.pages import board, guides, me, purpose, sync, vault, visits, waiting
from pwa.care.queries.citizens import list_citizens_of_visits
from pwa.care.sync.push_batcher import PushBatcher
from pwa.care.sync.sealing_keys import SealingKeys
from pwa.config import Settings
from pwa.database import open_database
from pwa.openapi import describe
from pwa.oversight import pages as access_log
from pwa.photos import pages as blobs
from pwa.photos.blobs import open_blobs
from pwa.problems import Problem
from pwa.server.relay import relaying
from pwa.web import assets
from pwa.web.build import Build, make_build
from pwa.web.compression import Compression
from pwa.web.cross_site import RefuseCrossSite
from pwa.web.headers import SecurityHeaders
from pwa.web.live import Boards
from pwa.web.problem_responses import NeverATraceback, on_http_exception, on_problem
from pwa.web.request_log import RequestLog
from pwa.web.requests import AppState
from pwa.web.security_txt import ADDRESS, describe_contact, show_security_txt
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
    Route("/me", me.show_me),
    Route("/do/{change}", visits.do_change, methods=["POST"]),
    Route("/unlock", vault.show_unlock),
    Route("/lock", vault.do_lock, methods=["POST"]),
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
    # Who has access
    Route("/people", people_pages.show_people),
    Route("/people/new", people_pages.show_newcomer),
    Route("/people/new", people_pages.do_newcomer, methods=["POST"]),
    Route("/people/phones", reviews.show_phones),
    Route("/people/review", reviews.show_review),
    Route("/people/review", reviews.do_confirm, methods=["POST"]),
    Route("/people/claims", claim_rules.show_rules),
    Route("/people/claims", claim_rules.do_add, methods=["POST"]),
    Route("/people/claims/remove", claim_rules.do_remove, methods=["POST"]),
    Route("/people/{person_id}", person_pages.show_person),
    Route("/people/{person_id}/invite", people_pages.do_invite, methods=["POST"]),
    Route("/people/{person_id}/roles", person_pages.do_give_role, methods=["POST"]),
    Route("/people/{person_id}/roles/end", person_pages.do_end_role, methods=["POST"]),
    Route("/people/{person_id}/shut-out-phone", person_pages.do_revoke_phone, methods=["POST"]),
    Route("/people/{person_id}/shut-out", person_pages.do_revoke_access, methods=["POST"]),
    Route("/invitations/{invitation_id}", people_pages.show_invitation),
    # The data-protection officer's pages, and why a leader looks
    Route("/access-log", access_log.show_log),
    Route("/access-log/purpose", purpose.do_say_purpose, methods=["POST"]),
    Route("/access-log/samples", access_log.show_samples),
    Route("/access-log/samples", access_log.do_draw, methods=["POST"]),
    Route("/access-log/verdict", access_log.do_judge, methods=["POST"]),
    Route("/access-log/citizens/{citizen_id}", access_log.show_extract),
    Route("/access-log/citizens/{citizen_id}/csv", access_log.export_extract),
    # In and out
    Route("/sign-in", sign_in_page.show_sign_in),
    Route("/sign-in/challenge", sign_in_page.do_challenge, methods=["POST"]),
    Route("/sign-in/answer", sign_in_page.do_answer, methods=["POST"]),
    Route("/sign-in/code", sign_in_page.do_code, methods=["POST"]),
    Route("/sign-in/passkey", sign_in_page.do_passkey, methods=["POST"]),
    Route("/sign-in/sso", single_sign_on.do_begin, methods=["POST"]),
    Route("/sign-in/sso/answer", single_sign_on.do_answer, methods=["POST"]),
    Route(single_sign_on.BACK, single_sign_on.show_back),
    Route("/sign-out", authentication.do_sign_out, methods=["POST"]),
    # One's own access
    Route("/access", own_access.show_access),
    Route("/access/confirm/challenge", own_access.do_confirm_challenge, methods=["POST"]),
    Route("/access/confirm", own_access.do_confirm, methods=["POST"]),
    Route("/access/passkeys/challenge", own_access.do_challenge, methods=["POST"]),
    Route("/access/passkeys", own_access.do_add, methods=["POST"]),
    Route("/access/rename", own_access.do_rename, methods=["POST"]),
    Route("/access/remove", own_access.do_remove, methods=["POST"]),
    Route("/access/codes", own_access.do_codes, methods=["POST"]),
    Route("/access/sign-out-there", own_access.do_sign_out_there, methods=["POST"]),
    Route("/access/sign-out-elsewhere", own_access.do_sign_out_elsewhere, methods=["POST"]),
    Route("/access/sso/link", single_sign_on.do_link, methods=["POST"]),
    Route("/access/sso/linked", single_sign_on.do_linked, methods=["POST"]),
    Route("/access/sso/confirm", single_sign_on.do_confirm, methods=["POST"]),
    Route("/access/sso/confirmed", single_sign_on.do_confirmed, methods=["POST"]),
    Route("/access/sso/remove", single_sign_on.do_unlink, methods=["POST"]),
    # For programs
    Route("/vault", vault.show_vault),
    Route("/wiped", revoked_phones.do_wiped, methods=["POST"]),
    Route("/media/{sha256}", guides.show_picture),
    Route("/blobs/{sha256}", blobs.Blob),
    Route("/service_worker.js", assets.show_service_worker),
    Route("/manifest.webmanifest", assets.show_manifest),
    Route("/build/{hash}/{path:path}", assets.show_build_file),
    Route("/static/icons/{path:path}", assets.show_icon),
    Route("/openapi.json", assets.show_openapi),
    Route(ADDRESS, show_security_txt),
    Route("/healthz", assets.show_alive),
    Route("/readyz", assets.show_ready),
]

DEMO_ROUTES = [
    Route("/demo", authentication.show_demo),
    Route("/demo/sign-in", authentication.do_demo_sign_in, methods=["POST"]),
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
    """The application on one database. Whoever stops the server says so to `boards` first. Raises ExtraMissing."""
    build = build or make_build()
    boards = boards or Boards()
    provider = open_provider(settings, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, object]]:
        settings.data.mkdir(parents=True, exist_ok=True)
        blobs_given = open_blobs(settings.data, settings.blobs)
        sealing = SealingKeys.open(settings.sealing)
        orders = OrderKey.open(settings.sealing)
        database = await open_database(settings.database)
        looked = AccessLog(database, clock, new_id, list_citizens_of_visits, purpose_of)
        state = AppState(
            settings=settings,
            database=database,
            push_batcher=PushBatcher(database, looked, new_id),
            build=build,
            boards=boards,
            blobs=blobs_given,
            sealing=sealing,
            orders=orders,
            access_log=looked,
            provider=provider,
            count_held=count_held_today,
            clock=clock,
            new_id=new_id,
            openapi=describe(),
            security_txt=describe_contact(settings, clock()),
            demo=demo,
            open_to_all=open_to_all,
        )
        try:
            async with relaying(database, boards):
                yield {"app": state, "language": "da"}
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
