"""The moment of a tap: what lies between a finger, the store and the sign, and what must not come under a finger."""

import time

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.carer import DELIVERED, PLACE_FOR_NOTE, begin_the_day, open_visit, sign, steps, visits
from tests.browser.conftest import NewPhone
from tests.browser.finger import RESTS
from tests.browser.kept import rows
from tests.browser.phone import Phone
from tests.browser.server import Server

pytestmark = pytest.mark.no_vault

CLAIMS_ALL = f"""(() => {{
  const sign = document.getElementById("state");
  return getComputedStyle(sign).visibility === "visible" && sign.innerText.includes("{DELIVERED}");
}})()"""
TYPE = f"""(() => {{
  const field = document.querySelector("{PLACE_FOR_NOTE}");
  field.value += "K";
  field.dispatchEvent(new InputEvent("input", {{ bubbles: true }}));
}})()"""
WATCH = """(() => {
  window.claimed = [];
  const look = () => {
    if (window.watched) window.claimed.push(%s);
    requestAnimationFrame(look);
  };
  look();
})()"""
TAP_AND_GO = """(() => {
  document.querySelector("#%s button.usual").click();
  setTimeout(() => %s, %d);
})()"""
WAYS = ["location.reload()", "history.back()", "location.assign('/me')"]
ROW = "document.querySelectorAll('.visit-row')[1].getBoundingClientRect().top"
SAY = "navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { about: '%s' } }))"
GO_TO_MEMORY = "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
COME_BACK = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
IS_SEEN = "getComputedStyle(document.querySelector('main')).visibility === 'visible'"


def test_the_sign_does_not_say_that_all_has_arrived_once_a_letter_is_typed(
    a_phone: Phone, server: Server
) -> None:
    carer = begin_the_day(a_phone, server)
    open_visit(a_phone, server, visits(a_phone)[0])
    a_phone.wait_for(CLAIMS_ALL)
    a_phone.evaluate(WATCH % CLAIMS_ALL)
    server.stop()
    a_phone.evaluate(f"({TYPE}, window.watched = true)")

    expect(sign(a_phone)).to_contain_text("halvt skrevet", timeout=2_500)
    assert len(rows(a_phone, carer, "draft")) == 1
    assert True not in a_phone.evaluate("window.claimed")


def test_another_window_says_within_a_moment_that_something_is_half_written(
    a_phone: Phone, server: Server
) -> None:
    begin_the_day(a_phone, server)
    assert a_phone.context
    other, visit = a_phone.page, visits(a_phone)[0]
    a_phone.context.new_page()
    open_visit(a_phone, server, visit)
    a_phone.evaluate(TYPE)

    expect(other.locator("#state")).to_contain_text("halvt skrevet", timeout=2_500)


def test_a_saved_reason_stands_in_its_box_and_saved_once_more_as_it_was_nothing_is_done(
    a_phone: Phone, server: Server
) -> None:
    carer = begin_the_day(a_phone, server)
    open_visit(a_phone, server, visits(a_phone)[0])
    server.stop()
    step = a_phone.page.locator("li.step").first
    box, save = step.locator("input[name=reason]"), step.get_by_role("button", name="Gem grunden")

    def tap(what: Locator) -> None:
        time.sleep(RESTS)
        what.click()

    def reopen() -> None:
        tap(step.locator("details.other > summary"))
        expect(step.locator("details.why")).to_be_visible()
        if not box.is_visible():
            tap(step.locator("details.why > summary"))

    reopen()
    box.fill("Hun grad")
    tap(save)
    expect(step.locator(".given").last).to_contain_text("Hun grad")
    reopen()
    expect(box).to_have_value("Hun grad")
    box.press_sequentially("!")
    box.press("Backspace")
    tap(save)
    expect(box).not_to_be_visible()
    time.sleep(1)
    unchanged = [len(rows(a_phone, carer, "outbox")), len(rows(a_phone, carer, "draft"))]
    reopen()
    box.fill("Hun græd")
    tap(save)

    expect(step.locator(".given").last).to_contain_text("Hun græd")
    assert unchanged == [1, 0]
    assert len(rows(a_phone, carer, "outbox")) == 2


def test_a_page_that_is_left_within_a_moment_of_a_tap_has_done_it_once(
    a_phone: Phone, server: Server
) -> None:
    carer = begin_the_day(a_phone, server)
    visit = visits(a_phone)[0]
    open_visit(a_phone, server, visit)
    unanswered = [str(step.get_attribute("id")) for step in steps(a_phone, ":not(.answered)").all()]
    tapped = []
    for way in WAYS:
        for pause in (0, 30, 100):
            if not unanswered:
                continue
            open_visit(a_phone, server, visit)
            tapped.append(unanswered.pop(0))
            if pause == 0:
                a_phone.kill_worker()
            with a_phone.page.expect_navigation():
                a_phone.evaluate(TAP_AND_GO % (tapped[-1], way, pause))
    open_visit(a_phone, server, visit)

    for step in tapped:
        expect(a_phone.page.locator(f"#{step}.answered")).to_be_visible()
    kept = [*rows(a_phone, carer, "outbox"), *rows(a_phone, carer, "delivered")]
    answered = [row["args"]["step_id"] for row in kept if row["name"] == "answer_step"]
    assert sorted(answered) == sorted(step.removeprefix("step-") for step in tapped)


def test_a_page_from_the_browsers_memory_shows_nothing_before_it_is_known_whose_phone_it_is(
    a_phone: Phone, server: Server
) -> None:
    begin_the_day(a_phone, server)
    server.stop()
    gone, back = a_phone.page.evaluate(f"() => [({GO_TO_MEMORY}, {IS_SEEN}), ({COME_BACK}, {IS_SEEN})]")

    assert not gone
    assert not back
    a_phone.wait_for(IS_SEEN)


def test_what_appears_by_itself_moves_no_row_under_a_finger(new_phone: NewPhone, server: Server) -> None:
    phone = new_phone(has_worker=True, height=500)
    begin_the_day(phone, server)
    phone.page.evaluate("scrollTo(0, 0)")
    phone.page.touchscreen.tap(5, 300)
    before = phone.evaluate(ROW)
    phone.evaluate(SAY % "sign in again")
    phone.page.wait_for_timeout(1_200)

    assert phone.evaluate(ROW) == before
    expect(phone.page.locator("#sign-in-again")).to_be_visible()

    phone.evaluate(SAY % "signed in")
    expect(phone.page.locator("#sign-in-again")).to_be_hidden()
    phone.page.mouse.wheel(0, 120)
    phone.wait_for(
        "new Promise((said) => { const y = scrollY; setTimeout(() => said(y > 60 && y === scrollY), 300); })"
    )
    read = phone.evaluate(ROW)
    phone.evaluate(SAY % "sign in again")
    expect(phone.page.locator("#sign-in-again")).to_be_visible()
    phone.page.wait_for_timeout(100)
    assert abs(phone.evaluate(ROW) - read) <= 1
