"""Knows how a page says to the access log what it is about to show, in one line; knows nothing of how that is kept."""

from pwa.access.log import Look
from pwa.pages.requests import AppRequest
from pwa.words import Person


async def note(request: AppRequest, person: Person, look: Look) -> None:
    """Somebody looks, or has searched or been refused. It is written down when this is done."""
    await request.state.app.access_log.note(person, request.state.sign_in_id, look)


async def note_once(request: AppRequest, person: Person, look: Look) -> None:
    """The same, once an hour."""
    await request.state.app.access_log.note_once(person, request.state.sign_in_id, look)
