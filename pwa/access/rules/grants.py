"""Knows who may let whom in, and as what; knows nothing of how.

Whoever lets somebody in could take that person's place: so nobody lets in anybody who may do more than they could
give themselves.
"""

from collections.abc import Mapping

from pwa.access.queries.people import team_ids_in_scope
from pwa.database import Transaction
from pwa.problems import NotAChoice, NotFound
from pwa.words import Person, Role, RoleName

Grants = Mapping[RoleName, frozenset[str]]
"""For each role, the teams in which somebody may give it."""

GRANTABLE: dict[RoleName, tuple[RoleName, ...]] = {
    "leader": ("carer",),
    "organiser": ("carer", "leader"),
    "administrator": ("carer", "leader", "organiser", "administrator", "dpo"),
}


GRANTABLE_ROLES: frozenset[RoleName] = frozenset(name for given in GRANTABLE.values() for name in given)
"""Every role that somebody can give."""


async def grants_of(tx: Transaction, person: Person) -> Grants:
    """What somebody may give, by the roles in force; raises NotFound for those who let nobody in."""
    grants: dict[RoleName, frozenset[str]] = {}
    for held, given in GRANTABLE.items():
        team_ids = await team_ids_in_scope(tx, person, (held,))
        for name in given if team_ids else ():
            grants[name] = grants.get(name, frozenset()) | team_ids
    if not grants:
        raise NotFound
    return grants


def check_grant(grants: Grants, role: Role) -> None:
    """Raises NotAChoice where one may give this role elsewhere, and another in this team: a form offers both. NotFound else."""
    if can_grant(grants, role):
        return
    is_offered = role.name in grants and any(role.team_id in team_ids for team_ids in grants.values())
    raise NotAChoice if is_offered else NotFound


def can_grant(grants: Grants, role: Role) -> bool:
    """Whether this role, in this team, is among them."""
    return role.team_id in grants.get(role.name, ())
