"""Draws the pictures of docs/using from the running demo: `python -m tools.pictures_of_use`.

Where Debian's faketime is installed, every run has the same day and hour, so that two runs draw nearly the same.
"""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.browser.server import Server
from tools.pictures import FLAGS, HOUSE, MORNING, PHONE, PROGRAM, TABLET, clock_at

PICTURES = HOUSE / "docs" / "using" / "pictures"
LAST_MONTH = datetime(2026, 10, 21, 9, 40, tzinfo=UTC)
PATIENCE = 60_000  # milliseconds, for a machine with much to do
COLOURS = 48
LARGEST = 60_000

Draw = Callable[[Page, str], None]


class Birkelunde:
    """The made-up municipality at one hour: its server, and a browser of their own for each who uses it.

    Phones go by the server's clock where theirs is wrong, so the browsers may keep today's.
    """

    def __init__(self, browsers: Playwright, folder: Path, hour: datetime) -> None:
        self.browsers = browsers
        self.folder = folder
        self.server = Server(folder / "data", settings=clock_at(hour))
        self.server.house = PROGRAM
        self.server.start()

    def browser(self, name: str, size: dict[str, int]) -> BrowserContext:
        """Somebody's browser, as it was when it was last closed."""
        context = self.browsers.chromium.launch_persistent_context(
            self.folder / name,
            executable_path="/usr/bin/chromium",
            args=FLAGS,
            viewport=size,  # type: ignore[arg-type]  # a plain dict is what it takes
            device_scale_factor=2 if size is PHONE else 1,
            timeout=PATIENCE,
        )
        context.set_default_timeout(PATIENCE)
        return context

    def sign_in(self, page: Page, name: str) -> None:
        """Be somebody, on a page of one's own."""
        page.goto(f"{self.server.origin}/demo")
        page.locator("button[name=person]", has_text=name).click()
        page.wait_for_selector("#main")
        page.wait_for_timeout(4000)

    def go(self, page: Page, address: str) -> None:
        """Open a page and let it come to rest."""
        page.goto(f"{self.server.origin}{address}")
        page.wait_for_timeout(1500)


def draw(page: Page, name: str) -> None:
    """Keep what stands on the screen, in few colours."""
    page.evaluate("document.activeElement?.blur()")
    page.wait_for_timeout(300)
    file = PICTURES / f"{name}.png"
    page.screenshot(path=file)
    with Image.open(file) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(file, optimize=True)
    size = file.stat().st_size
    print(f"{file.relative_to(HOUSE)}: {size / 1000:.0f} kB")
    assert size < LARGEST, f"{name} is too large"


def look_last_month(place: Birkelunde) -> None:
    """Something to draw samples from."""
    context = place.browser("leader", TABLET)
    page = context.pages[0]
    place.sign_in(page, "Birgit Skovgaard")
    for number in range(3):
        place.go(page, "/board")
        # Those of a carer with nothing to look at are folded.
        place.go(page, str(page.locator(".board-visit a").nth(number * 4).get_attribute("href")))
        page.wait_for_selector("article.visit")
        if page.locator("#purpose").count():  # asked once a day for each citizen
            page.locator("button[name=purpose]").nth(number).click()
            page.wait_for_timeout(300)
    context.close()


def live_a_morning(place: Birkelunde) -> None:
    """What two of the team have done by now."""
    for name, visits in (("Mette Kjær", 3), ("Jonas Bech", 4)):
        context = place.browser(name, PHONE)
        page = context.pages[0]
        place.sign_in(page, name)
        links = page.locator(".visit-row a")
        addresses = [str(link.get_attribute("href")) for link in links.all()[:visits]]
        for address in addresses:
            place.go(page, address)
            if not page.locator("form[action='/do/start_visit']").count():
                continue  # the other of the two has finished it
            page.locator("#finish button.primary").click()
            page.wait_for_selector("form[action='/do/finish_visit']")
            page.locator("form[action='/do/answer_as_planned'] button").click()
            page.wait_for_selector(".step.answered")
            page.locator("form[action='/do/finish_visit'] button").click()
            page.wait_for_selector("#finish .mark.done")
        page.wait_for_timeout(1500)
        context.close()


def draw_carer(place: Birkelunde) -> None:
    """A day, a visit, what waits without a network, a guide."""
    context = place.browser("Mette Kjær", PHONE)
    page = context.pages[0]
    place.go(page, "/")
    page.locator(".visit-row.next").evaluate("row => window.scrollTo(0, row.offsetTop - 330)")
    draw(page, "i-dag")
    page.locator(".visit-row.next a").click()
    page.wait_for_selector("#checklist")
    page.locator("#finish button.primary").click()
    page.wait_for_selector("form[action='/do/finish_visit']")
    for number in (0, 1):
        page.locator(".step .usual").nth(number).click()
        page.wait_for_timeout(300)
    page.locator(".step details.other > summary").nth(2).click()
    page.locator("#checklist").evaluate("each => window.scrollTo(0, each.offsetTop - 60)")
    draw(page, "besoeg")
    place.server.stop()
    page.locator(".step details.other > summary").nth(2).click()
    page.locator(".step .usual").nth(2).click()
    page.wait_for_timeout(500)
    page.locator("form.write textarea").fill("Godt humør i dag. Spiste hele morgenmaden.")
    page.locator("form.write button").click()
    page.wait_for_selector(".note")
    place.go(page, "/waiting")
    draw(page, "venter")
    place.go(page, "/guides")
    page.locator("#guides li a", has_text="Loftlift").click()
    page.wait_for_timeout(1500)
    page.locator("article img, main img").first.evaluate("each => each.scrollIntoView({ block: 'center' })")
    draw(page, "vejledning")
    place.server.start()
    page.wait_for_timeout(500)
    place.go(page, "/")
    page.wait_for_timeout(3000)
    context.close()


def write_without_a_network(place: Birkelunde) -> None:
    """A note that waits on a phone while its battery is flat."""
    context = place.browser("Jonas Bech", PHONE)
    page = context.pages[0]
    place.go(page, "/")
    page.locator(".visit-row.next a").click()
    page.wait_for_selector("form.write")
    place.server.stop()
    page.locator("form.write textarea").fill("Vil gerne ringes op af sin datter i eftermiddag.")
    page.locator("form.write button").click()
    page.wait_for_selector(".note")
    context.close()
    place.server.start()


def draw_leader(place: Birkelunde) -> None:
    """The board, a visit, and a colleague whose phone is shut out."""
    context = place.browser("leader", TABLET)
    page = context.pages[0]
    place.sign_in(page, "Birgit Skovgaard")
    place.go(page, "/board")
    draw(page, "tavle")
    place.go(page, str(page.locator(".board-visit[data-state=done] a").first.get_attribute("href")))
    page.wait_for_timeout(500)
    draw(page, "besoeg-laest")
    place.go(page, "/people")
    page.get_by_role("link", name="Jonas Bech").first.click()
    page.wait_for_selector("#places li")
    draw(page, "person")
    page.locator("button[name=how][value=revoked]").first.click()
    page.wait_for_timeout(1500)
    context.close()


def deliver_what_waited(place: Birkelunde) -> None:
    """The phone that was shut out comes online."""
    context = place.browser("Jonas Bech", PHONE)
    page = context.pages[0]
    page.goto(f"{place.server.origin}/")
    page.wait_for_timeout(12000)
    context.close()


def draw_organiser(place: Birkelunde) -> None:
    """What needs a look, somebody new with a code, and who is to be looked at again."""
    context = place.browser("organiser", TABLET)
    page = context.pages[0]
    place.sign_in(page, "Nanna Vestergaard")
    place.go(page, "/held")
    draw(page, "skal-ses-paa")
    place.go(page, "/people/new")
    page.locator("#name").fill("Asta Lind")
    page.locator("form.fields button.primary").click()
    page.wait_for_selector(".qr")
    draw(page, "kode")
    place.go(page, "/people/review")
    page.locator("#main > details > summary").click()
    draw(page, "gennemgang")
    context.close()


def draw_officer(place: Birkelunde) -> None:
    """The access log, samples, and what a citizen is given."""
    context = place.browser("officer", TABLET)
    page = context.pages[0]
    place.sign_in(page, "Karen Dahl")
    place.go(page, "/access-log")
    draw(page, "adgangslog")
    citizen = str(page.locator("tbody a").first.get_attribute("href"))
    place.go(page, citizen)
    draw(page, "udtraek")
    place.go(page, "/access-log/samples")
    page.locator("form[action='/access-log/samples'] button").click()
    page.wait_for_timeout(1500)
    draw(page, "stikproever")
    context.close()


def main() -> None:
    """Live a morning and draw it, one who uses it after the other."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as browsers:
        for hour, acts in (
            (LAST_MONTH, [look_last_month]),
            (
                MORNING,
                [
                    live_a_morning,
                    draw_carer,
                    write_without_a_network,
                    draw_leader,
                    deliver_what_waited,
                    draw_organiser,
                    draw_officer,
                ],
            ),
        ):
            place = Birkelunde(browsers, Path(folder), hour)
            try:
                for act in acts:
                    act(place)
            finally:
                place.server.stop()


if __name__ == "__main__":
    main()
