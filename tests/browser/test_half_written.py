"""What is half-written where nothing can be kept: the field says so at once, and says no more when it is kept."""

from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.carer import PLACE_FOR_NOTE, begin_the_day, open_visit, press, visits
from tests.browser.conftest import NewPhone
from tests.browser.kept import rows
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.waiting import wait_until
from tests.disks import SmallDisks, disk

__all__ = ["disk"]

NOT_KEPT = f"{PLACE_FOR_NOTE} + .not-kept"
PROMISE = "#draft-kept"
# Chromium remembers for half a minute how much room there was, so a full disk is played where rows are written.
FULL = """() => {
  self.put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...row) {
    if (this.name === "draft") throw new DOMException("full", "QuotaExceededError");
    return self.put.apply(this, row);
  };
}"""
ROOM = "() => { IDBObjectStore.prototype.put = self.put; }"
LEAVE = "setTimeout(() => location.assign('/'))"


def in_worker(phone: Phone, program: str) -> None:
    """Run this in the phone's service worker."""
    assert phone.context
    phone.context.service_workers[-1].evaluate(program)


def test_a_full_phone_says_at_the_first_letters_that_they_are_not_kept_and_keeps_them_once_there_is_room(
    a_phone: Phone, server: Server
) -> None:
    carer = begin_the_day(a_phone, server)
    open_visit(a_phone, server, visits(a_phone)[0])
    in_worker(a_phone, FULL)
    a_phone.page.locator(PLACE_FOR_NOTE).tap()
    a_phone.page.keyboard.type("Karen")

    expect(a_phone.page.locator(NOT_KEPT)).to_be_visible()
    expect(a_phone.page.locator(PROMISE)).to_be_hidden()
    expect(a_phone.page.locator(PLACE_FOR_NOTE)).to_have_value("Karen")
    assert asks_before_leaving(a_phone)
    expect(a_phone.page.locator(PLACE_FOR_NOTE)).to_have_value("Karen")

    in_worker(a_phone, ROOM)
    expect(a_phone.page.locator(NOT_KEPT)).to_have_count(0)
    expect(a_phone.page.locator(PROMISE)).to_be_visible()
    assert len(rows(a_phone, carer, "draft")) == 1
    assert not asks_before_leaving(a_phone)
    a_phone.wait_for("location.pathname === '/'")


def asks_before_leaving(phone: Phone) -> bool:
    """Set out for another page; asked whether to leave, stay. The browser asks only where somebody has touched the page."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    phone.page.on("dialog", stay)
    phone.evaluate(LEAVE)
    phone.page.wait_for_timeout(1_000)
    phone.page.remove_listener("dialog", stay)
    return asked == ["beforeunload"]


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


@pytest.mark.open_phone  # what lies in a vault cannot be read from outside
@pytest.mark.small_disk
def test_a_disk_that_is_really_full_keeps_what_was_there_and_says_that_more_is_not(
    disk: SmallDisks, new_phone: NewPhone, server: Server
) -> None:
    profile = disk("phone-0", "500m")
    phone = new_phone()
    carer = begin_the_day(phone, server)
    open_visit(phone, server, visits(phone)[0])
    phone.page.locator(PLACE_FOR_NOTE).tap()
    phone.page.keyboard.type("Karen sov")
    wait_until("the first words are kept", lambda: len(rows(phone, carer, "draft")) == 1)
    # Longer than may be saved: how much too long it is stands under the field too.
    more = " godt. " * 20_000
    # What the worker does besides fails too, and says so on the console.
    with phone.deliberate_faults():
        ballast = fill(profile)
        phone.page.keyboard.insert_text(more)

        expect(phone.page.locator(NOT_KEPT)).to_be_visible(timeout=30_000)
        assert asks_before_leaving(phone)
        phone.page.wait_for_timeout(5_000)

        ballast.unlink()
        expect(phone.page.locator(".not-kept:visible")).to_have_count(0, timeout=60_000)
        wait_until("its words are kept", lambda: len(rows(phone, carer, "draft")[-1]["text"]) > len(more))

    assert [row["text"] for row in rows(phone, carer, "draft")] == [f"Karen sov{more}"]


def fill(folder: Path) -> Path:
    """Leave no room on its disk."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 65_536)
    return ballast
