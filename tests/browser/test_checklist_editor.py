"""An organiser builds a checklist and tries it beside the editor; it is published, the plan brings it, and a carer's phone asks for it."""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import FrameLocator, Page, expect

from pwa.words import clock, day_of
from tests.browser.carer import begin_the_day, open_visit, visits
from tests.browser.conftest import NewPhone
from tests.browser.server import HOUSE, Server
from tests.browser.vault import go_in

CARER = "4101"
METTE = "Mette Kjær"


def add(page: Page, kind: str, label: str) -> None:
    """Add a step after the one that is open, and type its text."""
    page.locator(".adds select").last.select_option(kind)
    page.locator(".adds button").last.click()
    expect(page.locator("#label")).to_be_focused()
    expect(page.locator("#label")).to_have_value("")
    page.keyboard.type(label)
    expect(page.locator(".draft-step.open .name")).to_have_text(label)


def build(page: Page) -> FrameLocator:
    """Three steps, one of them under a condition; the phone beside them."""
    page.locator("#name").fill("Aftenbesøg")
    page.get_by_role("button", name="Skriv den fra bunden").click()
    add(page, "yes_no", "Har spist")
    add(page, "long_text", "Hvorfor ikke?")
    page.locator("button[name=more]").click()
    page.locator("select[name=value-0]").select_option("false")
    expect(page.locator(".draft-step.open .draft-row .by")).to_contain_text("kun hvis “Har spist” er nej")
    add(page, "who", "Giv medicin")
    return page.frame_locator("#phone")


def bring_the_plan(server: Server, folder: Path) -> None:
    """The care-record system has given the carer a visit with the new checklist."""
    day = day_of(clock()).strftime("%d-%m-%Y")
    file = folder / "plan.csv"
    file.write_text(
        "besøg;gruppe;medarbejder;borger;navn;adresse;dato;start;minutter;tjekliste\n"
        f"A1;Gruppe Åen;{CARER};A1;Ragnhild Toft;Skovvej 1;{day};10.00;30;Aftenbesøg\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pwa", "import", "plan", str(file), "--yes-new-numbers", "1"], cwd=HOUSE,
        env={"HAAND_DATA": str(server.data), "PATH": "/usr/bin:/bin", "HAAND_IMPORT_CANCEL_PERCENT": "100"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_checklist_is_built_tried_published_and_asked_for_on_a_phone(
    new_phone: NewPhone, server: Server, tmp_path: Path
) -> None:
    tablet = new_phone(width=1180, height=820, has_touch=False)
    go_in(tablet, server.origin, "organiser")
    tablet.go(f"{server.origin}/checklists")
    page = tablet.page

    tried = build(page)
    why = tried.get_by_text("Hvorfor ikke?")
    expect(tried.get_by_text("Giv medicin").first).to_be_visible()
    expect(why).to_be_hidden()
    tried.get_by_role("button", name="Nej").click()
    expect(why).to_be_visible()

    page.get_by_role("link", name="Udgiv").click()
    page.locator("#starts-on").fill(day_of(clock()).isoformat())
    page.locator("button.primary").click()
    expect(page.locator("#version-1")).to_contain_text("gælder i dag")
    bring_the_plan(server, tmp_path)

    phone = new_phone()
    phone.go(f"{server.origin}/demo")
    mette = phone.page.locator("button[data-role=carer]", has_text=METTE)
    begin_the_day(phone, server, str(mette.get_attribute("value")))
    [visit] = visits(phone)
    open_visit(phone, server, visit)
    expect(phone.page.locator("#checklist-name")).to_have_text("Aftenbesøg")
    expect(phone.page.get_by_text("Hvorfor ikke?")).to_be_hidden()
    phone.tap("button[name=value][value=false]")
    expect(phone.page.get_by_text("Hvorfor ikke?")).to_be_visible()


def test_steps_are_ordered_by_keys_and_by_drag_and_the_last_thing_is_undone(
    new_phone: NewPhone, server: Server
) -> None:
    tablet = new_phone(width=1180, height=820, has_touch=False)
    go_in(tablet, server.origin, "organiser")
    tablet.go(f"{server.origin}/checklists")
    page = tablet.page
    build(page)
    names = page.locator(".draft-step .name")

    page.get_by_role("button", name="Op", exact=True).press("Enter")
    expect(names).to_have_text(["Har spist", "Giv medicin", "Hvorfor ikke?"])
    page.get_by_role("link", name="Luk punktet").click()
    expect(page.locator(".opened")).to_have_count(0)
    grips = page.locator("[data-grip]")
    grips.last.hover()
    page.mouse.down()
    first = page.locator(".draft-step").first.bounding_box()
    assert first
    page.mouse.move(first["x"] + 40, first["y"] + 4, steps=5)
    page.mouse.up()
    expect(names).to_have_text(["Hvorfor ikke?", "Har spist", "Giv medicin"])
    page.locator("#undo").click()
    expect(names).to_have_text(["Har spist", "Giv medicin", "Hvorfor ikke?"])
