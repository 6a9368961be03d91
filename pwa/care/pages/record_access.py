"""Knows how it comes into the access log that visits, boards and guides are shown; knows no page."""

from collections.abc import Collection
from datetime import date

from pwa.audit.access_event import AccessEvent
from pwa.audit.offline_views import Purpose
from pwa.audit.record import record_access, record_hourly
from pwa.care.documents.access_purpose import purpose_of, purpose_said
from pwa.care.queries.change_log import list_visits_of_change
from pwa.care.queries.citizens import list_citizens_of_visits
from pwa.care.queries.guides import list_teams_of_guide
from pwa.web.requests import AppRequest, now_of
from pwa.words import Person


async def record_visits(
    request: AppRequest, person: Person, what: str, visit_ids: Collection[str], purpose: Purpose | None = None,
    kind: str = "read",
) -> None:  # fmt: skip
    """Somebody is shown visits, if there are any; why is derived from the plan unless it is known."""
    if not visit_ids:
        return
    if purpose is None:
        async with request.state.app.database.snapshot() as tx:
            purpose = await purpose_of(tx, person, visit_ids, now_of(request))
    await record_access(
        request, person, AccessEvent(kind=kind, what=what, purpose=purpose, visit_ids=visit_ids)
    )


async def record_asked_visit(request: AppRequest, person: Person, visit_id: str, citizen_id: str) -> Purpose:
    """A leader or an organiser is shown a visit, for what was said today; gives it, or not_said: then ask."""
    async with request.state.app.database.snapshot() as tx:
        purpose, words = await purpose_said(tx, person, visit_id, citizen_id, now_of(request))
    look = AccessEvent(kind="read", what="visit", purpose=purpose, visit_ids=[visit_id], words=words)
    await record_access(request, person, look)
    return purpose


async def record_visit_again(request: AppRequest, person: Person, visit_id: str, citizen_id: str) -> None:
    """The same, where the page that she has open follows the visit. Once an hour."""
    async with request.state.app.database.snapshot() as tx:
        purpose, words = await purpose_said(tx, person, visit_id, citizen_id, now_of(request))
    look = AccessEvent(kind="read", what="visit", purpose=purpose, visit_ids=[visit_id], words=words)
    await record_hourly(request, person, look)


async def record_held_again(request: AppRequest, person: Person, visit_ids: Collection[str]) -> None:
    """What needs a look is shown again, for its page follows along. Once an hour."""
    if visit_ids:
        look = AccessEvent(kind="read", what="held", purpose="overview", visit_ids=visit_ids)
        await record_hourly(request, person, look)


async def record_board(request: AppRequest, leader: Person, team_ids: Collection[str], day: date) -> None:
    """A leader is shown the board of a day: everybody whom these teams visit then. Once an hour."""
    look = AccessEvent(kind="read", what="board", purpose="overview", team_ids=team_ids, day=day.isoformat())
    await record_hourly(request, leader, look)


async def record_of_other_days(request: AppRequest, leader: Person, visit_ids: Collection[str]) -> None:
    """The same of visits of other days, that stand on a board because something of them was done or has arrived then."""
    if visit_ids:
        look = AccessEvent(kind="read", what="board", purpose="overview", visit_ids=visit_ids)
        await record_hourly(request, leader, look)


async def record_refusal(request: AppRequest, person: Person, what: str, visit_id: str) -> None:
    """Somebody has asked for a visit and was told that there is nothing. Written down if there is such a visit."""
    async with request.state.app.database.snapshot() as tx:
        known = await list_citizens_of_visits(tx, [visit_id])
    if known:
        await record_access(
            request, person, AccessEvent(kind="refused", what=what, purpose="not_said", visit_ids=[visit_id])
        )


async def record_refused_change(request: AppRequest, person: Person, change_id: str) -> None:
    """The same of a change that is another team's to look at."""
    async with request.state.app.database.snapshot() as tx:
        visit_ids = await list_visits_of_change(tx, change_id)
    for visit_id in visit_ids:
        await record_refusal(request, person, "held", visit_id)


async def record_refused_guide(request: AppRequest, person: Person, guide_id: str) -> None:
    """The same of a guide that another team has."""
    async with request.state.app.database.snapshot() as tx:
        team_ids = await list_teams_of_guide(tx, guide_id)
    if team_ids:
        await record_access(
            request, person, AccessEvent(kind="refused", what="guide", purpose="not_said", team_ids=team_ids)
        )
