"""The smallest page with a module service worker that answers without the network: for trying the drivers."""

import http.server
import threading
from typing import Self

POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'"

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Toy</title>
<meta name="viewport" content="width=device-width">
<p id="from">from the server</p><p id="worker">no worker</p><pre>@LONG@</pre>
<form method="post" action="/said"><input id="words" name="words"><button id="say">Say</button></form>
<script type="module" src="/page.js"></script></html>""".replace("@LONG@", "\n" * 80)

SCRIPT = """
navigator.serviceWorker.register("/worker.js", { type: "module" });
await navigator.serviceWorker.ready;
if (!navigator.serviceWorker.controller) {
  const claimed = (done) => navigator.serviceWorker.addEventListener("controllerchange", done);
  await new Promise(claimed);
}
document.querySelector("#worker").textContent = "the worker is here";
"""

WORKER = """
import { words } from "/words.js";
self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") event.respondWith(answer(event.request));
});
async function answer(request) {
  const said = request.method === "POST" ? (await request.formData()).get("words") : "";
  const headers = { "Content-Type": "text/html; charset=utf-8" };
  return new Response(`<!doctype html><p id="from">${words}</p><p id="said">${said}</p>`, { headers });
}
"""

FILES = {
    "/": ("text/html", PAGE),
    "/page.js": ("text/javascript", SCRIPT),
    "/worker.js": ("text/javascript", WORKER),
    "/words.js": ("text/javascript", 'export const words = "from the worker";'),
}


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, body = FILES.get(self.path, ("text/plain", ""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Toy(http.server.ThreadingHTTPServer):
    """http://localhost:<port>, until it is closed. Use as a context."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.running = True
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.server_port}"

    def stop(self) -> None:
        if self.running:
            self.running = False
            self.shutdown()
            self.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
