"""Knows how it comes into the access log that visits, boards and guides are shown; knows no page."""

from collections.abc import Collection
from datetime import date

from pwa.access.log import Look, Purpose
from pwa.access.purposes import purpose_of, purpose_said
from pwa.pages.recording import note, note_once
from pwa.pages.requests import AppRequest, now_of
from pwa.queries.citizens import list_citizens_of_visits
from pwa.queries.guides import list_teams_of_guide
from pwa.queries.log_of_changes import list_visits_of_change
from pwa.words import Person


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


async def note_refused(request: AppRequest, person: Person, what: str, visit_id: str) -> None:
    """Somebody has asked for a visit and was told that there is nothing. Written down if there is such a visit."""
    async with request.state.app.database.snapshot() as tx:
        known = await list_citizens_of_visits(tx, [visit_id])
    if known:
        await note(request, person, Look(kind="refused", what=what, purpose="not_said", visit_ids=[visit_id]))


async def note_refused_change(request: AppRequest, person: Person, change_id: str) -> None:
    """The same of a change that is another team's to look at."""
    async with request.state.app.database.snapshot() as tx:
        visit_ids = await list_visits_of_change(tx, change_id)
    for visit_id in visit_ids:
        await note_refused(request, person, "held", visit_id)


async def note_refused_guide(request: AppRequest, person: Person, guide_id: str) -> None:
    """The same of a guide that another team has."""
    async with request.state.app.database.snapshot() as tx:
        team_ids = await list_teams_of_guide(tx, guide_id)
    if team_ids:
        await note(request, person, Look(kind="refused", what="guide", purpose="not_said", team_ids=team_ids))
