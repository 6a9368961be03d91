"""Knows how a page says to the access log what it is about to show, in one line; knows nothing of how that is kept."""

from pwa.audit.access_event import AccessEvent
from pwa.web.requests import AppRequest
from pwa.words import Person


async def record_access(request: AppRequest, person: Person, look: AccessEvent) -> None:
    """Somebody looks, or has searched or been refused. It is written down when this is done."""
    await request.state.app.access_log.record_access(person, request.state.sign_in_id, look)


async def record_hourly(request: AppRequest, person: Person, look: AccessEvent) -> None:
    """The same, once an hour."""
    await request.state.app.access_log.record_hourly(person, request.state.sign_in_id, look)
