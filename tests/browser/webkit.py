"""Knows WebKitGTK's MiniBrowser, driven by WebDriver on an unseen screen; knows nothing about our pages.

The nearest to the iPhone's Safari that Linux has. It keeps nothing from one opening to the next.
"""

import json
import os
import subprocess
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Self

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.browser.finger import MIDDLE, Finger
from tests.browser.waiting import SOON, TRUE, wait_until

DRIVER = Path("/usr/bin/WebKitWebDriver")
SCREEN = Path("/usr/bin/Xvfb")
ANSWERS_WITHIN = 60

# WebDriver's asynchronous script: the last argument is called with the answer.
EVALUATE = """
const answer = arguments[arguments.length - 1];
Promise.resolve().then(() => %s).then(
  (value) => answer({ value: value === undefined ? "null" : JSON.stringify(value) }),
  (error) => answer({ error: String(error) }),
);
"""


class WebKitSaid(Exception):
    """A script threw."""


def minibrowser() -> Path | None:
    """The browser itself, which lives in a folder named after its version and machine."""
    return next(iter(sorted(Path("/usr/lib").glob("*/webkit2gtk-4*/MiniBrowser"), reverse=True)), None)


def open_screen(width: int, height: int) -> tuple["subprocess.Popen[bytes]", str]:
    """A screen in memory, and its name; Xvfb picks a free number and says which."""
    reading, writing = os.pipe()
    command = [
        str(SCREEN),
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        f"{width}x{height}x24",
        "-nolisten",
        "tcp",
    ]
    process = subprocess.Popen(
        command,
        pass_fds=[writing],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as said:
        return process, f":{said.readline().strip()}"


class WebKit:
    """One window of WebKitGTK. Use as a context."""

    name = "webkit"

    def __init__(self, profile: Path, width: int = 360, height: int = 780) -> None:
        profile.mkdir(parents=True, exist_ok=True)
        self.finger = Finger()
        self.screen, display = open_screen(width + 100, height + 200)
        options = Options()
        options.binary_location = str(minibrowser())
        options.add_argument("--automation")
        options.set_capability("acceptInsecureCerts", True)
        surroundings = os.environ | {
            "DISPLAY": display,
            "HOME": str(profile),
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
        }
        surroundings.pop("WAYLAND_DISPLAY", None)
        with ExitStack() as opening:
            opening.callback(self._close_screen)
            service = Service(executable_path=str(DRIVER), env=surroundings)
            self.driver = webdriver.WebKitGTK(options=options, service=service)
            opening.callback(self.driver.quit)
            self.driver.set_script_timeout(ANSWERS_WITHIN)
            self.driver.set_window_size(width, height)
            self.closing = opening.pop_all()

    def go(self, address: str) -> None:
        self.driver.get(address)

    def reload(self) -> None:
        self.driver.refresh()

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is waited for. None when it has no JSON."""
        answer = self.driver.execute_async_script(EVALUATE % f"({expression})")
        if "error" in answer:
            raise WebKitSaid(answer["error"])
        return json.loads(answer["value"])

    def wait_for(self, expression: str, seconds: float = SOON) -> Any:
        """Wait until an expression is true to JavaScript, across navigations, and give its value."""

        def look() -> Any:
            with suppress(WebKitSaid, WebDriverException):
                return self.evaluate(TRUE % expression)

        return wait_until(expression, look, seconds)[0]

    def text(self, selector: str) -> str:
        """What a person reads in the first element that matches."""
        return str(self.driver.find_element(By.CSS_SELECTOR, selector).text)

    def tap(self, selector: str) -> None:
        """Put a finger on the middle of the first element that matches."""
        self.evaluate(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})")
        self.finger.move_to(*self.evaluate(MIDDLE % json.dumps(selector)))
        self.driver.find_element(By.CSS_SELECTOR, selector).click()
        self.finger.has_tapped()

    def write(self, selector: str, text: str) -> None:
        """Hand text to the first field that matches as a phone's keyboard does; the driver's keys know no emoji."""
        self.evaluate(
            f"(document.querySelector({json.dumps(selector)}).focus(),"
            f" document.execCommand('insertText', false, {json.dumps(text)}))"
        )

    def close(self) -> None:
        with suppress(WebDriverException):
            self.closing.close()

    def _close_screen(self) -> None:
        self.screen.terminate()
        self.screen.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
