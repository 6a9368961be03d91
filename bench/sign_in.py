"""Signs in phones and tablets, straight into a place's database; prints who they are, with their tokens, as JSON.

The server checks each request's token as ever. Tablets belong to made-up leaders, team after team, so that each
team of the phones' carers has about as many as the others.
"""

import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from itertools import cycle, islice

from pwa.access.documents.person import refresh_people
from pwa.access.queries.people import get_person, list_people_by_role
from pwa.access.queries.roles import add_role, set_person
from pwa.access.queries.sign_ins import NewSignIn, add_sign_in
from pwa.app import make_app
from pwa.config import read_settings
from pwa.database import Database, Transaction
from pwa.logs import set_up_logs
from pwa.words import Person, Role, clock, new_id, to_text

LASTS = timedelta(days=1)


@asynccontextmanager
async def open_database() -> AsyncIterator[Database]:
    """The place's database, opened as the server opens it. What is printed is read: log lines go beside it."""
    set_up_logs("warning")
    app = make_app(read_settings())
    async with app.router.lifespan_context(app) as given:
        assert given is not None
        database: Database = given["app"].database
        yield database


async def sign_in(most: int, phones: int, tablets: int) -> dict[str, object]:
    """So many phones, in turn of each of at most so many carers, and tablets.

    {"phones": [{id, person_id, team_ids, sign_in_id, token}], "tablets": [{team_id, token}]}
    """
    async with open_database() as database, database.transaction() as tx:
        people = await list_people_by_role(tx, clock())
        with_visits = [each.id for each in people if each.role == "carer" and each.visits]
        carers = [await get_person(tx, person_id, to_text(clock())) for person_id in with_visits[:most]]
        teams = cycle(sorted({role.team_id for carer in carers if carer for role in carer.roles}))
        return {
            "phones": [await sign_in_carer(tx, carer) for carer in islice(cycle(carers), phones) if carer],
            "tablets": [await sign_in_leader(tx, next(teams)) for _ in range(tablets)],
        }


async def sign_in_carer(tx: Transaction, carer: Person) -> dict[str, object]:
    """A carer's phone that has never synced."""
    sign_in_id, token = await add_token(tx, carer.id)
    team_ids = [role.team_id for role in carer.roles]
    return {
        "id": new_id(),
        "person_id": carer.id,
        "team_ids": team_ids,
        "sign_in_id": sign_in_id,
        "token": token,
    }


async def sign_in_leader(tx: Transaction, team_id: str) -> dict[str, str]:
    """A new leader of a team, at a tablet."""
    person_id = new_id()
    await set_person(tx, person_id, "Leder", "da")
    await add_role(tx, person_id, Role("leader", team_id), to_text(clock()))
    await refresh_people(tx, [person_id], new_id)
    _, token = await add_token(tx, person_id)
    return {"team_id": team_id, "token": token}


async def add_token(tx: Transaction, person_id: str) -> tuple[str, str]:
    """A new sign-in: its id and its token."""
    sign_in_id, token, now = new_id(), secrets.token_urlsafe(32), clock()
    begun = NewSignIn(
        id=sign_in_id,
        person_id=person_id,
        token_hash=sha256(token.encode()).hexdigest(),
        began_at=to_text(now),
        ends_at=to_text(now + LASTS),
        passkey_id=None,
        confirmed_at=None,
        device="",
    )
    await add_sign_in(tx, begun)
    return sign_in_id, token


if __name__ == "__main__":
    print(json.dumps(asyncio.run(sign_in(*map(int, sys.argv[1:4])))))
