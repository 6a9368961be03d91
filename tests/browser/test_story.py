"""A carer's whole day without a server, told once: everything is on the leader's board afterwards, exactly once."""

import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.any_browser import sign_in
from tests.browser.carer import PLACE_FOR_NOTE, begin_the_day, press, steps, visits
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone
from tests.browser.server import Server
from tests.browser.vault import pass_the_lock

VISITS = 8
AS_PLANNED = "#progress form.undo"
NOTE = "Spiste godt. Vil gerne ringes op kl. 13 📞"
CORRECTED = "Spiste godt. Vil gerne ringes op kl. 14 📞"
HALF = "Halvt skrevet no"


def carry_the_day(phone: Phone, server: Server) -> list[str]:
    """Sign in, wait until the phone has the day, and give the ids of its first visits."""
    begin_the_day(phone, server)
    phone.page.wait_for_timeout(2000)
    of_today = visits(phone)[:VISITS]
    assert len(of_today) == VISITS
    return of_today


@pytest.mark.main
@pytest.mark.whole_chromium
def test_a_whole_day_without_a_server_is_on_the_board_exactly_once(
    a_phone: Phone, new_phone: NewPhone, server: Server
) -> None:
    of_today = carry_the_day(a_phone, server)
    server.stop()

    for place, visit in enumerate(of_today):
        a_phone.go(f"{server.origin}/visits/{visit}")
        press(a_phone, "start_visit")
        expect(a_phone.page.locator("form[action='/do/finish_visit']")).to_be_visible()
        if place % 2:
            a_phone.tap(".step button.usual")
            expect(steps(a_phone, ".answered")).to_have_count(1)
        else:
            press(a_phone, "answer_as_planned")
            expect(a_phone.page.locator(AS_PLANNED)).to_be_visible()
        match place:
            case 0:
                undo_and_do_again(a_phone)
            case 1:
                write_and_correct(a_phone)
            case 2:
                deviate(a_phone)
            case 3:
                a_phone.kill_worker()
            case 4:
                lose_the_phone_in_the_middle_of_a_note(a_phone)
        press(a_phone, "finish_visit")
        expect(a_phone.page.locator("#finish .mark.done")).to_be_visible()
    a_phone.go(f"{server.origin}/waiting")
    waiting = a_phone.page.locator("#waiting li[id^=change-]").count()
    assert waiting >= 3 * VISITS
    expect(a_phone.page.locator("#waiting li.card[id^=draft-]")).to_contain_text([HALF])
    expect(a_phone.page.locator("#state > span").first).to_have_text(str(waiting + 1))
    server.start()
    a_phone.go(f"{server.origin}/")

    expect(a_phone.page.locator("#state.unsaved:not(.waits, .needs-attention)")).to_be_visible(timeout=60_000)
    board = new_phone(width=1180, height=820, has_touch=False)
    sign_in(board, server.origin, "leader")
    for visit in of_today:
        expect(
            board.page.locator(f"[data-visit='{visit}']:is([data-state=done], [data-state=finished])").first
        ).to_be_attached()
        expect(board.page.locator(f"#visit-{visit}")).to_have_count(1)
    both_times = re.compile(r"\d\d\.\d\d.*\d\d\.\d\d", re.DOTALL)
    expect(board.page.locator(f"#visit-{of_today[0]} .state")).to_have_text(both_times)
    board.go(f"{server.origin}/board/visits/{of_today[1]}")
    expect(board.page.locator(".note .words")).to_have_text([CORRECTED, NOTE])  # the newest first
    assert numbers_applied(server.data) == list(range(1, waiting + 1))


def undo_and_do_again(phone: Phone) -> None:
    phone.tap("#checklist form.undo button")
    expect(steps(phone, ".answered")).to_have_count(0)
    press(phone, "answer_as_planned")
    expect(phone.page.locator(AS_PLANNED)).to_be_visible()


def write_and_correct(phone: Phone) -> None:
    phone.write(PLACE_FOR_NOTE, NOTE)
    press(phone, "write_note")
    expect(phone.page.locator(".note .words").first).to_have_text(NOTE)
    phone.tap(".note .correct summary")
    phone.page.locator("form[action='/do/correct_note'] textarea").fill(CORRECTED)
    press(phone, "correct_note")
    expect(phone.page.locator(".note .words").first).to_have_text(CORRECTED)


def deviate(phone: Phone) -> None:
    phone.tap("#deviate summary")
    phone.write("form[action='/do/report_deviation'] textarea", "Var kørt til frisøren")
    phone.tap("button[name=kind][value=not_home]")
    expect(phone.page.locator(".deviations")).to_contain_text("Var kørt til frisøren")


def lose_the_phone_in_the_middle_of_a_note(phone: Phone) -> None:
    """What was half written and what was answered are both there when it is switched on again."""
    address = phone.page.url
    phone.write_cookies()
    phone.write(PLACE_FOR_NOTE, HALF)
    phone.page.wait_for_timeout(1000)
    phone.kill()
    phone.open()
    phone.go(address)
    pass_the_lock(phone)
    expect(phone.page.locator(PLACE_FOR_NOTE)).to_have_value(HALF)
    expect(steps(phone, ".answered").first).to_be_visible()


def numbers_applied(data: Path) -> list[int]:
    """The numbers of the changes that the server has applied from phones, in the order in which they came."""
    with sqlite3.connect(f"file:{data / 'haand.sqlite3'}?mode=ro", uri=True) as database:
        rows = database.execute(
            "select n from change where fate = 'applied' and n > 0 order by received_at, n"
        )
        return [n for (n,) in rows]
