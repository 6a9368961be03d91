"""Knows how a page says to the access log what it is about to show, in one line; knows nothing of how that is kept."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import date

from pwa.access.log import Look
from pwa.access.purposes import Purpose, purpose_of, purpose_said
from pwa.pages.requests import AppRequest, now_of
from pwa.problems import NotFound
from pwa.queries import access_log
from pwa.queries.people import find_person, team_ids_in_scope
from pwa.queries.roles import list_teams_with_role
from pwa.words import Person


async def note(request: AppRequest, person: Person, look: Look) -> None:
    """Somebody looks, or has searched or been refused. It is written down when this is done."""
    await request.state.app.access_log.note(person, request.state.sign_in_id, look)


async def note_once(request: AppRequest, person: Person, look: Look) -> None:
    """The same, once an hour."""
    await request.state.app.access_log.note_once(person, request.state.sign_in_id, look)


async def note_visits(
    request: AppRequest, person: Person, what: str, visit_ids: Collection[str], purpose: Purpose | None = None,
    kind: str = "read",
) -> None:  # fmt: skip
    """Somebody is shown visits, if there are any; why is derived from the plan unless it is known."""
    if not visit_ids:
        return
    if purpose is None:
        async with request.state.app.database.snapshot() as tx:
            purpose = await purpose_of(tx, person, visit_ids, now_of(request))
    await note(request, person, Look(kind=kind, what=what, purpose=purpose, visit_ids=visit_ids))


async def note_asked(request: AppRequest, person: Person, visit_id: str, citizen_id: str) -> Purpose:
    """A leader or an organiser is shown a visit, for what was said today; gives it, or not_said: then ask."""
    async with request.state.app.database.snapshot() as tx:
        purpose, words = await purpose_said(tx, person, visit_id, citizen_id, now_of(request))
    look = Look(kind="read", what="visit", purpose=purpose, visit_ids=[visit_id], words=words)
    await note(request, person, look)
    return purpose


async def note_board(request: AppRequest, leader: Person, team_ids: Collection[str], day: date) -> None:
    """A leader is shown the board of a day: everybody whom these teams visit then. Once an hour."""
    look = Look(kind="read", what="board", purpose="overview", team_ids=team_ids, day=day.isoformat())
    await note_once(request, leader, look)


async def note_photo(request: AppRequest, person: Person, sha256: str, is_shown: bool) -> None:
    """Somebody is shown a photo, once an hour, or is refused one that there is."""
    async with request.state.app.database.snapshot() as tx:
        visit_ids = await access_log.list_visits_of_photo(tx, sha256)
        purpose = (
            await purpose_of(tx, person, visit_ids, now_of(request)) if visit_ids and is_shown else "not_said"
        )
    if visit_ids:
        kind = "read" if is_shown else "refused"
        await note_once(request, person, Look(kind=kind, what="photo", purpose=purpose, visit_ids=visit_ids))


async def note_refused(request: AppRequest, person: Person, what: str, visit_id: str) -> None:
    """Somebody has asked for a visit and was told that there is nothing. Written down if there is such a visit."""
    async with request.state.app.database.snapshot() as tx:
        known = await access_log.list_citizens(tx, [visit_id])
    if known:
        await note(request, person, Look(kind="refused", what=what, purpose="not_said", visit_ids=[visit_id]))


async def note_refused_change(request: AppRequest, person: Person, change_id: str) -> None:
    """The same of a change that is another team's to look at."""
    async with request.state.app.database.snapshot() as tx:
        visit_ids = await access_log.list_visits_of_change(tx, change_id)
    for visit_id in visit_ids:
        await note_refused(request, person, "held", visit_id)


async def note_refused_guide(request: AppRequest, person: Person, guide_id: str) -> None:
    """The same of a guide that another team has."""
    async with request.state.app.database.snapshot() as tx:
        team_ids = await access_log.list_teams_of_guide(tx, guide_id)
    if team_ids:
        await note(request, person, Look(kind="refused", what="guide", purpose="not_said", team_ids=team_ids))


async def note_refused_person(
    request: AppRequest, person: Person, other_id: str, own: Collection[str]
) -> None:
    """The same of somebody who works in none of one's own teams."""
    async with request.state.app.database.snapshot() as tx:
        there = await find_person(tx, other_id)
        team_ids = {team["id"] for team in await list_teams_with_role(tx, other_id)}
    if there and team_ids and team_ids.isdisjoint(own):
        await note(
            request, person, Look(kind="refused", what="person", purpose="not_said", team_ids=team_ids)
        )


@asynccontextmanager
async def noting_refusal(request: AppRequest, person: Person, other_id: str) -> AsyncIterator[None]:
    """What is done about somebody in here is noted if it is refused because they are another team's."""
    try:
        yield
    except NotFound:
        async with request.state.app.database.snapshot() as tx:
            own = await team_ids_in_scope(tx, person, [role.name for role in person.roles])
        await note_refused_person(request, person, other_id, own)
        raise
