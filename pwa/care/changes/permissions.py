"""Knows who may change what; knows nothing of how it is changed."""

from collections.abc import Collection, Iterable, Sequence

from pwa.access.queries.people import team_ids_in_scope
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


def check_permission(carer: Person, own: Collection[str], found: Sequence[VisitRows]) -> VisitRows:
    """Which of the visits with the named id is meant; raises NotYourTask, UnknownVisit, NotYourTeam.

    A carer may write at every visit of the own teams, planned there or not: colleagues step in for each other
    all day. At another team's visit only if planned there. A day long past is no reason to refuse.
    """
    if not any(role.name == "carer" for role in carer.roles):
        raise NotYourTask
    for visit in found:
        if visit.key[0] in own or any(each["id"] == carer.id for each in visit.planned.carers):
            return visit
    raise NotYourTeam if found else UnknownVisit
