"""Measures what a carer feels: the weight of the first load, a tap, a page from the worker, the first sync.

Starts the demo itself, drives Chromium with a phone's screen, and writes its part of docs/running/performance.md.
Milliseconds are medians with the 95th percentile behind them; bytes are what the network carried, compressed.
"""

import json
import os
import re
import statistics
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from bench.page import put
from bench.wire import Wire
from tests.browser.server import Server

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
TAPS = 32
A_HAND_AT_WORK = 1000
"""Milliseconds between two taps."""
LOADS = 15
SLOWED = 6
CODE = "271828"
UNLOCKINGS = 10
FIRST_LOAD = 200_000  # bytes
PICTURE = re.compile(r"^/media/|\.png$")

TAP = """
async ([step, answer]) => {
  document.querySelector(`#step-${step} details`).open = true;
  const find = () => document.querySelector(`#step-${step} .choices button[value="${answer}"]`);
  while (!find()) await new Promise(requestAnimationFrame);
  const button = find();
  // A hand looks for it first.
  await new Promise((looked) => setTimeout(looked, 300));
  await new Promise(requestAnimationFrame);
  const checklist = document.getElementById("checklist");
  const began = performance.now();
  return await new Promise((answered) => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector(`#step-${step}.answered .box.${answer}`)) return;
      watch.disconnect();
      answered(performance.now() - began);
    });
    watch.observe(checklist.parentNode, { subtree: true, childList: true, attributes: true });
    button.click();
  });
}
"""

LAST_KEY = """
(digit) => {
  const began = Date.now();
  setTimeout(() => document.querySelector(`.keys button[value="${digit}"]`).click());
  return began;
}
"""

FIRST_BYTE = (
    "() => { const [n] = performance.getEntriesByType('navigation'); return n.responseStart - n.startTime; }"
)
CONTROLLED = "() => navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)"


@dataclass(frozen=True)
class Figure:
    """One line of the report. `value` is ready to read; `within` says whether the limit held."""

    what: str
    value: str
    limit: str
    within: bool


@dataclass(frozen=True)
class FirstLoad:
    """Bytes that came over the wire, heads included."""

    without_pictures: int
    sync: int
    pictures: int


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        small = Server(Path(folder) / "small")
        large = Server(Path(folder) / "large", ("--carers", "1", "--visits", "30"))
        vaulted = Server(Path(folder) / "vaulted", ("--carers", "1", "--visits", "30", "--vault", "pin"))
        with sync_playwright() as browsers:
            figures = []
            for server, measure in (
                (small, measure_first_load),
                (small, measure_taps),
                (large, measure_pages),
                (vaulted, measure_vault),
            ):
                server.start()
                try:
                    profile = tempfile.mkdtemp(dir=folder)
                    context = browsers.chromium.launch_persistent_context(
                        profile,
                        executable_path="/usr/bin/chromium",
                        args=FLAGS,
                        viewport={"width": 360, "height": 780},
                    )
                    figures += measure(context, server)
                    context.close()
                finally:
                    server.stop()
    words = report(figures)
    put("make measure", words)
    sys.stdout.write(words)


def sign_in(page: Page, origin: str) -> None:
    """As the carer with the longest day, until the worker answers this page."""
    page.goto(f"{origin}/demo")
    page.locator("button[data-role=carer]").first.click()
    page.wait_for_selector("nav.doors")
    while not page.evaluate(CONTROLLED):
        page.wait_for_timeout(50)
    page.wait_for_timeout(1500)
    page.goto(f"{origin}/")
    page.wait_for_selector(".visit-row")


def measure_first_load(context: BrowserContext, server: Server) -> list[Figure]:
    """Bytes of everything that a carer's phone fetches from the sign-in page until it works offline."""
    load = first_load(context, server)
    return [
        Figure(
            "First load, compressed, with all heads and the first sync, without pictures",
            f"{load.without_pictures / 1000:.0f} kB",
            "< 200 kB",
            load.without_pictures < FIRST_LOAD,
        ),
        Figure(
            "First sync of a day with the guides' texts",
            f"{load.sync / 1000:.1f} kB",
            "≤ 300 kB",
            0 < load.sync <= 300_000,
        ),
        Figure("Pictures of the guides and icons", f"{load.pictures / 1000:.0f} kB", "–", True),
    ]


def first_load(context: BrowserContext, server: Server) -> FirstLoad:
    """What came over the wire to a browser that had nothing yet."""
    with Wire(server.port) as wire:
        sign_in(context.pages[0], wire.origin)
        came = dict(wire.came)
    pictures = sum(weight for path, weight in came.items() if PICTURE.search(path))
    return FirstLoad(sum(came.values()) - pictures, came.get("/sync", 0), pictures)


def measure_taps(context: BrowserContext, server: Server) -> list[Figure]:
    """From the tap until the fragment stands in the page, with the page slowed and the visit under way."""
    page = context.pages[0]
    sign_in(page, server.origin)
    page.locator(".visit-row a").first.click()
    page.locator("#finish button.primary").click()
    page.wait_for_selector("form[action='/do/finish_visit']")
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    steps = [str(each.get_attribute("id"))[5:] for each in page.locator(".step").all()]
    answers = ["alone", "together", "carer"]
    times = []
    for n in range(TAPS):
        page.wait_for_timeout(A_HAND_AT_WORK)
        answer = answers[(n % len(steps) + n // len(steps)) % 3]
        times.append(page.evaluate(TAP, [steps[n % len(steps)], answer]))
    return [figure(f"A tap answered, CPU slowed {SLOWED}×, worker warm", times[2:], 100)]


def measure_pages(context: BrowserContext, server: Server) -> list[Figure]:
    """Milliseconds to the first byte of a day with 30 visits of 10 steps, from a running and a stopped worker."""
    page = context.pages[0]
    sign_in(page, server.origin)
    protocol = context.new_cdp_session(page)
    protocol.send("ServiceWorker.enable")
    warm = [first_byte(page, server) for _ in range(LOADS)]
    cold = [first_byte(page, server, protocol) for _ in range(LOADS)]
    return [
        figure("A day of 30 visits × 10 steps from the worker, warm", warm, 50),
        figure("The same from a worker that had been stopped", cold, 150),
    ]


def measure_vault(context: BrowserContext, server: Server) -> list[Figure]:
    """The same day out of a vault, and how long the code takes to open it on a slowed page."""
    page = context.pages[0]
    page.goto(f"{server.origin}/demo")
    page.locator("button[data-role=carer]").first.click()
    page.wait_for_selector("body.unlock.ready")
    press(page, CODE + CODE)
    page.wait_for_selector("nav.doors")
    page.wait_for_timeout(1500)
    warm = [first_byte(page, server) for _ in range(LOADS)]
    protocol = context.new_cdp_session(page)
    opened = []
    for _ in range(UNLOCKINGS):
        page.locator("form.lock button").click()
        page.wait_for_selector("body.unlock.ready")
        protocol.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        press(page, CODE[:-1])
        began = float(page.evaluate(LAST_KEY, CODE[-1]))
        page.wait_for_selector("nav.doors")
        opened.append(float(page.evaluate("() => performance.timeOrigin")) - began)
        protocol.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        page.wait_for_timeout(A_HAND_AT_WORK)
    return [
        figure("A day of 30 visits × 10 steps out of a vault, warm", warm, 150),
        figure(f"From the last digit until the vault is open, CPU slowed {SLOWED}×", opened, 1000),
    ]


def press(page: Page, digits: str) -> None:
    for digit in digits:
        page.locator(f".keys button[value='{digit}']").click()


def first_byte(page: Page, server: Server, stop_with: CDPSession | None = None) -> float:
    if stop_with:
        stop_with.send("ServiceWorker.stopAllWorkers")
        page.wait_for_timeout(300)
    page.goto(f"{server.origin}/")
    return float(page.evaluate(FIRST_BYTE))


def figure(what: str, times: list[float], limit: int) -> Figure:
    middle = statistics.median(times)
    worst = statistics.quantiles(times, n=20)[-1]
    return Figure(what, f"{middle:.0f} ms ({worst:.0f})", f"< {limit} ms", middle < limit)


def report(figures: list[Figure]) -> str:
    """The part of docs/running/performance.md: the table, and how it came about."""
    rows = "\n".join(
        f"| {each.what} | {each.value} | {each.limit} | {'yes' if each.within else '**no**'} |"
        for each in figures
    )
    machine = json.dumps({"cores": os.cpu_count(), "day": datetime.now(UTC).date().isoformat()})
    return f"""## One phone

`make measure` starts the demo, drives Chromium with a phone's screen and writes this part. Milliseconds are the
median with the 95th percentile in brackets; bytes are what the network carried, headers and compression included.

| what | measured | to reach | reached |
|---|---|---|---|
{rows}

Machine: `{machine}`. The first load is everything from the sign-in page until the phone works without a network:
page, style, scripts, worker, templates, words and the first sync, with the heads of all answers, counted on the wire
(HTTP/1.1). A tap is measured from the click until
the changed fragment stands in the page; the answer was stored on the phone before that. The slowing is Chromium's
own (DevTools, Lighthouse): it reaches the page and not the worker, which needs about 10 ms of the tap at full speed.
"""


if __name__ == "__main__":
    main()
