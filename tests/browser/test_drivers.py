"""The browsers that the stories are told in can do what the stories need, tried on a page that is not ours.

The server is stopped for real, and a module service worker answers (CONTRIBUTING.md, tests).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.accessibility import barriers
from tests.browser.any_browser import Browser, wait_for_worker
from tests.browser.conftest import NewPhone, OtherBrowser
from tests.browser.phone import Phone
from tests.browser.secure_door import SecureDoor, write_certificate
from tests.browser.toy import Toy
from tests.browser.waiting import wait_until


@pytest.fixture
def toy() -> Iterator[Toy]:
    with Toy() as running:
        yield running


@pytest.fixture
def toy_door(toy: Toy, tmp_path: Path) -> Iterator[SecureDoor]:
    with SecureDoor(toy.server_port, write_certificate(tmp_path / "certificate.pem")) as door:
        yield door


def load_and_stop(browser: Browser, origin: str, toy: Toy) -> None:
    """Open the toy until its worker has it, then stop the server."""
    browser.go(f"{origin}/")
    wait_for_worker(browser)
    assert browser.text("#from") == "from the server"
    toy.stop()


def test_a_phone_answers_from_its_worker_when_the_server_is_stopped(a_phone: Phone, toy: Toy):
    load_and_stop(a_phone, toy.origin, toy)

    a_phone.reload()

    assert a_phone.text("#from") == "from the worker"


def test_firefox_and_webkit_answer_from_their_workers_when_the_server_is_stopped(
    other_browser: OtherBrowser, toy: Toy, toy_door: SecureDoor
):
    load_and_stop(other_browser, toy_door.origin, toy)

    other_browser.reload()

    assert other_browser.text("#from") == "from the worker"


def test_what_is_typed_in_firefox_and_webkit_reaches_the_worker(
    other_browser: OtherBrowser, toy: Toy, toy_door: SecureDoor
):
    load_and_stop(other_browser, toy_door.origin, toy)

    other_browser.write("#words", "Rød grød 🙂")
    other_browser.tap("#say")

    assert other_browser.wait_for("document.querySelector('#said')?.innerText") == "Rød grød 🙂"


def test_a_phone_survives_a_dead_worker_and_a_dead_battery(a_phone: Phone, toy: Toy):
    load_and_stop(a_phone, toy.origin, toy)

    a_phone.kill_worker()
    a_phone.write("#words", "Rød grød 🙂")
    a_phone.tap("#say")
    assert a_phone.text("#said") == "Rød grød 🙂"
    a_phone.kill()
    a_phone.open()
    a_phone.go(f"{toy.origin}/")

    assert a_phone.text("#from") == "from the worker"


def test_a_refusal_by_the_content_security_policy_is_noticed(a_phone: Phone, toy: Toy):
    a_phone.go(f"{toy.origin}/")
    wait_for_worker(a_phone)

    a_phone.evaluate(
        "void document.body.append(Object.assign(new Image(), { src: 'https://example.com/picture.png' }))"
    )
    wait_until("the refusal is heard", lambda: a_phone.evaluate("true") and a_phone.faults)

    assert ["Content Security Policy" in fault for fault in a_phone.faults] == [True]
    a_phone.faults.clear()


def test_a_refusal_in_the_service_worker_is_noticed_too(a_phone: Phone, toy: Toy):
    a_phone.go(f"{toy.origin}/")
    wait_for_worker(a_phone)

    assert a_phone.context
    a_phone.context.service_workers[0].evaluate("() => void fetch('https://example.com/').catch(() => 0)")
    wait_until("the refusal is heard", lambda: a_phone.evaluate("true") and a_phone.faults)

    assert a_phone.faults == ["Uncaught in the service worker: connect-src https://example.com/"]
    a_phone.faults.clear()


def test_axe_sees_a_field_without_a_name(new_phone: NewPhone, toy: Toy):
    narrow = new_phone(width=320, height=640, theme="dark")
    narrow.go(f"{toy.origin}/")

    assert "label: #words" in barriers(narrow)
    assert narrow.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]") == [320, True]
