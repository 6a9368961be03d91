"""Knows how it comes into the access log that somebody asked for a person of another team's; knows no page."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from pwa.access.queries.people import find_person, team_ids_in_scope
from pwa.access.queries.roles import list_teams_with_role
from pwa.audit.access_event import AccessEvent
from pwa.audit.record import record_access
from pwa.problems import NotFound
from pwa.web.requests import AppRequest
from pwa.words import Person


async def record_refused_person(
    request: AppRequest, person: Person, other_id: str, own: Collection[str]
) -> None:
    """The same of somebody who works in none of one's own teams."""
    async with request.state.app.database.snapshot() as tx:
        there = await find_person(tx, other_id)
        team_ids = {team["id"] for team in await list_teams_with_role(tx, other_id)}
    if there and team_ids and team_ids.isdisjoint(own):
        await record_access(
            request, person, AccessEvent(kind="refused", what="person", purpose="not_said", team_ids=team_ids)
        )


@asynccontextmanager
async def recording_refusal(request: AppRequest, person: Person, other_id: str) -> AsyncIterator[None]:
    """What is done about somebody in here is noted if it is refused because they are another team's."""
    try:
        yield
    except NotFound:
        async with request.state.app.database.snapshot() as tx:
            own = await team_ids_in_scope(tx, person, [role.name for role in person.roles])
        await record_refused_person(request, person, other_id, own)
        raise
