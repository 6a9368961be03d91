"""Knows how to answer everything that is asked at an address with one status, as a broken server does; knows no phone."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CODES = {401: "NotSignedIn", 500: "NotHandled"}


class Broken(BaseHTTPRequestHandler):
    """Reads what it is sent, and says no in the form that our own server has for it; each connection has one answer."""

    timeout = 0.5  # seconds; browsers open connections in advance, and one that is left open would outlive the storm
    status = 500
    refused: list[str]

    def refuse(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps({"status": self.status, "code": CODES[self.status], "detail": "Nej."}).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)
        self.refused.append(f"{self.command} {self.path}")

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = refuse

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def storm_at(port: int, status: int) -> Iterator[list[str]]:
    """Everything at this port is refused with this status, 401 or 500; gives what was, as "POST /sync"."""
    refused: list[str] = []
    handler = type("OneStorm", (Broken,), {"status": status, "refused": refused})
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as broken:
        broken.daemon_threads = True
        threading.Thread(target=broken.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield refused
        broken.shutdown()
