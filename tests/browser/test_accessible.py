"""No page keeps anybody out: axe finds nothing on any page, light and dark, on three screens."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.browser.accessibility import barriers
from tests.browser.any_browser import wait_for_worker
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone, Theme
from tests.browser.server import Server
from tests.browser.vault import go_in

SCREENS = [(320, 640), (360, 780), (1180, 820)]


def found_on(phone: Phone, server: Server, addresses: list[str]) -> dict[str, list[str]]:
    """What axe finds, by address; only addresses where it finds something."""
    found: dict[str, list[str]] = {}
    for address in addresses:
        phone.go(f"{server.origin}{address}")
        with all_in_sight(phone):
            if barred := barriers(phone):
                found[address] = barred
    return found


@contextmanager
def all_in_sight(phone: Phone) -> Iterator[None]:
    """Everything is unfolded, in a window as high as the page: what can be scrolled from under a bar is not covered by it."""
    size = phone.page.viewport_size
    assert size
    phone.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    phone.wait_for("!document.querySelector('details[open] > [data-draw]')")
    whole = phone.evaluate("document.documentElement.scrollHeight")
    phone.page.set_viewport_size({"width": size["width"], "height": max(size["height"], whole)})
    yield
    phone.page.set_viewport_size(size)


def somebodys_page(tablet: Phone, server: Server) -> str:
    """The first person's page."""
    tablet.go(f"{server.origin}/people")
    address = str(tablet.evaluate("document.querySelector('.colleagues .name a').pathname"))
    tablet.go(f"{server.origin}/board")
    return address


@pytest.mark.parametrize("theme", [pytest.param("light", marks=pytest.mark.main), "dark"])
def test_nobody_is_kept_out_of_the_carers_pages(new_phone: NewPhone, server: Server, theme: Theme) -> None:
    phone = new_phone(theme=theme)
    go_in(phone, server.origin, "carer")
    wait_for_worker(phone)
    visit = phone.evaluate("document.querySelector('.visit-row.next a').pathname")
    phone.go(f"{server.origin}{visit}")
    phone.tap("form[action='/do/answer_as_planned'] button")
    phone.wait_for("document.querySelector('.step.answered')")
    phone.write("#write textarea", "Alt er godt")
    phone.tap("#write button")
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


def a_checklists_pages(tablet: Phone, server: Server) -> list[str]:
    """A checklist's versions, its draft with a step open, and what stands before it is published."""
    tablet.go(f"{server.origin}/checklists")
    checklist = str(tablet.evaluate("document.querySelector('main .row-link').pathname"))
    tablet.tap("main .rows form[action$='/draft'] button")
    tablet.wait_for("document.querySelector('.draft-row a')")
    step = str(tablet.evaluate("document.querySelector('.draft-row a').getAttribute('href')"))
    return [checklist, f"{checklist}/compare", step.partition("#")[0], f"{checklist}/draft/publish"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("role", ["leader", "organiser"])
@pytest.mark.no_vault
def test_nobody_is_kept_out_of_the_tablets_pages(
    new_phone: NewPhone, server: Server, role: str, theme: Theme
) -> None:
    tablet = new_phone(width=1180, height=820, theme=theme, has_touch=False)
    go_in(tablet, server.origin, role)
    addresses = ["/held", "/sign-in", "/access", "/demo", "/nowhere"]
    addresses += [
        "/people",
        "/people/new",
        "/people/phones",
        "/people/review",
        somebodys_page(tablet, server),
    ]
    if role == "organiser":
        addresses += ["/checklists", "/checklists/import", *a_checklists_pages(tablet, server)]
    if role == "leader":
        addresses += ["/board", str(tablet.evaluate("document.querySelector('.board-visit a').pathname"))]

    assert found_on(tablet, server, addresses) == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.no_vault
def test_nobody_is_kept_out_of_the_access_log(new_phone: NewPhone, server: Server, theme: Theme) -> None:
    carer = new_phone(width=360, height=780, theme=theme)
    go_in(carer, server.origin, "carer")
    officer = new_phone(width=320, height=640, theme=theme, has_touch=False)
    go_in(officer, server.origin, "dpo")
    extract = str(officer.evaluate("document.querySelector('td a').pathname"))

    assert found_on(officer, server, ["/access-log", extract, "/access-log/samples"]) == {}
    for address in ("/access-log", extract, "/access-log/samples"):
        officer.go(f"{server.origin}{address}")
        assert officer.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


@pytest.mark.parametrize(("width", "height"), SCREENS)
@pytest.mark.no_vault
def test_no_page_about_people_scrolls_sideways(
    new_phone: NewPhone, server: Server, width: int, height: int
) -> None:
    phone = new_phone(width=width, height=height)
    go_in(phone, server.origin, "leader")

    for address in (
        "/people",
        "/people/new",
        "/people/phones",
        "/people/review",
        somebodys_page(phone, server),
    ):
        phone.go(f"{server.origin}{address}")
        phone.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
        assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
