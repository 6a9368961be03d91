"""Knows the one door through which a request's own text comes in: its address, its query and its headers; no page.

Bodies have their own readers (request_body.py). What no database and no page can hold never gets further: of two
engines one kept a NUL and the other refused it, long after the page had been decided.
"""

import re
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

from pwa.problems import NotFound, Problem
from pwa.web.problem_responses import answer_problem
from pwa.web.problems import BrokenBody
from pwa.web.requests import AppRequest
from pwa.words import UNCLEAN, cleaned

CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
"""What no header's value may hold (RFC 9110 §5.5)."""
LOST = "\N{REPLACEMENT CHARACTER}"
"""What stands in an address in place of bytes that were no UTF-8."""
LONGEST_PATH = 2_000


def refusal_of(scope: Scope) -> type[Problem] | None:
    """Why a request is not let in, or None. There is nothing at an address that holds what no text holds."""
    path: str = scope["path"]
    if len(path) > LONGEST_PATH or LOST in path or UNCLEAN.search(path) or "\n" in path:
        return NotFound
    if any(CONTROL.search(value) for _, value in scope["headers"]):
        return BrokenBody
    return None


def cleaned_query(query: bytes) -> bytes:
    """A query with every name and value cleaned; as it came if there is nothing to clean. Raises BrokenBody."""
    try:
        fields = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    except ValueError:
        raise BrokenBody from None
    if not any(UNCLEAN.search(text) for field in fields for text in field):
        return query
    return urlencode([(cleaned(name), cleaned(value)) for name, value in fields]).encode()


class PlainText:
    """Refuses an address or a header that is no text, and cleans the query, before anything else has looked at them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = refusal_of(scope)
        if refused is None and scope["query_string"]:
            try:
                scope["query_string"] = cleaned_query(scope["query_string"])
            except BrokenBody:
                refused = BrokenBody
        if refused:
            await answer_problem(AppRequest(scope), refused())(scope, receive, send)
            return
        await self.app(scope, receive, send)
