"""Passkeys in real browsers, with the service worker installed and without."""

import json
import sqlite3
from functools import partial

import pytest
from playwright.sync_api import Request, Route, expect

from tests.browser.accessibility import barriers
from tests.browser.any_browser import sign_in, wait_for_worker
from tests.browser.conftest import NewPhone, OtherBrowser
from tests.browser.passkeys import Finger
from tests.browser.phone import Phone
from tests.browser.secure_door import SecureDoor
from tests.browser.server import HOUSE, Server
from tests.browser.vault import go_in, pass_the_lock


def get_a_passkey(phone: Phone, server: Server, role: str = "carer") -> None:
    """Be somebody of the demo, and make a passkey."""
    go_in(phone, server.origin, role)
    phone.go(f"{server.origin}/access")
    phone.tap("#add-passkey")
    expect(phone.page.locator("#passkeys li")).to_have_count(1)


def nothing_is_offered(phone: Phone) -> None:
    """From the next page on the browser offers no passkeys in a field: the devtools' finger would take the first."""
    phone.page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")


def sign_out(phone: Phone, server: Server) -> None:
    phone.go(f"{server.origin}/access")
    phone.evaluate("fetch('/sign-out', { method: 'POST' }).then(() => true)")


@pytest.mark.parametrize("has_worker", [pytest.param(False, marks=pytest.mark.open_phone), True])
def test_a_carer_makes_a_passkey_signs_out_and_is_back_with_one_press(
    new_phone: NewPhone, server: Server, has_worker: bool
) -> None:
    a_phone = new_phone(has_worker=has_worker)
    finger = Finger(a_phone)
    go_in(a_phone, server.origin, "carer")
    if has_worker:
        wait_for_worker(a_phone)
    name = a_phone.page.locator("a.me").get_attribute("aria-label")
    get_a_passkey(a_phone, server)
    sign_out(a_phone, server)
    nothing_is_offered(a_phone)
    a_phone.go(f"{server.origin}/sign-in")

    a_phone.tap("#sign-in")

    pass_the_lock(a_phone)
    a_phone.wait_for("location.pathname === '/' && document.querySelector('.visit-row')")
    assert a_phone.page.locator("a.me").get_attribute("aria-label") == name
    [passkey] = finger.passkeys()
    assert passkey["isResidentCredential"]


def test_the_field_at_the_door_offers_the_passkey(a_phone: Phone, server: Server) -> None:
    Finger(a_phone)
    get_a_passkey(a_phone, server)
    sign_out(a_phone, server)

    a_phone.go(f"{server.origin}/sign-in")

    pass_the_lock(a_phone)
    a_phone.wait_for("location.pathname === '/' && document.querySelector('.visit-row')")


@pytest.mark.main
def test_the_phone_changes_hands_with_the_passkey(a_phone: Phone, server: Server) -> None:
    """The worker shows whose passkey it was, not whose day it carried before."""
    finger = Finger(a_phone)
    get_a_passkey(a_phone, server)
    [first] = finger.passkeys()
    nothing_is_offered(a_phone)
    a_phone.go(f"{server.origin}/demo")
    a_phone.tap(a_phone.page.locator("button[data-role=carer]").nth(1))
    pass_the_lock(a_phone)
    a_phone.wait_for("document.querySelector('.visit-row')")
    wait_for_worker(a_phone)
    other = a_phone.evaluate("document.body.dataset.person")
    a_phone.go(f"{server.origin}/sign-in")

    a_phone.tap("#sign-in")

    a_phone.wait_for(f"document.body.dataset.person && document.body.dataset.person !== '{other}'")
    pass_the_lock(a_phone)
    expect(a_phone.page.locator("a.me")).to_have_attribute("aria-label", f"Dig: {first['userName']}")


def test_what_keys_are_made_of_never_leaves_the_phone(a_phone: Phone, server: Server) -> None:
    """The page asks for the PRF output too, as it does to open what lies on the phone: it is not sent."""
    sent: list[str] = []

    def listen(request: Request) -> None:
        if request.method == "POST" and "/sign-in/" in request.url:
            sent.append(request.post_data or "")

    Finger(a_phone)
    get_a_passkey(a_phone, server)
    a_phone.page.on("request", listen)
    assert a_phone.context
    as_written = partial(Route.fulfill, path=HOUSE / "static" / "passkeys.js", content_type="text/javascript")
    a_phone.context.route("**/build/as-written/static/passkeys.js", as_written)
    output = a_phone.evaluate(
        """(async () => {
          const { ask, usePasskey } = await import("/build/as-written/static/passkeys.js");
          const get = navigator.credentials.get.bind(navigator.credentials);
          let seen = "";
          navigator.credentials.get = async (how) => {
            const credential = await get(how);
            const output = credential.getClientExtensionResults().prf?.results?.first;
            seen = new Uint8Array(output).toBase64({ alphabet: "base64url", omitPadding: true });
            return credential;
          };
          const options = await ask("/sign-in/challenge");
          options.extensions = { prf: { eval: { first: "dmF1bHQ" } } };
          await ask("/sign-in/answer", await usePasskey(options));
          return seen;
        })()"""
    )

    assert len(output) == 43
    [answer] = [json.loads(body) for body in sent if "signature" in body]
    assert output not in "".join(sent)
    assert answer["clientExtensionResults"] == {}


def test_the_wrong_finger_is_told_calmly_and_lets_nobody_in(a_phone: Phone, server: Server) -> None:
    finger = Finger(a_phone)
    get_a_passkey(a_phone, server)
    sign_out(a_phone, server)
    nothing_is_offered(a_phone)
    a_phone.go(f"{server.origin}/sign-in")
    finger.is_right(False)

    a_phone.tap("#sign-in")

    expect(a_phone.page.locator("#passkey-problem")).to_contain_text("Der skete ikke noget")
    expect(a_phone.page.locator("#sign-in")).to_be_enabled()


def a_leader_signs_in(tablet: Phone, server: Server) -> Finger:
    """With a passkey of her own, and is at the board."""
    finger = Finger(tablet)
    get_a_passkey(tablet, server, "leader")
    sign_out(tablet, server)
    nothing_is_offered(tablet)
    tablet.go(f"{server.origin}/sign-in")
    tablet.tap("#sign-in")
    tablet.wait_for("location.pathname === '/board'")
    return finger


@pytest.mark.main
@pytest.mark.no_vault
def test_a_leader_signs_in_on_a_tablet(new_phone: NewPhone, server: Server) -> None:
    a_leader_signs_in(new_phone(width=1180, height=820, has_touch=False), server)


@pytest.mark.no_vault
def test_a_browser_without_passkeys_says_so(other_browser: OtherBrowser, secure_door: SecureDoor) -> None:
    other_browser.go(f"{secure_door.origin}/sign-in")

    can = other_browser.evaluate("Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON)")
    shown = "document.getElementById('%s').hidden === %s"
    other_browser.wait_for(shown % ("no-passkeys", str(can).lower()))
    other_browser.wait_for(shown % ("door", str(not can).lower()))


def a_tablet_that_lay_open(tablet: Phone, server: Server) -> Finger:
    """A leader has signed in with a passkey, long ago, and has the form for somebody new before her."""
    finger = a_leader_signs_in(tablet, server)
    with sqlite3.connect(server.data / "haand.sqlite3") as database:
        database.execute(
            "update sign_in set confirmed_at = '2026-01-01T00:00:00.000Z' where confirmed_at is not null"
        )
    tablet.go(f"{server.origin}/people/new")
    return finger


@pytest.mark.no_vault
def test_a_leader_whose_tablet_lay_open_shows_who_she_is_and_the_newcomer_gets_the_code(
    new_phone: NewPhone, server: Server
) -> None:
    tablet = new_phone(width=1180, height=820, has_touch=False)
    a_tablet_that_lay_open(tablet, server)
    tablet.write("#name", "Vibe Holm")
    before = tablet.taps

    tablet.tap("main .primary")
    expect(tablet.page.locator("h1")).to_have_text("Vis, at det er dig")
    assert barriers(tablet) == []
    tablet.tap("#reauthenticate button")

    expect(tablet.page.locator("#invited")).to_contain_text("Venter på Vibe Holm")
    assert tablet.taps - before == 2


@pytest.mark.no_vault
def test_a_stranger_at_an_open_tablet_lets_nobody_in(new_phone: NewPhone, server: Server) -> None:
    tablet = new_phone(width=1180, height=820, has_touch=False)
    finger = a_tablet_that_lay_open(tablet, server)
    tablet.write("#name", "Vibe Holm")
    finger.is_right(False)

    tablet.tap("main .primary")
    tablet.tap("#reauthenticate button")

    expect(tablet.page.locator("#passkey-problem")).to_contain_text("Der skete ikke noget")
    expect(tablet.page.locator("#reauthenticate button")).to_be_enabled()
    with sqlite3.connect(server.data / "haand.sqlite3") as database:
        assert database.execute("select count(*) from person where name = 'Vibe Holm'").fetchone() == (0,)


def code_for(tablet: Phone, server: Server, person: str) -> str:
    """A leader makes a code for somebody who is known."""
    tablet.go(f"{server.origin}/people/{person}")
    tablet.tap("form[action$='/invite'] button")
    return tablet.text(".code")


def test_a_code_on_a_phone_that_has_the_passkey_already_lets_its_owner_in_with_that(
    new_phone: NewPhone, server: Server
) -> None:
    tablet, phone = new_phone(width=1180, height=820, has_touch=False), new_phone()
    finger = Finger(phone)
    get_a_passkey(phone, server)
    phone.go(server.origin)
    person = str(phone.evaluate("document.body.dataset.person"))
    sign_out(phone, server)
    sign_in(tablet, server.origin, "leader")
    code = code_for(tablet, server, person)
    nothing_is_offered(phone)
    phone.go(f"{server.origin}/sign-in")
    phone.write("#code", code)
    phone.tap("#with-code button")

    phone.tap("#make-passkey")

    pass_the_lock(phone)
    phone.wait_for("location.pathname === '/' && document.querySelector('.visit-row')")
    assert len(finger.passkeys()) == 1


def test_a_second_passkey_on_the_same_phone_is_answered_in_its_own_words(
    a_phone: Phone, server: Server
) -> None:
    Finger(a_phone)
    get_a_passkey(a_phone, server)
    a_phone.tap("#confirm")

    a_phone.tap("#add-passkey")

    expect(a_phone.page.locator("#problem-words")).to_contain_text("har din adgangsnøgle i forvejen")
    expect(a_phone.page.locator("#passkeys li")).to_have_count(1)


def test_the_link_of_an_invitation_works_in_a_tab_that_stands_open_at_the_door(
    new_phone: NewPhone, server: Server
) -> None:
    tablet, phone = new_phone(width=1180, height=820, has_touch=False), new_phone()
    Finger(phone)
    sign_in(phone, server.origin, "carer")
    person = str(phone.evaluate("document.body.dataset.person"))
    sign_out(phone, server)
    sign_in(tablet, server.origin, "leader")
    code = code_for(tablet, server, person).replace(" ", "")
    phone.go(f"{server.origin}/sign-in")
    expect(phone.page.locator("#door")).to_be_visible()

    phone.evaluate(f"(location.hash = '{code}')")

    expect(phone.page.locator("#newcomer")).not_to_be_empty()
    expect(phone.page.locator("#make-passkey")).to_be_visible()
    assert phone.evaluate("location.hash === ''")
