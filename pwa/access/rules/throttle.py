"""Knows how often somebody may try something; knows nothing of what is tried.

Counted in the database, in stretches of time that begin on the clock, so that every process counts the same.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from pwa.access.queries import attempts
from pwa.access.rules.browsers import Browser
from pwa.database import Params, Transaction
from pwa.words import to_text

What = Literal["challenge", "sign_in", "code", "invite", "deliver", "revoked"]

KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in such a stretch, by one browser or person; and from one address by all who are not known."""

    of_one: int
    of_address: int
    within: timedelta


# A whole municipality may come from one address at seven in the morning, and somebody in it tries all codes.
LIMITS: dict[What, Limit] = {
    "challenge": Limit(120, 600, timedelta(minutes=10)),
    # A passkey cannot be guessed: what is limited is the work.
    "sign_in": Limit(60, 600, timedelta(minutes=10)),
    # Ten thousand addresses that guess all day meet one of a hundred invitations once in half a year.
    "code": Limit(10, 60, timedelta(minutes=15)),
    "invite": Limit(60, 60, timedelta(hours=1)),
    # By person, whatever phones are named: what a day and a half of work comes to, also when it has to be sent in small pieces.
    "deliver": Limit(40, 40, timedelta(hours=1)),
    # The same of a phone that was shut out: it has what waits, and whoever found it has time.
    "revoked": Limit(20, 20, timedelta(hours=1)),
}


@dataclass(frozen=True, slots=True)
class Counter:
    """By what a try is counted, and how many there may be with it."""

    who: str
    most: int
    is_address: bool = False
    is_enough: bool = False
    """Whether no other is asked where this one lets the try be made; and where it does not, the others are."""


def counters_of(what: What, address: str, browser: Browser | None = None) -> list[Counter]:
    """By what a try from an address is counted, the narrowest first.

    A browser in which somebody has got in answers for itself alone: what others at its address do cannot shut it out.
    A stranger's is counted at its address too, because names of browsers are to be had for the asking. Whoever uses up
    the name of somebody who was in before, on a phone that several share, leaves them what strangers have.
    """
    limit, at_address = LIMITS[what], Counter(network_of(address), LIMITS[what].of_address, is_address=True)
    if browser is None:
        return [at_address]
    own = Counter(f"browser {browser.name}", limit.of_one, is_enough=browser.is_known)
    return [own, at_address]


def counter_of_person(what: What, person_id: str) -> list[Counter]:
    """Somebody who is signed in is counted as oneself."""
    return [Counter(person_id, LIMITS[what].of_one)]


async def may_try(
    tx: Transaction, what: What, counters: Iterable[Counter], now: datetime, tried: str = ""
) -> list[Counter] | None:
    """Count one more try; by what it was counted, or None if it may not be made. It holds only once it is committed.

    Who has used up their own takes nothing from the others at the address. The very same that was `tried` from an
    address before is not counted there again: to type a wrong code twice is to guess nothing new.
    """
    await attempts.remove_before(tx, to_text(now - KEPT))
    counters, counted = list(counters), list[Counter]()
    if not counters[0].is_enough and await _is_in_vain(tx, what, counters[-1], tried, now):
        return None
    for counter in counters:
        if tried and counter.is_address and await _is_repeated(tx, what, counter, tried, now):
            if counter is counters[0] and not await _may_repeat(tx, what, counter, tried, now):
                return None
            continue
        if await attempts.count_attempt(tx, _attempt(what, counter.who, now)) <= counter.most:
            counted.append(counter)
            if counter.is_enough:
                break
        elif not counter.is_enough:
            return None
    return counted


async def _is_in_vain(tx: Transaction, what: What, last: Counter, tried: str, now: datetime) -> bool:
    """Whether an address is used up: then nothing more is written down for ever new names of browsers."""
    if not last.is_address or await attempts.get_count(tx, _attempt(what, last.who, now)) < last.most:
        return False
    return not (tried and await _is_repeated(tx, what, last, tried, now))


async def _is_repeated(tx: Transaction, what: What, counter: Counter, tried: str, now: datetime) -> bool:
    """Whether the same was tried from there in this stretch. What is tried there in vain is not written down."""
    attempt = _attempt(what, f"{counter.who} tried {tried}", now)
    if await attempts.get_count(tx, _attempt(what, counter.who, now)) < counter.most:
        return await attempts.count_attempt(tx, attempt) > 1
    return await attempts.get_count(tx, attempt) > 0


async def _may_repeat(tx: Transaction, what: What, counter: Counter, tried: str, now: datetime) -> bool:
    """Whether somebody without a name may try the same once more: there is nothing else by which that is counted."""
    attempt = _attempt(what, f"{counter.who} again {tried}", now)
    most = LIMITS[what].of_one
    return await attempts.get_count(tx, attempt) < most and await attempts.count_attempt(tx, attempt) <= most


async def give_back(tx: Transaction, what: What, counters: Iterable[Counter], now: datetime) -> None:
    """It went well, and does not count."""
    for counter in counters:
        await attempts.give_back(tx, _attempt(what, counter.who, now))


def _attempt(what: What, who: str, now: datetime) -> Params:
    within = LIMITS[what].within
    since = datetime.min.replace(tzinfo=UTC) + (now - datetime.min.replace(tzinfo=UTC)) // within * within
    return {"since": to_text(since), "what": what, "who": who}


def network_of(address: str) -> str:
    """Whom an address counts as: itself, or of IPv6 the first 64 bits, which are one customer's.

    IPv4 may come written as IPv6; its first 64 bits would be everybody's. What is no address is cut.

    >>> network_of("192.0.2.7"), network_of("2001:db8:1:2:3:4:5:6"), network_of("nobody")
    ('192.0.2.7', '2001:db8:1:2::', 'nobody')
    >>> network_of("::ffff:192.0.2.7"), len(network_of("x" * 60_000))
    ('192.0.2.7', 64)
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    return str(ipaddress.ip_network((ip, 64), strict=False).network_address)
