"""Law 15 in both directions: the server goes on to a newer version, and back to the older one, with work on the phone."""

import sqlite3
import time
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.any_browser import sign_in
from tests.browser.carer import (
    DELIVERED,
    PLACE_FOR_NOTE,
    answer_as_usual,
    begin_the_day,
    open_visit,
    press,
    sign,
    steps,
    visits,
    write_note,
)
from tests.browser.conftest import NewPhone
from tests.browser.newer_house import house_with_another_store, house_without_short_form
from tests.browser.phone import Phone
from tests.browser.server import HOUSE, Server
from tests.browser.vault import pass_the_lock
from tests.browser.waiting import wait_until

BUILD = "document.body.dataset.build"
LOOK_FOR_NEW_VERSION = "navigator.serviceWorker.ready.then((known) => known.update()).then(() => true)"
VERSIONS = """indexedDB.databases().then((all) => all
  .filter(({ name }) => name.startsWith("haand")).map(({ version }) => version).sort())"""
AWAY = 15
"""Seconds."""
DELIVERS_WITHIN = 20
"""Seconds once the server is back: it is asked every 3 to 10, and each time a quarter more or less."""


def applied(data: Path) -> list[tuple[int, str]]:
    """The number of each change that came from phones, and its name, or its fate where it was not applied."""
    with sqlite3.connect(f"file:{data / 'haand.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(
            "select n, case fate when 'applied' then name else fate end from change where n > 0 order by n"
        ).fetchall()


def first_steps(phone: Phone) -> list[str]:
    """The ids of the steps of the visit in sight, in order."""
    return [str(step.get_attribute("id")) for step in steps(phone).all()]


def find_new_version(phone: Phone) -> None:
    phone.evaluate(LOOK_FOR_NEW_VERSION)
    expect(phone.page.locator("#new-version")).to_be_visible()


def test_law_15_after_a_newer_version_the_older_one_opens_shows_the_day_keeps_the_words_and_delivers_once(
    a_phone: Phone, server: Server, tmp_path: Path
) -> None:
    begin_the_day(a_phone, server)
    [visit, *_] = visits(a_phone)
    rows = a_phone.texts(".visit-row")
    open_visit(a_phone, server, visit)
    [first, second, third, *_] = first_steps(a_phone)
    older, versions = a_phone.evaluate(BUILD), a_phone.evaluate(VERSIONS)
    newer = [version + 1 for version in versions]

    server.stop()
    answer_as_usual(a_phone, first)
    a_phone.write(PLACE_FOR_NOTE, "Halvt ")
    server.house = house_with_another_store(tmp_path / "newer")
    server.start()
    find_new_version(a_phone)
    a_phone.tap("#use-new-version")
    a_phone.wait_for(f"{BUILD} !== '{older}' && document.readyState === 'complete'")
    expect(a_phone.page.locator(PLACE_FOR_NOTE)).to_have_value("Halvt ")
    expect(steps(a_phone, ".answered")).to_have_count(1)
    assert a_phone.evaluate(VERSIONS) == newer

    server.stop()
    server.house = HOUSE
    server.start()
    find_new_version(a_phone)
    server.stop()
    answer_as_usual(a_phone, second)
    a_phone.write(PLACE_FOR_NOTE, "skrevet i den nye")
    a_phone.page.wait_for_timeout(500)
    a_phone.close()
    a_phone.open()
    a_phone.go(f"{server.origin}/")
    pass_the_lock(a_phone)
    expect(a_phone.page.locator("h1.day").first).to_be_visible()
    assert a_phone.evaluate(BUILD) == older
    assert [row.splitlines()[0] for row in a_phone.texts(".visit-row")] == [
        row.splitlines()[0] for row in rows
    ]
    open_visit(a_phone, server, visit)
    expect(steps(a_phone, ".answered")).to_have_count(2)
    expect(a_phone.page.locator(PLACE_FOR_NOTE)).to_have_value("Halvt skrevet i den nye")
    answer_as_usual(a_phone, third)
    a_phone.tap("#write button")
    expect(a_phone.page.locator(".note .words", has_text="Halvt skrevet i den nye")).to_be_visible()

    server.start()
    a_phone.evaluate("dispatchEvent(new Event('online'))")
    expect(sign(a_phone)).to_contain_text(DELIVERED)
    assert a_phone.evaluate(VERSIONS) == newer
    assert applied(server.data) == [
        (1, "answer_step"), (2, "answer_step"), (3, "answer_step"), (4, "write_note"),
    ]  # fmt: skip


def test_law_15_an_app_that_knows_no_short_documents_shows_the_day_of_a_server_that_does(
    a_phone: Phone, server: Server, tmp_path: Path
) -> None:
    server.stop()
    server.house = house_without_short_form(tmp_path / "older")
    server.start()
    begin_the_day(a_phone, server)
    [visit, *_] = visits(a_phone)
    open_visit(a_phone, server, visit)
    older = a_phone.evaluate(BUILD)

    server.stop()
    server.house = HOUSE
    server.start()
    press(a_phone, "start_visit")
    press(a_phone, "answer_as_planned")
    write_note(a_phone, "Sov godt.")
    a_phone.evaluate("dispatchEvent(new Event('online'))")
    expect(sign(a_phone)).to_contain_text(DELIVERED)
    open_visit(a_phone, server, visit)

    assert a_phone.evaluate(BUILD) == older
    expect(steps(a_phone, ".answered")).not_to_have_count(0)
    expect(a_phone.page.locator(".note .words", has_text="Sov godt.")).to_be_visible()
    assert [name for _, name in applied(server.data)] == ["start_visit", "answer_as_planned", "write_note"]


def test_what_waits_is_on_the_board_within_seconds_once_the_server_is_back_while_the_page_lies_there(
    a_phone: Phone, new_phone: NewPhone, server: Server
) -> None:
    begin_the_day(a_phone, server)
    [visit, *_] = visits(a_phone)
    open_visit(a_phone, server, visit)
    server.stop()
    write_note(a_phone, "Skrevet i kælderen")
    a_phone.page.wait_for_timeout(AWAY * 1000)

    server.start()
    back = time.monotonic()
    wait_until("it is delivered", lambda: applied(server.data), seconds=DELIVERS_WITHIN)

    assert applied(server.data) == [(1, "write_note")]
    assert time.monotonic() - back < DELIVERS_WITHIN
    board = new_phone(width=1180, height=820, has_touch=False)
    sign_in(board, server.origin, "leader")
    board.go(f"{server.origin}/board/visits/{visit}")
    expect(board.page.locator(".note .words")).to_have_text(["Skrevet i kælderen"])
