"""No page turns text into code: Trusted Types hold in Chromium, Firefox and WebKit, on the page and in the worker."""

import pytest

from tests.browser.any_browser import Browser, wait_for_worker
from tests.browser.conftest import OtherBrowser
from tests.browser.phone import Phone
from tests.browser.secure_door import SecureDoor
from tests.browser.server import Server
from tests.browser.vault import go_in

TRIES = {
    "HTML from text": "document.createElement('p').innerHTML = '<b>'",
    "a script's words": "document.createElement('script').textContent = '1'",
    "a script's address": "document.createElement('script').src = '/build/other.js'",
    "another worker": "navigator.serviceWorker.register('/service_worker.js', { type: 'module' })",
    "a policy of one's own": "trustedTypes.createPolicy('other', { createHTML: (html) => html })",
    "the same policy again": "trustedTypes.createPolicy('haand', { createHTML: (html) => html })",
}
REFUSED = "(async () => { await (%s); })().then(() => 'went through', (error) => error.name)"


def refusals(browser: Browser) -> dict[str, str]:
    """What the page in the window makes of each try."""
    return {what: str(browser.evaluate(REFUSED % attempt)) for what, attempt in TRIES.items()}


def see_that_nothing_becomes_code(browser: Browser, origin: str) -> None:
    """Be a carer whose page the worker answers, tap a step so that htmx swaps it in, and try everything."""
    go_in(browser, origin, "carer")
    wait_for_worker(browser)
    visit = browser.evaluate("document.querySelector('.visit-row:not(.cancelled) a').pathname")
    browser.go(f"{origin}{visit}")
    browser.tap(".step button.usual")
    browser.wait_for("document.querySelectorAll('.step.answered').length === 1")

    assert refusals(browser) == dict.fromkeys(TRIES, "TypeError")


@pytest.mark.main
def test_nothing_becomes_code_in_chromium(a_phone: Phone, server: Server) -> None:
    with a_phone.deliberate_faults():
        see_that_nothing_becomes_code(a_phone, server.origin)


def test_nothing_becomes_code_in_firefox_and_webkit(
    other_browser: OtherBrowser, server: Server, secure_door: SecureDoor
) -> None:
    see_that_nothing_becomes_code(other_browser, secure_door.origin)


@pytest.mark.parametrize("path", ["/sign-in", "/demo"])
def test_the_pages_without_a_sign_in_are_held_to_it_too(a_phone: Phone, server: Server, path: str) -> None:
    a_phone.go(f"{server.origin}{path}")

    with a_phone.deliberate_faults():
        assert set(refusals(a_phone).values()) == {"TypeError"}
