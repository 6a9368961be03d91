"""Knows how a no is answered: as problem+json to programs, in words to people; knows no reasons of its own."""

import re
from collections.abc import Collection
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pwa.logs import log, what_and_where
from pwa.problems import NotFound, NotHandled, NotSignedIn, Problem, VaultClosed
from pwa.templating.render import render, translate
from pwa.web.problems import NotAllowedMethod, TooLarge
from pwa.web.request_body import read_form
from pwa.web.requests import AppRequest

FOR_PROGRAMS = (
    "/sync", "/vault", "/wiped", "/media/", "/blobs/", "/build/", "/static/", "/healthz", "/readyz",
    "/openapi.json", "/.well-known/", "/service_worker.js", "/manifest.webmanifest", "/board/live",
    "/sign-in/", "/access/confirm", "/access/passkeys", "/access/sso/link", "/access/sso/confirm",
)  # fmt: skip
FRAGMENTS = (
    "/do/",
    "/attention/",
    "/state",
    "/board/arrived",
    "/board/carers/",
    "/held/",
    "/invitations/",
    "/checklists/",
    "/followups/act",
    "/followups/live",
)
WRITTEN = frozenset(
    {
        "text",
        "label",
        "help",
        "options",
        "reason",
        "words",
        "name",
        "number",
        "phone",
        "value",
        "typed",
        "signed_by",
    }
)
"""The fields in which people write. What stands in them is shown again where a form is refused."""
INTO_THE_PAGE = {"HX-Retarget": "#problem", "HX-Reswap": "innerHTML"}

WITH_WORDS = frozenset({409, 422, 429, 500, 503})
"""A form that is answered so was not saved: what was written into it is shown again."""
FORM = "application/x-www-form-urlencoded"
OWN_PAGE = re.compile(r"/(?![/\\])[!-~]*")
OF_THE_WORKER = "haand-mode"
"""The header in which the service worker says that the browser will show the answer as a page: it asks in its place."""

OF_A_STATUS: dict[int, type[Problem]] = {404: NotFound, 405: NotAllowedMethod, 413: TooLarge}


def answer_problem(request: AppRequest, problem: Problem) -> Response:
    """The problem in the form that this address speaks, in the person's language where it is known."""
    language = getattr(request.state, "language", "da")
    headers = {"Retry-After": str(problem.retry_after)} if problem.retry_after else {}
    if request.url.path.startswith(FOR_PROGRAMS):
        return JSONResponse(
            problem_body(problem, language), problem.status, headers, media_type="application/problem+json"
        )
    if request.url.path.startswith(FRAGMENTS) and not is_navigation(request):
        words = render("carer/_problem.html", {"message": translate(problem.message, language)}, language)
        return HTMLResponse(words, problem.status, headers | INTO_THE_PAGE)
    if isinstance(problem, NotSignedIn):
        return RedirectResponse("/", 303)
    if isinstance(problem, VaultClosed):
        return _locked_page(request, problem, language)
    return _problem_page(request, problem, language, headers)


def problem_body(problem: Problem, language: str) -> dict[str, str | int]:
    """The problem for a program (RFC 9457 §3.1); `type` needs no page of its own, `code` says which."""
    return {
        "type": "about:blank",
        "title": translate(problem.title, language),
        "status": problem.status,
        "detail": translate(problem.message, language),
        "code": problem.code,
    }


def is_navigation(request: AppRequest) -> bool:
    """Whether the browser will show the answer as a page (Fetch Metadata), not hand it to a script."""
    return "navigate" in (request.headers.get("sec-fetch-mode"), request.headers.get(OF_THE_WORKER))


def _said(request: AppRequest, problem: Problem, language: str) -> dict[str, object]:
    """What every page about a problem says."""
    return {
        "title": translate(problem.title, language),
        "message": translate(problem.message, language),
        "status": problem.status,
        "language": language,
        "build": request.state.app.build.hash,
        "path": request.url.path,
    }


def _problem_page(request: AppRequest, problem: Problem, language: str, headers: dict[str, str]) -> Response:
    context = {
        **_said(request, problem, language),
        "fields": fields_again(request, WRITTEN) if problem.status in WITH_WORDS else [],
    }
    return HTMLResponse(render("problem.html", context, language), problem.status, headers)


def _locked_page(request: AppRequest, problem: Problem, language: str) -> Response:
    """The way back to the phone's worker. It says whose phone it is: the worker may have forgotten."""
    asked = request.query_params.get("next", "") if request.url.path == "/unlock" else ""
    page = request.url.path if request.method in ("GET", "HEAD") and not asked else asked
    is_own = OWN_PAGE.fullmatch(page) and not page.startswith("/unlock")
    context = {
        **_said(request, problem, language),
        "next_path": page if is_own else "/",
        "way_in": "/demo" if request.state.app.demo else "/sign-in",
        "fields": fields_again(request, WRITTEN),
    }
    headers = {"Haand-Person": request.state.person_id}
    return HTMLResponse(render("locked.html", context, language), problem.status, headers)


def fields_again(request: AppRequest, written: Collection[str]) -> list[dict[str, str | bool]]:
    """The form that was posted, to be shown again; the fields that can be written in are named."""
    form: dict[str, str] = getattr(request.state, "form", {})
    return [{"name": name, "value": value, "written": name in written} for name, value in form.items()]


async def on_problem(request: Request, problem: Exception) -> Response:
    """One handler serves all of problem_responses.py."""
    assert isinstance(problem, Problem)
    asked = AppRequest(request.scope, request.receive)
    is_form = request.method == "POST" and request.headers.get("content-type", "").startswith(FORM)
    if isinstance(problem, VaultClosed) and is_form and not hasattr(request.state, "form"):
        # Nothing was read yet, and somebody wrote it.
        with suppress(Problem):
            await read_form(asked)
    return answer_problem(asked, problem)


async def on_http_exception(request: Request, problem: Exception) -> Response:
    """The router's own no, as one of ours."""
    assert isinstance(problem, HTTPException)
    answer = answer_problem(AppRequest(request.scope), OF_A_STATUS.get(problem.status_code, NotFound)())
    answer.headers.update(problem.headers or {})
    return answer


class NeverATraceback:
    """Answers our own mistakes in words and logs where they were made, never what was said."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_and_notice(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_notice)
        except ClientDisconnect:
            pass  # nobody is there to be answered, and it is nobody's mistake
        except Exception as mistake:
            log.error("our mistake", **what_and_where(mistake))
            if not started and scope["type"] == "http":
                await answer_problem(AppRequest(scope), NotHandled())(scope, receive, send)
