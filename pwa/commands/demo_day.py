"""Knows how the demo's day is lived: what its carers have done goes through sync, as if their phones had sent it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from pwa.access.queries.people import get_person, list_people_by_role
from pwa.access.queries.sign_ins import NewSignIn, add_sign_in
from pwa.care.documents.bodies import with_bodies
from pwa.care.documents.short_form import load_visit
from pwa.care.problems import SignInEnded
from pwa.care.queries.board import list_visits_of_day
from pwa.care.sync.arrival import Arrival, prepare
from pwa.care.sync.receive import receive_pushes
from pwa.database import Database, Transaction, open_database
from pwa.demo.day import Delivery, days_lived
from pwa.words import NewId, Person, Push, day_of, to_text

A_DAY = timedelta(days=1)
MOST_CARERS = 250
"""Of more carers nobody's day is lived: they are made up to be measured, and it would take long."""
AT_ONCE = 100  # pushes in a transaction
BUILD = "demo"


class _Phone(NamedTuple):
    """A carer's phone: of now, or of before."""

    id: str
    sign_in_id: str
    carer: Person
    numbers: "count[int]"


async def live_the_day(address: str, now: datetime, new_id: NewId) -> int:
    """Let the demo's carers do what they would have done yesterday and today by now; how many changes that is.

    Nothing is done where anything was done today, and yesterday is lived only where nothing was done then either.
    """
    database = await open_database(address)
    try:
        async with database.snapshot() as tx:
            ids = {row.id for row in await list_people_by_role(tx, now) if row.role == "carer"}
            if len(ids) > MOST_CARERS:
                return 0
            people = {id: person for id in sorted(ids) if (person := await get_person(tx, id, to_text(now)))}
            teams = {role.team_id for person in people.values() for role in person.roles}
            today = day_of(now)
            yesterday_of, today_of = [
                [load_visit(row) for row in await with_bodies(tx, await list_visits_of_day(tx, teams, day))]
                for day in (today - A_DAY, today)
            ]
        if _is_lived(today_of):
            return 0
        before = [] if _is_lived(yesterday_of) else yesterday_of
        told = days_lived(before, today_of, now, new_id)
        return await _deliver(database, people, told, now, new_id)
    finally:
        await database.close()


def _is_lived(visits: Sequence[dict[str, Any]]) -> bool:
    return any(visit["started_at"] or visit["finished_at"] or visit["notes"] for visit in visits)


async def _deliver(
    database: Database, people: Mapping[str, Person], told: Sequence[Delivery], now: datetime, new_id: NewId
) -> int:
    """Send it in the order in which it came; a phone's pushes one after the other, those of others together."""
    phones: dict[tuple[str, bool], _Phone] = {}

    async def sign_in(tx: Transaction) -> None:
        phones.update(await _phones_of(tx, people, told, now, new_id))

    await database.write(sign_in)
    waiting: dict[str, Arrival] = {}

    async def send() -> None:
        arrivals = [await prepare(each) for each in waiting.values()]
        await database.write(lambda tx: receive_pushes(tx, arrivals, new_id))
        waiting.clear()

    for delivery in told:
        phone = phones[delivery.carer_id, delivery.is_late]
        if phone.id in waiting or len(waiting) == AT_ONCE:
            await send()
        waiting[phone.id] = _arrival(phone, delivery)
    if waiting:
        await send()
    return sum(len(delivery.changes) for delivery in told)


async def _phones_of(
    tx: Transaction, people: Mapping[str, Person], told: Sequence[Delivery], now: datetime, new_id: NewId
) -> dict[tuple[str, bool], _Phone]:
    began: defaultdict[tuple[str, bool], datetime] = defaultdict(lambda: now)
    for delivery in told:
        key = delivery.carer_id, delivery.is_late
        began[key] = min(began[key], *(change["at"] for change in delivery.changes))
    phones = {}
    for (carer_id, is_late), at in began.items():
        # The old phone's sign-in is over as soon as it was used last.
        ends_at = at if is_late else now + 14 * A_DAY
        sign_in = NewSignIn(
            new_id(), carer_id, new_id(), to_text(at), to_text(ends_at), None, "Telefon", None
        )
        await add_sign_in(tx, sign_in)
        phones[carer_id, is_late] = _Phone(new_id(), sign_in.id, people[carer_id], count(1))
    return phones


def _arrival(phone: _Phone, delivery: Delivery) -> Arrival:
    changes = [
        {
            "id": change["id"],
            "n": next(phone.numbers),
            "name": change["name"],
            "v": 1,
            "at": to_text(change["at"]),
            "seen": 1,
            "args": {"visit_id": change["visit"]["visit_id"], **change["args"]},
        }
        for change in delivery.changes
    ]
    push = Push(phone.id, phone.sign_in_id, BUILD, to_text(delivery.received_at), changes)
    held_as = SignInEnded if delivery.is_late else None
    return Arrival(phone.carer, push, delivery.received_at, held_as, gives=False)
