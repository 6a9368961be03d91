"""Knows which requests another site made in a person's name; knows nothing about people."""

from starlette.types import ASGIApp, Receive, Scope, Send

from pwa.web.problem_responses import answer_problem
from pwa.web.problems import CrossSite
from pwa.web.requests import AppRequest

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_cross_site(request: AppRequest, origin: str) -> bool:
    """Whether this could be a forged request: it changes something and was not made by a page of ours.

    A browser says so itself (Fetch Metadata, Sec-Fetch-Site); an older one sends an Origin, which must be
    exactly ours. Who sends neither may not bring a cookie: without one there is nobody's name to misuse. What is
    said twice must be right both times: what stands in between may have believed the other one.
    """
    if request.method in SAFE:
        return False
    if sites := set(filter(None, request.headers.getlist("sec-fetch-site"))):
        return not sites <= {"same-origin", "none"}
    senders = request.headers.getlist("origin")
    if not senders:
        return "cookie" in request.headers
    return set(senders) != {origin or f"{request.url.scheme}://{request.url.netloc}"}


class RefuseCrossSite:
    """Answers CrossSite before anything else has looked at the request."""

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self.app = app
        self.origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and is_cross_site(request := AppRequest(scope), self.origin):
            await answer_problem(request, CrossSite())(scope, receive, send)
        else:
            await self.app(scope, receive, send)
