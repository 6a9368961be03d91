"""Knows whom whoever has the server's command line lets in and shuts out, and whose name is like another's; knows no command."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pwa.access.documents.person import refresh_people
from pwa.access.queries import roles, teams
from pwa.access.queries.people import KnownPerson, list_known_people
from pwa.access.rules.invitations import MUNICIPALITY, clean_name
from pwa.access.rules.roles import give_role, list_roles_left, period_of
from pwa.database import Transaction
from pwa.source_ids import source
from pwa.words import NewId, Role, RoleName

SHORTEST = 4
"""A name must be so long that one letter less or more is the same name written wrong."""


@dataclass(frozen=True, slots=True)
class Administrator:
    """Somebody who is one now, whether they `is_new` here, and of which teams."""

    id: str
    name: str
    is_new: bool
    teams: Sequence[str]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody, and what they may do: each role with its team's name."""

    id: str
    name: str
    roles: Sequence[tuple[RoleName, str]]


class NameIsLike(Exception):
    """Nobody has been added: others have this name, or nearly."""

    def __init__(self, others: Sequence[Holder]) -> None:
        super().__init__(f"{len(others)} others")
        self.others = others


class NobodyOfThisName(NameIsLike):
    """Nobody's access has ended: nobody is called so, but these nearly are."""


class SeveralOfThisName(NameIsLike):
    """Nobody's access has ended: it may be any of these."""


async def add_administrator(
    tx: Transaction, name: str, now: datetime, new_id: NewId, *, sure_is_new: bool = False
) -> Administrator:
    """An administrator of everything, the very first or one who locked herself out.

    Somebody of exactly this name who is or was one is meant, if there is one. Raises NothingWritten, TooLong, and NameIsLike
    unless it is said to be somebody new.
    """
    name = clean_name(name)
    known_id = await roles.find_administrator(tx, name)
    if known_id is None and not sure_is_new:
        people = await list_known_people(tx)
        if like := [each for each in people.values() if is_like(each.name, name)]:
            raise NameIsLike([await _holder(tx, each, now) for each in like])
    tops = await teams.list_top_teams(tx)
    if not tops:
        tops = [MUNICIPALITY.id]
        await teams.set_team(tx, MUNICIPALITY.id, MUNICIPALITY.number, None)
    person_id = known_id or new_id()
    await roles.set_person(tx, person_id, name, "da")
    for team_id in tops:
        await give_role(tx, person_id, Role("administrator", team_id), period_of(None, None, now), now)
    await refresh_people(tx, [person_id], new_id)
    names = await teams.list_names(tx)
    return Administrator(person_id, name, known_id is None, sorted(names[team_id] for team_id in tops))


async def find_holder(tx: Transaction, who: str, now: datetime) -> Holder:
    """Whom a name or an employee number means. Raises NobodyOfThisName with whose are like it, and SeveralOfThisName, also
    where it is the number of one and the name of another.
    """
    people = await list_known_people(tx)
    number = source("person", who.strip()).id
    found = [each for each in people.values() if each.id == number or folded(each.name) == folded(who)]
    with_access = await _holders(tx, found, now)
    if len(with_access) > 1:
        raise SeveralOfThisName(with_access)
    if not with_access:
        like = [each for each in people.values() if is_like(each.name, who) or _has_words(each.name, who)]
        raise NobodyOfThisName(await _holders(tx, like, now))
    return with_access[0]


def _has_words(name: str, who: str) -> bool:
    """Whether all words of what was said are words of a name: a first name alone."""
    words = set(folded(who).split())
    return bool(words) and words <= set(folded(name).split())


async def _holders(tx: Transaction, people: Sequence[KnownPerson], now: datetime) -> list[Holder]:
    """Those of them who have access."""
    return [holder for each in people if (holder := await _holder(tx, each, now)).roles]


async def _holder(tx: Transaction, person: KnownPerson, now: datetime) -> Holder:
    names = await teams.list_names(tx)
    left = await list_roles_left(tx, person.id, now)
    return Holder(person.id, person.name, [(role.name, names[role.team_id]) for role in left])


def folded(name: str) -> str:
    """A name without what does not matter."""
    return " ".join(name.casefold().split())


def is_like(one: str, other: str) -> bool:
    """Whether two names are the same but for capitals, spaces, and one letter.

    >>> is_like("Lene Holm", "lene  holm"), is_like("Lene Holm", "Lene Holn"), is_like("Lene Holm", "Lene Hol")
    (True, True, True)
    >>> is_like("Lene Holm", "Line Holn"), is_like("Bo", "Ea")
    (False, False)
    """
    short, long = sorted((folded(one), folded(other)), key=len)
    if short == long:
        return True
    if len(short) < SHORTEST or len(long) - len(short) > 1:
        return False
    place = next((place for place, sign in enumerate(short) if sign != long[place]), len(short))
    return short[place + (len(short) == len(long)) :] == long[place + 1 :]
