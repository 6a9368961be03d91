"""What a phone can lock its day with is what it is locked with; whose phone can do nothing has a way on (vault.md)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import barriers
from tests.browser.any_browser import sign_in, wait_for_worker
from tests.browser.carer import PLACE_FOR_NOTE, open_visit, press, visits, write_note
from tests.browser.kept import rows
from tests.browser.passkeys import Finger, make_a_passkey
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.test_vault import NETWORK_IS_BACK, names_on, words_in
from tests.browser.vault import (
    CODE,
    IS_LOCKED,
    IS_OPEN,
    begin_the_locked_day,
    choose_code,
    found_on_disk,
    lock,
    seeded_words,
    type_code,
    unlock,
)
from tests.browser.waiting import wait_until

NOTE = "Skrevet uden lås på telefonen"
HALF = "Halvt skrevet uden lås"
SAYS_NO = "(navigator.credentials.get = async () => { throw new DOMException('', 'NotAllowedError') }, true)"
"""What a browser answers when its owner has said no, or has no passkey: it does not say which."""
CANNOT = "Dine besøg kunne ikke låses på telefonen"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The demo whose phones are locked with the best that they have."""
    running = Server(tmp_path / "auto", ("--vault", "auto"))
    running.start()
    yield running
    running.stop()


def slots(phone: Phone, carer: str = "") -> list[str]:
    whose = carer or str(phone.evaluate("document.body.dataset.person"))
    return [slot["kind"] for slot in rows(phone, whose, "slot")]


@pytest.mark.main
def test_a_passkey_that_gives_a_secret_is_all_it_takes(a_phone: Phone, server: Server) -> None:
    make_a_passkey(a_phone, server)
    expect(a_phone.page.locator("#ask")).to_have_text("Åbn med fingeraftryk eller ansigt")
    expect(a_phone.page.locator(".keys button[value='1']")).to_be_hidden()
    assert barriers(a_phone) == []
    a_phone.tap("#passkey")
    a_phone.wait_for(IS_OPEN, seconds=30)
    wait_for_worker(a_phone)
    a_phone.go(f"{server.origin}/")
    expect(a_phone.page.locator("h1.day").first).to_be_visible()

    lock(a_phone)
    server.stop()
    a_phone.tap("#passkey")
    a_phone.wait_for(IS_OPEN, seconds=30)

    assert names_on(a_phone) != []
    assert slots(a_phone) == ["prf"]


@pytest.mark.main
def test_where_the_passkey_gives_none_the_carer_works_with_a_network_and_loses_no_word(
    a_phone: Phone, server: Server
) -> None:
    make_a_passkey(a_phone, server, Finger(a_phone, has_prf=False))
    a_phone.tap("#passkey")
    expect(a_phone.page.locator("#cannot-name")).to_have_text(CANNOT)
    for width, height in ((320, 640), (360, 780)):
        a_phone.page.set_viewport_size({"width": width, "height": height})
        assert barriers(a_phone) == []

    a_phone.tap("#work-online")
    a_phone.wait_for(IS_OPEN, seconds=30)
    carer = str(a_phone.evaluate("document.body.dataset.person"))
    first, second, *_ = visits(a_phone)
    open_visit(a_phone, server, first)
    press(a_phone, "start_visit")
    write_note(a_phone, NOTE)
    expect(a_phone.page.locator(".note .words", has_text=NOTE)).to_be_visible()
    open_visit(a_phone, server, second)
    a_phone.write(PLACE_FOR_NOTE, HALF)
    a_phone.page.wait_for_timeout(1500)
    server.stop()
    a_phone.tap("#write button")
    expect(a_phone.page.locator("#problem")).to_contain_text("Det er gemt, og det bliver sendt af sig selv")
    assert words_in(server, carer).count(NOTE) == 1

    server.start()
    a_phone.go(f"{server.origin}/visits/{second}")
    a_phone.evaluate(NETWORK_IS_BACK)
    wait_until("the note is there", lambda: HALF in words_in(server, carer))
    a_phone.go(f"{server.origin}/visits/{second}")
    expect(a_phone.page.locator(".note .words", has_text=HALF)).to_be_visible()
    assert (rows(a_phone, carer, "document"), rows(a_phone, carer, "slot")) == ([], [])
    a_phone.close()
    assert found_on_disk(a_phone.profile, {*seeded_words(), NOTE, HALF}) == {}


def test_whoever_says_no_to_her_passkey_can_try_again(a_phone: Phone, server: Server) -> None:
    make_a_passkey(a_phone, server)
    a_phone.evaluate(SAYS_NO)
    a_phone.tap("#passkey")
    expect(a_phone.page.locator("#cannot-name")).to_have_text(CANNOT)
    a_phone.tap("#try-again")
    a_phone.wait_for("Boolean(document.querySelector('body.unlock.ready #passkey:not([hidden])'))")
    a_phone.tap("#passkey")
    a_phone.wait_for(IS_OPEN, seconds=30)

    assert slots(a_phone) == ["prf"]


def test_who_has_no_passkey_at_all_is_led_to_where_one_is_made(a_phone: Phone, server: Server) -> None:
    Finger(a_phone)
    sign_in(a_phone, server.origin, "carer")
    a_phone.wait_for(IS_LOCKED)
    a_phone.evaluate(SAYS_NO)
    a_phone.tap("#passkey")
    a_phone.tap("#cannot a[href='/access']")
    a_phone.wait_for("location.pathname === '/access'")
    a_phone.tap("#add-passkey")
    expect(a_phone.page.locator("#passkeys li")).to_have_count(1)
    a_phone.tap(".back")
    a_phone.wait_for(IS_LOCKED)
    a_phone.tap("#passkey")
    a_phone.wait_for(IS_OPEN, seconds=30)

    assert slots(a_phone) == ["prf"]


def test_where_a_code_alone_is_allowed_it_is_for_who_has_no_better(a_phone: Phone, tmp_path: Path) -> None:
    server = Server(tmp_path / "with-pin", ("--vault", "auto,pin"))
    server.start()
    make_a_passkey(a_phone, server, Finger(a_phone, has_prf=False))
    expect(a_phone.page.locator(".keys button[value='1']")).to_be_hidden()

    a_phone.tap("#passkey")
    expect(a_phone.page.locator("#said")).to_have_text("Fingeraftryk eller ansigt virkede ikke her.")
    choose_code(a_phone)

    assert slots(a_phone) == ["pin"]
    server.stop()


def test_a_phone_with_a_code_of_before_opens_as_ever_and_is_offered_the_passkey(
    a_phone: Phone, tmp_path: Path
) -> None:
    server = Server(tmp_path / "before", ("--vault", "pin"))
    server.start()
    carer = begin_the_locked_day(a_phone, server)
    server.stop()
    open_visit(a_phone, server, visits(a_phone)[0])
    write_note(a_phone, NOTE)
    server.arguments = ("--untouched", "--vault", "auto")
    server.start()
    a_phone.page.evaluate(LEARN_ANEW)
    a_phone.kill_worker()
    Finger(a_phone)
    a_phone.go(f"{server.origin}/access")
    a_phone.tap("#add-passkey")
    expect(a_phone.page.locator("#passkeys li")).to_have_count(1)
    a_phone.go(f"{server.origin}/")
    a_phone.evaluate(NETWORK_IS_BACK)
    wait_until("the note is there", lambda: words_in(server, carer) == [NOTE])
    a_phone.page.wait_for_timeout(1000)
    lock(a_phone)

    type_code(a_phone)
    expect(a_phone.page.locator("#ask")).to_have_text("Fra nu af: fingeraftryk eller ansigt", timeout=30_000)
    assert barriers(a_phone) == []
    a_phone.evaluate(SAYS_NO)
    a_phone.tap("#passkey")
    expect(a_phone.page.locator("#said")).to_have_text("Fingeraftryk eller ansigt virkede ikke her.")
    a_phone.tap("#as-before button")
    a_phone.wait_for(IS_OPEN, seconds=30)
    assert names_on(a_phone) != []
    lock(a_phone)
    unlock(a_phone)
    assert slots(a_phone, carer) == ["pin"]

    a_phone.page.evaluate(ASK_ANEW.replace("CARER", carer))
    lock(a_phone)
    type_code(a_phone)
    expect(a_phone.page.locator("#as-before")).to_be_visible(timeout=30_000)
    a_phone.tap("#passkey")
    a_phone.wait_for(IS_OPEN, seconds=30)
    lock(a_phone)
    expect(a_phone.page.locator(".keys button[value='1']")).to_be_hidden()
    a_phone.tap("#passkey")
    a_phone.wait_for(IS_OPEN, seconds=30)
    assert names_on(a_phone) != []
    assert slots(a_phone, carer) == ["prf"]
    server.stop()


LEARN_ANEW = """async () => {
  const asked = indexedDB.open("haand");
  await new Promise((done) => { asked.onsuccess = done; });
  const writing = asked.result.transaction("phone", "readwrite");
  const phone = writing.objectStore("phone");
  const found = phone.get("policy");
  found.onsuccess = () => phone.put({ ...found.result, learned_at: 0 }, "policy");
  await new Promise((done) => { writing.oncomplete = done; });
  asked.result.close();
}"""
ASK_ANEW = """async () => {
  const asked = indexedDB.open("haand-CARER");
  await new Promise((done) => { asked.onsuccess = done; });
  const writing = asked.result.transaction("fact", "readwrite");
  writing.objectStore("fact").delete("asked_for_passkey");
  await new Promise((done) => { writing.oncomplete = done; });
  asked.result.close();
}"""


def test_two_carers_with_passkeys_on_one_phone_each_have_a_code_as_well(
    a_phone: Phone, server: Server
) -> None:
    finger = make_a_passkey(a_phone, server)
    a_phone.tap("#passkey")
    a_phone.wait_for(IS_OPEN, seconds=30)
    wait_for_worker(a_phone)
    first = str(a_phone.evaluate("document.body.dataset.person"))
    a_phone.go(f"{server.origin}/demo")
    second = str(a_phone.page.locator("button[data-role=carer]").nth(3).get_attribute("value"))
    make_a_passkey(a_phone, server, finger, second)
    a_phone.tap("#passkey")
    expect(a_phone.page.locator("#said")).to_have_text("Godt. Vælg nu en kode.")
    choose_code(a_phone)
    assert slots(a_phone, second) == ["prf+pin"]

    lock(a_phone)
    a_phone.tap("nav.others a")
    a_phone.wait_for(f"document.body.dataset.person === '{first}'")
    a_phone.tap("#passkey")
    expect(a_phone.page.locator("#explain")).to_contain_text("Andre bruger også telefonen")
    a_phone.go(f"{server.origin}/")
    a_phone.wait_for(IS_LOCKED)
    a_phone.go(f"{server.origin}/unlock?who={first}")
    a_phone.tap("#passkey")
    expect(a_phone.page.locator("#explain")).to_contain_text("Andre bruger også telefonen")
    type_code(a_phone)
    expect(a_phone.page.locator("#ask")).to_have_text("Skriv koden igen")
    type_code(a_phone)
    a_phone.wait_for(IS_OPEN, seconds=30)

    assert names_on(a_phone) != []
    assert slots(a_phone, first) == ["prf+pin"]
    lock(a_phone)
    a_phone.wait_for(f"document.body.dataset.person === '{first}'")
    unlock(a_phone, CODE)


def test_a_code_with_letters_is_written_in_a_field(a_phone: Phone, tmp_path: Path) -> None:
    server = Server(
        tmp_path / "letters", ("--vault", "pin"), {"HAAND_CODE_LENGTH": "8", "HAAND_CODE_LETTERS": "yes"}
    )
    server.start()
    sign_in(a_phone, server.origin, "carer")
    a_phone.wait_for(IS_LOCKED)
    expect(a_phone.page.locator("#explain")).to_contain_text("Mindst 8 tegn, også bogstaver.")
    expect(a_phone.page.locator(".keys button[value='1']")).to_be_hidden()
    assert barriers(a_phone) == []

    def enter(code: str) -> None:
        a_phone.write("#typed", code)
        a_phone.tap("#letters button")

    for code, why in (
        ("skov7", "Mindst 8 tegn."),
        ("27182818", "Brug også et bogstav."),
        ("abababab", "For nem at gætte."),
    ):
        enter(code)
        expect(a_phone.page.locator("#said")).to_have_text(why)
    enter("Tre grå heste")
    expect(a_phone.page.locator("#ask")).to_have_text("Skriv koden igen")
    enter("tre grå heste")
    a_phone.wait_for(IS_OPEN, seconds=30)
    lock(a_phone)
    a_phone.page.set_viewport_size({"width": 320, "height": 560})
    assert barriers(a_phone) == []
    enter("tre små heste")
    expect(a_phone.page.locator("#said")).to_have_text("Forkert kode. 4 forsøg tilbage")
    enter("TRE GRÅ HESTE ")
    a_phone.wait_for(IS_OPEN, seconds=30)
    server.stop()
