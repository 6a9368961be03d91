"""The offline core in Firefox ESR and WebKitGTK: load, stop the server, navigate, answer, reload, deliver."""

from tests.browser.any_browser import wait_for_worker
from tests.browser.conftest import OtherBrowser
from tests.browser.secure_door import SecureDoor
from tests.browser.server import Server
from tests.browser.vault import go_in

DAY_IS_HERE = "document.querySelectorAll('.visit-row').length > 3"
NOTHING_WAITS = "!!document.querySelector('#state') && !document.querySelector('#state.waits')"


def test_a_carer_goes_on_without_a_server_and_delivers_when_it_is_back(
    other_browser: OtherBrowser, server: Server, secure_door: SecureDoor
) -> None:
    phone, origin = other_browser, secure_door.origin
    go_in(phone, origin, "carer")
    wait_for_worker(phone)
    phone.evaluate("new Promise((done) => setTimeout(() => done(true), 2500))")
    server.stop()

    phone.go(f"{origin}/")
    phone.wait_for(DAY_IS_HERE)
    visit = phone.evaluate("document.querySelector('.visit-row:not(.cancelled) a').pathname")
    phone.go(f"{origin}{visit}")
    phone.tap(".step button.usual")
    phone.wait_for("document.querySelectorAll('.step.answered').length === 1")
    phone.reload()
    phone.wait_for("document.querySelectorAll('.step.answered').length === 1")
    phone.wait_for("Boolean(document.querySelector('#state.waits'))")
    server.start()
    phone.go(f"{origin}/")

    phone.wait_for(NOTHING_WAITS, seconds=60)
    phone.go(f"{origin}{visit}")
    phone.wait_for("document.querySelectorAll('.step.answered').length === 1")
