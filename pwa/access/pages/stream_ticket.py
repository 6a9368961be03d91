"""Knows by what a page's stream is let in where the service worker adds no header to it: the page was given a ticket.

A stream is the browser's own: a worker that carries it would be ended in the middle of it. The page was shown with the
vault open, so what stands on it says so for that sign-in, today and tomorrow. One of before its sign-in was that of a vault says nothing.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import date, timedelta

from pwa.access.pages.authentication import SignedIn, known_by_cookie, still_in
from pwa.problems import VaultClosed
from pwa.web.requests import AppRequest, today_of
from pwa.words import Person

SECRET = "stream"
"""What the installation's secret for tickets is named."""
MAC_BYTES = 16
A_DAY = timedelta(days=1)


def ticket_for(request: AppRequest, who: SignedIn, day: date) -> str:
    """What a page of this sign-in shows for its stream."""
    return _ticket(request, who.id, day) if who.is_bound else ""


def _ticket(request: AppRequest, sign_in_id: str, day: date) -> str:
    named = f"{sign_in_id}.{day.isoformat()}".encode()
    mac = hmac.digest(request.state.app.orders.secret_for(SECRET), named, "sha256")[:MAC_BYTES]
    return urlsafe_b64encode(mac).decode().rstrip("=")


async def signed_in_to_stream(request: AppRequest) -> SignedIn:
    """Who listens; raises NotSignedIn, and VaultClosed where neither the vault nor a ticket is shown."""
    who = await known_by_cookie(request)
    if who.vault != "open" and not _shows_ticket(request, who.id):
        raise VaultClosed
    return who


async def still_listens(request: AppRequest) -> Person | None:
    """Who listens, if her sign-in still holds, and has not become that of a vault that nothing is shown of since."""
    held = await still_in(request)
    if held is None or (held.vault_hash and not _shows_ticket(request, held.id)):
        return None
    return held.person


def _shows_ticket(request: AppRequest, sign_in_id: str) -> bool:
    shown, today = request.query_params.get("ticket", "").encode(), today_of(request)
    tickets = [_ticket(request, sign_in_id, day).encode() for day in (today, today - A_DAY)]
    return any(hmac.compare_digest(shown, ticket) for ticket in tickets)
