"""What becomes of changes whose phone's clock is wrong. Holds sync.md's law 13, the server's side."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from pwa.care.documents.visit import begins_soon, goes_on
from pwa.care.queries.change_log import Logged, add_changes
from pwa.care.sync.change_times import ChangeTime, ClockRun, PhoneClock, RunEnd, find_times
from pwa.care.sync.log_record import read_log_record
from pwa.words import Json, to_text
from tests.house import House, Phone
from tests.small_town import id_of

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
SINCE = datetime(2026, 11, 23, 8, tzinfo=UTC)


def at(clock: str) -> str:
    """That time of the day."""
    return f"2026-11-23T{clock}:00.000Z"


def between(time: str, earliest: str | None, latest: str) -> ChangeTime:
    """A time that is uncertain."""
    return ChangeTime(at(time), earliest and at(earliest), at(latest))


def test_a_clock_that_fits_is_believed():
    clock = PhoneClock(timedelta(0), NOW, timedelta(0), 0, SINCE)

    assert find_times([(1, at("09:00")), (2, at("10:00"))], clock) == [
        ChangeTime(at("09:00")), ChangeTime(at("10:00")),
    ]  # fmt: skip


NEAR = st.integers(-20, 20).map(lambda minutes: timedelta(minutes=minutes))
AROUND = st.integers(-60, 500).map(lambda minutes: to_text(SINCE + timedelta(minutes=minutes)))
OF_NOTHING_HERE = ClockRun(10**6, 10**6, None, None)
"""An earlier run of a clock: with it each change is looked at by itself."""


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.one_of(AROUND, st.sampled_from(["", "soon", at("09:00")]))), max_size=5),
    st.booleans(), NEAR, st.none() | NEAR, st.none() | st.just(SINCE), st.integers(0, 3),
)  # fmt: skip
def test_a_push_against_which_nothing_speaks_is_dated_as_it_would_be_one_by_one(
    said, in_order, skew, before, since, highest_n
):
    if in_order:
        times = sorted(at for _, at in said)
        said = list(zip(sorted({n for n, _ in said}), times, strict=False))
    clock = PhoneClock(skew, NOW, before, highest_n, since)

    assert find_times(said, clock) == find_times(said, clock._replace(runs=[OF_NOTHING_HERE]))


def test_changes_of_no_time_at_all_keep_their_distance_and_come_before_what_is_certain():
    clock = PhoneClock(timedelta(0), NOW, timedelta(0), 0, SINCE)
    forgotten = [(1, "1970-01-01T00:10:00.000Z"), (2, "1970-01-01T00:30:00.000Z")]

    found = find_times([*forgotten, (3, at("14:00"))], clock)

    assert found == [
        between("13:40", "08:00", "14:00"), between("14:00", "08:00", "14:00"), ChangeTime(at("14:00")),
    ]  # fmt: skip


def test_a_clock_that_was_set_between_two_contacts_was_set_once():
    clock = PhoneClock(timedelta(hours=-2), NOW, timedelta(0), 0, SINCE)
    # By either clock the second and the third can have been.
    said = [(1, at("08:30")), (2, at("11:30")), (3, at("12:30")), (4, at("16:30"))]

    first, second, third, fourth = find_times(said, clock)

    assert (first, fourth) == (ChangeTime(at("08:30")), ChangeTime(at("14:30")))
    assert second == between("09:30", "09:30", "11:30")
    assert third == between("10:30", "10:30", "12:30")


def test_a_clock_that_was_two_hours_ahead_until_it_was_right_is_put_before_what_is_right():
    clock = PhoneClock(timedelta(0), NOW, timedelta(0), 0, SINCE)

    found = find_times([(1, at("16:30")), (2, at("17:30")), (3, at("14:40"))], clock)

    assert found == [
        between("13:40", "08:00", "14:40"), between("14:40", "08:00", "14:40"), ChangeTime(at("14:40")),
    ]  # fmt: skip


def test_an_earlier_run_whose_clock_is_known_is_corrected_and_one_that_is_not_is_placed():
    runs = [ClockRun(1, 1, -3_600_000, None), ClockRun(2, 3, None, at("10:00"))]
    clock = PhoneClock(timedelta(0), NOW, timedelta(0), 0, SINCE, runs)

    found = find_times([(1, at("10:00")), (2, at("11:00")), (3, at("12:00")), (4, at("14:00"))], clock)

    assert found == [
        ChangeTime(at("09:00")), between("11:00", "10:00", "14:00"), between("12:00", "10:00", "14:00"),
        ChangeTime(at("14:00")),
    ]  # fmt: skip


def test_a_clock_that_was_ahead_and_is_right_again_is_corrected_by_how_far_it_went_back_and_marked():
    runs = [ClockRun(1, 3, None, at("08:00"))]
    two_hours_ahead = RunEnd(1, 3, at("11:00"), -7_200_000)
    clock = PhoneClock(timedelta(0), NOW, timedelta(0), 0, SINCE, runs, [two_hours_ahead])

    found = find_times([(1, at("08:30")), (2, at("12:10")), (3, at("12:40")), (4, at("14:00"))], clock)

    # It was put ahead between the first, which by a clock that was ahead would be before the contact, and the second.
    assert found == [
        between("08:30", "08:00", "11:00"), between("10:10", "08:00", "11:00"), between("10:40", "08:00", "11:00"),
        ChangeTime(at("14:00")),
    ]  # fmt: skip


def test_of_a_clock_that_went_back_nobody_knows_how_far_it_is_known_by_when_it_was_done():
    runs, ends = [ClockRun(1, 2, None, at("08:00"))], [RunEnd(1, 2, at("11:00"), None)]
    clock = PhoneClock(timedelta(0), NOW, timedelta(0), 0, SINCE, runs, ends)

    found = find_times([(1, at("12:10")), (2, at("12:40"))], clock)

    assert found == [between("10:30", "08:00", "11:00"), between("11:00", "08:00", "11:00")]


def test_a_skew_that_would_put_it_after_its_run_was_over_is_not_believed():
    runs, ends = [ClockRun(1, 1, 0, None)], [RunEnd(1, 1, at("11:00"), None)]
    clock = PhoneClock(timedelta(minutes=10), NOW, timedelta(0), 0, SINCE, runs, ends)

    assert find_times([(1, at("12:40"))], clock) == [between("11:00", None, "11:00")]


def test_what_was_never_ahead_before_a_clock_went_back_keeps_its_time_and_is_marked():
    runs, ends = [ClockRun(1, 1, None, at("08:00"))], [RunEnd(1, 1, at("11:00"), -600_000)]
    clock = PhoneClock(timedelta(0), NOW, timedelta(0), 0, SINCE, runs, ends)

    assert find_times([(1, at("10:30"))], clock) == [between("10:30", "08:00", "11:00")]


def test_a_number_that_was_late_is_not_measured_by_a_later_one():
    clock = PhoneClock(timedelta(0), NOW, timedelta(0), 7, SINCE)

    assert find_times([(5, at("07:00"))], clock) == [ChangeTime(at("07:00"))]


WRONG_CLOCKS = {
    "the end of time": "9999-12-31T23:59:59.999Z",
    "next week": "2026-11-30T07:30:00.000Z",
    "a year ago": "2025-11-23T07:30:00.000Z",
    "the beginning of computers": "1970-01-01T00:10:00.000Z",
}


@pytest.mark.parametrize("said", WRONG_CLOCKS)
async def test_what_a_wrong_clock_says_is_applied_between_what_is_known_and_marked(house: House, said: str):
    phone = house.phone()
    await phone.sync()
    heard_at = house.now
    house.pass_time(minutes=50)

    (fate,) = await phone.push(phone.change("finish_visit") | {"at": WRONG_CLOCKS[said]})

    visit = await phone.visit()
    assert (fate.fate, visit["finished_at"]) == ("applied", to_text(house.now))
    assert visit["uncertain"] == {"earliest_at": to_text(heard_at), "latest_at": to_text(house.now)}
    for person, path in (
        ("anna", f"/visits/{id_of('else')}"),
        ("anna", "/"),
        ("lis", f"/board/visits/{id_of('else')}"),
        ("lis", "/board"),
        ("lis", "/held"),
        ("anna", "/waiting"),
    ):
        page = await house.get(path, person)
        assert page.status_code == 200
        assert ("Tidspunktet er usikkert" in page.text) is (path not in ("/held", "/waiting")), path


@pytest.mark.parametrize(("ahead", "is_marked"), [(300_000, False), (300_001, True)])
async def test_what_happens_more_than_five_minutes_from_now_is_marked(
    house: House, ahead: int, is_marked: bool
):
    phone = house.phone()
    at = to_text(house.now + timedelta(milliseconds=ahead))

    (fate,) = await phone.push(phone.answer() | {"at": at})

    assert fate.fate == "applied"
    assert ("uncertain" in await phone.visit()) is is_marked


@pytest.mark.parametrize(("earlier", "is_marked"), [(300_000, False), (300_001, True)])
async def test_what_says_it_was_more_than_five_minutes_before_the_previous_number_is_marked(
    house: House, earlier: int, is_marked: bool
):
    phone = house.phone()
    await phone.push(phone.answer() | {"at": to_text(house.now)})
    house.pass_time(minutes=30)
    at = to_text(house.now - timedelta(minutes=30, milliseconds=earlier))

    await phone.push(phone.change("finish_visit") | {"at": at})

    visit = await phone.visit()
    assert ("uncertain" in visit, visit["finished_at"] == at) == (is_marked, not is_marked)


async def test_a_clock_that_was_set_two_hours_ahead_after_the_last_contact_is_corrected_and_nothing_is_marked(
    house: House,
):
    phone = house.phone()
    await phone.sync()
    house.pass_time(minutes=30)
    start = phone.change("start_visit") | {"at": to_text(house.now)}
    house.pass_time(minutes=20)
    ahead = timedelta(hours=2)
    finish = phone.change("finish_visit") | {"at": to_text(house.now + ahead)}
    house.pass_time(minutes=10)

    phone.clock_is_ahead = ahead
    await phone.push(start, finish)

    visit = await phone.visit()
    assert visit["started_at"] == to_text(house.now - timedelta(minutes=30))
    assert visit["finished_at"] == to_text(house.now - timedelta(minutes=10))
    assert "uncertain" not in visit


async def test_what_the_phone_says_of_a_clock_that_was_set_since_is_used(house: House):
    phone = house.phone()
    await phone.sync()
    house.pass_time(minutes=60)
    year, happened = timedelta(days=365), house.now - timedelta(minutes=20)
    change = phone.change("finish_visit") | {"at": to_text(happened - year)}
    phone.clock_runs = json.dumps([[change["n"], change["n"], year // timedelta(milliseconds=1), None]])

    await phone.push(change)

    visit = await phone.visit()
    assert (visit["finished_at"], "uncertain" in visit) == (to_text(happened), False)


async def test_what_the_phone_says_of_a_clock_that_was_ahead_and_is_right_again_is_used_and_marked(
    house: House,
):
    phone = house.phone()
    await phone.sync()
    contact = to_text(house.now)
    happened, over = house.pass_time(minutes=60), house.pass_time(minutes=10)
    change = phone.change("finish_visit") | {"at": to_text(happened + timedelta(minutes=20))}
    phone.clock_runs = json.dumps([[change["n"], change["n"], None, contact]])
    phone.clock_ends = json.dumps([[change["n"], change["n"], to_text(over), -20 * 60_000]])
    house.pass_time(hours=3)

    await phone.push(change)

    visit = await phone.visit()
    assert visit["finished_at"] == to_text(happened)
    assert visit["uncertain"] == {"earliest_at": contact, "latest_at": to_text(over)}


@pytest.mark.parametrize("said", ["", "[", "[[1,2]]", '[["a",1,1,null]]', "[[1,9,99999999999999999,null]]", "[[1,9,1e400,null]]", '[[1,9,null,"9999-12-31T23:59:59.999Z"]]', "[" + "[1,2,3,null]," * 9000])  # fmt: skip
async def test_nonsense_about_a_clock_is_no_reason_to_refuse_a_push(house: House, said: str):
    phone = house.phone(clock_runs=said, clock_ends=said)

    (fate,) = await phone.push(phone.answer())

    assert fate.fate == "applied"


async def test_a_visit_over_midnight_stays_on_today_and_on_the_board_until_it_is_finished(house: House):
    phone = house.phone()
    house.now = datetime(2026, 11, 23, 22, 50, tzinfo=UTC)  # 23.50 in Denmark
    await phone.push(phone.change("start_visit"))
    house.pass_time(minutes=20)
    pages = (("anna", "/"), ("lis", "/board"))

    during = [f"visit-{id_of('else')}" in (await house.get(path, person)).text for person, path in pages]
    await phone.push(phone.change("finish_visit"))
    after = [f"visit-{id_of('else')}" in (await house.get(path, person)).text for person, path in pages]

    assert (during, after) == ([True, True], [False, False])


def test_a_night_shift_is_one_list_on_both_sides_of_midnight():
    midnight = "2026-11-23T23:00:00.000Z"
    evening: Json = {"started_at": None, "finished_at": None, "cancelled_at": None, "ends_at": at("17:00")}

    assert begins_soon({"starts_at": "2026-11-24T05:00:00.000Z"}, midnight)
    assert not begins_soon({"starts_at": "2026-11-24T05:00:00.001Z"}, midnight)
    assert goes_on(evening, at("22:59"))
    assert not goes_on(evening, midnight)


async def test_when_most_phones_agree_on_another_time_the_log_says_that_our_clock_is_wrong(house: House):
    late, right = timedelta(minutes=20), timedelta()
    # Whoever has many phones counts once.
    for who, ahead in (("anna", late), ("anna", late), ("bo", late), ("carl", right), ("lis", late)):
        await house.phone(who, clock_is_ahead=ahead).sync()
    with capture_logs() as before:
        await house.phone("mia", clock_is_ahead=right).sync()
    with capture_logs() as lines:
        for who in ("carl", "mia", "ove", "bo", "lis"):
            await house.phone(who, clock_is_ahead=late).sync()

    said = [line for line in lines if "this machine's clock" in line["event"]]
    assert not any("this machine's clock" in line["event"] for line in before)
    assert [(line["log_level"], line["milliseconds"]) for line in said] == [("error", 1_200_000)]


async def test_after_our_own_clock_was_ahead_and_is_right_again_nothing_is_marked_for_it(house: House):
    phone = house.phone()
    house.pass_time(minutes=20)
    phone.clock_is_ahead = -timedelta(minutes=20)
    await phone.push(phone.change("start_visit"))
    house.pass_time(minutes=-10)
    phone.clock_is_ahead = timedelta()

    await phone.push(phone.change("finish_visit"))

    visit = await phone.visit()
    assert (visit["finished_at"], "uncertain" in visit) == (to_text(house.now), False)


async def held_by_an_older_server(house: House, phone: Phone, change: Json) -> str:
    """It was in the future, and stands in the log as such; its id."""
    record = read_log_record(change, id_of("anna"))
    row = Logged(
        id_of("nord"), record.id, record.digest, id_of("anna"), phone.id, record.n, record.name, record.at,
        to_text(house.now), record.visit_id, record.sent, record.words, "held", "ClockWrong", None,
    )  # fmt: skip
    async with house.database.transaction() as tx:
        await add_changes(tx, [row])
    return record.id


async def test_what_an_older_server_held_for_its_time_goes_together_from_the_servers_page_and_keeps_its_distances(
    house: House,
):
    phone, other = house.phone_of("anna"), house.phone("anna")
    await phone.sync()
    ahead, arrived = timedelta(hours=2), house.now
    done = [
        change | {"at": to_text(house.now + ahead + timedelta(minutes=minutes))}
        for change, minutes in (
            (phone.change("start_visit"), 0), (phone.note("Else sov."), 10), (phone.change("finish_visit"), 25),
        )
    ]  # fmt: skip
    ids = [await held_by_an_older_server(house, phone, change) for change in done]
    elsewhere = await held_by_an_older_server(house, other, other.note("På en anden telefon."))
    house.pass_time(days=1)

    for _ in range(2):
        assert (await house.post(f"/attention/{ids[1]}/retry", "anna", b"")).status_code == 200

    visit = await phone.visit()
    minutes_before = [to_text(arrived - timedelta(minutes=minutes)) for minutes in (25, 15, 0)]
    assert [visit["started_at"], visit["notes"][0]["written_at"], visit["finished_at"]] == minutes_before
    assert len(visit["notes"]) == 1
    assert visit["uncertain"] == {"earliest_at": None, "latest_at": to_text(arrived)}
    assert visit["finished_received_at"] == to_text(house.now)
    unread = re.findall(
        r'<li id="change-([0-9a-f-]{36})" class="card warn"', (await house.get("/waiting", "anna")).text
    )
    assert unread == [elsewhere]
