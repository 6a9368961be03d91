"""Knows how often somebody may try something; knows nothing of what is tried.

Counted in the database, in stretches of time that begin on the clock, so that every process counts the same.
"""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from pwa.access.queries import attempts
from pwa.database import Params, Transaction
from pwa.words import to_text

What = Literal["challenge", "sign_in", "code", "invite", "deliver"]

KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times from one address in such a stretch."""

    most: int
    within: timedelta


# A whole municipality may come from one address at seven in the morning.
LIMITS: dict[What, Limit] = {
    "challenge": Limit(600, timedelta(minutes=10)),
    "sign_in": Limit(60, timedelta(minutes=10)),
    # Ten thousand addresses that guess all day meet one of a hundred invitations once in three years.
    "code": Limit(10, timedelta(minutes=15)),
    "invite": Limit(60, timedelta(hours=1)),
    # By person, whatever phones are named: what a day and a half of work comes to, also when it has to be sent in small pieces.
    "deliver": Limit(40, timedelta(hours=1)),
}


async def may_try(tx: Transaction, what: What, who: str, now: datetime) -> bool:
    """Count one more try, and say whether it may be made. The count holds only once it is committed."""
    await attempts.remove_before(tx, to_text(now - KEPT))
    return await attempts.count_attempt(tx, _attempt(what, who, now)) <= LIMITS[what].most


async def give_back(tx: Transaction, what: What, who: str, now: datetime) -> None:
    """It went well, and does not count."""
    await attempts.give_back(tx, _attempt(what, who, now))


def _attempt(what: What, who: str, now: datetime) -> Params:
    within = LIMITS[what].within
    since = datetime.min.replace(tzinfo=UTC) + (now - datetime.min.replace(tzinfo=UTC)) // within * within
    return {"since": to_text(since), "what": what, "who": network_of(who)}


def network_of(address: str) -> str:
    """Whom an address counts as: itself, or of IPv6 the first 64 bits, which are one customer's.

    >>> network_of("192.0.2.7"), network_of("2001:db8:1:2:3:4:5:6"), network_of("nobody")
    ('192.0.2.7', '2001:db8:1:2::', 'nobody')
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    return str(ipaddress.ip_network((ip, 64), strict=False).network_address)
