"""A lost phone reveals nothing, and loses nothing: the vault, in a real browser (security.md)."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import firefox
from tests.browser.accessibility import barriers
from tests.browser.any_browser import sign_in, wait_for_worker
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
from tests.browser.conftest import NewPhone, OtherBrowser
from tests.browser.kept import rows
from tests.browser.passkeys import make_a_passkey
from tests.browser.phone import Phone, Theme
from tests.browser.secure_door import SecureDoor, write_certificate
from tests.browser.server import Server, ServersAhead
from tests.browser.storm import storm_at
from tests.browser.vault import (
    ANOTHER_CODE,
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

NOTES = ("Smerter i hoften efter natten", "Vil gerne ringes op af sin søn", "Skrevet efter genstart")
HALF = "Halvt skrevet om natten"
NETWORK_IS_BACK = "dispatchEvent(new Event('online'))"
SIX_SECONDS = """async () => {
  const asked = indexedDB.open("haand");
  await new Promise((done) => { asked.onsuccess = done; });
  const writing = asked.result.transaction("phone", "readwrite");
  const phone = writing.objectStore("phone");
  const found = phone.get("policy");
  found.onsuccess = () => phone.put({ ...found.result, lock_minutes: 0.1 }, "policy");
  await new Promise((done) => { writing.oncomplete = done; });
  asked.result.close();
}"""
GONE_AND_BACK = """() => {
  dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  const meanwhile = getComputedStyle(document.querySelector("main")).visibility;
  dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  return meanwhile;
}"""


@pytest.fixture
def server(servers: ServersAhead) -> Iterator[Server]:
    """The demo with the vault on."""
    running = servers.take(("--vault", "pin"))
    yield running
    running.stop()


def applied(server: Server) -> list[tuple[int, str]]:
    """The number and the words of each change that the server has applied, in the phone's order."""
    with sqlite3.connect(f"file:{server.data / 'haand.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute("select n, words from change where fate = 'applied' order by n").fetchall()


def words_in(server: Server, carer: str) -> list[str]:
    """What carers wrote that the server has applied of one carer's."""
    with sqlite3.connect(f"file:{server.data / 'haand.sqlite3'}?mode=ro", uri=True) as database:
        rows = database.execute("select words from change where person_id = ? order by n", [carer])
        return [words for (words,) in rows]


def names_on(phone: Phone) -> list[str]:
    """The seeded words that can be read on the page in sight."""
    shown = phone.page.content()
    return [word for word in seeded_words() if word in shown]


@pytest.mark.main
def test_a_shift_leaves_nothing_to_read_on_the_disk_and_loses_nothing_when_the_phone_dies(
    a_phone: Phone, server: Server
) -> None:
    carer = begin_the_locked_day(a_phone, server)
    first, second, third, *_ = visits(a_phone)
    open_visit(a_phone, server, first)
    press(a_phone, "start_visit")
    press(a_phone, "answer_as_planned")
    write_note(a_phone, NOTES[0])
    press(a_phone, "finish_visit")
    expect(sign(a_phone)).to_contain_text(DELIVERED)
    open_visit(a_phone, server, second)
    server.stop()
    answer_as_usual(a_phone, str(steps(a_phone).first.get_attribute("id")))
    open_visit(a_phone, server, third)
    write_note(a_phone, NOTES[1])
    a_phone.write_cookies()
    a_phone.write(PLACE_FOR_NOTE, HALF)
    a_phone.page.wait_for_timeout(1000)

    a_phone.kill()
    after_death = found_on_disk(a_phone.profile, {*seeded_words(), *NOTES, HALF})
    a_phone.open()
    a_phone.go(f"{server.origin}/visits/{third}")
    a_phone.wait_for(IS_LOCKED)
    assert names_on(a_phone) == []
    said = "2 venter. De bliver sendt, også mens der er låst. 1 halvt skrevet tekst. Gem den, når du har låst op."
    expect(a_phone.page.locator("#explain")).to_have_text(said)
    unlock(a_phone)

    expect(a_phone.page.locator(".note .words", has_text=NOTES[1])).to_be_visible()
    expect(a_phone.page.locator(PLACE_FOR_NOTE)).to_have_value(HALF)
    press(a_phone, "write_note")
    expect(a_phone.page.locator(".note .words", has_text=HALF)).to_be_visible()
    write_note(a_phone, NOTES[2])
    server.start()
    a_phone.evaluate(NETWORK_IS_BACK)
    expect(sign(a_phone)).to_contain_text(DELIVERED, timeout=60_000)
    assert [n for n, _ in applied(server)] == list(range(1, 9))
    assert [words for words in words_in(server, carer) if words] == [
        NOTES[0],
        "together",
        NOTES[1],
        HALF,
        NOTES[2],
    ]
    a_phone.close()

    assert after_death == {}
    assert found_on_disk(a_phone.profile, {*seeded_words(), *NOTES, HALF}) == {}


def test_without_a_vault_the_same_search_finds_the_day(a_phone: Phone, tmp_path: Path) -> None:
    open_house = Server(tmp_path / "open")
    open_house.start()
    begin_the_day(a_phone, open_house)
    a_phone.page.wait_for_timeout(1000)
    a_phone.kill()
    open_house.stop()

    found = set().union(*found_on_disk(a_phone.profile, seeded_words()).values())
    assert len(found) > 10


@pytest.mark.main
def test_what_waits_is_delivered_while_the_phone_is_locked(a_phone: Phone, server: Server) -> None:
    carer = begin_the_locked_day(a_phone, server)
    server.stop()
    open_visit(a_phone, server, visits(a_phone)[0])
    write_note(a_phone, NOTES[0])
    lock(a_phone)
    assert names_on(a_phone) == []
    expect(a_phone.page.locator("#explain")).to_contain_text("1 venter")

    server.start()
    a_phone.evaluate(NETWORK_IS_BACK)
    wait_until("the note is there", lambda: words_in(server, carer) == [NOTES[0]])
    expect(a_phone.page.locator("#explain")).to_have_text("Det, du har skrevet, er gemt.")
    assert a_phone.evaluate(IS_LOCKED)

    unlock(a_phone)
    expect(sign(a_phone)).to_contain_text(DELIVERED)
    expect(a_phone.page.locator(".note .words", has_text=NOTES[0])).to_be_visible()
    assert [n for n, _ in applied(server)] == [1]


def test_locked_in_one_tab_it_is_locked_in_all_and_back_shows_nothing(a_phone: Phone, server: Server) -> None:
    begin_the_locked_day(a_phone, server)
    [visit, another, *_] = visits(a_phone)
    first = a_phone.page
    open_visit(a_phone, server, visit)
    assert a_phone.context
    a_phone.context.new_page()
    open_visit(a_phone, server, another)
    a_phone.tap(".back")
    a_phone.wait_for("location.pathname === '/'")
    assert names_on(a_phone) != []

    lock(a_phone)

    first.wait_for_selector("body.unlock")
    for page in (first, a_phone.page):
        page.go_back()
        page.wait_for_selector("body.unlock")
        shown = page.content()
        assert [word for word in seeded_words() if word in shown] == []
    unlock(a_phone)
    assert names_on(a_phone) != []


def test_a_page_in_the_browsers_memory_shows_nothing_before_it_is_known_that_it_may(
    a_phone: Phone, server: Server
) -> None:
    begin_the_locked_day(a_phone, server)
    is_seen = "getComputedStyle(document.querySelector('main')).visibility === 'visible'"

    assert a_phone.page.evaluate(GONE_AND_BACK) == "hidden"
    a_phone.wait_for(is_seen)
    assert a_phone.context
    other = a_phone.context.new_page()
    other.goto(f"{server.origin}/me")
    page = a_phone.context.pages[0]
    page.evaluate('() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }))')
    lock(a_phone)
    page.evaluate('() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))')

    page.wait_for_selector("body.unlock")


# Whether anything of the day, and that the phone is made ready, was seen in any frame of any page.
WATCH = """(() => {
  const isSeen = (element) => element && getComputedStyle(element).visibility === "visible";
  const look = () => {
    for (const [what, selector] of [["day", "body.carer main"], ["made ready", "#made-ready"]])
      if (isSeen(document.querySelector(selector))) sessionStorage.setItem(what, "seen");
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""
SEEN = "Object.keys({ ...sessionStorage })"


def test_a_new_phone_shows_nothing_of_the_day_before_its_first_code_is_chosen(
    a_phone: Phone, server: Server
) -> None:
    assert a_phone.context
    a_phone.context.add_init_script(WATCH)
    server_is_slow(a_phone)

    sign_in(a_phone, server.origin, "carer")
    a_phone.wait_for(IS_LOCKED)
    before = a_phone.evaluate(SEEN)
    choose_code(a_phone)
    a_phone.wait_for(f"{SEEN}.includes('day')")

    assert before == ["made ready"]


def server_is_slow(phone: Phone) -> None:
    """A new phone's line, by which its page is there for some seconds before its worker."""
    phone.devtools().send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 300, "downloadThroughput": 200_000, "uploadThroughput": 200_000},
    )


def test_a_phone_whose_worker_does_not_come_shows_the_day_all_the_same(
    new_phone: NewPhone, server: Server
) -> None:
    blocked, without_scripts = new_phone(has_worker=False), new_phone(has_worker=False)
    assert without_scripts.context
    without_scripts.context.route("**/static/app.js", lambda route: route.abort())

    for phone, seconds in ((blocked, 3), (without_scripts, 12)):
        sign_in(phone, server.origin, "carer")
        expect(phone.page.locator("h1.day").first).to_be_visible(timeout=seconds * 1000)
        expect(phone.page.locator("#made-ready")).to_be_hidden()


def test_nobody_touches_it_for_a_while_and_it_locks_itself(a_phone: Phone, server: Server) -> None:
    sign_in(a_phone, server.origin, "carer")
    a_phone.wait_for(IS_LOCKED)
    a_phone.page.evaluate(SIX_SECONDS)
    a_phone.kill_worker()
    choose_code(a_phone)

    for _ in range(9):
        a_phone.tap("h1")
        a_phone.page.wait_for_timeout(900)
        assert a_phone.evaluate(IS_OPEN)
    a_phone.wait_for(IS_LOCKED, seconds=12)


def test_who_writes_without_pressing_a_key_is_at_work_and_loses_no_word_when_it_locks(
    a_phone: Phone, server: Server
) -> None:
    sign_in(a_phone, server.origin, "carer")
    a_phone.wait_for(IS_LOCKED)
    a_phone.page.evaluate(SIX_SECONDS)
    a_phone.kill_worker()
    choose_code(a_phone)
    visit = visits(a_phone)[0]
    open_visit(a_phone, server, visit)
    a_phone.tap(PLACE_FOR_NOTE)
    keyboard = a_phone.devtools()

    said = ""
    for word in HALF.split() * 3:
        said = f"{said} {word}".strip()
        keyboard.send(
            "Input.imeSetComposition", {"text": said, "selectionStart": len(said), "selectionEnd": len(said)}
        )
        a_phone.page.wait_for_timeout(800)
        assert a_phone.evaluate(IS_OPEN)
    server.stop()
    a_phone.wait_for(IS_LOCKED, seconds=12)
    unlock(a_phone)

    expect(a_phone.page.locator(PLACE_FOR_NOTE)).to_have_value(said)


def test_the_worker_is_killed_again_and_again_and_nobody_types_a_code(a_phone: Phone, server: Server) -> None:
    begin_the_locked_day(a_phone, server)
    [visit, *_] = visits(a_phone)

    for address in (f"/visits/{visit}", "/", f"/visits/{visit}"):
        kill_worker_of_a_page_at_rest(a_phone)
        a_phone.go(f"{server.origin}{address}")
        assert a_phone.evaluate(IS_OPEN), address
    kill_worker_of_a_page_at_rest(a_phone)
    answer_as_usual(a_phone, str(steps(a_phone).first.get_attribute("id")))
    kill_worker_of_a_page_at_rest(a_phone)
    write_note(a_phone, NOTES[0])


def kill_worker_of_a_page_at_rest(phone: Phone) -> None:
    """A page that has been there for a moment keeps the key."""
    phone.page.wait_for_timeout(500)
    phone.kill_worker()


def test_two_carers_on_one_phone_each_open_their_own(a_phone: Phone, server: Server) -> None:
    first = begin_the_locked_day(a_phone, server)
    hers = visits(a_phone)
    open_visit(a_phone, server, hers[0])
    write_note(a_phone, NOTES[0])
    expect(sign(a_phone)).to_contain_text(DELIVERED)
    a_phone.go(f"{server.origin}/demo")
    second = str(a_phone.page.locator("button[data-role=carer]").nth(3).get_attribute("value"))
    begin_the_locked_day(a_phone, server, second, ANOTHER_CODE)
    his = visits(a_phone)
    assert set(hers).isdisjoint(his)

    lock(a_phone)
    server.stop()
    a_phone.tap("nav.others a")
    a_phone.wait_for(f"document.body.dataset.person === '{first}'")
    type_code(a_phone, ANOTHER_CODE)
    expect(a_phone.page.locator("#said")).to_have_text("Forkert kode. 4 forsøg tilbage")
    unlock(a_phone)

    assert visits(a_phone) == hers
    open_visit(a_phone, server, hers[0])
    expect(a_phone.page.locator(".note .words", has_text=NOTES[0])).to_be_visible()
    open_visit(a_phone, server, his[0])
    expect(a_phone.page.locator("main")).to_contain_text("Siden er ikke på telefonen")
    assert rows(a_phone, second, "document") != []


def test_five_wrong_codes_remove_the_visits_and_nothing_that_was_done(a_phone: Phone, server: Server) -> None:
    carer = begin_the_locked_day(a_phone, server)
    server.stop()
    open_visit(a_phone, server, visits(a_phone)[0])
    write_note(a_phone, NOTES[0])
    lock(a_phone)

    for left in (4, 3, 2):
        type_code(a_phone, "999998")
        expect(a_phone.page.locator("#said")).to_have_text(f"Forkert kode. {left} forsøg tilbage")
    type_code(a_phone, "999998")
    expect(a_phone.page.locator("#said")).to_have_text(
        "Forkert kode. 1 forsøg tilbage. Bliver koden forkert igen, fjernes besøgene fra telefonen. "
        "Det, du har skrevet, er gemt og bliver sendt."
    )
    type_code(a_phone, "999998")
    expect(a_phone.page.locator("#gone")).to_be_visible()
    expect(a_phone.page.locator("#gone")).to_contain_text("Besøgene er fjernet fra telefonen")
    assert (rows(a_phone, carer, "document"), rows(a_phone, carer, "slot")) == ([], [])
    a_phone.tap("#gone a")
    expect(a_phone.page.locator("main")).to_contain_text("ingen kontakt med serveren")

    server.start()
    begin_the_locked_day(a_phone, server, carer, ANOTHER_CODE)
    wait_until("the note is there", lambda: words_in(server, carer) == [NOTES[0]])
    open_visit(a_phone, server, visits(a_phone)[0])
    expect(a_phone.page.locator(".note .words", has_text=NOTES[0])).to_be_visible()


def test_after_five_wrong_codes_the_sign_in_has_ended(a_phone: Phone, server: Server) -> None:
    begin_the_locked_day(a_phone, server)
    lock(a_phone)
    for left in ("4", "3", "2", "1", ""):
        type_code(a_phone, "999998")
        a_phone.wait_for(f"(document.querySelector('#said')?.textContent ?? '').includes('{left}')")

    expect(a_phone.page.locator("#gone")).to_be_visible()
    a_phone.tap("#gone a")
    a_phone.wait_for("location.pathname === '/demo'")
    a_phone.go(f"{server.origin}/me")
    a_phone.wait_for("location.pathname === '/demo'")


@pytest.mark.parametrize("statuses", [(401, 500), (500, 401)])
def test_a_storm_of_refusals_while_work_waits_locks_nothing_and_loses_nothing(
    a_phone: Phone, server: Server, statuses: tuple[int, int]
) -> None:
    carer = begin_the_locked_day(a_phone, server)
    first, second, third, *_ = visits(a_phone)
    carried = len(rows(a_phone, carer, "document"))
    server.stop()
    open_visit(a_phone, server, first)
    write_note(a_phone, NOTES[0])

    with a_phone.deliberate_faults():
        for status, visit, words in zip(statuses, (second, third), NOTES[1:], strict=True):
            with storm_at(server.port, status) as refused:
                live_through(a_phone, refused)
                open_visit(a_phone, server, visit)
                write_note(a_phone, words)
                live_through(a_phone, refused)
                a_phone.kill_worker()
                live_through(a_phone, refused)
                assert a_phone.evaluate(IS_OPEN), status
                assert len(rows(a_phone, carer, "document")) == carried, status
                lock(a_phone)
                live_through(a_phone, refused)
                unlock(a_phone)
            expect(a_phone.page.locator(".note .words", has_text=words)).to_be_visible()
    assert applied(server) == []

    server.start()
    a_phone.evaluate(NETWORK_IS_BACK)
    expect(sign(a_phone)).to_contain_text(DELIVERED, timeout=60_000)
    assert applied(server) == list(enumerate(NOTES, 1))
    assert a_phone.evaluate(IS_OPEN)


def live_through(phone: Phone, refused: list[str]) -> None:
    """The phone tries again until it has been refused three times more, and is what it was."""
    before = refused.count("POST /sync")
    was_locked = phone.evaluate(IS_LOCKED)

    def is_refused() -> bool:
        phone.evaluate(NETWORK_IS_BACK)
        return refused.count("POST /sync") >= before + 3

    wait_until("it was refused three times", is_refused, seconds=60)
    phone.page.wait_for_timeout(500)
    assert phone.evaluate(IS_LOCKED) == was_locked


def test_a_code_that_is_easy_or_not_the_same_twice_is_asked_for_again(a_phone: Phone, server: Server) -> None:
    sign_in(a_phone, server.origin, "carer")
    a_phone.wait_for(IS_LOCKED)
    said, asked = a_phone.page.locator("#said"), a_phone.page.locator("#ask")

    type_code(a_phone, "123456")
    expect(said).to_have_text("For nem at gætte.")
    type_code(a_phone, CODE)
    expect(asked).to_have_text("Skriv koden igen")
    type_code(a_phone, ANOTHER_CODE)
    expect(said).to_have_text("De to var ikke ens.")
    expect(asked).to_have_text("Vælg en kode")
    a_phone.page.keyboard.type("27182")
    a_phone.page.keyboard.press("Backspace")
    assert a_phone.page.locator(".dots .typed").count() == 4
    a_phone.page.keyboard.type("28")
    expect(asked).to_have_text("Skriv koden igen")
    a_phone.page.keyboard.type(CODE)
    a_phone.wait_for(IS_OPEN, seconds=30)


def test_a_number_that_is_being_written_in_a_note_when_it_locks_is_no_try_of_the_code(
    a_phone: Phone, server: Server
) -> None:
    begin_the_locked_day(a_phone, server)
    open_visit(a_phone, server, visits(a_phone)[0])
    a_phone.tap(PLACE_FOR_NOTE)
    keyboard = a_phone.page.keyboard
    keyboard.type("Ring til ")
    a_phone.evaluate("(fetch('/lock', { method: 'POST' }), true)")
    keyboard.type("12345678" * 5, delay=60)
    a_phone.wait_for(IS_LOCKED)
    stray = a_phone.page.locator(".dots .typed").count()
    said = a_phone.page.locator("#said").inner_text()
    unlock(a_phone)

    assert stray == 0
    assert said.startswith("Du var ved at skrive.")
    expect(a_phone.page.locator(PLACE_FOR_NOTE)).to_have_value(re.compile(r"^Ring til \d*$"))


def test_a_forgotten_code_is_a_new_sign_in(a_phone: Phone, server: Server) -> None:
    carer = begin_the_locked_day(a_phone, server)
    lock(a_phone)

    a_phone.tap("#forgotten summary")
    a_phone.tap("#forget")
    expect(a_phone.page.locator("#gone")).to_be_visible()
    begin_the_locked_day(a_phone, server, carer, ANOTHER_CODE)

    assert names_on(a_phone) != []


def test_half_written_words_are_kept_when_it_is_locked_by_hand(a_phone: Phone, server: Server) -> None:
    begin_the_locked_day(a_phone, server)
    open_visit(a_phone, server, visits(a_phone)[0])
    a_phone.write(PLACE_FOR_NOTE, HALF)
    lock(a_phone)
    unlock(a_phone)

    expect(a_phone.page.locator(PLACE_FOR_NOTE)).to_have_value(HALF)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_kept_out_of_the_page_where_it_is_unlocked(
    new_phone: NewPhone, server: Server, theme: Theme
) -> None:
    phone = new_phone(theme=theme)
    sign_in(phone, server.origin, "carer")
    phone.wait_for(IS_LOCKED)
    found = {"choose": barriers(phone)}
    choose_code(phone)
    lock(phone)
    type_code(phone, "999998")
    expect(phone.page.locator("#said")).to_contain_text("forsøg tilbage")
    phone.tap("#forgotten summary")
    for width, height in ((320, 640), (360, 780), (1180, 820)):
        phone.page.set_viewport_size({"width": width, "height": height})
        found[f"open at {width}"] = barriers(phone)
        assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
    small = phone.evaluate(
        "[...document.querySelectorAll('.keys button:not([hidden])')].filter((key) => key.offsetHeight < 56).length"
    )

    assert {where: barred for where, barred in found.items() if barred} == {}
    assert small == 0


def test_a_passkey_that_gives_a_secret_opens_it_without_a_code(a_phone: Phone, tmp_path: Path) -> None:
    server = Server(tmp_path / "prf", ("--vault", "prf,pin"))
    server.start()
    finger = make_a_passkey(a_phone, server)
    a_phone.tap("#passkey")
    a_phone.wait_for(IS_OPEN, seconds=30)
    wait_for_worker(a_phone)
    a_phone.go(f"{server.origin}/")
    expect(a_phone.page.locator("h1.day").first).to_be_visible()
    lock(a_phone)
    server.stop()
    assert names_on(a_phone) == []

    a_phone.tap("#passkey")
    a_phone.wait_for(IS_OPEN, seconds=30)
    assert names_on(a_phone) != []
    [slot] = rows(a_phone, str(a_phone.evaluate("document.body.dataset.person")), "slot")
    assert slot["kind"] == "prf"

    lock(a_phone)
    finger.is_right(False)
    a_phone.tap("#passkey")
    expect(a_phone.page.locator("#said")).to_have_text("Fingeraftryk eller ansigt virkede ikke her.")
    assert names_on(a_phone) == []


def test_on_a_shared_phone_it_takes_the_passkey_and_the_code(a_phone: Phone, tmp_path: Path) -> None:
    server = Server(tmp_path / "both", ("--vault", "prf+pin"))
    server.start()
    make_a_passkey(a_phone, server)
    expect(a_phone.page.locator("#ask")).to_have_text("Åbn med fingeraftryk eller ansigt")
    a_phone.tap("#passkey")
    expect(a_phone.page.locator("#passkey")).to_be_hidden()
    expect(a_phone.page.locator("#said")).to_have_text("Godt. Vælg nu en kode.")
    choose_code(a_phone)
    lock(a_phone)

    type_code(a_phone, "999998")
    expect(a_phone.page.locator("#said")).to_have_text("Forkert kode. 4 forsøg tilbage")
    unlock(a_phone)
    assert [
        slot["kind"] for slot in rows(a_phone, str(a_phone.evaluate("document.body.dataset.person")), "slot")
    ] == ["prf+pin"]
    server.stop()


def test_firefox_and_webkit_lock_and_unlock_without_a_server(
    other_browser: OtherBrowser, server: Server, secure_door: SecureDoor
) -> None:
    phone, origin = other_browser, secure_door.origin
    sign_in(phone, origin, "carer")
    choose_code(phone)
    wait_for_worker(phone)
    phone.go(f"{origin}/")
    phone.wait_for("document.querySelectorAll('.visit-row').length > 3")
    phone.evaluate("new Promise((done) => setTimeout(() => done(true), 2500))")
    server.stop()

    visit = phone.evaluate("document.querySelector('.visit-row:not(.cancelled) a').pathname")
    phone.go(f"{origin}{visit}")
    phone.tap(".step button.usual")
    phone.wait_for("document.querySelectorAll('.step.answered').length === 1")
    phone.tap("form.lock button")
    phone.wait_for(IS_LOCKED)
    phone.go(f"{origin}/")
    phone.wait_for(IS_LOCKED)
    unlock(phone)
    phone.go(f"{origin}{visit}")
    phone.wait_for("document.querySelectorAll('.step.answered').length === 1")
    server.start()
    phone.go(f"{origin}/")

    phone.wait_for(
        "!!document.querySelector('#state') && !document.querySelector('#state.waits')", seconds=60
    )
    assert [n for n, _ in applied(server)] == [1]


@pytest.mark.firefox
@pytest.mark.parametrize("vault", [("--vault", "pin"), ()], ids=["with", "without"])
def test_firefox_leaves_nothing_to_read_on_the_disk_either(tmp_path: Path, vault: tuple[str, ...]) -> None:
    """The same shift without a vault shows that the search finds what lies open."""
    server, profile = Server(tmp_path / "data", vault), tmp_path / "firefox"
    server.start()
    with (
        SecureDoor(server.port, write_certificate(tmp_path / "certificate.pem")) as door,
        firefox.Firefox(profile) as phone,
    ):
        sign_in(phone, door.origin, "carer")
        if vault:
            choose_code(phone)
        wait_for_worker(phone)
        phone.go(f"{door.origin}/")
        phone.wait_for("document.querySelectorAll('.visit-row').length > 3")
        first, second, *_ = phone.evaluate(
            "[...document.querySelectorAll('.visit-row:not(.cancelled) a')].map((row) => row.pathname)"
        )
        work_in_firefox(phone, f"{door.origin}{first}", NOTES[0])
        phone.wait_for("!document.querySelector('#state.waits')", seconds=30)
        server.stop()
        work_in_firefox(phone, f"{door.origin}{second}", NOTES[1])
        phone.write(PLACE_FOR_NOTE, HALF)
        phone.evaluate("new Promise((done) => setTimeout(() => done(true), 2500))")
        phone.process.kill()
        phone.process.wait()
    found = found_on_disk(profile, {*seeded_words(), *NOTES[:2], HALF})

    if vault:
        assert found == {}
    else:
        words = set().union(*found.values())
        assert words >= {*NOTES[:2], HALF}
        assert len(words & seeded_words()) > 10


def work_in_firefox(phone: firefox.Firefox, visit: str, note: str) -> None:
    """Begin a visit, answer all of it, write a note, and end it."""
    phone.go(visit)
    for act, done in (
        ("start_visit", "form[action='/do/finish_visit']"),
        ("answer_as_planned", ".step.answered"),
        ("write_note", ".note"),
    ):
        if act == "write_note":
            phone.write(PLACE_FOR_NOTE, note)
        phone.tap(f"form[action='/do/{act}'] button")
        phone.wait_for(f"Boolean(document.querySelector(`{done}`))")
    phone.tap("form[action='/do/finish_visit'] button")
    phone.wait_for("!document.querySelector(`form[action='/do/finish_visit']`)")
