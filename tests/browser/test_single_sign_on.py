"""The municipality's own sign-in in a real browser: away to another site and back, with the service worker installed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pwa.words import new_id
from tests.browser.accessibility import barriers
from tests.browser.any_browser import wait_for_worker
from tests.browser.carer import begin_the_day, open_visit, visits, write_note
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone, Theme
from tests.browser.server import Server
from tests.browser.vault import IS_LOCKED, IS_OPEN, go_in, pass_the_lock, unlock
from tests.provider import Provider

THERE = "document.title === 'Kommunen'"


@pytest.fixture
def provider() -> Iterator[Provider]:
    """It stands on 127.0.0.1, which for a browser is another site than localhost."""
    with Provider() as provider:
        provider.add("mette", "Udekørende")
        yield provider


@pytest.fixture
def server(tmp_path: Path, provider: Provider) -> Iterator[Server]:
    settings = {f"HAAND_{name.upper()}": said for name, said in provider.settings().items()}
    running = Server(tmp_path / "data", settings=settings)
    running.start()
    yield running
    running.stop()


def be_there(phone: Phone, person: str = "mette") -> None:
    """Press the button of the provider's page."""
    phone.wait_for(THERE)
    phone.page.locator(f"button[value='{person}']").click()


def link(phone: Phone, server: Server) -> None:
    """Connect the account of whoever is signed in."""
    phone.go(f"{server.origin}/access")
    phone.tap("#sso-link")
    be_there(phone)
    expect(phone.page.locator("#links .name")).to_have_text("Du kan logge ind med kommunen.")


def sign_out(phone: Phone, server: Server) -> None:
    phone.go(f"{server.origin}/access")
    phone.evaluate("fetch('/sign-out', { method: 'POST' }).then(() => true)")


def sign_in(phone: Phone, server: Server, person: str = "mette") -> None:
    phone.go(f"{server.origin}/sign-in")
    phone.tap("#sso")
    be_there(phone, person)


def make_administrator(server: Server) -> None:
    """Lene, of the whole municipality, with two rules."""
    server.stop()
    lene, long_ago = new_id(), "2020-01-01T00:00:00.000Z"
    with closing(sqlite3.connect(server.data / "haand.sqlite3")) as database, database:
        [[top]] = database.execute("select id from team where parent_id is null")
        database.execute("insert into person (id, name) values (?, 'Lene Holm')", [lene])
        database.execute(
            "insert into role (team_id, person_id, name, starts_at) values (?, ?, 'administrator', ?)",
            [top, lene, long_ago],
        )
        for value, removed in (("Haand.Leder.Hele.Kommunen", None), ("Gammel", long_ago)):
            database.execute(
                """
                insert into claim_rule (id, value, name, team_id, made_at, made_by_id, removed_at, removed_by_id)
                values (?, ?, 'leader', ?, ?, ?, ?, ?)
                """,
                [new_id(), value, top, long_ago, lene, removed, removed and lene],
            )
    server.start()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.no_vault
def test_nobody_is_kept_out_of_its_pages(new_phone: NewPhone, server: Server, theme: Theme) -> None:
    make_administrator(server)
    tablet = new_phone(width=1180, height=820, theme=theme, has_touch=False)
    go_in(tablet, server.origin, "administrator")
    found: dict[str, list[str]] = {}
    for width in (360, 1180):
        tablet.page.set_viewport_size({"width": width, "height": 820})
        for address in ("/people/claims", "/sign-in", "/access", "/sso"):
            tablet.go(f"{server.origin}{address}")
            if address == "/sso":
                expect(tablet.page.locator("#problem-words")).to_contain_text("Begynd forfra")
            tablet.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
            if barred := barriers(tablet):
                found[f"{address} at {width}"] = barred

    assert found == {}


@pytest.mark.parametrize("has_worker", [pytest.param(False, marks=pytest.mark.open_phone), True])
def test_a_carer_is_in_with_the_municipalitys_sign_in_and_again_the_next_day(
    new_phone: NewPhone, server: Server, has_worker: bool
) -> None:
    phone = new_phone(has_worker=has_worker)
    go_in(phone, server.origin, "carer")
    if has_worker:
        wait_for_worker(phone)
    name = phone.page.locator("a.me").get_attribute("aria-label")
    link(phone, server)

    for _ in range(2):
        sign_out(phone, server)
        sign_in(phone, server)

        pass_the_lock(phone)
        phone.wait_for("location.pathname === '/' && document.querySelector('.visit-row')")
        assert phone.page.locator("a.me").get_attribute("aria-label") == name
    history = phone.devtools().send("Page.getNavigationHistory")["entries"]
    assert [entry["url"] for entry in history if f"{server.origin}/sso?" in entry["url"]] == []


@pytest.mark.main
def test_the_phone_changes_hands_with_it_and_shows_whose_account_it_was(
    a_phone: Phone, server: Server
) -> None:
    go_in(a_phone, server.origin, "carer")
    wait_for_worker(a_phone)
    name = str(a_phone.page.locator("a.me").get_attribute("aria-label"))
    link(a_phone, server)
    a_phone.go(f"{server.origin}/demo")
    a_phone.tap(a_phone.page.locator("button[data-role=carer]").nth(1))
    pass_the_lock(a_phone)
    a_phone.wait_for("document.querySelector('.visit-row')")
    other = a_phone.evaluate("document.body.dataset.person")

    sign_in(a_phone, server)

    a_phone.wait_for(f"document.body.dataset.person && document.body.dataset.person !== '{other}'")
    pass_the_lock(a_phone)
    expect(a_phone.page.locator("a.me")).to_have_attribute("aria-label", name)


def test_who_is_not_let_in_is_told_so_and_the_carers_words_still_wait_on_the_phone(
    a_phone: Phone, server: Server, provider: Provider
) -> None:
    """Somebody borrows the phone, and has no access, or says no there. The day of the one whose it is goes on."""
    begin_the_day(a_phone, server)
    visit = visits(a_phone)[0]
    open_visit(a_phone, server, visit)
    write_note(a_phone, "Sov godt.")

    for person, words in (("mette", "Spørg din leder"), ("", "Prøv igen")):
        sign_in(a_phone, server, person)
        expect(a_phone.page.locator("#problem-words")).to_contain_text(words)
        assert a_phone.evaluate("location.pathname + location.search") == "/sso"
        a_phone.tap("#way-back")
        a_phone.wait_for("location.pathname === '/sign-in'")

    open_visit(a_phone, server, visit)
    a_phone.wait_for(f"{IS_OPEN} || {IS_LOCKED}")
    if a_phone.evaluate(IS_LOCKED):
        unlock(a_phone)
    expect(a_phone.page.locator(".note .words", has_text="Sov godt.")).to_be_visible()


@pytest.mark.no_vault
def test_a_leader_signs_in_on_a_tablet(new_phone: NewPhone, server: Server, provider: Provider) -> None:
    tablet = new_phone(width=1180, height=820, has_touch=False)
    go_in(tablet, server.origin, "leader")
    link(tablet, server)
    sign_out(tablet, server)
    provider.asks = False

    tablet.go(f"{server.origin}/sign-in")
    tablet.tap("#sso")

    tablet.wait_for("location.pathname === '/board'")
