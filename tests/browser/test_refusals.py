"""What a carer taps answers where her thumb is: a no that is seen and stands, and what is next."""

import pytest
from playwright.sync_api import expect

from tests.browser.carer import (
    PLACE_FOR_NOTE,
    answer_as_usual,
    begin_the_day,
    open_visit,
    press,
    steps,
    visits,
)
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone
from tests.browser.server import Server

NO = "#problem .problem"
NOTHING_WRITTEN = "Skriv noget først"
WHERE = """(selector) => {
  const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
  return { top, bottom, height: innerHeight };
}"""
CHANGED = "document.body.dispatchEvent(new CustomEvent('haand-changed'))"
NOT_HOME = "button[name=kind][value=not_home]"


def is_inside(phone: Phone, selector: str) -> bool:
    """Whether all of it is in the window."""
    found = phone.page.evaluate(WHERE, selector)
    return bool(found["top"] >= 0 and found["bottom"] <= found["height"])


@pytest.mark.main
def test_a_no_is_in_the_window_and_stands_until_it_is_dealt_with(a_phone: Phone, server: Server) -> None:
    begin_the_day(a_phone, server)
    open_visit(a_phone, server, visits(a_phone)[0])
    first = str(steps(a_phone).first.get_attribute("id"))
    a_phone.page.locator(PLACE_FOR_NOTE).fill("   ")

    press(a_phone, "write_note")

    expect(a_phone.page.locator(NO)).to_contain_text(NOTHING_WRITTEN)
    assert is_inside(a_phone, NO)
    expect(a_phone.page.locator("#problem[role=alert]")).to_have_count(1)
    expect(a_phone.page.locator(PLACE_FOR_NOTE)).to_have_value("   ")
    a_phone.evaluate(CHANGED)
    answer_as_usual(a_phone, first)
    expect(a_phone.page.locator(NO)).to_contain_text(NOTHING_WRITTEN)
    assert is_inside(a_phone, NO)
    assert is_inside(a_phone, "#finish button.primary")

    a_phone.page.locator(PLACE_FOR_NOTE).fill("Sov godt")
    a_phone.page.wait_for_timeout(
        800
    )  # another gesture than the tap before, which may have been at the same place
    press(a_phone, "write_note")
    expect(a_phone.page.locator(NO)).to_have_count(0)


def test_where_no_answer_comes_it_is_said_and_closed_by_hand(new_phone: NewPhone, server: Server) -> None:
    phone = new_phone(has_worker=False)
    phone.go(f"{server.origin}/demo")
    phone.tap("button[data-role=carer]")
    phone.page.wait_for_selector(".visit-row")
    open_visit(phone, server, visits(phone)[0])
    server.stop()

    press(phone, "start_visit")

    expect(phone.page.locator(NO)).to_contain_text("Der kom intet svar")
    assert is_inside(phone, NO)
    phone.tap("#problem button")
    expect(phone.page.locator(NO)).to_have_count(0)


def test_after_not_home_the_next_visit_is_offered_where_the_thumb_is(a_phone: Phone, server: Server) -> None:
    begin_the_day(a_phone, server)
    first, second = visits(a_phone)[:2]
    open_visit(a_phone, server, first)
    a_phone.tap("#deviate summary")

    a_phone.tap(NOT_HOME)

    expect(a_phone.page.locator("#finish .mark")).to_contain_text("Ikke hjemme")
    expect(a_phone.page.locator("#finish a.primary")).to_have_attribute("href", f"/visits/{second}")
    assert is_inside(a_phone, "#finish a.primary")
    assert is_inside(a_phone, "#deviations .mark")

    a_phone.tap("#finish form[action='/do/take_back'] button")
    expect(a_phone.page.locator("#finish form[action='/do/start_visit'] button.primary")).to_be_visible()
    expect(a_phone.page.locator(".deviations")).to_have_count(0)
