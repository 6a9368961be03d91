"""Knows who may let whom in, and as what; knows nothing of how.

Whoever lets somebody in could take that person's place: so nobody lets in anybody who may do more than they could
give themselves.
"""

from collections.abc import Mapping

from pwa.database import Transaction
from pwa.problems import NotFound
from pwa.queries.people import team_ids_in_scope
from pwa.words import Person, Role, RoleName

Powers = Mapping[RoleName, frozenset[str]]
"""For each role, the teams in which somebody may give it."""

MAY_GIVE: dict[RoleName, tuple[RoleName, ...]] = {
    "leader": ("carer",),
    "organiser": ("carer", "leader"),
    "administrator": ("carer", "leader", "organiser", "administrator", "dpo"),
}


GIVEN: frozenset[RoleName] = frozenset(name for given in MAY_GIVE.values() for name in given)
"""Every role that somebody can give."""


async def powers_of(tx: Transaction, person: Person) -> Powers:
    """What somebody may give, by the roles in force; raises NotFound for those who let nobody in."""
    powers: dict[RoleName, frozenset[str]] = {}
    for held, given in MAY_GIVE.items():
        team_ids = await team_ids_in_scope(tx, person, (held,))
        for name in given if team_ids else ():
            powers[name] = powers.get(name, frozenset()) | team_ids
    if not powers:
        raise NotFound
    return powers


def may_give(powers: Powers, role: Role) -> bool:
    """Whether this role, in this team, is among them."""
    return role.team_id in powers.get(role.name, ())
