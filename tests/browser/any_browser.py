"""Knows what every browser here can be asked to do, and how every story begins; knows no browser by name."""

from typing import Any, Protocol

WORKER_ANSWERS = (
    "navigator.serviceWorker.controller && navigator.serviceWorker.controller.state === 'activated'"
)


class Browser(Protocol):
    """One window. Selectors are CSS and mean the first element that matches."""

    name: str

    def go(self, address: str) -> None: ...
    def reload(self) -> None: ...
    def evaluate(self, expression: str) -> Any: ...
    def wait_for(self, expression: str, seconds: float = ...) -> Any: ...
    def text(self, selector: str) -> str: ...
    def tap(self, selector: str) -> None: ...
    def write(self, selector: str, text: str) -> None: ...


def sign_in(browser: Browser, origin: str, role: str, person: str = "") -> None:
    """Press a person's button on the demo's list: the one with this id, or else the first of the role."""
    browser.go(f"{origin}/demo")
    browser.tap(f"button[data-role={role}]" + (f"[value='{person}']" if person else ""))
    browser.wait_for("location.pathname !== '/demo' && document.readyState === 'complete'")


def wait_for_worker(browser: Browser) -> None:
    """Wait until the page in the window belongs to an activated service worker."""
    browser.wait_for(WORKER_ANSWERS, seconds=30)
