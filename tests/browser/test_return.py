"""Who goes back to a list finds it as it was left."""

from playwright.sync_api import expect

from tests.browser.carer import begin_the_day
from tests.browser.phone import Phone
from tests.browser.server import Server

SEARCH = "#search"
REDRAW = "document.body.dispatchEvent(new CustomEvent('haand-changed'))"
IN_FOCUS = "document.activeElement.getAttribute('href')"


def test_who_goes_back_to_the_day_finds_the_row_where_it_was(a_phone: Phone, server: Server) -> None:
    begin_the_day(a_phone, server)
    row = a_phone.page.locator(".visit-row a").nth(6)
    row.evaluate("(row) => row.scrollIntoView({ block: 'center' })")
    left = a_phone.evaluate("scrollY")
    visit = row.get_attribute("href")

    row.evaluate("(row) => row.click()")
    expect(a_phone.page.locator("a.back")).to_be_visible()
    a_phone.tap("a.back")
    a_phone.wait_for("location.pathname === '/' && document.readyState === 'complete'")

    a_phone.wait_for(f"{IN_FOCUS} === '{visit}'")
    assert left > 0
    a_phone.wait_for(f"Math.abs(scrollY - {left}) < 5")


def test_who_goes_back_to_the_guides_finds_what_was_searched_for(a_phone: Phone, server: Server) -> None:
    begin_the_day(a_phone, server)
    a_phone.go(f"{server.origin}/guides")
    found = a_phone.page.locator("#guides li")
    every = found.count()
    a_phone.write(SEARCH, "loftlift")
    expect(found).not_to_have_count(every)
    few = found.count()

    a_phone.tap("#guides li a")
    expect(a_phone.page.locator(".guide-steps")).to_be_visible()
    a_phone.tap("a.back")

    expect(a_phone.page.locator(SEARCH)).to_have_value("loftlift")
    expect(found).to_have_count(few)


def test_a_redrawing_forgets_nothing_that_was_searched_for(a_phone: Phone, server: Server) -> None:
    begin_the_day(a_phone, server)
    a_phone.go(f"{server.origin}/guides?q=loftlift")
    found = a_phone.page.locator("#guides li")
    few = found.count()

    with a_phone.page.expect_event("response", lambda answer: "/guides" in answer.url):
        a_phone.evaluate(REDRAW)
    a_phone.page.wait_for_timeout(300)

    expect(a_phone.page.locator(SEARCH)).to_have_value("loftlift")
    expect(found).to_have_count(few)
