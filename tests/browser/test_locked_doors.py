"""A locked phone's doors at the server are locked too: whatever is asked in whatever way, nothing of a day is shown."""

import sqlite3
from collections.abc import Iterator

import httpx2
import pytest

from tests.browser.carer import open_visit, visits
from tests.browser.phone import Phone
from tests.browser.server import Server, ServersAhead
from tests.browser.vault import IS_LOCKED, IS_OPEN, begin_the_locked_day, lock, seeded_words, unlock
from tests.browser.waiting import wait_until
from tests.small_town import FROM_OUR_PAGE

LOCKED_PAGE = "document.querySelector('h1')?.textContent === 'Hånd er låst'"


@pytest.fixture
def server(servers: ServersAhead) -> Iterator[Server]:
    """The demo with the vault on."""
    running = servers.take(("--vault", "pin"))
    yield running
    running.stop()


def names_on(phone: Phone) -> list[str]:
    """The seeded words that can be read on the page in sight."""
    content = phone.page.content()
    return [word for word in seeded_words() if word in content]


def visits_and_notes(server: Server) -> tuple[int, int]:
    with sqlite3.connect(f"file:{server.data / 'haand.sqlite3'}?mode=ro", uri=True) as database:
        [[documents]] = database.execute("select count(*) from document")
        [[notes]] = database.execute("select count(*) from note")
        return documents, notes


def is_bound(server: Server) -> bool:
    """Whether a sign-in knows its vault."""
    with sqlite3.connect(f"file:{server.data / 'haand.sqlite3'}?mode=ro", uri=True) as database:
        return bool(database.execute("select 1 from sign_in where vault_hash is not null").fetchall())


def reload_past_the_worker(phone: Phone) -> None:
    """As with Shift held: the browser asks the server itself."""
    phone.devtools().send("Page.reload", {"ignoreCache": True})


@pytest.mark.main
def test_a_locked_phone_shows_nothing_however_its_pages_are_asked_for(a_phone: Phone, server: Server) -> None:
    begin_the_locked_day(a_phone, server)
    wait_until("the sign-in is bound to the vault", lambda: is_bound(server))
    visit = visits(a_phone)[0]
    day = str(a_phone.evaluate("document.body.dataset.today ?? new Date().toISOString().slice(0, 10)"))
    lock(a_phone)

    for path in (
        f"/%64ays/{day}",
        f"/%76isits/{visit}",
        "/waiting/%65xport",
        f"//days/{day}",
        "/access",
        "/",
    ):
        a_phone.go(f"{server.origin}{path}")
        a_phone.wait_for(IS_LOCKED)
        assert names_on(a_phone) == [], path
    reload_past_the_worker(a_phone)
    a_phone.wait_for(LOCKED_PAGE)
    assert names_on(a_phone) == []
    a_phone.tap("#to-unlock")
    unlock(a_phone)
    assert names_on(a_phone) != []
    for path in (f"/%64ays/{day}", f"/%76isits/{visit}"):
        a_phone.go(f"{server.origin}{path}")
        assert names_on(a_phone) == [], path


def test_a_reload_past_the_worker_leads_back_to_it_and_to_where_one_was(
    a_phone: Phone, server: Server
) -> None:
    begin_the_locked_day(a_phone, server)
    wait_until("the sign-in is bound to the vault", lambda: is_bound(server))
    open_visit(a_phone, server, visits(a_phone)[1])
    address = a_phone.page.url

    with a_phone.page.expect_response(address) as asked:
        reload_past_the_worker(a_phone)
    assert asked.value.status == 403
    a_phone.wait_for(IS_OPEN)

    assert a_phone.page.url == address
    assert names_on(a_phone) != []


def test_the_cookie_of_a_copied_profile_opens_nothing_and_writes_nothing(
    a_phone: Phone, server: Server
) -> None:
    begin_the_locked_day(a_phone, server)
    wait_until("the sign-in is bound to the vault", lambda: is_bound(server))
    visit = visits(a_phone)[0]
    lock(a_phone)
    [cookie] = [one for one in a_phone.page.context.cookies() if one["name"] == "__Host-session"]
    _, before = visits_and_notes(server)

    answers = ask_with(server, f"__Host-session={cookie['value']}", visit)

    assert [
        (path, one.status_code) for path, one in answers.items() if one.status_code not in (403, 404)
    ] == [("/sync", 200)]
    assert answers["/sync"].json()["documents"] == []
    said = " ".join(one.text for one in answers.values())
    assert [word for word in seeded_words() if word in said] == []
    assert "Aldrig skrevet" in answers["/do/write_note"].text
    assert visits_and_notes(server)[1] == before


def ask_with(server: Server, cookie: str, visit: str) -> dict[str, httpx2.Response]:
    """What somebody is answered who has nothing but the cookie."""
    headers = {"Cookie": cookie, **FROM_OUR_PAGE, "Sec-Fetch-Mode": "navigate"}
    pages = (
        "/",
        "/days/2026-11-30",
        f"/visits/{visit}",
        "/waiting",
        "/waiting/export",
        "/me",
        "/access",
        "/%64ays/x",
    )
    push: dict[str, object] = {
        "phone": "0192f000-0000-7000-8000-000000000001",
        "build": "b1",
        "now": "2026-11-30T08:00:00.000Z",
        "cursor": None,
        "changes": [],
    }
    note = {"visit_id": visit, "text": "Aldrig skrevet"}
    with httpx2.Client(base_url=server.origin, headers=headers) as http:
        return {
            **{path: http.get(path) for path in pages},
            "/sync": http.post("/sync", json=push),
            "/do/write_note": http.post("/do/write_note", data=note),
        }
