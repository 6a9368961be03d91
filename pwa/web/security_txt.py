"""Knows whom to tell of a weakness, as the internet asks for it (RFC 9116); knows nothing of weaknesses."""

from datetime import datetime, timedelta

from starlette.responses import PlainTextResponse, Response

from pwa.config import Settings
from pwa.problems import NotFound
from pwa.web.requests import AppRequest
from pwa.words import to_text

ADDRESS = "/.well-known/security.txt"
HOLDS = timedelta(days=360)
"""From the server's start: less than a year (RFC 9116 §2.5.5), so that a contact nobody looks after runs out."""


def describe_contact(settings: Settings, started_at: datetime) -> str:
    """The whole file; "" when the installation names no contact."""
    if not settings.security_contact:
        return ""
    fields = {
        "Contact": settings.security_contact,
        "Expires": to_text(started_at + HOLDS),
        "Preferred-Languages": "da, en",
    }
    if settings.origin:
        fields["Canonical"] = settings.origin + ADDRESS
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


async def show_security_txt(request: AppRequest) -> Response:
    """The file, for everybody. Raises NotFound when there is none."""
    if not request.state.app.security_txt:
        raise NotFound
    return PlainTextResponse(request.state.app.security_txt)
