"""Knows whom a carer can call from a visit, and by which number; knows nothing of what is done there."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from pwa.access.queries.people import LeaderToCall
from pwa.phone_numbers import dialled
from pwa.words import begin_of, to_text

Contact = dict[str, str]
"""`who` (citizen, relative, leader, nurse), `name` ("" if nobody said it), `phone` as written, `tel` as it is dialled."""


def contacts_of(plan: Mapping[str, str], leaders: Iterable[LeaderToCall]) -> list[Contact]:
    """Everybody with a number that can be dialled, the citizen first."""
    named = [
        ("citizen", plan["citizen_name"], plan["phone"]),
        ("relative", plan["relative"], plan["relative_phone"]),
        *(("leader", leader.name, leader.phone) for leader in _nearest(plan, leaders)),
        ("nurse", plan["nurse"], plan["nurse_phone"]),
    ]
    return [
        {"who": who, "name": name, "phone": phone, "tel": tel}
        for who, name, phone in named
        if phone and (tel := dialled(phone))
    ]


def _nearest(plan: Mapping[str, str], leaders: Iterable[LeaderToCall]) -> Iterator[LeaderToCall]:
    """Those of the visit's day who are nearest in the tree: the team's own, or else those above it."""
    leading = [leader for leader in leaders if _leads_that_day(plan, leader)]
    return (leader for leader in leading if leader.distance == leading[0].distance)


def _leads_that_day(plan: Mapping[str, str], leader: LeaderToCall) -> bool:
    """By the visit's day, not by today: a document is the same whenever it is built."""
    after = to_text(begin_of(date.fromisoformat(plan["day"]) + timedelta(1)))
    return leader.starts_at < after and (leader.ends_at is None or leader.ends_at > plan["starts_at"])
