"""Knows who may change what; knows nothing of how it is changed."""

from collections.abc import Collection, Sequence

from pwa.documents.visit_rows import VisitRows
from pwa.problems import NotYourTask, NotYourTeam, UnknownVisit
from pwa.words import Person


def check_may(carer: Person, own: Collection[str], found: Sequence[VisitRows]) -> VisitRows:
    """Which of the visits with the named id is meant; raises NotYourTask, UnknownVisit, NotYourTeam.

    A carer may write at every visit of the own teams, planned there or not: colleagues step in for each other
    all day. At another team's visit only if planned there. A day long past is no reason to refuse.
    """
    if not any(role.name == "carer" for role in carer.roles):
        raise NotYourTask
    for visit in found:
        if visit.plan["team_id"] in own or any(each["id"] == carer.id for each in visit.carers):
            return visit
    raise NotYourTeam if found else UnknownVisit
