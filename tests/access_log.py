"""Knows how a test asks for pages, and reads, fills and spoils the access log."""

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import asyncpg
import httpx2

from pwa.access.queries import people, roles
from pwa.audit.access_event import AccessEvent
from pwa.audit.writer import AccessLog
from pwa.backups.verify import verify_access_log
from pwa.care.documents.access_purpose import purpose_of
from pwa.care.queries.citizens import list_citizens_of_visits
from pwa.database import Row
from pwa.words import Person, Role, new_id, to_text
from tests.engines import engines
from tests.house import House
from tests.small_town import FROM_OUR_PAGE, LONG_AGO, id_of


async def get(house: House, who: str, path: str) -> httpx2.Response:
    """A page, as this person is answered."""
    cookie = house.cookies.get(who) or await house.sign_in(who)
    return await house.http.get(path, headers={"Cookie": cookie})


async def send(house: House, who: str, path: str, **form: str) -> httpx2.Response:
    """A form that this person sends."""
    cookie = house.cookies.get(who) or await house.sign_in(who)
    return await house.http.post(path, data=form, headers={"Cookie": cookie, **FROM_OUR_PAGE})


async def entries(house: House) -> list[Row]:
    """What stands in the log, in the order in which it came."""
    return await house.rows("select * from access_log order by received_at, n, id")


async def last(house: House) -> Row:
    """The newest entry."""
    return (await entries(house))[-1]


def visits_of(entry: Row) -> set[str]:
    """The visits that an entry names."""
    return {visit_id for _, _, visit_id in json.loads(entry["about"])}


async def chained(house: House) -> None:
    """Wait until every entry has its place."""
    for _ in range(200):
        if not await house.rows("select id from access_log where n is null"):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("an entry got no place")


async def wrong_in(house: House) -> list[str]:
    """What a check finds, in the words of the finding's ids."""
    verified = await verify_access_log(house.database.snapshot, house.now)
    return [str(finding.values["ids"]) for finding in verified.findings]


async def anna_and_log(house: House) -> tuple[Person, AccessLog]:
    """Anna, and a log of the test's own to write to."""
    async with house.database.snapshot() as tx:
        anna = await people.get_person(tx, id_of("anna"), to_text(house.now))
    assert anna
    return anna, AccessLog(house.database, lambda: house.now, new_id, list_citizens_of_visits, purpose_of)


async def fill(house: House, count: int = 5, ago: timedelta = timedelta()) -> None:
    """Some entries in which no column is empty."""
    anna, _ = await anna_and_log(house)
    log = AccessLog(house.database, lambda: house.now - ago, new_id, list_citizens_of_visits, purpose_of)
    for number in range(count):
        look = AccessEvent(
            kind="read", what="board", purpose="overview", citizens=[(id_of("nord"), id_of("Else Holm"))],
            day="2026-11-23", words=f"Klage {number}",
        )  # fmt: skip
        await log.record_access(anna, id_of("sign-in"), look, id_of("phone"))
    await log.close()
    await chained(house)


async def spoil(house: House, table: str, column: str, old: Any, new: Any) -> None:
    """Write something else where only somebody with the disk in hand can."""
    if engines.is_sqlite:
        with closing(sqlite3.connect(house.address.removeprefix("sqlite:///"))) as here:
            here.execute("pragma ignore_check_constraints = on")
            here.execute(f"drop trigger {table}_is_not_updated")
            here.execute(f"update {table} set {column} = ? where {column} = ?", (new, old))
            here.commit()
        return
    there = await asyncpg.connect(house.address)
    try:
        await there.execute("set session_replication_role = replica")
        await there.execute(f"update {table} set {column} = $1 where {column} = $2", new, old)
    finally:
        await there.close()


async def add_officer(house: House, who: str, name: str, team: str) -> None:
    """A data-protection officer for a team and those under it."""
    async with house.database.transaction() as tx:
        await roles.set_person(tx, id_of(who), name, "da")
        await roles.add_role(tx, id_of(who), Role("dpo", id_of(team)), LONG_AGO)
