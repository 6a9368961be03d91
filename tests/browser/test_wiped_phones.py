"""A phone that is shut out delivers what it has, and then has nothing; a lost one has nothing of anybody's."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.any_browser import Browser, sign_in, wait_for_worker
from tests.browser.carer import DELIVERED, open_visit, sign, visits, write_note
from tests.browser.conftest import OtherBrowser
from tests.browser.phone import Phone
from tests.browser.secure_door import SecureDoor
from tests.browser.server import HOUSE, Server, ServersAhead
from tests.browser.vault import (
    ANOTHER_CODE,
    begin_the_locked_day,
    choose_code,
    found_on_disk,
    lock,
    seeded_words,
    unlock,
)
from tests.browser.waiting import wait_until

NOTE = "Faldt i badet i morges"
NETWORK_IS_BACK = "dispatchEvent(new Event('online'))"
AT_THE_DOOR = "location.pathname === '/demo'"
AT_MOST = 90  # s; a phone whose sync came to nothing though the server was there asks again after a minute
# A page on its way out may ask after its carer's vault, which makes an empty database anew. While the browser clears
# them away, none is opened and none is read: null.
ROWS_LEFT = """(async () => {
  const answer = (request) => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = request.onblocked = () => fail(request.error);
    setTimeout(fail, 2000, new Error("not in time"));
  });
  let rows = 0;
  for (const { name } of (await indexedDB.databases()).filter(({ name }) => name.startsWith("haand-"))) {
    const database = await answer(indexedDB.open(name));
    for (const store of database.objectStoreNames)
      rows += await answer(database.transaction(store).objectStore(store).count());
    database.close();
  }
  return rows;
})().catch(() => null)"""
SHUT_OUT = """
import asyncio, sys
from pwa.access.rules.phones import revoke_access
from pwa.config import read_settings
from pwa.database import Database, open_database
from pwa.words import clock

async def main(person_id, how):
    database = await open_database(read_settings().database)
    async with database.transaction() as tx:
        [phone] = await tx.rows("select id from phone where person_id = :id", {"id": person_id})
        assert await revoke_access(tx, phone["id"], how, person_id, clock())
    await database.close()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
def server(servers: ServersAhead) -> Iterator[Server]:
    """The demo with the vault on."""
    running = servers.take(("--vault", "pin"))
    yield running
    running.stop()


def revoke_access(server: Server, carer: str, how: str) -> None:
    """Shut out the one phone that this carer has; the server does not run meanwhile."""
    settings = {**os.environ, "HAAND_DATA": str(server.data)}
    subprocess.run([sys.executable, "-c", SHUT_OUT, carer, how], cwd=HOUSE, env=settings, check=True)


def rows(server: Server, sql: str) -> list[Any]:
    with sqlite3.connect(f"file:{server.data / 'haand.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(sql).fetchall()


def see_that_nothing_is_left(phone: Browser, server: Server) -> None:
    def counted() -> list[int]:
        rows = phone.evaluate(ROWS_LEFT)
        return [] if rows is None else [rows]

    assert wait_until("what is left is counted", counted) == [0]
    [wiped] = rows(server, "select count(*) from phone where wiped_at is null and revoked_at is not null")
    assert wiped == (0,)


@pytest.mark.main
def test_a_revoked_phone_delivers_from_its_locked_vault_and_then_has_nothing(
    a_phone: Phone, server: Server
) -> None:
    carer = begin_the_locked_day(a_phone, server)
    open_visit(a_phone, server, visits(a_phone)[0])
    server.stop()
    write_note(a_phone, NOTE)
    lock(a_phone)
    revoke_access(server, carer, "revoked")

    server.start()
    a_phone.evaluate(NETWORK_IS_BACK)
    a_phone.wait_for(AT_THE_DOOR, seconds=AT_MOST)

    held = "select words, fate, problem from change where name = 'write_note'"
    assert rows(server, held) == [(NOTE, "held", "PhoneShutOut")]
    see_that_nothing_is_left(a_phone, server)
    a_phone.page.go_back()
    a_phone.wait_for(AT_THE_DOOR)
    a_phone.kill()
    assert found_on_disk(a_phone.profile, {*seeded_words(), NOTE}) == {}


def test_after_it_the_same_carer_begins_anew_on_the_same_phone(a_phone: Phone, server: Server) -> None:
    carer = begin_the_locked_day(a_phone, server)
    server.stop()
    revoke_access(server, carer, "revoked")
    server.start()
    a_phone.evaluate(NETWORK_IS_BACK)
    a_phone.wait_for(AT_THE_DOOR, seconds=AT_MOST)

    begin_the_locked_day(a_phone, server, carer, ANOTHER_CODE)
    open_visit(a_phone, server, visits(a_phone)[0])
    write_note(a_phone, NOTE)

    expect(sign(a_phone)).to_contain_text(DELIVERED)
    assert rows(server, "select words, fate from change where name = 'write_note'") == [(NOTE, "applied")]


def test_a_lost_phone_has_nothing_of_anybody_and_both_carers_words_have_come(
    a_phone: Phone, server: Server
) -> None:
    first = begin_the_locked_day(a_phone, server)
    a_phone.go(f"{server.origin}/demo")
    second = str(a_phone.page.locator("button[data-role=carer]").nth(3).get_attribute("value"))
    begin_the_locked_day(a_phone, server, second, ANOTHER_CODE)
    lock(a_phone)
    server.stop()
    a_phone.tap("nav.others a")
    a_phone.wait_for(f"document.body.dataset.person === '{first}'")
    unlock(a_phone)
    a_phone.go(f"{server.origin}/")
    open_visit(a_phone, server, visits(a_phone)[0])
    write_note(a_phone, NOTE)
    lock(a_phone)
    a_phone.tap("nav.others a")
    a_phone.wait_for(f"document.body.dataset.person === '{second}'")
    unlock(a_phone, ANOTHER_CODE)
    revoke_access(server, second, "lost")

    server.start()
    a_phone.evaluate(NETWORK_IS_BACK)
    a_phone.wait_for(AT_THE_DOOR, seconds=AT_MOST)

    held = "select words, person_id, problem from change where name = 'write_note'"
    assert rows(server, held) == [(NOTE, first, "PhoneShutOut")]
    see_that_nothing_is_left(a_phone, server)
    a_phone.kill()
    assert found_on_disk(a_phone.profile, {*seeded_words(), NOTE}) == {}


def test_a_lost_phone_is_wiped_in_firefox_and_webkit(
    other_browser: OtherBrowser, server: Server, secure_door: SecureDoor
) -> None:
    phone = other_browser
    sign_in(phone, secure_door.origin, "carer")
    choose_code(phone)
    wait_for_worker(phone)
    phone.go(f"{secure_door.origin}/")
    phone.wait_for("document.querySelectorAll('.visit-row').length > 3")
    carer = str(phone.evaluate("document.body.dataset.person"))
    wait_until("the phone is known", lambda: rows(server, "select 1 from phone"))
    server.stop()
    revoke_access(server, carer, "lost")

    server.start()
    phone.evaluate(NETWORK_IS_BACK)
    phone.wait_for(AT_THE_DOOR, seconds=AT_MOST)

    see_that_nothing_is_left(phone, server)
