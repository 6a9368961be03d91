"""A window that is low, under a keyboard or with the phone on its side: what is worked on is seen, and nothing lies over it."""

import json
import re
from functools import partial

import pytest
from playwright.sync_api import Route, ViewportSize

from pwa.templating.render import render
from tests.browser.any_browser import sign_in
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.carer_contexts import Contexts

pytestmark = [pytest.mark.no_vault, pytest.mark.phone_font]

UNDER_A_KEYBOARD: ViewportSize = {"width": 360, "height": 300}
WITHOUT: ViewportSize = {"width": 360, "height": 640}
ON_ITS_SIDE = [(640, 360), (568, 320), (780, 360)]
COVERED = """(selectors) => selectors.filter((selector) => {
  const found = document.querySelector(selector), box = found.getBoundingClientRect();
  const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return box.top < 0 || box.bottom > innerHeight || !(at === found || found.contains(at));
})"""

FIELD = "#write textarea"
LINE_IS_SEEN = """(() => {
  const field = document.activeElement, box = field.getBoundingClientRect(), style = getComputedStyle(field);
  const height = parseFloat(style.lineHeight);
  const inField = parseFloat(style.paddingTop) + %d * height - field.scrollTop;
  const top = box.top + field.clientTop + inField;
  return field.matches("textarea") && inField > -1 && inField + height < field.clientHeight + 1
    && top > -1 && top + height < innerHeight + 1;
})()"""


def open_visit(phone: Phone, server: Server) -> None:
    sign_in(phone, server.origin, "carer")
    phone.go(server.origin + str(phone.evaluate("document.querySelector('.visit-row.next a').pathname")))


def show_unlock(phone: Phone, server: Server) -> None:
    """The page that asks for a code, with two tries left."""
    phone.go(f"{server.origin}/demo")
    build = re.search(r"/build/(\w+)/", str(phone.page.content()))
    assert build
    code = {"kinds": ["pin"], "by_passkey": False, "code": {"length": 6, "letters": False}, "left": 2}
    context = Contexts(1, "da").context() | {"build": build[1], "mode": "open", **code}
    html = render("carer/unlock.html", context, "da")
    phone.page.route("**/given", partial(Route.fulfill, body=html, content_type="text/html; charset=utf-8"))
    phone.go(f"{server.origin}/given")


def test_a_phone_that_is_turned_and_turned_back_shows_what_was_read(
    new_phone: NewPhone, server: Server
) -> None:
    phone = new_phone(has_worker=False)
    phone.page.set_viewport_size({"width": 360, "height": 780})
    open_visit(phone, server)
    phone.evaluate("scrollTo(0, 700)")
    phone.page.wait_for_timeout(400)

    for width, height in [(780, 360), (360, 780)]:
        phone.page.set_viewport_size({"width": width, "height": height})
        phone.wait_for(f"innerWidth === {width} && scrollY > 400")
        phone.page.wait_for_timeout(300)


def test_what_a_tap_opens_is_above_the_bar(new_phone: NewPhone, server: Server) -> None:
    phone = new_phone(has_worker=False)
    phone.page.set_viewport_size({"width": 360, "height": 780})
    open_visit(phone, server)
    phone.evaluate(
        """(() => { const step = [...document.querySelectorAll("li.step")].at(-1);
        const bar = document.querySelector("#finish").getBoundingClientRect().top;
        scrollBy(0, step.getBoundingClientRect().bottom - bar); })()"""
    )

    for fold in ("li.step:last-child .other", "li.step:last-child .why"):
        phone.page.locator(f"{fold} > summary").first.tap()
        phone.wait_for(
            f"""(() => {{ const found = document.querySelector("{fold}");
            return found.open && found.getBoundingClientRect().bottom <=
              document.querySelector("#finish").getBoundingClientRect().top; }})()"""
        )


@pytest.mark.parametrize(
    ("form", "save"),
    [("write_note", "button"), ("correct_note", "button"), ("report_deviation", ".choices button")],
)
def test_a_keyboard_covers_neither_the_label_nor_the_field_nor_what_saves_it(
    new_phone: NewPhone, server: Server, form: str, save: str
) -> None:
    phone = new_phone(has_worker=False)
    phone.page.set_viewport_size(WITHOUT)
    open_visit(phone, server)
    phone.write("#write textarea", "\n".join(f"Linje {line}." for line in range(30)))
    phone.tap("#write button")
    phone.wait_for("document.querySelector('.note')")
    phone.evaluate(
        "document.querySelectorAll('.note .correct, #deviate').forEach((each) => { each.open = true })"
    )
    inside = f"form[action='/do/{form}']"

    phone.tap(f"{inside} textarea")
    phone.page.set_viewport_size(UNDER_A_KEYBOARD)
    phone.evaluate("document.activeElement.scrollIntoView({ block: 'nearest' })")

    parts = [f"{inside} label", f"{inside} textarea", f"{inside} {save}"]
    assert phone.page.evaluate(COVERED, parts) == []


@pytest.mark.parametrize("line", [0, 14, 29], ids=["first", "middle", "last"])
@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize(("width", "height"), [(640, 200), (360, 300)])
def test_the_line_that_is_typed_is_in_sight_when_a_keyboard_comes_up(
    new_phone: NewPhone, server: Server, width: int, height: int, percent: int, line: int
) -> None:
    phone = new_phone(has_worker=False)
    phone.page.set_viewport_size({"width": width, "height": 780})
    open_visit(phone, server)
    phone.evaluate(f"document.documentElement.style.setProperty('font-size', {json.dumps(f'{percent}%')})")
    lines = [f"Linje {number}." for number in range(30)]
    phone.write(FIELD, "\n".join(lines))
    place = len("\n".join(lines[: line + 1]))
    phone.evaluate(f"document.activeElement.setSelectionRange({place}, {place})")

    phone.page.set_viewport_size({"width": width, "height": height})

    phone.wait_for(LINE_IS_SEEN % line)
    assert phone.evaluate("document.activeElement.selectionStart") == place


def test_what_gave_way_to_a_keyboard_comes_back_when_it_is_gone(new_phone: NewPhone, server: Server) -> None:
    phone = new_phone(has_worker=False)
    open_visit(phone, server)
    doors = "getComputedStyle(document.querySelector('.doors')).visibility"

    phone.page.set_viewport_size(UNDER_A_KEYBOARD)
    phone.tap("#write textarea")
    under = phone.evaluate(doors)
    phone.page.set_viewport_size(WITHOUT)

    assert under == "hidden"
    phone.wait_for(f"{doors} === 'visible'")


@pytest.mark.parametrize(("width", "height"), ON_ITS_SIDE)
def test_on_its_side_no_key_lies_over_what_is_asked_or_what_came_of_it(
    new_phone: NewPhone, server: Server, width: int, height: int
) -> None:
    phone = new_phone(width=width, height=height, has_worker=False)
    show_unlock(phone, server)
    phone.evaluate("document.querySelector('#keys').scrollIntoView({ block: 'end' })")

    keys = [f"#keys button[value='{digit}']" for digit in range(10)] + ["#erase"]
    assert phone.page.evaluate(COVERED, ["#ask", "#dots", "#said", *keys]) == []


@pytest.mark.parametrize(("width", "height"), [*ON_ITS_SIDE, (360, 300)])
def test_what_stays_in_sight_takes_less_than_a_third_of_a_low_window(
    new_phone: NewPhone, server: Server, width: int, height: int
) -> None:
    phone = new_phone(width=width, height=height, has_worker=False)
    open_visit(phone, server)
    taken = (
        "[...document.querySelectorAll('.top, .thumb, .doors')].filter((each) =>"
        " getComputedStyle(each).position !== 'static').reduce((sum, each) => sum + each.offsetHeight, 0)"
    )

    shares = {}
    for percent in (100, 200):
        phone.evaluate(
            f"document.documentElement.style.setProperty('font-size', {json.dumps(f'{percent}%')})"
        )
        shares[percent] = phone.evaluate(taken) / height

    assert {percent: share for percent, share in shares.items() if share > 1 / 3} == {}


def test_who_listens_hears_how_many_digits_are_typed_and_never_which(
    new_phone: NewPhone, server: Server
) -> None:
    phone = new_phone(has_worker=False)
    show_unlock(phone, server)
    phone.wait_for("document.querySelector('body.unlock.ready')")

    for digit in "271":
        phone.tap(f".keys button[value='{digit}']")

    assert phone.text("#heard[role=status]") == "3 af 6 cifre"
    assert phone.evaluate("document.querySelector('#dots').ariaLabel") == "3 af 6 cifre"
    assert phone.text("#said[role=alert]") == ""
