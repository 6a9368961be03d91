"""Knows what a carer does with a visit, and how her day begins; knows nothing of what goes wrong around her."""

from playwright.sync_api import Locator, expect

from tests.browser.any_browser import wait_for_worker
from tests.browser.kept import wait_for_documents
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.vault import go_in

PLACE_FOR_NOTE = "#write textarea"
DELIVERED = "Alt er kommet frem"


def begin_the_day(phone: Phone, server: Server, person: str = "") -> str:
    """Sign in, wait until the phone carries the day, and give the carer's id."""
    go_in(phone, server.origin, "carer", person)
    wait_for_worker(phone)
    carer = str(phone.evaluate("document.body.dataset.person"))
    wait_for_documents(phone, carer)
    return carer


def visits(phone: Phone) -> list[str]:
    """The ids of the visits on the day in sight, in order."""
    rows = phone.page.locator(".visit-row:not(.cancelled) a").all()
    return [str(row.get_attribute("href")).removeprefix("/visits/") for row in rows]


def open_visit(phone: Phone, server: Server, visit: str) -> None:
    phone.go(f"{server.origin}/visits/{visit}")


def press(phone: Phone, name: str) -> None:
    """Tap the button of the form that does this; a note is written in the form for a new one."""
    form = "#write" if name == "write_note" else f"form[action='/do/{name}']"
    phone.tap(f"{form} button")


def write_note(phone: Phone, text: str) -> None:
    """Write a note, save it, and see it among the notes."""
    phone.write(PLACE_FOR_NOTE, text)
    press(phone, "write_note")
    expect(phone.page.locator(".note .words", has_text=text)).to_be_visible()


def answer_as_usual(phone: Phone, step: str) -> None:
    phone.tap(f"#{step} button.usual")
    expect(phone.page.locator(f"#{step}.answered")).to_be_visible()


def answer(phone: Phone, step: str, answer: str) -> None:
    """Answer a step with another answer than the usual one."""
    phone.tap(f"#{step} details.other > summary")
    phone.tap(f"#{step} .choices button[value={answer}]")
    expect(phone.page.locator(f"#{step}.answered")).to_be_visible()


def steps(phone: Phone, which: str = "") -> Locator:
    return phone.page.locator(f".step{which}")


def sign(phone: Phone) -> Locator:
    """The honest sign at the top."""
    return phone.page.locator("#state")
