"""Knows when a passkey must say anew who sits there, before somebody lets others in; knows no passkeys' inside.

A tablet that lies open on a table lets nobody in. A provider that does not say when it was proved has said nothing: the
passkey is asked, and whoever has none proves it anew at the provider. Only the demo, where nothing is proved, asks nobody.
"""

from collections.abc import Mapping
from datetime import timedelta

from starlette.responses import Response

from pwa.access.pages.authentication import SignedIn
from pwa.access.pages.leader_frame import leader_frame
from pwa.access.queries.passkeys import list_passkeys
from pwa.web.requests import AppRequest, now_of
from pwa.web.responses import page
from pwa.words import to_text

CONFIRMED_FOR = timedelta(minutes=10)


def is_recent(request: AppRequest, who: SignedIn) -> bool:
    """Whether a passkey has said within the last ten minutes who sits there."""
    return (who.confirmed_at or "") > to_text(now_of(request) - CONFIRMED_FOR)


async def require_reauthentication(
    request: AppRequest, who: SignedIn, form: Mapping[str, str]
) -> Response | None:
    """A page that asks for the passkey and then sends the same form again; None when there is no need to ask."""
    is_demo = request.state.app.demo and who.confirmed_at is None
    if is_demo or is_recent(request, who):
        return None
    async with request.state.app.database.snapshot() as tx:
        has_passkey = bool(await list_passkeys(tx, who.person.id))
        frame = await leader_frame(tx, request, who.person)
    query = f"?{request.url.query}" if request.url.query else ""
    shown = {"fields": list(form.items()), "has_passkey": has_passkey, "query": query}
    return page(request, "access/reauthenticate.html", frame, shown, status=403)
