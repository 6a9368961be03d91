"""Every page fits every phone: nothing scrolls sideways, and what a thumb needs is in the window, however large the text is."""

import re
from collections.abc import Iterator, Mapping
from functools import partial

import pytest
from playwright.sync_api import Route

from pwa.access.routes import DEMO_ROUTES
from pwa.app import ROUTES
from pwa.templating.render import FOLDER, render
from tests.browser.any_browser import sign_in
from tests.browser.conftest import NewPhone
from tests.browser.fits import TABLETS, fit
from tests.browser.phone import Phone
from tests.browser.server import Server, ServersAhead
from tests.carer_contexts import Contexts, empty_day

pytestmark = [pytest.mark.no_vault, pytest.mark.phone_font]

NEVER_ENDS = "/board/live"
PAGES = sorted(
    f"carer/{path.name}" for path in (FOLDER / "carer").glob("[!_]*.html") if path.name != "layout.html"
)
LONG_NAME = "Anna-Margrethe Elisabeth Christensen von Hardenberg-Rasmussen"
SIGNS = [
    (0, 0, 0),
    (0, 1, 0),
    (0, 12, 0),
    (0, 9_999, 0),
    (1, 0, 0),
    (12, 0, 0),
    (3, 12, 0),
    (9_999, 9_999, 0),
    (0, 0, 1),
    (3, 2, 12),
    (9_999, 9_999, 9_999),
]
"""How many wait, how many are half-written, and how many need attention."""


def signs() -> list[tuple[str, str]]:
    """The sign at the top in each of its states."""
    return [("state", render("carer/_state.html", sign(*numbers), "da")) for numbers in SIGNS]


def sign(waiting: int, drafts: int, attention: int) -> dict[str, object]:
    day = empty_day("da")
    assert isinstance(day["state"], dict)
    return {**day, "state": {**day["state"], "waiting": waiting, "drafts": drafts, "attention": attention}}


def ends() -> list[tuple[str, str]]:
    """What the thumb is offered at a visit, in each of its states."""
    context = Contexts(7, "da").context()
    visit = context["visit"]
    assert isinstance(visit, dict)
    at, change = "2026-11-23T07:31:02.004Z", "00000000-0000-4000-8000-000000000000"
    states: list[dict[str, str | None]] = [
        {"started_at": None, "finished_at": None},
        {"started_at": at, "finished_at": None},
        {"started_at": at, "finished_at": at, "finished_change": change},
    ]
    following = {"visit_id": change, "citizen": LONG_NAME, "address": LONG_NAME, "starts_at": at}
    return [
        (
            "finish",
            render("carer/_finish.html", {**context, "visit": {**visit, **state}, "next": after}, "da"),
        )
        for state in states
        for after in (None, following)
    ]


def addresses(phone: Phone, origin: str) -> Iterator[str]:
    """Every address that is asked for by GET, with what stands on the carer's own pages in it."""
    phone.go(f"{origin}/guides")
    guide = phone.evaluate("document.querySelector('#guides li a').pathname")
    phone.go(f"{origin}/")
    visit = phone.evaluate("document.querySelector('.visit-row.next a').pathname")
    own = {"/visits/{visit_id}": visit, "/guides/{guide_id}": guide}
    own["/days/{day}"] = phone.evaluate("[...document.querySelectorAll('.days a')].at(-1).pathname")
    for route in (*ROUTES, *DEMO_ROUTES):
        if "GET" in (route.methods or ()) and route.path != NEVER_ENDS:
            yield own.get(route.path) or re.sub(r"\{[^}]+\}", "nowhere", route.path)
    yield "/guides?q=zzz"


def in_lines(found: Mapping[str, list[str]]) -> str:
    """What was found, each with its address, to be read."""
    return "\n".join(f"{address}: {said}" for address, every in found.items() for said in every)


def is_page(phone: Phone, address: str) -> bool:
    """Whether a page of ours stands at an address; goes there."""
    if not phone.evaluate(
        f"fetch({address!r}).then((answer) => (answer.headers.get('content-type') ?? '').startsWith('text/html')"
        " && answer.text().then((text) => text.includes('<body')))"
    ):
        return False
    phone.go(address)
    return True


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((), id="open"),
        pytest.param(("--vault", "pin"), id="lockable", marks=pytest.mark.main),
    ],
)
def test_every_page_fits_every_phone_at_every_text_size(
    new_phone: NewPhone, servers: ServersAhead, arguments: tuple[str, ...]
) -> None:
    server = servers.take(arguments)
    try:
        phone = new_phone(has_worker=False)
        looked = fit(phone, [*signs(), *ends()])
        sign_in(phone, server.origin, "carer")
        found: dict[str, list[str]] = {}
        for address in list(addresses(phone, server.origin)):
            if is_page(phone, f"{server.origin}{address}"):
                found[address] = looked.look()
    finally:
        server.stop()

    assert in_lines(found) == ""
    assert len(found) > 15
    assert {"/", "/guides", "/waiting", "/me", "/access", "/sign-in", "/demo"} <= set(found)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_whatever_it_is_given(new_phone: NewPhone, server: Server, page: str) -> None:
    phone = new_phone(has_worker=False)
    looked = fit(phone)
    phone.go(f"{server.origin}/demo")
    build = re.search(r"/build/(\w+)/", str(phone.page.content()))
    assert build
    found: dict[str, list[str]] = {}
    for number in range(6):
        context = Contexts(number, "da").context() | {
            "build": build[1],
            "lockable": True,
            "awaits_worker": False,
        }
        html = render(page, context, "da")
        answer = partial(Route.fulfill, body=html, content_type="text/html; charset=utf-8")
        phone.page.route("**/given", answer)
        phone.go(f"{server.origin}/given")
        found[str(number)] = looked.look()
        phone.page.unroute("**/given")

    assert in_lines(found) == ""


@pytest.mark.parametrize("role", ["leader", "organiser", "dpo"])
def test_every_page_of_a_tablet_fits_it(new_phone: NewPhone, server: Server, role: str) -> None:
    tablet = new_phone(width=1180, height=820, has_touch=False, has_worker=False)
    looked = fit(tablet)
    sign_in(tablet, server.origin, role)
    own = {
        str(tablet.evaluate(f"document.querySelector('{link}')?.pathname"))
        for link in (".board-visit a", "td a")
    }
    found: dict[str, list[str]] = {}
    for route in ROUTES:
        address = next((each for each in own if _is_of(each, route.path)), None) or route.path
        if "GET" not in (route.methods or ()) or route.path == NEVER_ENDS or "{" in address:
            continue
        if is_page(tablet, f"{server.origin}{address}"):
            found[address] = looked.look(TABLETS, scales=(100,))

    assert in_lines(found) == ""
    assert len(found) > 5


def _is_of(address: str, path: str) -> bool:
    return "{" in path and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", path), address) is not None
