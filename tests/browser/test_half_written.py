"""What is half-written where nothing can be kept: the field says so at once, and nobody leaves the page unasked."""

from typing import Any

from playwright.sync_api import Dialog, expect

from tests.browser.carer import PLACE_FOR_NOTE, begin_the_day, open_visit, press, visits
from tests.browser.conftest import NewPhone
from tests.browser.kept import rows
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.waiting import wait_until

NOT_KEPT = f"{PLACE_FOR_NOTE} + .not-kept"
PROMISE = "#draft-kept"
LEAVE = "setTimeout(() => location.assign('/'))"


def set_quota(phone: Phone, server: Server, **size: int) -> Any:
    """How many bytes this origin may keep: a full phone; none given: as before."""
    devtools = phone.devtools()
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": server.origin, **size})
    return devtools


def test_a_full_phone_says_at_the_first_letters_that_they_are_not_kept_and_asks_before_they_are_left(
    a_phone: Phone, server: Server
) -> None:
    carer = begin_the_day(a_phone, server)
    open_visit(a_phone, server, visits(a_phone)[0])
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    a_phone.page.on("dialog", stay)
    full = set_quota(a_phone, server, quotaSize=1)
    a_phone.page.locator(PLACE_FOR_NOTE).tap()
    a_phone.page.keyboard.type("Karen")

    expect(a_phone.page.locator(NOT_KEPT)).to_be_visible()
    expect(a_phone.page.locator(PROMISE)).to_be_hidden()
    a_phone.evaluate(LEAVE)
    wait_until("it is asked before the page is left", lambda: asked == ["beforeunload"])
    expect(a_phone.page.locator(PLACE_FOR_NOTE)).to_have_value("Karen")

    full.send("Storage.overrideQuotaForOrigin", {"origin": server.origin})
    expect(a_phone.page.locator(NOT_KEPT)).to_have_count(0)
    expect(a_phone.page.locator(PROMISE)).to_be_visible()
    assert [row["text"] for row in rows(a_phone, carer, "draft") if "text" in row] in ([], ["Karen"])
    a_phone.evaluate(LEAVE)
    a_phone.wait_for("location.pathname === '/'")
    assert asked == ["beforeunload"]


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
