"""Knows how a request is logged: which route, how it went, how long it took; never who asked for what."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pwa.logs import log

QUIET = frozenset({"/healthz", "/readyz"})
"""Asked for every few seconds by whoever watches the server."""


class RequestLog:
    """One line for each request, with the route as it stands on the map: no ids, no searches."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, status = time.monotonic(), 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            if scope["type"] == "http" and route not in QUIET:
                took = round((time.monotonic() - began) * 1000)
                log.info("request", method=scope["method"], route=route, status=status, milliseconds=took)
