"""Knows a phone with Chromium: what a thumb can do, what can happen to it, and what must not be seen.

Nothing here knows our pages; the first steps of a story are in any_browser.py.
"""

import os
import shutil
import signal
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, Self

from playwright.sync_api import BrowserContext, CDPSession, Locator, Page, Playwright, Worker
from playwright.sync_api import Error as ChromiumSaid

from tests.browser.finger import Finger
from tests.browser.waiting import SOON, TRUE, wait_until

WHOLE = Path("/usr/bin/chromium")
WITHOUT_WINDOWS = Path("/usr/bin/chromium-headless-shell")
"""The same browser without a desktop's windows: two thirds of the work."""
PROGRAM = Path(os.environ.get("CHROMIUM") or (WITHOUT_WINDOWS if WITHOUT_WINDOWS.exists() else WHOLE))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A worker's refusals and uncaught errors reach nobody unless it says them aloud itself.
SAY_ALOUD = """() => {
  const say = (words) => console.error(`Uncaught in the service worker: ${words}`);
  addEventListener("securitypolicyviolation", (event) => say(`${event.violatedDirective} ${event.blockedURI}`));
  addEventListener("error", (event) => say(event.message));
  addEventListener("unhandledrejection", (event) => say(event.reason));
}"""
TRIES_AGAIN = "the server was not reached"
"""How the worker tells Background Sync to come back: meant, and on the console all the same."""
NOT_FADED = "Transition was aborted"
"""Chromium about a page that was left again before it was drawn."""
CLEARED = ("Force close delete origin", "AbortError: The connection was closed")
"""Chromium about a database that is asked for, or in use, while all of them go, as a lost phone's do."""
NO_FAULTS = (TRIES_AGAIN, NOT_FADED, *CLEARED)
Theme = Literal["light", "dark"]


class Phone:
    """One person's phone: a browser profile that outlives the browser. Use as a context."""

    name = "chromium"

    def __init__(
        self,
        playwright: Playwright,
        profile: Path,
        width: int = 360,
        height: int = 780,
        theme: Theme = "light",
        has_touch: bool = True,
        has_worker: bool = True,
        program: Path = PROGRAM,
    ) -> None:
        self.program = program
        self.playwright = playwright
        self.profile = profile
        self.size = (width, height)
        self.theme: Theme = theme
        self.has_touch = has_touch
        self.has_worker = has_worker
        self.faults: list[str] = []
        self.taps = 0
        self.finger = Finger()
        self.is_listening = False
        self.context: BrowserContext | None = None
        self.open()

    def open(self) -> None:
        """Start the browser on this phone's profile, as after a restart of the phone."""
        width, height = self.size
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=self.program,
            args=FLAGS,
            viewport={"width": width, "height": height},
            has_touch=self.has_touch,
            is_mobile=self.has_touch,
            device_scale_factor=2,
            color_scheme=self.theme,
            locale="da-DK",
            ignore_https_errors=True,
            service_workers="allow" if self.has_worker else "block",
        )
        self.context.set_default_timeout(SOON * 1000)
        self.is_listening = True
        self.context.on("weberror", lambda problem: self._hear("error", f"Uncaught: {problem.error}"))
        self.context.on("serviceworker", self._listen_to)
        self.context.on("console", lambda message: self._hear(message.type, message.text))

    def _listen_to(self, worker: Worker) -> None:
        with suppress(ChromiumSaid):
            worker.evaluate(SAY_ALOUD)

    def _hear(self, kind: str, text: str) -> None:
        """The console tells of a policy's refusal; also of a server that is away, which is nobody's fault."""
        is_refusal = "Content Security Policy" in text or "Trusted Type" in text
        is_uncaught = kind == "error" and "Uncaught" in text and not any(said in text for said in NO_FAULTS)
        if self.is_listening and (is_refusal or is_uncaught):
            self.faults.append(text)

    @contextmanager
    def deliberate_faults(self) -> Iterator[None]:
        """What is refused in here is meant to be."""
        before = len(self.faults)
        yield
        self.page.wait_for_timeout(200)
        del self.faults[before:]

    @property
    def page(self) -> Page:
        """The page that the carer looks at."""
        assert self.context, "the browser is closed"
        return self.context.pages[-1] if self.context.pages else self.context.new_page()

    def go(self, address: str) -> None:
        self.page.goto(address)

    def reload(self) -> None:
        self.page.reload()

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is waited for."""
        return self.page.evaluate(f"() => ({expression})")

    def wait_for(self, expression: str, seconds: float = SOON) -> Any:
        """Wait until an expression is true to JavaScript, across navigations, and give its value."""

        def look() -> Any:
            with suppress(ChromiumSaid):
                return self.evaluate(TRUE % expression)

        return wait_until(expression, look, seconds)[0]

    def text(self, selector: str) -> str:
        """What a person reads in the first element that matches."""
        return self.page.locator(selector).first.inner_text()

    def texts(self, selector: str) -> list[str]:
        """What a person reads in every element that matches, in order."""
        return self.page.locator(selector).all_inner_texts()

    def tap(self, target: str | Locator) -> None:
        """Put a finger on the first element that matches (a mouse, where the screen has no touch)."""
        self.taps += 1
        element = (self.page.locator(target) if isinstance(target, str) else target).first
        self._rest(element)
        if self.has_touch:
            element.tap()
        else:
            element.click()
        self.finger.has_tapped()

    def _rest(self, element: Locator) -> None:
        element.scroll_into_view_if_needed()
        if box := element.bounding_box():
            self.finger.move_to(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def tap_twice(self, selector: str, pause: int = 150) -> None:
        """A finger that trembles: it touches the middle of the first element that matches twice, milliseconds apart."""
        element = self.page.locator(selector).first
        self._rest(element)
        box = element.bounding_box()
        assert box, selector
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.touchscreen.tap(x, y)
        self.page.wait_for_timeout(pause)
        self.page.touchscreen.tap(x + 6, y - 4)
        self.finger.has_tapped()

    def write(self, selector: str, text: str) -> None:
        """Type at the end of the first field that matches."""
        field = self.page.locator(selector).first
        field.press("Control+End")
        self.page.keyboard.insert_text(text)

    def devtools(self) -> CDPSession:
        """A Chrome DevTools session of the page, for what Playwright has no word for."""
        return self.page.context.new_cdp_session(self.page)

    def kill_worker(self) -> None:
        """The system takes the service worker's memory: every worker stops, at whatever it was doing."""
        devtools = self.devtools()
        devtools.send("ServiceWorker.enable")
        devtools.send("ServiceWorker.stopAllWorkers")
        devtools.detach()

    def forget_files(self) -> None:
        """The browser throws away its own copies of files; the worker's caches and databases stay."""
        self.devtools().send("Network.clearBrowserCache")

    def slow_down(self, times: float) -> None:
        """A cheap phone: the page's CPU this many times slower, until told otherwise (1 is full speed)."""
        self.devtools().send("Emulation.setCPUThrottlingRate", {"rate": times})

    def write_cookies(self) -> None:
        """Have Chromium write its cookies to the disk: killed before that, it has forgotten the sign-in.

        It writes them every 30 seconds, and at once when more than 512 wait to be written.
        """
        assert self.context, "the browser is closed"
        tomorrow = time.time() + 86_400
        for site in range(6):  # it keeps 180 of one site at most
            self.context.add_cookies(
                [
                    {
                        "name": f"c{n}",
                        "value": "",
                        "domain": f"{site}.example",
                        "path": "/",
                        "expires": tomorrow,
                    }
                    for n in range(100)
                ]
            )
        wait_until("the sign-in is on the disk", self._sign_in_is_on_disk)

    def _sign_in_is_on_disk(self) -> bool:
        """Whether there are cookies of our server's among those on the disk; read from a copy, for the file is locked."""
        with tempfile.TemporaryDirectory() as folder:
            for file in self.profile.rglob("Cookies*"):
                shutil.copy(file, folder)
            with (
                suppress(sqlite3.DatabaseError),
                closing(sqlite3.connect(Path(folder) / "Cookies")) as database,
            ):
                return bool(database.execute("select 1 from cookies where host_key = 'localhost'").fetchone())
        return False

    def kill(self) -> None:
        """The battery is taken out: kill -9 of the whole browser. `open` starts it on the same profile."""
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        wait_until("the browser is dead", lambda: not self._processes())
        self.close()
        for lock in self.profile.glob("Singleton*"):
            lock.unlink()

    def _processes(self) -> list[int]:
        """The ids of all processes that run on this profile, and of no others."""
        mark = f"--user-data-dir={self.profile}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and mark in (entry / "cmdline").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
        return found

    def close(self) -> None:
        """Hear the last of what went wrong, and leave: what the closing itself cuts off is no fault."""
        if self.context:
            with suppress(ChromiumSaid):
                self.page.wait_for_timeout(0)
            self.is_listening = False
            with suppress(ChromiumSaid):
                self.context.close()
        self.context = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
