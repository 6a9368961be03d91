"""The focus stays where the hand is, and what came of a tap is said once to whoever does not see it."""

import pytest

from tests.browser.carer import begin_the_day
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone
from tests.browser.server import Server

LISTEN = """(() => {
  window.said = [];
  const place = document.getElementById("outcome");
  new MutationObserver(() => place.textContent.trim() && window.said.push(place.textContent.trim()))
    .observe(place, { childList: true, characterData: true, subtree: true });
  return true;
})()"""
FOCUSED = "document.activeElement.closest(%r) !== null && document.activeElement.id !== 'main'"


def act(phone: Phone, selector: str) -> None:
    """Go to a thing with the keys, and press Enter; the rest between two gestures is left."""
    phone.page.wait_for_timeout(800)
    phone.evaluate("void window.said.splice(0)")
    phone.page.locator(selector).first.press("Enter")


def hears(phone: Phone, words: str, near: str) -> None:
    """These words are said, once, and the focus is within this."""
    phone.wait_for("window.said.length > 0")
    phone.page.wait_for_timeout(150)
    assert phone.evaluate("window.said") == [words]
    assert phone.evaluate(FOCUSED % near), phone.evaluate("document.activeElement.outerHTML.slice(0, 200)")


@pytest.mark.main
def test_the_focus_stays_where_the_hand_is_and_what_came_of_it_is_said_once(
    new_phone: NewPhone, server: Server
) -> None:
    phone = new_phone()
    begin_the_day(phone, server)
    phone.go(server.origin + str(phone.evaluate("document.querySelector('.visit-row.next a').pathname")))
    phone.evaluate(LISTEN)
    first, second = (str(step.get_attribute("id")) for step in phone.page.locator(".step").all()[:2])
    steps = phone.page.locator(".step").count()

    act(phone, "#finish button.primary")
    hears(phone, "Besøget er startet.", "#finish")
    act(phone, f"#{first} button.usual")
    hears(phone, f"Gemt. 1 af {steps}.", f"#{first}")
    act(phone, f"#{second} .other > summary")
    act(phone, f"#{second} .choices button[value=alone]")
    hears(phone, f"Gemt. 2 af {steps}.", f"#{second}")
    act(phone, f"#{second} .other > summary")
    act(phone, f"#{second} .choices button[value=together]")
    hears(phone, f"Gemt. 2 af {steps}.", f"#{second}")
    act(phone, "form[action='/do/answer_as_planned'] button")
    phone.wait_for("window.said.length > 0")
    assert phone.evaluate("window.said.length") == 1
    assert phone.evaluate(FOCUSED % "#progress")
    act(phone, "#progress form[action='/do/take_back'] button")
    hears(phone, "Fortrudt.", "#progress")
    phone.page.locator("#write textarea").fill("Alt er godt")
    act(phone, "#write button")
    hears(phone, "Notatet er gemt.", "#write")
    act(phone, "#deviate > summary")
    act(phone, "#deviate button[value=extra]")
    hears(phone, "Gemt.", "#deviate")
    act(phone, ".deviations form[action='/do/take_back'] button")
    hears(phone, "Fortrudt.", "#main")
    act(phone, "#finish button.primary")
    hears(phone, "Besøget er afsluttet.", "#finish")
    act(phone, "#finish form[action='/do/take_back'] button")
    hears(phone, "Fortrudt.", "#finish")


def test_a_finger_keeps_the_focus_too(new_phone: NewPhone, server: Server) -> None:
    phone = new_phone()
    begin_the_day(phone, server)
    phone.go(server.origin + str(phone.evaluate("document.querySelector('.visit-row.next a').pathname")))
    phone.evaluate(LISTEN)

    phone.page.wait_for_timeout(800)
    button = phone.page.locator("#finish button.primary").bounding_box()
    assert button
    phone.page.touchscreen.tap(button["x"] + 50, button["y"] + 20)

    hears(phone, "Besøget er startet.", "#finish")
    assert phone.evaluate("scrollY") == 0


def test_a_page_of_before_is_answered_as_before(new_phone: NewPhone, server: Server) -> None:
    phone = new_phone()
    begin_the_day(phone, server)
    phone.go(server.origin + str(phone.evaluate("document.querySelector('.visit-row.next a').pathname")))
    phone.evaluate("document.getElementById('outcome').remove()")

    phone.tap("#finish button.primary")

    phone.wait_for("document.querySelector('form[action=\"/do/finish_visit\"]')")
