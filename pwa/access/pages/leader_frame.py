"""Knows what every page of those who answer for others is given; knows nothing of what a single one shows."""

from pwa.access.queries.people import team_ids_in_scope
from pwa.database import Transaction
from pwa.web.requests import AppRequest, today_of
from pwa.web.responses import Context, me_of, plain_frame
from pwa.words import Person, RoleName

LEADER: tuple[RoleName, ...] = ("leader",)


async def leader_frame(tx: Transaction, request: AppRequest, person: Person) -> Context:
    """What every page of those who answer for others is given: the doors that are theirs, and what needs a look."""
    names = {role.name for role in person.roles}
    team_ids = await team_ids_in_scope(tx, person, ("leader", "organiser"))
    leads = await team_ids_in_scope(tx, person, LEADER)
    held = await request.state.app.count_held(tx, team_ids, today_of(request))
    return {
        **plain_frame(request),
        "me": me_of(person),
        "leads": "leader" in names,
        "looks": bool(names & {"leader", "organiser"}),
        "organises": "organiser" in names,
        "controls": "dpo" in names,
        "maps": request.state.app.provider is not None and "administrator" in names,
        "held_total": held,
        "follow_ups_total": await request.state.app.count_follow_ups(tx, team_ids, leads),
    }
