"""Knows which browsers this machine has, and hands them and a running server to the stories.

Chromium must be there. Firefox ESR and WebKitGTK must be there in CI; elsewhere a story that
needs one and cannot run is named, loudly and last, and is not counted as passed (tests/machine.py).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from tests import machine
from tests.browser import firefox, phone, webkit
from tests.browser.secure_door import SecureDoor, write_certificate
from tests.browser.server import Server, ServersAhead
from tests.browser.vault import has_vaults
from tests.browser.waiting import SOON

expect.set_options(timeout=SOON * 1000)

HERE = Path(__file__).parent

WHATEVER_THE_VAULT = {
    "test_best_lock.py", "test_cross_site.py", "test_drivers.py", "test_install.py", "test_locked_doors.py", "test_trusted.py",
    "test_vault.py", "test_wiped_phones.py",
}  # fmt: skip
"""Stories that have no vault, or always one. The run without vaults has them."""

LONG = (
    "test_firefox_leaves_nothing_to_read_on_the_disk_either", "test_nobody_is_kept_out_of_the_carers_pages",
    "test_a_whole_day_without_a_server_is_on_the_board_exactly_once", "test_strangers_are_refused_in_firefox_and_webkit",
    "test_five_wrong_codes_remove_the_visits_and_nothing_that_was_done", "test_law_15_",
)  # fmt: skip
"""The stories that take longest begin first: nothing waits for them in the end."""

OtherBrowser = firefox.Firefox | webkit.WebKit


def missing(name: str) -> str:
    """The Debian packages that a story with this marker lacks here; "" when it lacks none."""
    if name == "firefox" and not firefox.PROGRAM.exists():
        return "firefox-esr"
    if name == "webkit" and not (webkit.DRIVER.exists() and webkit.minibrowser() and webkit.SCREEN.exists()):
        return "webkit2gtk-driver xvfb"
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser stories, and put them last: Playwright holds the thread's event loop until the end."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
    if has_vaults():
        items[:] = [item for item in items if not is_the_same_without(item)]
    items.sort(key=lambda item: (item.path.is_relative_to(HERE), not item.name.startswith(LONG)))


def is_the_same_without(item: pytest.Item) -> bool:
    """Whether a story has nothing to say of vaults that it does not say in the run without."""
    return item.path.name in WHATEVER_THE_VAULT or any(
        map(item.get_closest_marker, ("open_phone", "no_vault"))
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    for name in ("firefox", "webkit"):
        if item.get_closest_marker(name) and (packages := missing(name)):
            machine.lack(item, packages)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServersAhead]:
    """Servers for one story each."""
    ahead = ServersAhead(tmp_path_factory.mktemp("servers"))
    yield ahead
    ahead.close()


@pytest.fixture
def server(servers: ServersAhead) -> Iterator[Server]:
    """The demo in a process of its own, on new data; a story may stop, kill and start it."""
    running = servers.take()
    yield running
    running.stop()


@pytest.fixture
def secure_door(server: Server, tmp_path: Path) -> Iterator[SecureDoor]:
    """The same server over https, with a certificate of its own."""
    with SecureDoor(server.port, write_certificate(tmp_path / "certificate.pem")) as door:
        yield door


class NewPhone(Protocol):
    """A phone of its own, as wide and dark as asked for."""

    def __call__(
        self,
        width: int = 360,
        height: int = 780,
        theme: phone.Theme = "light",
        has_touch: bool = True,
        has_worker: bool = True,
    ) -> phone.Phone: ...


@pytest.fixture
def new_phone(playwright: Playwright, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[NewPhone]:
    """Makes phones. None of them may have met a fault when the story ends."""
    made: list[phone.Phone] = []
    program = phone.WHOLE if request.node.get_closest_marker("whole_chromium") else phone.PROGRAM

    def make(
        width: int = 360,
        height: int = 780,
        theme: phone.Theme = "light",
        has_touch: bool = True,
        has_worker: bool = True,
    ) -> phone.Phone:
        profile = tmp_path / f"phone-{len(made)}"
        made.append(phone.Phone(playwright, profile, width, height, theme, has_touch, has_worker, program))
        return made[-1]

    yield make

    for one in made:
        one.close()
    assert [fault for one in made for fault in one.faults] == []


@pytest.fixture
def a_phone(new_phone: NewPhone) -> phone.Phone:
    return new_phone()


@pytest.fixture(
    params=[
        pytest.param(firefox.Firefox, id="firefox", marks=pytest.mark.firefox),
        pytest.param(webkit.WebKit, id="webkit", marks=pytest.mark.webkit),
    ]
)
def other_browser(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OtherBrowser]:
    """Firefox ESR, then WebKitGTK."""
    with request.param(tmp_path / "profile") as browser:
        yield browser
