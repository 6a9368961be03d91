"""Knows who comes by the municipality's own sign-in, and which roles its claims give; knows no provider and no page.

Somebody is known by issuer and subject, never by a name or an address that another may get. What somebody was given
by hand no claim takes, and what somebody took by hand no claim gives again.
"""

from collections.abc import Collection
from datetime import datetime

from pwa.access.documents.person import refresh_people
from pwa.access.oidc import IdentityClaims
from pwa.access.problems import LinkedToSomebodyElse, NotLetIn
from pwa.access.queries import access_resets, claim_rules, identities, roles
from pwa.access.rules.invitations import LONGEST_NAME, clean_name
from pwa.access.rules.vouching import reset_if_beyond
from pwa.database import Transaction
from pwa.logs import log
from pwa.problems import NotFound, NothingWritten
from pwa.words import NewId, Role, to_text

NAMELESS = "?"


async def find_or_add_person(
    tx: Transaction, word: IdentityClaims, now: datetime, new_id: NewId
) -> tuple[str | None, list[Role]]:
    """Who this is, with the roles that the claims give now, and which of them have begun or ended by that.

    None: nobody, and with no role to begin with. Commit either way. Whom a link let in that holds no more is not in:
    see `identities.holds`.

    Who is here already links her own account (`link`); whoever comes by it first is somebody new.
    """
    person_id = await identities.find_person_id(tx, word.issuer, word.subject)
    if person_id is None:
        if not await _roles_of(tx, "", word.values or ()):
            return None, []
        person_id = new_id()
        await roles.set_person(tx, person_id, _name_of(word), "da")
        if not await identities.add_identity(tx, word.issuer, word.subject, person_id, to_text(now)):
            raise NotLetIn  # the same person came this moment in another window
        log.info("somebody came by single sign-on", person=person_id)
    await access_resets.lock_person(tx, person_id)
    if not await identities.holds(tx, word.issuer, word.subject):
        return person_id, []
    await identities.set_used(tx, word.issuer, word.subject, to_text(now))
    changed = [] if word.values is None else await agree(tx, person_id, word.values, now, new_id)
    return person_id, changed


def _name_of(word: IdentityClaims) -> str:
    try:
        return clean_name(word.name[:LONGEST_NAME])
    except NothingWritten:
        return NAMELESS


async def agree(
    tx: Transaction, person_id: str, values: Collection[str], now: datetime, new_id: NewId
) -> list[Role]:
    """Begin the roles that claims give, and end those that claims gave and give no more; which these are."""
    given = await _roles_of(tx, person_id, values)
    held = {Role(row["name"], row["team_id"]): row for row in await roles.list_roles(tx, person_id)}
    changed: list[Role] = []
    for role, row in held.items():
        if row["rule_id"] and role not in given:
            changed += [role] * await roles.end_role(tx, person_id, role, to_text(now))
    for role, rule_id in given.items():
        ends_at = held[role]["ends_at"] if role in held else None
        if role in held and (ends_at is None or ends_at > to_text(now)):
            continue
        if await roles.was_taken(tx, person_id, role):
            continue
        if ends_at:
            await roles.end_role(tx, person_id, role, ends_at)
        changed += [role] * await roles.add_role(tx, person_id, role, to_text(now), rule_id=rule_id)
        await reset_if_beyond(tx, person_id, role, now)
    if changed:
        log.info("roles agree with claims", person=person_id, count=len(changed))
        await refresh_people(tx, [person_id], new_id)
    return changed


async def _roles_of(tx: Transaction, person_id: str, values: Collection[str]) -> dict[Role, str]:
    """The roles that these values give, and the rule that gives each. One's own rules give oneself nothing."""
    given: dict[Role, str] = {}
    for rule in await claim_rules.list_rules_of_values(tx, values):
        if rule.made_by_id != person_id:
            given.setdefault(Role(rule.name, rule.team_id), rule.id)
    return given


async def link(tx: Transaction, person_id: str, word: IdentityClaims, now: datetime) -> None:
    """From now on this subject is somebody who is here already. Raises LinkedToSomebodyElse."""
    linked_id = await identities.find_person_id(tx, word.issuer, word.subject)
    if linked_id == person_id:
        if await identities.holds(tx, word.issuer, word.subject):
            return
        await identities.remove_identity(tx, word.issuer, word.subject, to_text(now))
        linked_id = None
    if linked_id or not await identities.add_identity(tx, word.issuer, word.subject, person_id, to_text(now)):
        raise LinkedToSomebodyElse
    log.info("linked to single sign-on", person=person_id)


async def add_rule(
    tx: Transaction, value: str, role: Role, team_ids: Collection[str], by_id: str, now: datetime, new_id: NewId
) -> None:  # fmt: skip
    """Whoever comes with this value has this role, in one of these teams. Raises NotFound, NothingWritten, TooLong."""
    if role.team_id not in team_ids:
        raise NotFound
    rule_id = new_id()
    if await claim_rules.add_rule(tx, rule_id, clean_name(value), role, by_id, to_text(now)):
        log.info("a rule for claims was made", by=by_id)


async def remove_rule(
    tx: Transaction, rule_id: str, team_ids: Collection[str], by_id: str, now: datetime, new_id: NewId
) -> list[tuple[str, Role]]:
    """The value gives nothing any more, and what it gave ends at once: whose role, and which. Raises NotFound."""
    if not await claim_rules.remove_rule(tx, rule_id, team_ids, by_id, to_text(now)):
        raise NotFound
    ended = [
        (row["person_id"], Role(row["name"], row["team_id"]))
        for row in await roles.list_roles_by_rule(tx, rule_id)
    ]
    for person_id, role in ended:
        await roles.end_role(tx, person_id, role, to_text(now))
    await refresh_people(tx, {person_id for person_id, _ in ended}, new_id)
    log.info("a rule for claims was removed", by=by_id, count=len(ended))
    return ended
