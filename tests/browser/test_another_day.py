"""A phone that slept with a half-written note is woken on another day: the page says which day its visit is of.

A phone with a vault has locked by then.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.carer import PLACE_FOR_NOTE, begin_the_day, open_visit, visits
from tests.browser.phone import Phone
from tests.browser.server import Server

FOUR_DAYS_LATER = "(() => { const then = Date.now; Date.now = () => then() + 4 * 86400000; return true; })()"
A_DAY = re.compile(r"\w+dag \d+\. \w+")


@pytest.mark.main
@pytest.mark.open_phone
def test_a_page_that_is_woken_on_another_day_says_its_day_though_a_note_is_half_written(
    a_phone: Phone, server: Server
) -> None:
    begin_the_day(a_phone, server)
    open_visit(a_phone, server, visits(a_phone)[0])
    finish, when = a_phone.page.locator("#finish"), a_phone.page.locator("#when")
    expect(finish).to_contain_text("Start besøget")
    expect(finish).not_to_contain_text(A_DAY)
    a_phone.write(PLACE_FOR_NOTE, "Halvt skrevet")

    server.stop()
    assert a_phone.context
    for worker in a_phone.context.service_workers:
        worker.evaluate(FOUR_DAYS_LATER)
    a_phone.evaluate(FOUR_DAYS_LATER)
    a_phone.evaluate("dispatchEvent(new Event('focus'))")

    expect(finish).to_contain_text(A_DAY)
    expect(when).to_contain_text(A_DAY)
    expect(a_phone.page.locator(PLACE_FOR_NOTE)).to_have_value("Halvt skrevet")
