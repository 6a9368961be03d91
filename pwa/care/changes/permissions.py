"""Knows who may change what; knows nothing of how it is changed."""

from collections.abc import Collection, Iterable, Sequence

from pwa.access.queries.people import team_ids_in_scope, with_all_under
from pwa.access.queries.roles import PastRole, list_past_roles
from pwa.care.documents.visit import CARER
from pwa.care.documents.visit_rows import VisitRows
from pwa.care.problems import NotYourTask, NotYourTeam, UnknownVisit
from pwa.database import Transaction
from pwa.words import Person


async def list_own_team_ids(tx: Transaction, carer: Person, visits: Iterable[VisitRows]) -> Collection[str]:
    """The carer's teams, as far as these visits need them known.

    The tree under them is asked for only when a visit belongs to none of the teams that the roles name.
    """
    named = {role.team_id for role in carer.roles if role.name in CARER}
    if all(visit.key[0] in named for visit in visits):
        return named
    return await team_ids_in_scope(tx, carer, CARER)


async def list_past_teams(
    tx: Transaction, carer: Person, own: Collection[str], visits: Iterable[VisitRows]
) -> list[tuple[Collection[str], PastRole]]:
    """The teams in which the sender was a carer once, with those under them, as far as these visits need them known."""
    if all(visit.key[0] in own for visit in visits) and any(role.name == "carer" for role in carer.roles):
        return []
    past = await list_past_roles(tx, carer.id, "carer")
    return [(await with_all_under(tx, [role.team_id]), role) for role in past]


def was_permitted(
    past: Iterable[tuple[Collection[str], PastRole]], found: Iterable[VisitRows], at: str
) -> bool:
    """Whether the sender was a carer of one of these visits' teams at that time."""
    teams = {visit.key[0] for visit in found}
    return any(role.starts_at <= at < role.until and not teams.isdisjoint(under) for under, role in past)


def is_planned_with(visit: VisitRows, carer_id: str) -> bool:
    """Whether somebody is among the carers of a visit."""
    return any(each["id"] == carer_id for each in visit.planned.carers)


def check_permission(
    carer: Person, own: Collection[str], found: Sequence[VisitRows], were_theirs: Collection[str] = ()
) -> VisitRows:
    """Which of the visits with the named id is meant; raises NotYourTask, UnknownVisit, NotYourTeam.

    A carer may write at every visit of the own teams, planned there or not: colleagues step in for each other
    all day. At another team's visit only if planned there, or if the plan took it from the carer (`were_theirs`):
    what was done before that was known is still to be delivered. A day long past is no reason to refuse.
    """
    for role in carer.roles:
        if role.name == "carer":
            break
    else:
        raise NotYourTask
    for visit in found:
        if visit.key[0] in own or is_planned_with(visit, carer.id) or visit.key[1] in were_theirs:
            return visit
    raise NotYourTeam if found else UnknownVisit
