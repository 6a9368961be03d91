"""Knows which answers to make smaller on their way out; knows nothing about what they say."""

import asyncio
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pwa.web.packing import offered, pack

LEAST_BYTES = 500
LARGE = 200_000
"""From here on it is packed beside the event loop."""
WORTH_IT = re.compile(r"text/(?!event-stream)|application/([a-z.-]+\+)?json|image/svg")


class Compression:
    """Packs answers that come in one piece. A stream (the board's notices) is never packed, nor what already is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        packing = offered(Headers(scope=scope).get("accept-encoding", "")) if scope["type"] == "http" else ""
        if not packing or scope["method"] == "HEAD":
            await self.app(scope, receive, send)
            return
        start: Message = {}

        async def send_packed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            elif start:
                await send_both(message)
            else:
                await send(message)

        async def send_both(message: Message) -> None:
            nonlocal start
            headers, body = MutableHeaders(scope=start), message.get("body", b"")
            if _is_worth_it(headers, body) and not message.get("more_body"):
                is_large = len(body) > LARGE
                body = await asyncio.to_thread(pack, body, packing) if is_large else pack(body, packing)
                headers["Content-Encoding"] = packing
                headers["Content-Length"] = str(len(body))
                headers.add_vary_header("Accept-Encoding")
            await send(start)
            await send({**message, "body": body})
            start = {}

        await self.app(scope, receive, send_packed)


def _is_worth_it(headers: MutableHeaders, body: bytes) -> bool:
    return (
        len(body) >= LEAST_BYTES
        and "content-encoding" not in headers
        and WORTH_IT.match(headers.get("content-type", "")) is not None
    )
