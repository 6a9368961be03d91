"""A row is where the thumb aims: neither an answer, nor what arrives by itself, changes any row's height."""

from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import expect

from pwa.templating.render import render
from tests.browser import kept
from tests.browser.carer import DELIVERED, begin_the_day, open_visit, sign, steps, visits, write_note
from tests.browser.fits import FONTS, PHONES, SCALES
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.carer_contexts import Contexts

pytestmark = [pytest.mark.open_phone, pytest.mark.phone_font]

NETWORK_IS_BACK = "void dispatchEvent(new Event('online'))"
MEASURE = """({ rows, sizes, fonts }) => {
  const root = document.documentElement, found = {};
  for (const font of fonts)
    for (const size of sizes) {
      root.style.setProperty("--text", font);
      root.style.fontSize = `${size}%`;
      found[`${font} ${size} %`] = [...document.querySelectorAll(rows)].map(
        (each) => [each.id, each.getBoundingClientRect().height]);
    }
  root.removeAttribute("style");
  return found;
}"""
WATCH = """(rows) => {
  const places = () => [...document.querySelectorAll(rows)].map((each) => each.getBoundingClientRect().top).join();
  const before = places();
  window.moved = [];
  const look = () => {
    const now = places();
    if (now !== before) window.moved.push(now);
    requestAnimationFrame(look);
  };
  look();
}"""


def heights(phone: Phone, rows: str, fonts: Sequence[str] = FONTS) -> dict[str, object]:
    """How high each row is, in every width, font and size of text."""
    devtools = phone.devtools()
    found: dict[str, object] = {}
    for width, height in PHONES:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True}
        devtools.send("Emulation.setDeviceMetricsOverride", size)
        asked = {"rows": rows, "sizes": list(SCALES), "fonts": list(fonts)}
        found |= {f"{width} px, {key}": value for key, value in phone.page.evaluate(MEASURE, asked).items()}
    devtools.send("Emulation.clearDeviceMetricsOverride")
    return found


def answer_of_colleague(visit: dict[str, Any], step: dict[str, Any], me: str) -> str:
    """The row of a step when the other carer at the visit has answered it."""
    (colleague,) = [each for each in visit["carers"] if each["id"] != me]
    answer = {"answer": step["planned"], "answered_by": colleague, "answered_at": visit["starts_at"]}
    context = Contexts(7, "da").context()
    given = {**context, "visit": {"version": 1, **visit}, "step": {**step, **answer, "waiting_since": None}}
    return render(
        "carer/_step.html", {**given, "me": {"id": me, "name": ""}, "now": visit["starts_at"]}, "da"
    )


def test_an_answer_of_a_colleagues_makes_no_row_of_a_visit_for_two_higher(
    a_phone: Phone, server: Server
) -> None:
    me = begin_the_day(a_phone, server)
    shared = a_phone.page.locator(".visit-row", has_text="Med ").first.get_attribute("id")
    rows = kept.rows(a_phone, me, "document")
    (visit,) = [row["body"] for row in rows if row["id"] == shared]
    a_phone.devtools().send("Page.setBypassCSP", {"enabled": True})
    open_visit(a_phone, server, str(shared).removeprefix("visit-"))
    planned = heights(a_phone, ".step", ["Roboto"])
    for step in visit["steps"]:
        a_phone.page.evaluate(
            "([id, html]) => { document.getElementById(id).outerHTML = html; }",
            [f"step-{step['id']}", answer_of_colleague(visit, step, me)],
        )

    expect(steps(a_phone, ".answered")).to_have_count(len(visit["steps"]))
    assert heights(a_phone, ".step", ["Roboto"]) == planned


def test_no_row_is_higher_or_lower_by_an_answer_or_by_its_arrival(a_phone: Phone, server: Server) -> None:
    begin_the_day(a_phone, server)
    visit = visits(a_phone)[1]
    day = heights(a_phone, ".visit-row")
    open_visit(a_phone, server, visit)
    planned = heights(a_phone, ".step")
    server.stop()
    for step in [str(each.get_attribute("id")) for each in steps(a_phone).all()]:
        a_phone.page.evaluate("(id) => document.querySelector(`#${id} button.usual`).click()", step)
        expect(a_phone.page.locator(f"#{step} .still-waits")).to_be_visible()
    write_note(a_phone, "Sov godt.")
    waiting = [heights(a_phone, rows) for rows in (".step", ".note")]
    a_phone.go(f"{server.origin}/")
    expect(a_phone.page.locator(".visit-row .still-waits")).to_be_visible()
    assert heights(a_phone, ".visit-row") == day
    open_visit(a_phone, server, visit)
    a_phone.page.locator(".step").nth(1).evaluate("(row) => row.scrollIntoView()")
    a_phone.page.evaluate(WATCH, ".step, .note")
    server.start()
    a_phone.evaluate(NETWORK_IS_BACK)

    expect(sign(a_phone)).to_contain_text(DELIVERED)
    expect(a_phone.page.locator(".still-waits")).to_have_count(0)
    assert a_phone.evaluate("window.moved") == []
    assert waiting[0] == planned
    assert [heights(a_phone, rows) for rows in (".step", ".note")] == waiting
