"""Knows Firefox ESR, driven by WebDriver BiDi over a WebSocket; knows nothing about our pages.

Source: W3C WebDriver BiDi. No geckodriver: Firefox itself listens when given --remote-debugging-port.
"""

import itertools
import json
import re
import subprocess
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import Empty, Queue
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.browser.finger import MIDDLE, Finger
from tests.browser.waiting import SOON, TRUE, wait_until

PROGRAM = Path("/usr/bin/firefox-esr")
STARTS_WITHIN = 45.0
ANSWERS_WITHIN = 60.0
ARRIVES_WITHIN = 20.0
LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")

PREFERENCES = {
    "remote.active-protocols": 1,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    # Else navigator.storage.persist() asks a person who is not there, and never answers.
    "dom.storageManager.prompt.testing": True,
    "dom.storageManager.prompt.testing.allow": True,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,nothing",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


class FirefoxSaid(Exception):
    """Firefox answered a command with an error, or a script threw."""


class Firefox:
    """One window of Firefox ESR without a screen, as wide as a phone. Use as a context."""

    name = "firefox"

    def __init__(self, profile: Path, width: int = 360, height: int = 780) -> None:
        profile.mkdir(parents=True, exist_ok=True)
        self.finger = Finger()
        lines = (
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items()
        )
        (profile / "user.js").write_text("".join(lines))
        command = [str(PROGRAM), "--headless", "--no-remote", "--profile", str(profile)]
        command += ["--remote-debugging-port", "0"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr
        self.stderr = self.process.stderr
        self.numbers = itertools.count(1)
        with ExitStack() as opening:
            opening.callback(self._end)
            self.socket = opening.enter_context(
                connect(f"{self._address()}/session", max_size=None, proxy=None)
            )
            self.command("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
            self.window: str = self.command("browsingContext.getTree")["contexts"][0]["context"]
            viewport = {"width": width, "height": height}
            self.command("browsingContext.setViewport", context=self.window, viewport=viewport)
            self.closing = opening.pop_all()

    def _address(self) -> str:
        """Where it listens, as it says itself; the rest is read and dropped, lest it block."""
        found: Queue[str] = Queue()

        def listen() -> None:
            for line in self.stderr:
                if match := LISTENS.search(line):
                    found.put(match[1])

        self.listening = threading.Thread(target=listen, daemon=True)
        self.listening.start()
        try:
            return found.get(timeout=STARTS_WITHIN)
        except Empty:
            self.process.kill()
            raise FirefoxSaid("nothing: it never listened") from None

    def command(self, method: str, within: float = ANSWERS_WITHIN, **parameters: Any) -> dict[str, Any]:
        """Send one BiDi command and wait for its result; events in between are dropped. Raises TimeoutError."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=within))
            if message.get("id") != number:
                continue
            if message["type"] == "error":
                raise FirefoxSaid(f"{method}: {message['error']}: {message.get('message')}")
            result: dict[str, Any] = message["result"]
            return result

    def go(self, address: str) -> None:
        # Now and then it does not tell that it has left a page with a worker for another site's: it is asked again.
        try:
            self._go(address, ARRIVES_WITHIN)
        except TimeoutError:
            self._go(address, ANSWERS_WITHIN)

    def _go(self, address: str, within: float) -> None:
        self.command("browsingContext.navigate", within, context=self.window, url=address, wait="complete")

    def reload(self) -> None:
        self.command("browsingContext.reload", context=self.window, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is waited for. None when it has no JSON."""
        answer = self.command(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self.window},
            awaitPromise=True,
            userActivation=True,
        )
        if answer["type"] == "exception":
            raise FirefoxSaid(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"]) if answer["result"]["type"] == "string" else None

    def wait_for(self, expression: str, seconds: float = SOON) -> Any:
        """Wait until an expression is true to JavaScript, across navigations, and give its value."""

        def look() -> Any:
            with suppress(FirefoxSaid):
                return self.evaluate(TRUE % expression)

        return wait_until(expression, look, seconds)[0]

    def text(self, selector: str) -> str:
        """What a person reads in the first element that matches."""
        return str(self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText"))

    def tap(self, selector: str) -> None:
        """Put a finger on the middle of the first element that matches."""
        element = self._find(selector)
        self.finger.move_to(*self.evaluate(MIDDLE % json.dumps(selector)))
        finger = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": element}},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        pointer = {
            "type": "pointer",
            "id": "finger",
            "parameters": {"pointerType": "touch"},
            "actions": finger,
        }
        self.command("input.performActions", context=self.window, actions=[pointer])
        self.finger.has_tapped()

    def write(self, selector: str, text: str) -> None:
        """Type into the first field that matches, key by key."""
        self.evaluate(f"document.querySelector({json.dumps(selector)}).focus()")
        keys = [{"type": kind, "value": sign} for sign in text for kind in ("keyDown", "keyUp")]
        self.command(
            "input.performActions",
            context=self.window,
            actions=[{"type": "key", "id": "keys", "actions": keys}],
        )

    def _find(self, selector: str) -> dict[str, str]:
        self.evaluate(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})")
        locator = {"type": "css", "value": selector}
        found = self.command("browsingContext.locateNodes", context=self.window, locator=locator)["nodes"]
        return {"sharedId": found[0]["sharedId"]}

    def close(self) -> None:
        with suppress(FirefoxSaid, OSError, ConnectionClosed):
            self.command("browser.close")
        self.closing.close()

    def _end(self) -> None:
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.listening.join()
        self.stderr.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
