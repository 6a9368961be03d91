"""A finger that trembles, or a glove: two taps at one place are one act, and nobody is slowed who means two."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.carer import begin_the_day, open_visit, steps, visits
from tests.browser.phone import Phone
from tests.browser.server import Server

START = "form[action='/do/start_visit'] button"
FINISH = "form[action='/do/finish_visit'] button"
AS_PLANNED = "form[action='/do/answer_as_planned'] button"
FINISHED = "#finish .mark.done"
A_MOMENT = 800  # ms
QUICK = 0.65  # s; the page's own moment is 0.7
PLACE_OF = """(selector) => {
  const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}"""
ROW_UNDER = """([visit, x, y]) => {
  const row = document.querySelector(`.visit-row a[href$="${visit}"]`);
  document.body.style.paddingBottom = "100vh";
  scrollBy(0, row.getBoundingClientRect().y + 20 - y);
  return document.elementFromPoint(x, y)?.closest("a") === row;
}"""


@pytest.mark.main
def test_two_taps_at_one_place_are_one_act(a_phone: Phone, server: Server) -> None:
    begin_the_day(a_phone, server)
    open_visit(a_phone, server, visits(a_phone)[0])

    a_phone.tap_twice(START)
    a_phone.page.wait_for_timeout(A_MOMENT)
    expect(a_phone.page.locator(FINISH)).to_be_visible()

    a_phone.tap_twice(AS_PLANNED)
    a_phone.page.wait_for_timeout(A_MOMENT)
    assert steps(a_phone, ".answered").count() > 0

    a_phone.tap_twice(FINISH)
    a_phone.page.wait_for_timeout(A_MOMENT)
    expect(a_phone.page.locator(FINISHED)).to_be_visible()

    # Meant, a moment later, it is done.
    a_phone.tap("#finish form button")
    expect(a_phone.page.locator(FINISH)).to_be_visible()


def test_what_a_page_shows_under_a_finger_that_has_just_opened_it_sleeps(
    a_phone: Phone, server: Server
) -> None:
    begin_the_day(a_phone, server)
    day = a_phone.page.url
    # A machine with other things to do may open a page too late for the second tap to be the same gesture.
    for visit in reversed(visits(a_phone)):
        a_phone.page.wait_for_timeout(A_MOMENT)  # What was tapped before is another gesture.
        open_visit(a_phone, server, visit)
        place = a_phone.page.evaluate(PLACE_OF, START)
        a_phone.go(day)
        assert a_phone.page.evaluate(ROW_UNDER, [visit, *place])
        began = time.monotonic()
        a_phone.page.touchscreen.tap(*place)
        a_phone.page.wait_for_url(f"**/visits/{visit}")
        a_phone.page.touchscreen.tap(*place)
        if is_quick := time.monotonic() - began < QUICK:
            break
    assert is_quick

    a_phone.page.wait_for_timeout(A_MOMENT)
    expect(a_phone.page.locator(START)).to_be_visible()
    a_phone.tap(START)
    expect(a_phone.page.locator(FINISH)).to_be_visible()


def test_quick_taps_at_two_places_are_two_acts(a_phone: Phone, server: Server) -> None:
    begin_the_day(a_phone, server)
    open_visit(a_phone, server, visits(a_phone)[0])
    steps(a_phone).first.evaluate("(step) => step.scrollIntoView({ block: 'center' })")
    places = [each.bounding_box() for each in a_phone.page.locator(".step button.usual").all()[:2]]

    for box in places:
        assert box
        a_phone.page.touchscreen.tap(box["x"] + 60, box["y"] + box["height"] / 2)

    expect(steps(a_phone, ".answered")).to_have_count(2)


def test_a_key_that_is_held_or_pressed_twice_is_one_act(a_phone: Phone, server: Server) -> None:
    begin_the_day(a_phone, server)
    open_visit(a_phone, server, visits(a_phone)[0])
    start = a_phone.page.locator(START)

    start.press("Enter")
    finish = a_phone.page.locator(FINISH)
    expect(finish).to_be_visible()
    finish.press("Enter")
    a_phone.page.wait_for_timeout(A_MOMENT)

    expect(finish).to_be_visible()
    finish.press("Enter")
    expect(a_phone.page.locator(FINISHED)).to_be_visible()
