"""Knows how somebody is let in, for the first time or with a new phone; knows no page and no command line."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pwa.access.documents.person import refresh_people
from pwa.access.problems import NoRole, NumberFromListOnly, NumberTaken
from pwa.access.queries import invitations, roles
from pwa.access.queries.access_resets import lock_person
from pwa.access.queries.grants import is_person_within
from pwa.access.queries.people import find_person, get_person
from pwa.access.rules.codes import OF_RECOVERY, code_of, hash_of_code, new_code
from pwa.access.rules.grants import Grants, check_grant
from pwa.access.rules.roles import give_role, period_of
from pwa.database import Transaction
from pwa.logs import log
from pwa.problems import NotFound, NothingWritten, TooLong
from pwa.source_ids import source
from pwa.words import NewId, Role, count_seen, to_text

LASTS = timedelta(minutes=15)
RECOVERY_CODES = 10
LONGEST_NAME = 200
MUNICIPALITY = source("team", "Kommunen")
"""The team of the very first administrator. A list of employees means the same by this name."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code for somebody. It is shown to whoever made it, until it is used or over, and to nobody else."""

    id: str
    code: str
    ends_at: str


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is not here yet; `number` is an employee number that somebody wrote, which is refused; "" if there is none."""

    name: str
    number: str
    role: Role
    last_day: date | None
    phone: str = ""  # at work, as it was written


async def invite(
    tx: Transaction, person_id: str, by_id: str | None, now: datetime, new_id: NewId, secret: bytes
) -> Invitation:
    """A new code for somebody, kept with the secret for codes; earlier ones that nobody used let nobody in any more."""
    await invitations.withdraw_invitations(tx, person_id, to_text(now))
    while True:
        invitation_id = new_id()
        made = Invitation(invitation_id, code_of(secret, invitation_id), to_text(now + LASTS))
        row = invitations.NewInvitation(
            made.id, person_id, hash_of_code(secret, made.code), by_id, to_text(now), made.ends_at
        )
        if await invitations.add_invitation(tx, row):
            log.info("invited", person=person_id)
            return made


async def invite_again(
    tx: Transaction, grants: Grants, person_id: str, by_id: str, now: datetime, new_id: NewId, secret: bytes
) -> Invitation:
    """Let somebody in who is here already, with a new phone.

    Raises NotFound for whom one may not let in, NoRole for somebody whom a code would not let in.
    """
    await lock_person(tx, person_id)
    if not await is_person_within(tx, grants, person_id, to_text(now)):
        raise NotFound
    person = await get_person(tx, person_id, to_text(now))
    if person is None or not person.roles:
        raise NoRole
    return await invite(tx, person_id, by_id, now, new_id, secret)


async def add_newcomer(
    tx: Transaction,
    grants: Grants,
    newcomer: Newcomer,
    by_id: str,
    now: datetime,
    new_id: NewId,
    person_id: str,
) -> str:
    """Somebody new, in one role; the id. Raises NotFound, NothingWritten, TooLong, NumberTaken, NumberFromListOnly.

    `person_id` is one that the form was given: two that arrive at once are one. Nobody claims an employee number by hand: with it would come what a list of employees will give to it.
    """
    name = clean_name(newcomer.name)
    check_grant(grants, newcomer.role)
    if newcomer.number.strip():
        known = await find_person(tx, source("person", newcomer.number).id)
        raise NumberTaken if known else NumberFromListOnly
    if await find_person(tx, person_id):
        raise NotFound
    await roles.set_person(tx, person_id, name, "da")
    await roles.set_phone(tx, person_id, newcomer.phone, by_id, to_text(now))
    await give_role(tx, person_id, newcomer.role, period_of(None, newcomer.last_day, now), now, by_id)
    await refresh_people(tx, [person_id], new_id)
    return person_id


async def make_recovery_codes(tx: Transaction, person_id: str, now: datetime, secret: bytes) -> list[str]:
    """Ten new ones; those from before let nobody in any more."""
    codes = [new_code(OF_RECOVERY) for _ in range(RECOVERY_CODES)]
    hashes = [hash_of_code(secret, code) for code in codes]
    await invitations.replace_recovery_codes(tx, person_id, hashes, to_text(now))
    log.info("recovery codes were made", person=person_id)
    return codes


def clean_name(written: str) -> str:
    """A name on one line, of signs that can be read. Raises NothingWritten, TooLong."""
    name = " ".join("".join(sign for sign in written if sign.isprintable()).split())
    if not count_seen(name):
        raise NothingWritten
    if len(name) > LONGEST_NAME:
        raise TooLong
    return name
