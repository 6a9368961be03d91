"""What a phone lives through: a new version in the middle of a note, a broken document, a colleague, quick fingers."""

import json
import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import kept
from tests.browser.any_browser import sign_in, wait_for_worker
from tests.browser.carer import (
    DELIVERED,
    PLACE_FOR_NOTE,
    answer,
    answer_as_usual,
    begin_the_day,
    open_visit,
    sign,
    steps,
    visits,
    write_note,
)
from tests.browser.conftest import NewPhone
from tests.browser.newer_house import newer_house
from tests.browser.phone import Phone
from tests.browser.server import Server

BUILD = "document.body.dataset.build"
LOOK_FOR_NEW_VERSION = "navigator.serviceWorker.ready.then((known) => known.update()).then(() => true)"
NOBODY_WAITS_TO_TAKE_OVER = (
    "navigator.serviceWorker.ready.then(({ waiting, installing }) => !waiting && !installing)"
)
KEPT_BUILDS = "caches.keys().then((names) => names.filter((name) => name.startsWith('haand-build-')))"
# Every file of the page, with what became of it: Chromium gives no status to what its page still had in memory.
LOADED = """performance.getEntriesByType('resource')
  .filter(({ name }) => new URL(name).pathname.startsWith('/build/'))
  .map(({ name, responseStatus, decodedBodySize }) =>
    [new URL(name).pathname.split('/')[2], responseStatus || (decodedBodySize ? 200 : 0)])"""
ASK_FOR_THE_NEWEST = """(() => {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: "/safe/update" });
  document.body.append(form);
  form.submit();
})()"""
NETWORK_IS_BACK = "dispatchEvent(new Event('online'))"
A_WHILE = 1500  # ms
NOTE = "Skrevet før det gik galt"


def board_of(new_phone: NewPhone, server: Server) -> Phone:
    """A leader's tablet with the board."""
    board = new_phone(width=1180, height=820, has_touch=False)
    sign_in(board, server.origin, "leader")
    return board


def applied(data: Path) -> list[tuple[int, str]]:
    """The number and the name of each change that the server has applied from phones, as they came."""
    with sqlite3.connect(f"file:{data / 'haand.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(
            "select n, name from change where fate = 'applied' and n > 0 order by received_at, n"
        ).fetchall()


@pytest.mark.main
def test_a_new_version_waits_for_the_carer_and_leaves_her_half_written_note_alone(
    a_phone: Phone, server: Server, tmp_path: Path
) -> None:
    begin_the_day(a_phone, server)
    [visit, another, *_] = visits(a_phone)
    open_visit(a_phone, server, visit)
    old = a_phone.evaluate(BUILD)
    a_phone.write(PLACE_FOR_NOTE, "Halvt ")
    server.stop()
    server.house = newer_house(tmp_path / "newer")
    server.start()
    a_phone.evaluate("globalThis.isTheSamePage = true")

    a_phone.evaluate(LOOK_FOR_NEW_VERSION)
    expect(a_phone.page.locator("#new-version")).to_be_visible()
    expect(a_phone.page.locator("#new-version")).to_contain_text("Ny version klar")
    a_phone.page.wait_for_timeout(A_WHILE)
    assert a_phone.evaluate("globalThis.isTheSamePage")
    assert a_phone.evaluate(BUILD) == old
    expect(a_phone.page.locator(PLACE_FOR_NOTE)).to_have_value("Halvt ")

    for each in (another, visit):
        open_visit(a_phone, server, each)
        wait_for_worker(a_phone)
        expect(a_phone.page.locator("#new-version")).to_be_visible()
    expect(a_phone.page.locator(PLACE_FOR_NOTE)).to_have_value("Halvt ")
    a_phone.write(PLACE_FOR_NOTE, "skrevet")
    a_phone.tap("#use-new-version")
    a_phone.wait_for(f"{BUILD} !== '{old}' && document.readyState === 'complete'")
    new = a_phone.evaluate(BUILD)
    expect(a_phone.page.locator(PLACE_FOR_NOTE)).to_have_value("Halvt skrevet")
    expect(a_phone.page.locator("#new-version")).to_be_hidden()
    wait_for_worker(a_phone)
    assert a_phone.evaluate(NOBODY_WAITS_TO_TAKE_OVER)
    a_phone.wait_for(f"{KEPT_BUILDS}.then((names) => String(names) === 'haand-build-{new}')")

    server.stop()
    a_phone.forget_files()
    open_visit(a_phone, server, another)
    answer_as_usual(a_phone, first_steps(a_phone)[0])
    assert a_phone.evaluate(BUILD) == new
    assert {tuple(each) for each in a_phone.evaluate(LOADED)} == {(new, 200)}


def test_the_newest_version_that_a_carer_asks_for_takes_over_while_the_one_before_is_answering(
    a_phone: Phone, server: Server, tmp_path: Path
) -> None:
    """The way out of the page that says that something went wrong."""
    begin_the_day(a_phone, server)
    old = a_phone.evaluate(BUILD)
    server.stop()
    server.house = newer_house(tmp_path / "newer")
    server.start()

    a_phone.evaluate(ASK_FOR_THE_NEWEST)

    a_phone.wait_for(f"{BUILD} !== '{old}' && document.readyState === 'complete'")
    wait_for_worker(a_phone)
    assert a_phone.evaluate(NOBODY_WAITS_TO_TAKE_OVER)


def first_steps(phone: Phone) -> list[str]:
    """The ids of the steps of the visit in sight, in order."""
    return [str(step.get_attribute("id")) for step in steps(phone).all()]


@pytest.mark.open_phone
def test_a_document_that_cannot_be_shown_gives_the_safe_page_until_it_is_mended(
    a_phone: Phone, new_phone: NewPhone, server: Server
) -> None:
    carer = begin_the_day(a_phone, server)
    [broken, also_broken, *_] = visits(a_phone)
    another_day = a_phone.evaluate("document.querySelector('.days a:last-child').pathname")
    server.stop()
    answer_and_write(a_phone, server, broken)
    kept.damage(a_phone, carer, f"visit-{broken}", "steps", None)
    kept.damage(a_phone, carer, f"visit-{also_broken}", "steps", 42)

    for visit in (broken, also_broken):
        open_visit(a_phone, server, visit)
        shown = a_phone.page.locator("main")
        expect(shown).to_contain_text("Siden kan ikke vises")
        expect(shown).to_contain_text("Intet af det, du har skrevet, er tabt.")
        expect(shown).to_contain_text("Det venter på telefonen: 2")
        expect(shown).to_contain_text(NOTE)
        expect(a_phone.page.get_by_role("link", name="Prøv igen")).to_be_visible()
    assert [change["n"] for change in saved(a_phone)["waiting"]] == [1, 2]
    see_that_two_wait_on(a_phone, server, [another_day, "/guides", "/waiting", "/me"])
    server.start()
    a_phone.evaluate(NETWORK_IS_BACK)
    expect(sign(a_phone)).to_contain_text(DELIVERED)
    for visit in (also_broken, broken):
        open_visit(a_phone, server, visit)
        expect(steps(a_phone).first).to_be_visible()
    expect(steps(a_phone, ".answered")).to_have_count(1)

    board = board_of(new_phone, server)
    board.go(f"{server.origin}/board/visits/{broken}")
    expect(board.page.locator(".note .words")).to_have_text([NOTE])
    expect(board.page.locator("tr[id^=step-] .mark")).to_have_count(1)
    assert applied(server.data) == [(1, "answer_step"), (2, "write_note")]


@pytest.mark.open_phone
def test_a_document_that_cannot_be_shown_leaves_the_rest_of_the_day_alone(
    a_phone: Phone, server: Server
) -> None:
    carer = begin_the_day(a_phone, server)
    [broken, whole, *_] = visits(a_phone)
    server.stop()
    answer_and_write(a_phone, server, broken)
    kept.damage(a_phone, carer, f"visit-{broken}", "steps", None)

    see_that_two_wait_on(a_phone, server, ["/", f"/visits/{whole}"])


def answer_and_write(phone: Phone, server: Server, visit: str) -> None:
    """Do two things at a visit."""
    open_visit(phone, server, visit)
    answer_as_usual(phone, first_steps(phone)[0])
    write_note(phone, NOTE)


def see_that_two_wait_on(phone: Phone, server: Server, addresses: list[str]) -> None:
    """Open each of these pages, and read the sign at its top."""
    for address in addresses:
        phone.go(f"{server.origin}{address}")
        expect(sign(phone)).to_contain_text("2 venter")


def saved(phone: Phone) -> dict[str, list[dict[str, int]]]:
    """What the file holds that the carer saves what waits as."""
    with phone.page.expect_download() as started:
        phone.tap("a[href='/waiting/export']")
    content: dict[str, list[dict[str, int]]] = json.loads(started.value.path().read_text())
    return content


@pytest.mark.main
def test_two_carers_who_answered_differently_without_a_server_both_see_both_answers(
    new_phone: NewPhone, server: Server
) -> None:
    first, second = new_phone(), new_phone()
    begin_the_day(first, server)
    visit, other_name = shared_visit(first)
    begin_the_day(second, server, person_called(second, server, other_name))
    open_visit(first, server, visit)
    open_visit(second, server, visit)
    first_name = first.page.locator("a.me").get_attribute("aria-label")
    [differing, agreed, hers, his, *_] = first_steps(first)
    server.stop()

    answer(first, differing, "alone")
    answer(second, differing, "not_relevant")
    for phone, own in ((first, hers), (second, his)):
        answer(phone, agreed, "together")
        answer_as_usual(phone, own)
    write_note(first, "Hun gik selv")
    write_note(second, "Det var ikke nødvendigt")
    for phone in (first, second):
        expect(sign(phone)).to_contain_text("4 venter")
    server.start()
    for phone in (first, second):
        phone.evaluate(NETWORK_IS_BACK)
        expect(sign(phone)).to_contain_text(DELIVERED)

    names = {str(first_name).removeprefix("Dig: "), other_name}
    notes = ["Hun gik selv", "Det var ikke nødvendigt"]
    for phone in (first, second):
        open_visit(phone, server, visit)
        expect(steps(phone, ".differs")).to_have_count(1)
        difference = phone.page.locator(f"#{differing}.differs .difference")
        expect(difference).to_contain_text("I har svaret forskelligt")
        expect(difference.locator("li", has_text="Borgeren selv")).to_have_count(1)
        expect(difference.locator("li", has_text="Ikke relevant")).to_have_count(1)
        assert {each.split(":")[0] for each in phone.texts(f"#{differing} .difference li")} == names
        expect(steps(phone, ".answered")).to_have_count(4)
        expect(phone.page.locator(".note .words")).to_have_text(notes)
    board = board_of(new_phone, server)
    expect(board.page.locator(f"#visit-{visit}")).to_contain_text("Forskellige svar: ")
    board.go(f"{server.origin}/board/visits/{visit}")
    expect(board.page.locator("td .mark.warn")).to_have_text(re.compile("Forskellige svar"))
    said = [each.split(" · ")[0].strip() for each in board.texts(f"#{differing} .answered") if " · " in each]
    assert sorted(said) == sorted(names)
    expect(board.page.locator(".note .words")).to_have_text(notes)
    assert len(applied(server.data)) == 8


def shared_visit(phone: Phone) -> tuple[str, str]:
    """The first visit of the day that the carer shares, and with whom."""
    with_whom = phone.page.locator(".mark:not(.bring)", has_text="Med ")
    row = phone.page.locator(".visit-row:not(.cancelled)", has=with_whom).first
    visit = str(row.get_attribute("id")).removeprefix("visit-")
    return visit, row.locator(".mark:not(.bring)", has_text="Med ").inner_text().strip().removeprefix("Med ")


def person_called(phone: Phone, server: Server, name: str) -> str:
    """The id of the person with this name on the demo's list."""
    phone.go(f"{server.origin}/demo")
    return str(phone.page.locator("button[data-role=carer]", has_text=name).get_attribute("value"))


@pytest.mark.open_phone
def test_ten_answers_as_fast_as_the_phone_can_are_ten_answers(a_phone: Phone, server: Server) -> None:
    carer = begin_the_day(a_phone, server)
    open_visit(a_phone, server, long_visit(a_phone, carer))
    ten = first_steps(a_phone)[:10]
    server.stop()

    tap_at_once(a_phone, [*ten[:4], ten[3], *ten[4:], ten[9]])
    expect(steps(a_phone, ".answered")).to_have_count(10)
    expect(sign(a_phone)).to_contain_text("10 venter")
    outbox = kept.rows(a_phone, carer, "outbox")
    assert [change["n"] for change in outbox] == list(range(1, 11))
    assert [f"step-{change['args']['step_id']}" for change in outbox] == ten
    assert [change["at"] for change in outbox] == sorted(change["at"] for change in outbox)
    expect(a_phone.page.locator(".still-waits").first).to_be_visible()
    server.start()
    a_phone.evaluate(NETWORK_IS_BACK)

    expect(sign(a_phone)).to_contain_text(DELIVERED)
    assert a_phone.page.locator(".still-waits:visible").count() == 0
    expect(steps(a_phone, ".answered")).to_have_count(10)
    assert applied(server.data) == [(n, "answer_step") for n in range(1, 11)]


def long_visit(phone: Phone, carer: str) -> str:
    """The id of a visit of the day in sight with more than ten steps."""
    long = {
        row["id"] for row in kept.rows(phone, carer, "document") if len(row["body"].get("steps", [])) > 10
    }
    return next(visit for visit in visits(phone) if f"visit-{visit}" in long)


def tap_at_once(phone: Phone, tapped: list[str]) -> None:
    """Tap the usual answer of each of these steps, without a pause in between."""
    phone.page.evaluate(
        "(tapped) => tapped.forEach((id) => document.querySelector(`#${id} button.usual`).click())", tapped
    )
