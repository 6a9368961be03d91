"""Nobody fills the database or another's phone: so much at once, then slower; what is honest gets through, and no word is lost."""

import re
from datetime import timedelta

import pytest

from pwa.care.problems import TooMuchLately
from pwa.care.queries.allowances import Level
from pwa.care.sync import limits
from pwa.care.sync.clock_skew import ClockWatch
from pwa.care.sync.gaps import MOST_GAPS
from pwa.care.sync.limits import Limit
from pwa.words import new_id, to_moment, to_text
from tests.access_log import send
from tests.house import House, Phone
from tests.small_town import MORNING, id_of

AS_A_PAGE = {"Sec-Fetch-Mode": "navigate"}


def junk(phone: Phone, count: int) -> list[dict[str, object]]:
    """What nobody understands, with words."""
    return [{**phone.note(f"Ord {number}."), "name": "fly"} for number in range(count)]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test reaches."""
    for what, most, a_day in (("changes", 40, 20), ("held", 10, 5), ("shut_out", 4, 2), ("phones", 3, 1)):
        monkeypatch.setitem(limits.LIMITS, what, Limit(most, a_day))


async def shut_out(house: House, phone: Phone) -> None:
    """The leader shuts a carer's phone out."""
    [row] = await house.rows("select sign_in_id from phone where id = :id", id=phone.id)
    answer = await send(
        house, "lis", f"/people/{id_of(phone.person)}/shut-out-phone", sign_in_id=row["sign_in_id"]
    )
    assert answer.status_code < 400


async def test_a_phone_that_comes_back_after_days_with_thousands_of_changes_gets_through(house: House):
    anna = house.phone()
    await anna.sync()
    house.pass_time(days=10)
    visits = ("else", "karen", "knud")

    for part in range(8):
        fates = await anna.push(*[anna.answer(visit=visits[part % 3]) for _ in range(400)])
        house.pass_time(minutes=1)
        # Of one visit only so much is taken in a day; of a round of visits nobody notices.
        assert {fate.problem for fate in fates} <= {None, "TooMuchAtVisit"}

    assert len(await house.log()) == 3200


@pytest.mark.usefixtures("small")
async def test_who_sends_too_much_is_told_when_to_come_again_and_nothing_is_lost(house: House):
    anna = house.phone()
    await anna.push(*[anna.answer() for _ in range(41)])
    waits = [anna.note("Det sidste.")]

    refused = await anna.post(*waits)
    house.pass_time(seconds=int(refused.headers["retry-after"]))
    later = await anna.push(*waits)

    assert (refused.status_code, refused.json()["code"]) == (429, "TooMuchLately")
    assert refused.headers["content-type"] == "application/problem+json"
    assert 60 <= int(refused.headers["retry-after"]) <= 24 * 3600
    assert later[0].fate == "applied"


@pytest.mark.usefixtures("small")
async def test_another_persons_phone_is_held_up_by_nobody(house: House):
    anna, bo = house.phone(), house.phone("bo")
    await anna.push(*junk(anna, 11))

    refused = await anna.post(*junk(anna, 1))
    fates = await bo.push(bo.note("Karen var glad.", "karen"))

    assert refused.status_code == 429
    assert fates[0].fate == "applied"


@pytest.mark.usefixtures("small")
async def test_a_repeat_is_not_counted(house: House):
    anna = house.phone()
    some = [anna.answer() for _ in range(15)]

    answers = [await anna.push(*some) for _ in range(5)]

    assert {fate.fate for fates in answers for fate in fates} == {"applied"}


@pytest.mark.usefixtures("small")
async def test_a_phone_that_was_shut_out_brings_less_and_later_all_of_it(house: House):
    anna = house.phone()
    await anna.sync()
    await shut_out(house, anna)
    first, second = [anna.note(f"Ord {n}.") for n in range(5)], [anna.note(f"Mere {n}.") for n in range(2)]

    taken = await anna.post(*first)
    refused = await anna.post(*second)
    house.pass_time(seconds=int(refused.headers["retry-after"]))
    later = await anna.post(*second)

    assert {fate["problem"] for fate in taken.json()["fates"]} == {"PhoneShutOut"}
    assert (refused.status_code, refused.json()["code"]) == (429, "TooMuchLately")
    assert {fate["problem"] for fate in later.json()["fates"]} == {"PhoneShutOut"}


@pytest.mark.usefixtures("small")
async def test_what_a_lost_phone_is_refused_holds_up_nothing_of_its_carers_new_one(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    for what in ("changes", "characters", "held", "drafts", "draft_characters"):
        monkeypatch.setitem(limits.LIMITS, what, Limit(3, 3))
    lost = house.phone()
    await lost.sync()
    await shut_out(house, lost)
    new = house.phone()
    house.cookies["anna"] = (as_lost := house.cookies["anna"])
    await lost.post(*[lost.note(f"Ord {number}.") for number in range(5)])

    refused = await lost.post(lost.note("Et til."))
    house.cookies.pop("anna")
    taken = await new.push(new.note("Fra den nye."))
    house.cookies["anna"] = as_lost

    assert (refused.status_code, refused.json()["code"]) == (429, "TooMuchLately")
    assert taken[0].fate == "applied"


async def test_too_many_half_written_words_and_new_phones_hold_up_no_change(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(limits.LIMITS, "drafts", Limit(1, 1))
    monkeypatch.setitem(limits.LIMITS, "phones", Limit(2, 1))
    anna = house.phone()
    row = {
        "id": new_id(),
        "at": to_text(MORNING),
        "since": to_text(MORNING),
        "field": "",
        "name": "write_note",
    }
    about = {"visit_id": "", "citizen": "", "starts_at": None, "label": ""}
    drafts = {"n": 1, "rows": [{**row, "n": 1, "args": {}, "text": "Halvt", "about": about}], "gone": []}
    await anna.post(drafts=drafts)
    refused = await anna.post(drafts=drafts)
    await house.phone().post()
    turned_away = await house.phone().post(anna.note("Fra en ny."))

    taken = await anna.push(anna.note("En hel."))

    assert (refused.status_code, turned_away.status_code) == (429, 429)
    assert taken[0].fate == "applied"


@pytest.mark.usefixtures("small")
async def test_a_bare_push_still_brings_the_day_to_who_has_sent_too_much(house: House):
    anna = house.phone()
    await anna.post(*junk(anna, 11))

    assert (await anna.post(*junk(anna, 1))).status_code == 429
    assert f"visit-{id_of('else')}" in [document["id"] for document in (await anna.sync())["documents"]]


@pytest.mark.usefixtures("small")
async def test_nobody_has_phones_without_end(house: House):
    statuses = [(await house.phone().post()).status_code for _ in range(5)]

    assert statuses == [200, 200, 200, 429, 429]


@pytest.mark.usefixtures("small")
async def test_a_form_is_answered_in_danish_with_the_words_in_it(house: House):
    anna = house.phone()
    await anna.push(*[anna.answer() for _ in range(41)])
    cookie = house.cookies["anna"]

    answer = await house.http.post(
        "/do/write_note",
        data={"visit_id": id_of("else"), "text": "Sov godt i nat."},
        headers={"Cookie": cookie, "Sec-Fetch-Site": "same-origin", **AS_A_PAGE},
    )

    assert answer.status_code == 429
    assert "Intet er tabt" in answer.text
    assert "Sov godt i nat." in answer.text


async def test_what_one_visit_does_not_take_today_is_kept_with_its_words_and_can_be_sent_tomorrow(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(limits, "CHARACTERS_OF_ONE", 100)
    anna, bo = house.phone(), house.phone("bo")
    long = "Karen fortalte. " * 10
    fates = await anna.push(
        anna.note(long, "karen"), anna.note("Et ord til.", "karen"), anna.note("Else sov.")
    )
    colleague = await bo.push(bo.note("Bo var der.", "karen"))
    refused = fates[1]
    shown = (await house.get("/waiting", "anna")).text

    house.pass_time(days=1)
    again = await send(house, "anna", f"/attention/{refused.id}/retry")

    assert [fate.problem for fate in fates] == [None, "TooMuchAtVisit", None]
    assert (refused.fate, refused.next_step) == ("refused", "retry")
    assert "Et ord til." in shown
    assert colleague[0].fate == "applied"
    assert again.status_code == 200
    assert "Et ord til." in [note["text"] for note in (await bo.visit("karen"))["notes"]]


async def test_all_together_write_no_more_at_one_visit_than_it_holds(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(limits, "ROWS_OF_ALL", 3)
    anna, bo = house.phone(), house.phone("bo")

    mine = await anna.push(*[anna.note(f"Nr. {number}", "karen") for number in range(2)])
    theirs = await bo.push(*[bo.note(f"Nr. {number}", "karen") for number in range(2)])

    assert [fate.problem for fate in mine + theirs] == [None, None, None, "TooMuchAtVisit"]


OLDER = re.compile(r'href="(/held\?[^"]+)"')


def older(page: str) -> list[str]:
    """Where the pages with older ones are."""
    return [address.replace("&amp;", "&") for address in OLDER.findall(page)]


async def deal_with_all_on(house: House, page: str) -> None:
    for digest in re.findall(r'id="change-([0-9a-f]{64})" class="card', page):
        [row] = await house.rows(
            "select team_id, id, digest from change where digest = :digest", digest=digest
        )
        assert (await send(house, "lis", "/held/dealt_with", **row)).status_code < 400


@pytest.mark.parametrize("deals", [False, True])
async def test_what_needs_a_look_is_shown_by_pages_and_every_word_is_on_one_of_them(
    house: House, monkeypatch: pytest.MonkeyPatch, deals: bool
):
    monkeypatch.setattr("pwa.care.documents.attention.MOST_ON_A_PAGE", 3)
    anna = house.phone()
    await anna.push(*junk(anna, 4))
    await anna.push(*[{**change, "id": "none"} for change in junk(anna, 3)])
    house.pass_time(seconds=1)
    await anna.push(*junk(anna, 1))
    found: list[str] = []
    addresses, pages = ["/held"], 0

    while addresses and pages < 10:
        page = (await house.get(addresses[0], "lis")).text
        pages += 1
        found += re.findall(r"Ord \d+\.", page.partition("<details")[0])
        addresses = [address for address in older(page) if "dealt_after" not in address]
        if deals:
            await deal_with_all_on(house, page)

    assert pages == 3
    assert sorted(found) == sorted(f"Ord {number}." for number in (0, 0, 0, 1, 1, 2, 2, 3))


async def test_a_page_of_long_words_has_fewer_of_them(house: House):
    anna = house.phone()
    for number in range(3):
        await anna.push({**anna.note(f"{number} " + "ord " * 24_000), "name": "fly"})

    page = (await house.get("/held", "lis")).text
    rest = (await house.get(older(page)[0], "lis")).text

    assert (page.count('class="card warn handled"'), rest.count('class="card warn handled"')) == (2, 1)
    assert len(page) < 400_000


async def test_what_was_dealt_with_is_shown_by_pages_too(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pwa.care.documents.attention.MOST_ON_A_PAGE", 2)
    anna = house.phone()
    await anna.push(*junk(anna, 5))
    for _ in range(2):
        await deal_with_all_on(house, (await house.get("/held", "lis")).text)
        house.pass_time(seconds=1)
    found: list[str] = []
    addresses, pages = ["/held"], 0

    while addresses and pages < 10:
        page = (await house.get(addresses[0], "lis")).text
        pages += 1
        found += re.findall(r"Ord \d\.", page.partition("<details")[2])
        addresses = older(page)
        if pages == 1:
            await deal_with_all_on(house, page)

    assert pages == 2
    assert sorted(set(found)) == sorted(found)
    assert len(found) == 4


@pytest.mark.parametrize("said", ["2", "x", "a_b_c_d", "\0_\0_\0_", "2026-11-23T07:40:00.000Z__x_"])
async def test_a_place_that_is_none_is_the_first(house: House, said: str):
    anna = house.phone()
    await anna.push(*junk(anna, 1))

    page = await house.http.get(
        "/held", params={"after": said}, headers={"Cookie": await house.sign_in("lis")}
    )

    assert "Ord 0." in page.text


async def test_a_level_sinks_with_time_and_the_wait_is_as_long_as_it_says():
    level = Level("anna", "changes", 30_000 * limits.MILLION, to_text(MORNING))
    levels = {("anna", "changes"): level}

    with pytest.raises(TooMuchLately) as told:
        limits.check_levels(levels, "anna", ["changes"], MORNING)
    wait = timedelta(seconds=told.value.retry_after or 0)

    assert wait - timedelta(days=1) < timedelta(minutes=1)
    limits.check_levels(levels, "anna", ["changes"], to_moment(level.at) + wait)


@pytest.mark.parametrize("days", [999, 1000, 1500, 2400])
async def test_after_years_of_leave_there_is_room_for_all_of_it(days: int):
    levels = {
        ("anna", what): Level("anna", what, 100 * limits.MILLION, to_text(MORNING - timedelta(days=days)))
        for what in limits.LIMITS
    }

    limits.check_levels(levels, "anna", ["phones", "shut_out", "changes", "held", "drafts"], MORNING)


async def test_what_was_counted_after_now_by_a_clock_that_was_set_back_is_as_it_was():
    levels = {
        ("anna", "phones"): Level(
            "anna", "phones", 49 * limits.MILLION, to_text(MORNING + timedelta(days=2000))
        )
    }

    limits.check_levels(levels, "anna", ["phones"], MORNING)


async def test_whoever_gets_a_new_phone_after_three_years_writes_with_it_at_once(house: House):
    await house.phone().push()
    house.pass_time(days=1100)
    house.cookies.pop("anna")
    anna = house.phone()

    fates = await anna.push(anna.note("Tilbage igen."))

    assert len(fates) == 1
    assert await house.rows("select level from allowance where what = 'phones'")


async def test_a_phone_that_loses_every_other_number_fills_neither_its_answers_nor_the_board(house: House):
    anna = house.phone()
    for _ in range(2):
        changes = []
        for _ in range(250):
            anna.n += 1
            changes.append(anna.answer(visit="knud"))
        await anna.push(*changes)

    answer = await anna.sync()

    assert len(answer["missing"]) == MOST_GAPS
    assert (answer["missing"][0][0], answer["missing"][-1]) == (1, [999, 999])
    again = await anna.push({**anna.answer(), "n": 2})
    assert again[0].fate == "applied"


async def test_whose_phones_are_many_is_believed_once_about_the_time():
    watch = ClockWatch()
    for _ in range(20):
        watch.note("anna", timedelta(hours=1), MORNING)

    assert watch.common_skew() is None
    for number in range(5):
        watch.note(f"carer {number}", timedelta(hours=1), MORNING)
    assert watch.common_skew() == timedelta(hours=1)
