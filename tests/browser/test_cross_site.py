"""What other sites send in a carer's name is refused, with the service worker installed: in three browsers.

A stranger's page stands on a sibling origin (the same host, another port: SameSite takes that for the same site, so
the sign-in's cookie comes along) and on another site (another host). It sends forms and has its script send.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.browser.any_browser import Browser, wait_for_worker
from tests.browser.conftest import OtherBrowser
from tests.browser.phone import Phone
from tests.browser.secure_door import SecureDoor, write_certificate
from tests.browser.server import Server
from tests.browser.vault import go_in

ACTS = {"language": "/do/choose_language", "out": "/sign-out", "in": "/demo/sign-in"}
"""What a stranger would like: to change something, to sign somebody out, to sign them in as somebody else."""
FORM = '<form method="post" action="{origin}{path}"><input name="language" value="en"><button id="{name}">Kage</button></form>'
SCRIPT = """fetch('%s', { method: 'POST', mode: 'no-cors', credentials: 'include',
  body: new URLSearchParams({ language: 'en' }) }).then(() => true, () => true)"""
REFUSED = "Det kom fra en anden side"
HOSTS = ("localhost", "127.0.0.1")


class Stranger(BaseHTTPRequestHandler):
    """Serves one page, whatever is asked for."""

    page = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(self.page)))
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def stranger_about(origin: str) -> Iterator[int]:
    """A site of somebody else's with a form for each act; its port."""
    forms = "".join(FORM.format(origin=origin, path=path, name=name) for name, path in ACTS.items())
    page = f'<!doctype html><meta charset="utf-8"><title>Kage</title><meta name="viewport" content="width=device-width">{forms}'
    handler = type("OneStranger", (Stranger,), {"page": page.encode()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield site.server_port
        site.shutdown()


def refusals_in(server: Server) -> int:
    """How many posts the server has refused."""
    lines = server.log.read_text().splitlines()
    return sum("POST" in line and "403" in line for line in lines)


def see_that_strangers_are_refused(browser: Browser, origin: str, strangers: str, server: Server) -> None:
    """Be a carer, and open the stranger's page: none of its forms and scripts does anything."""
    go_in(browser, origin, "carer")
    wait_for_worker(browser)
    before = refusals_in(server)

    for name, path in ACTS.items():
        browser.go(strangers)
        browser.evaluate(SCRIPT % f"{origin}{path}")
        browser.tap(f"#{name}")
        browser.wait_for(f"location.origin === '{origin}' && document.body.innerText.includes('{REFUSED}')")

    assert refusals_in(server) - before >= 2 * len(ACTS)
    browser.go(f"{origin}/me")
    browser.wait_for("document.querySelector('#me')")
    assert browser.evaluate("document.documentElement.lang") == "da"


@pytest.mark.parametrize("host", HOSTS)
def test_strangers_are_refused_in_chromium(a_phone: Phone, server: Server, host: str) -> None:
    with stranger_about(server.origin) as port, a_phone.deliberate_faults():
        see_that_strangers_are_refused(a_phone, server.origin, f"http://{host}:{port}/", server)


@pytest.mark.parametrize("host", HOSTS)
def test_strangers_are_refused_in_firefox_and_webkit(
    other_browser: OtherBrowser, server: Server, secure_door: SecureDoor, host: str, tmp_path: Path
) -> None:
    with (
        stranger_about(secure_door.origin) as port,
        SecureDoor(port, write_certificate(tmp_path / "stranger.pem")) as stranger,
    ):
        strangers = f"https://{host}:{stranger.server_address[1]}/"
        see_that_strangers_are_refused(other_browser, secure_door.origin, strangers, server)
