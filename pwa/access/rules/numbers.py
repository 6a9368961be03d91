"""Knows who may write somebody's number at work; knows no page, and nothing of what shows it.

Whoever may give one of somebody's roles may write the number, her own too. A leader's stands at the visits of all teams that
she leads, so all of these must be one's own to give.
"""

from datetime import datetime

from pwa.access.problems import NumberIsAnother
from pwa.access.queries.people import find_person
from pwa.access.queries.roles import set_phone
from pwa.access.rules.grants import Grants, can_grant
from pwa.access.rules.roles import list_roles_left
from pwa.database import Transaction
from pwa.logs import log
from pwa.problems import NotFound
from pwa.words import Role, to_text


async def may_change_number(tx: Transaction, grants: Grants, person_id: str, now: datetime) -> bool:
    """Whether one may write somebody's number."""
    held = await list_roles_left(tx, person_id, now)
    led = [role for role in held if role.name == "leader"]
    return any(can_grant(grants, role) for role in held) and all(can_grant(grants, role) for role in led)


async def change_number(
    tx: Transaction,
    grants: Grants,
    person_id: str,
    phone: str,
    by_id: str,
    now: datetime,
    seen: str | None = None,
) -> list[Role]:
    """Somebody is called at this number ("": at the list's, if it has one); the roles as leader at whose visits it stands.

    `seen` is the number that stood there for whoever writes, None if that is not known. Raises NotFound, NumberIsAnother.
    """
    if not await may_change_number(tx, grants, person_id, now):
        raise NotFound
    known = await find_person(tx, person_id)
    if known and seen is not None and known.phone not in (seen, phone):
        raise NumberIsAnother
    if not await set_phone(tx, person_id, phone, by_id, to_text(now)):
        return []
    log.info("a number at work was changed", person=person_id, by=by_id)
    return [role for role in await list_roles_left(tx, person_id, now) if role.name == "leader"]
