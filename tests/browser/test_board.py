"""The board as a leader has it: many tabs, one stream; a carer moves and nothing jumps; paper; and what it says when it hears nothing."""

import json
import re
import time
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone
from tests.browser.printed import words_of_sheets
from tests.browser.server import Server
from tests.browser.test_paper import NOT_BLACK_ON_WHITE

pytestmark = pytest.mark.no_vault

AT_ONCE = "Opdateres med det samme"
NUMBERS_ARE_WHOLE = """[...document.querySelectorAll("#totals strong")].every((each) =>
  each.getClientRects().length === 1 && each.getBoundingClientRect().height < 2 * parseFloat(getComputedStyle(each).fontSize))"""


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """The answer itself has the cookie."""


class Carer:
    """A carer's phone, without its screen."""

    def __init__(self, server: Server, person: str) -> None:
        self.server = server
        self.phone = str(uuid4())
        self.n = 0
        try:
            self._open("/demo/sign-in", urllib.parse.urlencode({"person": person}).encode(), {})
        except urllib.error.HTTPError as answer:
            self.cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]

    def push(self, *done: tuple[str, str]) -> None:
        """Do these things, each at a visit."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        changes = []
        for name, visit in done:
            self.n += 1
            changes.append(
                {
                    "id": str(uuid4()),
                    "n": self.n,
                    "name": name,
                    "v": 1,
                    "at": now,
                    "seen": 1,
                    "args": {"visit_id": visit},
                }
            )
        said = {"phone": self.phone, "build": "b", "now": now, "cursor": None, "changes": changes}
        headers = {"Content-Type": "application/json", "Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"}
        self._open("/sync", json.dumps(said).encode(), headers)

    def _open(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        request = urllib.request.Request(f"{self.server.origin}{path}", body, headers)
        urllib.request.build_opener(_Stay).open(request).close()


@pytest.fixture
def tablet(new_phone: NewPhone, server: Server) -> Phone:
    """The leader of everybody, at a board."""
    tablet = new_phone(width=1180, height=820, has_touch=False)
    tablet.go(f"{server.origin}/demo")
    tablet.tap("button[data-role=leader]:has-text('Holmgaard')")
    tablet.wait_for("location.pathname === '/board'")
    return tablet


def first_carer(page: Page, having: str = "*") -> tuple[str, str]:
    """The first carer on the board, of those who have such a thing, and a visit of hers tomorrow or today."""
    section = page.locator(f".carer-day:has({having})").first
    visit = section.locator(".board-visit").first
    return str(section.get_attribute("id")).removeprefix("carer-"), str(visit.get_attribute("data-visit"))


def test_eight_tabs_of_a_browser_all_load_and_hear_by_one_stream(tablet: Phone, server: Server) -> None:
    context = tablet.context
    assert context
    tabs = [tablet.page, *(context.new_page() for _ in range(7))]
    for tab in tabs[1:]:
        tab.goto(f"{server.origin}/board")
    for tab in tabs:
        expect(tab.locator("#pace")).to_have_text(AT_ONCE)
        expect(tab.locator("#lost")).to_be_hidden()
    carer, visit = first_carer(tabs[0])

    tabs[0].close()
    Carer(server, carer).push(("start_visit", visit))

    for tab in tabs[1:]:
        expect(tab.locator(f"[data-visit='{visit}']", has_text="Startet").first).to_be_attached(
            timeout=15_000
        )
    with urllib.request.urlopen(f"{server.origin}/readyz") as answer:
        assert answer.status == 200


PARTS = re.compile(r"/board/(carers|totals|arrived)")


def test_a_board_that_is_opened_is_read_once_in_the_first_tab_and_in_the_second(
    tablet: Phone, server: Server
) -> None:
    context = tablet.context
    assert context
    # A server that is two seconds old cannot say what it told before: the first page reads all, once the hand rests.
    tablet.page.wait_for_timeout(5_000)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url) if PARTS.search(request.url) else None)
    tablet.reload()
    expect(tablet.page.locator("#pace")).to_have_text(AT_ONCE)
    tablet.page.wait_for_timeout(3_000)  # longer than a hand rests
    other = context.new_page()
    other.goto(f"{server.origin}/board")
    expect(other.locator("#pace")).to_have_text(AT_ONCE)
    other.wait_for_timeout(3_000)
    at_rest = list(asked)
    carer, visit = first_carer(other)
    Carer(server, carer).push(("start_visit", visit))
    expect(other.locator(f"[data-visit='{visit}']", has_text="Startet").first).to_be_attached(timeout=15_000)

    assert at_rest == []


def test_once_the_last_matter_is_dealt_with_its_edge_and_the_count_in_the_menu_are_gone(
    tablet: Phone, server: Server
) -> None:
    page, context = tablet.page, tablet.context
    assert context
    carer, visit = first_carer(page)
    row, count = page.locator(f"#carer-{carer}"), page.locator("#held-total")
    Carer(server, carer).push(("start_visit", visit), ("fly", visit))
    expect(count).to_have_text("1")
    expect(row).to_contain_text("1 ændring skal ses på")

    other = context.new_page()
    other.goto(f"{server.origin}/held")
    other.locator("#held button").click()
    expect(other.locator("#held-total")).to_be_hidden()
    page.bring_to_front()

    expect(count).to_be_hidden()
    expect(row).not_to_contain_text("skal ses på")
    expect(page.locator(".exceptional .carer-day[data-place=calm]")).to_have_count(0)


def test_a_row_that_is_not_there_any_more_leaves_the_board_at_once(tablet: Phone, server: Server) -> None:
    page = tablet.page
    expect(page.locator("#pace")).to_have_text(AT_ONCE)
    carer, visit = first_carer(page)
    page.route("**/board/carers/*", lambda route: route.fulfill(status=404, body="{}"))

    with page.expect_request(re.compile(r"/board/carers\?")):
        Carer(server, carer).push(("start_visit", visit))

    expect(page.locator("#lost")).to_be_hidden()


def test_a_carer_moves_to_the_exceptions_and_what_was_unfolded_stays_unfolded(
    tablet: Phone, server: Server
) -> None:
    page = tablet.page
    expect(page.locator("#pace")).to_have_text(AT_ONCE)
    carer, visit = first_carer(page, "details[id^=rest-], details[id^=day-]")
    fold = page.locator(f"#rest-{carer}, #day-{carer}").first
    page.evaluate(
        "document.querySelectorAll('details[id^=calm-]:not([open])').forEach((each) => { each.open = true })"
    )
    fold.locator("summary").click()
    folded = str(fold.get_attribute("id"))
    time.sleep(2.6)  # hands rest
    Carer(server, carer).push(("start_visit", visit), ("finish_visit", visit))

    expect(page.locator(f"#carer-{carer} [data-visit='{visit}']", has_text="Udført")).to_be_attached(
        timeout=15_000
    )
    if page.locator(f"#{folded}").count():
        expect(page.locator(f"#{folded}")).to_have_attribute("open", "")
    tablet.reload()
    expect(page.locator("details[id^=calm-]:not([open])")).to_have_count(0)


def test_nothing_is_drawn_while_a_finger_is_down(tablet: Phone, server: Server) -> None:
    page = tablet.page
    expect(page.locator("#pace")).to_have_text(AT_ONCE)
    carer, visit = first_carer(page)
    page.mouse.move(600, 90)
    page.mouse.down()
    Carer(server, carer).push(("start_visit", visit))
    time.sleep(1.5)
    held = page.locator(f"[data-visit='{visit}']", has_text="Startet").count()
    page.mouse.up()

    assert held == 0
    expect(page.locator(f"[data-visit='{visit}']", has_text="Startet").first).to_be_attached(timeout=15_000)


def test_a_browser_that_cannot_share_a_stream_asks_and_says_how_often_and_since_when_it_has_no_contact(
    tablet: Phone, server: Server
) -> None:
    page = tablet.page
    page.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined })")
    tablet.reload()
    expect(page.locator("#pace")).to_have_text("Opdateres hvert 10. sekund")
    carer, visit = first_carer(page)
    Carer(server, carer).push(("start_visit", visit))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(f"[data-visit='{visit}']", has_text="Startet").first).to_be_attached(timeout=15_000)

    server.stop()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.locator("#lost")).to_have_text(re.compile(r"^Forbindelsen er væk siden kl\. \d\d\.\d\d\."))
    expect(page.locator("#pace")).to_have_text("")


def test_without_contact_the_board_stays_whatever_is_pressed_and_says_why(
    tablet: Phone, server: Server
) -> None:
    page = tablet.page
    expect(page.locator("#pace")).to_have_text(AT_ONCE)
    page.evaluate("document.querySelectorAll('#carers details').forEach((each) => { each.open = true })")
    visit = page.locator(".board-visit a:visible").first
    server.stop()
    expect(page.locator("#lost")).to_be_visible()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    lowest = tablet.evaluate(
        "document.getElementById('lost').getBoundingClientRect().top - document.getElementById('board').getBoundingClientRect().bottom"
    )

    visit.click()
    expect(page.locator("#lost")).to_contain_text("kan ikke hentes nu")
    stayed = page.url
    server.start()
    visit.click()

    expect(page).to_have_url(re.compile("/board/visits/"))
    assert stayed.endswith("/board")
    assert lowest >= 0


def test_what_could_not_be_fetched_is_asked_for_again_and_meanwhile_the_board_does_not_say_that_it_is_new(
    tablet: Phone, server: Server
) -> None:
    page = tablet.page
    page.goto(f"{server.origin}/board")
    expect(page.locator("#pace")).to_have_text(AT_ONCE)
    page.wait_for_timeout(500)
    begun = page.locator("#totals").inner_text()
    page.route("**/board/totals*", lambda route: route.abort())
    page.route("**/board/carers*", lambda route: route.abort())
    visit = str(page.locator(".board-visit").first.get_attribute("data-visit"))
    person = str(page.locator(".carer-day").first.get_attribute("id")).removeprefix("carer-")
    Carer(server, person).push(("finish_visit", visit))
    expect(page.locator("#lost")).to_be_visible()
    expect(page.locator("#pace")).not_to_have_text(AT_ONCE)

    page.unroute_all()

    expect(page.locator("#totals")).not_to_have_text(begun, use_inner_text=True)
    expect(page.locator("#lost")).to_be_hidden()
    expect(page.locator("#pace")).to_have_text(AT_ONCE)


def test_an_open_visit_follows_what_happens_and_what_the_leader_is_writing_stays_under_her_hands(
    tablet: Phone, server: Server
) -> None:
    page = tablet.page
    row = page.locator(".board-visit:not(.done):not(.cancelled):not(.finished)").first
    visit = str(row.get_attribute("data-visit"))
    carer = str(row.locator("xpath=ancestor::section[1]").get_attribute("id")).removeprefix("carer-")
    page.goto(f"{server.origin}/board/visits/{visit}")
    expect(page.locator("#pace")).to_have_text(AT_ONCE)
    words = page.locator("#purpose-words")
    words.press_sequentially("Fordi")

    Carer(server, carer).push(("start_visit", visit), ("finish_visit", visit))

    expect(page.locator("#known[data-state=done]")).to_be_visible(timeout=15_000)
    expect(words).to_have_value("Fordi")
    expect(words).to_be_focused()
    expect(page.locator("#as-of")).to_have_text(re.compile(r"^Som kl\. \d\d\.\d\d$"))


def test_every_tab_is_led_to_the_sign_in_when_its_sign_in_has_ended(tablet: Phone, server: Server) -> None:
    context = tablet.context
    assert context
    other = context.new_page()
    other.goto(f"{server.origin}/board")
    expect(other.locator("#pace")).to_have_text(AT_ONCE)

    tablet.evaluate("fetch('/sign-out', { method: 'POST' }).then(() => true)")

    expect(other).not_to_have_url(re.compile("/board$"), timeout=15_000)


def test_the_board_on_paper_has_every_visit_black_on_white_and_nothing_to_press(
    tablet: Phone, server: Server
) -> None:
    page = tablet.page
    carer, visit = first_carer(page)
    Carer(server, carer).push(("start_visit", visit), ("finish_visit", visit))
    tablet.reload()
    page.set_viewport_size({"width": 680, "height": 960})
    held = "getComputedStyle(document.querySelector('.board-visit .state')).minHeight"
    names = page.locator(".board-visit .name").all_text_contents()
    page.emulate_media(media="print")
    printed = str(page.evaluate("document.body.innerText"))

    assert len(names) > 40
    assert [name for name in names if name not in printed] == []
    assert tablet.evaluate(NOT_BLACK_ON_WHITE) == []
    assert (
        tablet.evaluate(
            "Math.min(...[...document.querySelectorAll('.name')].map((each) => each.clientWidth || 99))"
        )
        > 60
    )
    assert tablet.evaluate(held) in ("0px", "auto")  # a state takes the line that it needs
    assert page.locator("button:visible, .days:visible, #lost:visible").count() == 0
    broken = "getComputedStyle(document.querySelector('{}')).breakInside"
    assert {page.evaluate(broken.format(each)) for each in (".carer-day", ".board-visit")} == {"avoid"}


def test_each_sheet_of_the_board_says_its_day_its_teams_when_it_was_so_and_which_it_is_of_how_many(
    tablet: Phone, server: Server
) -> None:
    page = tablet.page
    day = page.locator("h1").inner_text()
    page.evaluate("""document.querySelectorAll("details[id^=calm-] section").forEach((each) => {
      for (let n = 0; n < 5; n++) each.after(each.cloneNode(true)); })""")

    sheets = words_of_sheets(page.pdf(format="A4", prefer_css_page_size=True))

    assert len(sheets) > 3
    for number, words in enumerate(sheets, 1):
        for said in (
            day,
            "Område Birkelunde",
            "Sådan stod der",
            "Udskrevet af Vibeke",
            f"{number} / {len(sheets)}",
        ):
            assert said.replace(" ", "") in words


def test_no_sheet_of_the_board_but_the_last_is_half_empty(tablet: Phone, server: Server) -> None:
    """A column ends where the next carer does not fit: a team, or what is as it should be, begins no new sheet."""
    page = tablet.page
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1000})
    flows = tablet.evaluate("""[...document.querySelectorAll("#carers, #carers *")]
      .filter((each) => getComputedStyle(each).columnCount !== "auto").map((each) => each.id)""")

    assert flows == ["carers"]


TWO_TEAMS = """(() => {
  const made = (name, ...inside) => {
    const each = document.createElement("div");
    each.className = name;
    each.append(...inside);
    return each;
  };
  const cards = () => ["Anna", "Bo", "Carl"].map((name) => made("carer-day", name, made("of-team", "Nord")));
  document.getElementById("carers").replaceChildren(made("exceptional", made("team", ...cards()), made("team", ...cards())));
})()"""


def test_where_there_are_several_teams_each_card_says_whose_it_is(tablet: Phone) -> None:
    page = tablet.page
    names = tablet.evaluate(
        "[...document.querySelectorAll('.carer-day')].map((each) => each.querySelector('.of-team').textContent)"
    )
    tablet.evaluate(TWO_TEAMS)
    said = tablet.evaluate("[...document.querySelectorAll('.of-team')].map((each) => each.checkVisibility())")
    tablet.evaluate("document.querySelector('.team:last-child').remove()")

    assert all(name.startswith("Gruppe") for name in names)
    assert said == [True] * 6
    assert page.locator(".of-team:visible").count() == 0  # where there is one team all are of it


@pytest.mark.parametrize("width", [820, 1180, 320])
def test_numbers_stay_whole_however_narrow_the_board_is(tablet: Phone, width: int) -> None:
    tablet.page.set_viewport_size({"width": width, "height": 1180})
    tablet.evaluate(
        "document.querySelectorAll('#totals strong').forEach((each) => { each.textContent = '1.430' })"
    )

    assert tablet.evaluate(NUMBERS_ARE_WHOLE)
    assert tablet.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
