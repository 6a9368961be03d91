"""Knows which headers every answer carries (security.md); knows nothing about the answers."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types haand"
)
"""Trusted Types: the one policy is static/trusted_types.js."""


ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), "
        "microphone=(), geolocation=(), payment=(), usb=(), "
        "display-capture=(), accelerometer=(), gyroscope=(), magnetometer=()"
    ),
    "Cache-Control": "no-store",
}

BESIDES_PAGES = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What is no page, such as a script or what programs read, needs no more: the rest would be half of a short answer."""

PAGE = b"text/html"

Header = tuple[bytes, bytes]


def as_sent(headers: Mapping[str, str]) -> list[Header]:
    """Headers as ASGI has them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


ON_PAGES, BESIDES = as_sent(ALWAYS), as_sent(BESIDES_PAGES)
ON_HTTPS = as_sent({"Strict-Transport-Security": "max-age=63072000; includeSubDomains"})
"""For two years."""


class SecurityHeaders:
    """Puts the headers on every answer; a handler that says something stricter or longer-lived is left alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = dict(message["headers"])
                is_page = said.get(b"content-type", PAGE).startswith(PAGE)
                wanted = [
                    *(ON_PAGES if is_page else BESIDES),
                    *(ON_HTTPS if scope["scheme"] == "https" else ()),
                ]
                new = [header for header in wanted if header[0] not in said]
                message = {**message, "headers": [*message["headers"], *new]}
            await send(message)

        await self.app(scope, receive, send_with_headers)
