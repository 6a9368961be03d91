"""Knows who may change what; knows nothing of how it is changed."""

from pwa.changes.described import DESCRIBED
from pwa.database import Transaction
from pwa.documents.visit import CARER
from pwa.problems import NotYourTask, NotYourTeam, UnknownVisit
from pwa.queries import visits
from pwa.queries.documents import EVERYBODY
from pwa.queries.people import team_ids_in_scope
from pwa.words import Change, Person


async def check_may(tx: Transaction, carer: Person, change: Change) -> str:
    """The team in which the change belongs; raises NotYourTask, UnknownVisit, NotYourTeam.

    A carer may write at every visit of the own teams, planned there or not: colleagues step in for each other
    all day. At another team's visit only if planned there. A day long past is no reason to refuse.
    """
    if DESCRIBED[change.name].on == "person":
        return EVERYBODY
    if not any(role.name == "carer" for role in carer.roles):
        raise NotYourTask
    visit_id = change.args["visit_id"] or ""
    own = await team_ids_in_scope(tx, carer, CARER)
    team_ids = await visits.list_teams_of_visit(tx, visit_id)
    for team_id in team_ids:
        if team_id in own or await visits.is_planned(tx, team_id, visit_id, carer.id):
            return team_id
    raise NotYourTeam if team_ids else UnknownVisit
