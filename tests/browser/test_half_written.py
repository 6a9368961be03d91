"""What is half-written where nothing can keep it: the field says so at once, and promises nothing."""

from playwright.sync_api import expect

from tests.browser.carer import PLACE_FOR_NOTE, open_visit, press, visits
from tests.browser.conftest import NewPhone
from tests.browser.server import Server

NOT_KEPT = f"{PLACE_FOR_NOTE} + .not-kept"
PROMISE = "#draft-kept"


def test_without_a_worker_the_field_promises_nothing_and_what_is_saved_is_there(
    new_phone: NewPhone, server: Server
) -> None:
    phone = new_phone(has_worker=False)
    phone.go(f"{server.origin}/demo")
    phone.tap("button[data-role=carer]")
    phone.wait_for("document.querySelector('.visit-row') !== null")
    open_visit(phone, server, visits(phone)[0])
    phone.page.locator(PLACE_FOR_NOTE).tap()
    phone.page.keyboard.type("Karen sov")

    expect(phone.page.locator(PROMISE)).to_contain_text("Gem, før du går væk")
    expect(phone.page.locator(NOT_KEPT)).to_be_visible()

    press(phone, "write_note")
    expect(phone.page.locator(".note .words", has_text="Karen sov")).to_be_visible()
    expect(phone.page.locator(NOT_KEPT)).to_have_count(0)
