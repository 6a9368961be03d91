"""What a person sees who prints a page, and who has a phone with two colours of its own."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.carer import (
    PLACE_FOR_NOTE,
    answer_as_usual,
    begin_the_day,
    open_visit,
    steps,
    visits,
    write_note,
)
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone, Theme
from tests.browser.server import Server
from tests.browser.vault import go_in

NOT_BLACK_ON_WHITE = """[...document.querySelectorAll("body *")].filter((each) => each.checkVisibility() &&
  (!["rgb(0, 0, 0)"].includes(getComputedStyle(each).color) ||
   !["rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"].includes(getComputedStyle(each).backgroundColor))
).map((each) => each.outerHTML.slice(0, 80))"""
LOOK = [
    "borderTopWidth",
    "borderTopStyle",
    "borderBottomWidth",
    "textDecorationLine",
    "fontWeight",
    "backgroundColor",
]
LOOK_OF = """(() => {{ const style = getComputedStyle(document.querySelector({selector}));
  return {look}.map((name) => style[name]); }})()"""
CHOSEN = {
    "/": [
        (".days a[aria-current]", ".days a:not([aria-current])"),
        (".doors a[aria-current]", ".doors a:not([aria-current])"),
        (".visit-row.next a", ".visit-row:not(.next) a"),
    ],
    "/me": [("button[aria-pressed=true]", "button[name=language]:not([aria-pressed])")],
    "/board": [
        (".top nav a[aria-current]", ".top nav a:not([aria-current])"),
        (".days a[aria-current]", ".days a:not([aria-current])"),
    ],
    "/people": [(".tabs a[aria-current]", ".tabs a:not([aria-current])")],
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_word_of_a_visit_is_on_its_paper_black_on_white(
    new_phone: NewPhone, server: Server, theme: Theme
) -> None:
    phone = new_phone(theme=theme)
    begin_the_day(phone, server)
    open_visit(phone, server, visits(phone)[1])
    answer_as_usual(phone, str(steps(phone).first.get_attribute("id")))
    write_note(phone, "Spiste lidt.")
    phone.tap(".note .correct summary")
    phone.write(".note .correct textarea", "Spiste det hele.")
    phone.tap(".note .correct button")
    expect(phone.page.locator(".note .earlier")).to_be_visible()
    phone.write(PLACE_FOR_NOTE, "Ring til datteren.")
    labels = phone.texts(".step .what")

    phone.page.emulate_media(media="print", color_scheme=theme)
    printed = phone.text("body")

    assert [label for label in labels if label not in printed] == []
    assert len(labels) > 1
    assert "Spiste lidt." in printed
    assert "Spiste det hele." in printed
    assert "Det kan være ændret siden. Udskrevet af" in printed
    expect(phone.page.locator(PLACE_FOR_NOTE)).to_be_visible()
    assert "Ikke gemt endnu" in printed
    assert "Start besøget" not in printed
    assert phone.evaluate(NOT_BLACK_ON_WHITE) == []


def chosen_alike(browser: Phone, address: str) -> list[str]:
    """What is chosen on a page and looks as what is not: the same border, line, weight and ground."""
    pairs = [
        (
            chosen,
            *(
                browser.evaluate(LOOK_OF.format(selector=json.dumps(each), look=LOOK))
                for each in (chosen, other)
            ),
        )
        for chosen, other in CHOSEN[address]
    ]
    return [f"{address} {chosen}" for chosen, one, another in pairs if one == another]


@pytest.mark.no_vault
def test_with_the_phones_own_two_colours_what_is_chosen_is_still_seen(
    new_phone: NewPhone, server: Server
) -> None:
    phone, tablet = new_phone(), new_phone(width=1180, height=820, has_touch=False)
    go_in(phone, server.origin, "carer")
    go_in(tablet, server.origin, "leader")

    alike: list[str] = []
    for browser, addresses in ((phone, ("/", "/me")), (tablet, ("/board", "/people"))):
        browser.page.emulate_media(forced_colors="active")
        for address in addresses:
            browser.go(f"{server.origin}{address}")
            alike += chosen_alike(browser, address)

    assert alike == []
