"""No page keeps anybody out: axe finds nothing on any page, light and dark, on three screens."""

import pytest

from tests.browser.accessibility import barriers
from tests.browser.any_browser import sign_in, wait_for_worker
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone, Theme
from tests.browser.server import Server

SCREENS = [(320, 640), (360, 780), (1180, 820)]


def found_on(phone: Phone, server: Server, addresses: list[str]) -> dict[str, list[str]]:
    """What axe finds, by address; only addresses where it finds something."""
    found: dict[str, list[str]] = {}
    for address in addresses:
        phone.go(f"{server.origin}{address}")
        phone.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
        if barred := barriers(phone):
            found[address] = barred
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_kept_out_of_the_carers_pages(new_phone: NewPhone, server: Server, theme: Theme) -> None:
    phone = new_phone(theme=theme)
    sign_in(phone, server.origin, "carer")
    wait_for_worker(phone)
    visit = phone.evaluate("document.querySelector('.visit-row.next a').pathname")
    phone.go(f"{server.origin}{visit}")
    phone.tap("form[action='/do/answer_as_planned'] button")
    phone.wait_for("document.querySelector('.step.answered')")
    phone.write("form[action='/do/write_note'] textarea", "Alt er godt")
    phone.tap("form[action='/do/write_note'] button")
    phone.wait_for("document.querySelector('.note')")
    phone.go(f"{server.origin}/guides")
    guide = phone.evaluate("document.querySelector('#guides li a').pathname")
    addresses = [
        "/",
        visit,
        "/guides",
        "/guides?q=zzz",
        guide,
        "/waiting",
        "/me",
        "/access",
        "/visits/nowhere",
    ]

    found: dict[str, list[str]] = {}
    for width, height in SCREENS:
        phone.page.set_viewport_size({"width": width, "height": height})
        found |= {
            f"{address} at {width}": barred for address, barred in found_on(phone, server, addresses).items()
        }

    assert found == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("role", ["leader", "organiser"])
def test_nobody_is_kept_out_of_the_tablets_pages(
    new_phone: NewPhone, server: Server, role: str, theme: Theme
) -> None:
    tablet = new_phone(width=1180, height=820, theme=theme, has_touch=False)
    sign_in(tablet, server.origin, role)
    addresses = ["/held", "/sign-in", "/access", "/demo", "/nowhere"]
    if role == "leader":
        addresses += ["/board", str(tablet.evaluate("document.querySelector('.board-visit a').pathname"))]

    assert found_on(tablet, server, addresses) == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_kept_out_of_the_access_log(new_phone: NewPhone, server: Server, theme: Theme) -> None:
    carer = new_phone(width=360, height=780, theme=theme)
    sign_in(carer, server.origin, "carer")
    officer = new_phone(width=320, height=640, theme=theme, has_touch=False)
    sign_in(officer, server.origin, "dpo")
    extract = str(officer.evaluate("document.querySelector('td a').pathname"))

    assert found_on(officer, server, ["/access-log", extract, "/access-log/samples"]) == {}
    for address in ("/access-log", extract, "/access-log/samples"):
        officer.go(f"{server.origin}{address}")
        assert officer.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_no_page_scrolls_sideways(new_phone: NewPhone, server: Server, width: int, height: int) -> None:
    phone = new_phone(width=width, height=height)
    sign_in(phone, server.origin, "carer")
    wait_for_worker(phone)
    visit = phone.evaluate("document.querySelector('.visit-row.next a').pathname")

    for address in ("/", visit, "/guides", "/waiting", "/me", "/access", "/sign-in"):
        phone.go(f"{server.origin}{address}")
        assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
