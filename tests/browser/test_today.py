"""The day opens at what is next, and never moves under a hand."""

import pytest

from tests.browser.any_browser import sign_in
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone
from tests.browser.server import Server

pytestmark = pytest.mark.no_vault

IN_SIGHT = """(() => {
  const row = document.querySelector(".visit-row.next").getBoundingClientRect();
  return row.top >= 0 && row.bottom <= document.querySelector(".doors").getBoundingClientRect().top;
})()"""


def finish_next(phone: Phone) -> None:
    """Another phone of hers finishes the next visit, and this one hears of it."""
    phone.evaluate(
        """(async () => {
          const visit_id = document.querySelector(".visit-row.next").id.slice("visit-".length);
          const body = new URLSearchParams({ visit_id, seen: "1" });
          await fetch("/do/finish_visit", { method: "POST", body });
          window.nextBefore = document.querySelector(".visit-row.next").id;
          document.body.dispatchEvent(new CustomEvent("haand-changed"));
        })()"""
    )
    phone.wait_for("document.querySelector('.visit-row.next').id !== window.nextBefore")
    phone.page.wait_for_timeout(100)


def test_the_day_opens_at_the_next_visit_and_follows_it_until_a_hand_has_scrolled(
    new_phone: NewPhone, server: Server
) -> None:
    phone = new_phone(width=320, height=460, has_touch=False, has_worker=False)
    sign_in(phone, server.origin, "carer")
    phone.wait_for(f"scrollY > 0 && {IN_SIGHT}")

    finish_next(phone)
    followed = phone.evaluate(IN_SIGHT)
    phone.page.mouse.wheel(0, -5_000)
    phone.wait_for("scrollY === 0")
    finish_next(phone)

    assert followed
    assert phone.evaluate("scrollY") == 0
    assert not phone.evaluate(IN_SIGHT)


def test_a_day_whose_next_visit_is_in_sight_does_not_move(new_phone: NewPhone, server: Server) -> None:
    phone = new_phone(has_worker=False)
    sign_in(phone, server.origin, "carer")
    phone.wait_for(IN_SIGHT)

    assert phone.evaluate("scrollY") == 0
