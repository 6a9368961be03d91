"""Knows that each address has one spelling; knows nothing about what is there.

Whoever decides by an address, the service worker on the phone and a proxy before us, must read the same address as we do.
"""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from pwa.problems import NotFound
from pwa.web.problem_responses import answer_problem
from pwa.web.requests import AppRequest

SPELLING = re.compile(rb"/(?:(?!\.{1,2}(?:/|$))[A-Za-z0-9_.~-]+/)*(?!\.{1,2}$)[A-Za-z0-9_.~-]*")
"""What is written as itself (RFC 3986 §2.3), between single slashes: no address of ours needs more."""


def is_spelled_as_ours(path: bytes) -> bool:
    """Whether an address may be one of ours, as it came.

    >>> [is_spelled_as_ours(path) for path in (b"/", b"/days/2026-11-23", b"/.well-known/security.txt")]
    [True, True, True]
    >>> [is_spelled_as_ours(path) for path in (b"/%64ays/2026-11-23", b"//days", b"/days/../me", b"/me;x", b"/me\\\\")]
    [False, False, False, False, False]
    """
    return SPELLING.fullmatch(path) is not None


class RefuseOtherSpellings:
    """Answers NotFound to every other way of writing an address that is there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_spelled_as_ours(
            scope.get("raw_path") or scope["path"].encode()
        ):
            await answer_problem(AppRequest(scope), NotFound())(scope, receive, send)
        else:
            await self.app(scope, receive, send)
