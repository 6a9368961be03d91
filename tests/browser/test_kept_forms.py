"""What a leader has half filled in outlives an ended sign-in and a server that is away."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPhone
from tests.browser.server import Server
from tests.browser.vault import go_in

NAME = "main input[name=name]"
SEND = "main form[method=post] button"
NOT_SENT = "#not-sent"


@pytest.mark.no_vault
def test_what_is_filled_in_stays_and_is_sent_once_somebody_is_there_to_take_it(
    new_phone: NewPhone, server: Server
) -> None:
    tablet = new_phone(width=1180, height=820, has_touch=False)
    go_in(tablet, server.origin, "leader")
    tablet.go(f"{server.origin}/people/new")
    assert tablet.context
    signed_in = tablet.context.cookies()
    tablet.write(NAME, "Ny Person Hansen")

    tablet.context.clear_cookies()
    tablet.tap(SEND)
    expect(tablet.page.locator(NOT_SENT)).to_contain_text("Du er logget ud")
    expect(tablet.page.locator(NAME)).to_have_value("Ny Person Hansen")

    tablet.context.add_cookies(signed_in)  # type: ignore[arg-type]
    server.stop()
    tablet.tap(SEND)
    expect(tablet.page.locator(NOT_SENT)).to_contain_text("ingen kontakt")
    expect(tablet.page.locator(NAME)).to_have_value("Ny Person Hansen")

    server.start()
    tablet.tap(SEND)
    expect(tablet.page.locator("h1")).to_contain_text("Kode til Ny Person Hansen")


@pytest.mark.no_vault
def test_what_another_tab_showed_is_gone_once_its_sign_in_has_ended(
    new_phone: NewPhone, server: Server
) -> None:
    tablet = new_phone(width=1180, height=820, has_touch=False)
    go_in(tablet, server.origin, "leader")
    tablet.go(f"{server.origin}/people")
    assert tablet.context
    expect(tablet.page.locator("h1")).to_contain_text("Personer")

    tablet.context.clear_cookies()
    tablet.page.evaluate("dispatchEvent(new Event('focus'))")

    tablet.page.wait_for_url("**/demo")
