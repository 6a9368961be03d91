"""Draws the README's pictures from the running demo: a phone and a tablet, light and dark.

`python tools/pictures.py [FOLDER]`; with a folder, every page in every size and theme goes there to be looked at.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.browser.server import Server

HOUSE = Path(__file__).resolve().parents[1]
PICTURES = HOUSE / "docs" / "pictures"
PHONE = {"width": 360, "height": 780}
NARROW = {"width": 320, "height": 640}
TABLET = {"width": 1180, "height": 820}
FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files"]

# Another path to the same house: a server of its own, because forks of one that runs keep its clock.
PROGRAM = HOUSE / "pwa" / ".."
MORNING = datetime(2026, 11, 23, 9, 20, tzinfo=UTC)  # 10.20 in Denmark
LEADS_ALL = 2  # the third of the demo's leaders

TOGETHER = """<!doctype html><style>
body { margin: 0; padding: 40px; display: flex; gap: 40px; align-items: center; background: #e9e4da }
img { display: block; border-radius: 18px; box-shadow: 0 2px 30px rgb(0 0 0 / .18) }
.phone { height: 700px } .tablet { height: 600px }
</style><img class="phone" src="phone.png"><img class="phone" src="visit-dark.png"><img class="tablet" src="board.png">"""


def main() -> None:
    everything = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    folder = everything or PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as browsers:
        server = Server(Path(data) / "data", settings=clock_at(MORNING), is_untouched=False)
        server.house = PROGRAM
        server.start()
        try:
            if everything:
                look_at_everything(browsers, server, folder)
            else:
                draw_together(browsers, server, folder)
        finally:
            server.stop()


@contextmanager
def screen(browsers: Playwright, size: dict[str, int], theme: str = "light") -> Iterator[BrowserContext]:
    with tempfile.TemporaryDirectory() as profile:
        context = browsers.chromium.launch_persistent_context(
            profile,
            executable_path="/usr/bin/chromium",
            args=FLAGS,
            viewport=size,  # type: ignore[arg-type]  # a plain dict is what it takes
            device_scale_factor=2,
            color_scheme=theme,  # type: ignore[arg-type]  # light or dark
        )
        yield context
        context.close()


def clock_at(hour: datetime) -> dict[str, str]:
    """What makes a program believe that it is this hour; nothing where faketime is not installed."""
    for library in Path("/usr/lib").glob("*/faketime/libfaketime.so.1"):
        offset = round(hour.timestamp() - time.time())
        return {"LD_PRELOAD": str(library), "FAKETIME": f"{offset:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return {}


def sign_in(page: Page, server: Server, role: str, number: int = 0) -> None:
    page.goto(f"{server.origin}/demo")
    page.locator(f"button[data-role={role}]").nth(number).click()
    page.wait_for_selector("#main")
    page.wait_for_timeout(1500 if role == "carer" else 300)


def draw_together(browsers: Playwright, server: Server, folder: Path) -> None:
    with screen(browsers, PHONE) as context:
        page = context.pages[0]
        sign_in(page, server, "carer")
        page.goto(f"{server.origin}/")
        page.wait_for_timeout(500)
        page.screenshot(path=folder / "phone.png")
    with screen(browsers, PHONE, "dark") as context:
        page = context.pages[0]
        sign_in(page, server, "carer")
        page.locator(".visit-row.next a").click()
        page.wait_for_selector("#checklist")
        page.locator("#checklist").evaluate("each => window.scrollTo(0, each.offsetTop - 60)")
        page.screenshot(path=folder / "visit-dark.png")
    with screen(browsers, TABLET) as context:
        page = context.pages[0]
        sign_in(page, server, "leader", LEADS_ALL)
        page.wait_for_timeout(1000)
        page.screenshot(path=folder / "board.png")
        (folder / "together.html").write_text(TOGETHER, encoding="utf-8")
        page.set_viewport_size({"width": 1700, "height": 780})
        page.goto((folder / "together.html").as_uri())
        page.screenshot(path=folder / "together.png")
        for part in ("together.html", "phone.png", "visit-dark.png", "board.png"):
            (folder / part).unlink()


def look_at_everything(browsers: Playwright, server: Server, folder: Path) -> None:
    """Every page in both themes; the carer's on two phones, the others on a tablet."""
    for theme in ("light", "dark"):
        for size_name, size in (("phone", PHONE), ("narrow", NARROW)):
            with screen(browsers, size, theme) as context:
                page = context.pages[0]
                sign_in(page, server, "carer")
                visits = [str(each.get_attribute("href")) for each in page.locator(".visit-row a").all()]
                page.goto(f"{server.origin}/guides")
                guide = str(page.locator("#guides li a").first.get_attribute("href"))
                addresses = [
                    "/",
                    visits[0],
                    visits[2],
                    visits[-1],
                    "/guides",
                    "/guides?q=zzz",
                    guide,
                    "/waiting",
                    "/me",
                    "/visits/nowhere",
                ]
                for name, address in zip(
                    (
                        "today",
                        "visit-done",
                        "visit-started",
                        "visit",
                        "guides",
                        "nothing",
                        "guide",
                        "waiting",
                        "me",
                        "missing",
                    ),
                    addresses,
                    strict=True,
                ):
                    page.goto(f"{server.origin}{address}")
                    page.wait_for_timeout(300)
                    page.screenshot(path=folder / f"{size_name}-{theme}-{name}.png")
        with screen(browsers, TABLET, theme) as context:
            page = context.pages[0]
            page.goto(f"{server.origin}/demo")
            page.screenshot(path=folder / f"tablet-{theme}-demo.png")
            sign_in(page, server, "leader")
            visit = str(page.locator(".board-visit a").first.get_attribute("href"))
            for name, address in {
                "board": "/board",
                "visit": visit,
                "held": "/held",
                "missing": "/nowhere",
            }.items():
                page.goto(f"{server.origin}{address}")
                page.wait_for_timeout(300)
                page.screenshot(path=folder / f"tablet-{theme}-{name}.png")


if __name__ == "__main__":
    main()
