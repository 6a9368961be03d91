"""The leader's board: three values, both times, live, and nothing from other teams."""

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pwa.access.queries import roles
from pwa.access.rules.phones import revoke_access
from pwa.care.documents.board_days import state_of
from pwa.care.pages import board_stream
from pwa.database import MOST_IN_A_MESSAGE, Company, make_company
from pwa.resources import resource
from pwa.server.relay import read_message, write_messages
from pwa.web.live import MOST_OF_ONE, Boards, Notice
from pwa.words import Role, day_of, new_id
from tests.care.opened_board import listening
from tests.engines import engines
from tests.small_town import Browser, Town, id_of, open_town, open_town_at, settle

SOON = 10.0
"""Seconds: the server says one; a machine that has other things to do may need more."""


def state_on(page: str, element: str) -> str:
    """The state of a visit on the board: its word in the page."""
    found = re.search(rf'id="{element}"[^>]*data-state="(\w+)"', page)
    assert found, f"{element} is not on the board"
    return found[1]


def plain(part: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


async def test_silence_is_not_a_missed_visit(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    town.now = datetime.fromisoformat("2026-11-23T08:00:00Z")  # half an hour after its end
    never_heard = state_on((await lis.get("/board")).text, f"visit-{id_of('else')}")

    await anna.push()
    heard = state_on((await lis.get("/board")).text, f"visit-{id_of('else')}")
    await anna.push(anna.change("finish_visit"))
    done = state_on((await lis.get("/board")).text, f"visit-{id_of('else')}")

    assert (never_heard, heard, done) == ("not_heard", "not_done", "done")


async def test_a_phone_that_was_heard_and_fell_silent_is_named_with_the_time(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    town.now = datetime.fromisoformat("2026-11-23T07:50:00Z")
    await anna.push()

    town.now = datetime.fromisoformat("2026-11-23T09:30:00Z")
    page = (await lis.get("/board")).text

    assert state_on(page, f"visit-{id_of('karen')}") == "not_heard"
    assert "08.50" in page or "08:50" in page


@pytest.mark.parametrize(
    ("now", "heard_at", "state"),
    [
        ("06:59", None, "planned"),  # not begun: nothing to hear about yet
        ("07:31", None, "planned"),  # just over: at that moment half of a district is
        ("07:59", None, "planned"),
        ("08:00", None, "not_heard"),
        ("07:59", "07:58", "planned"),
        ("08:00", "07:29", "not_heard"),
        ("08:00", "07:30", "not_done"),  # heard when it should have been over, and nobody had come
    ],
)
def test_when_a_phone_is_called_silent(now: str, heard_at: str | None, state: str):
    assert state_of(visit_of_seven(), heard_at and moment(heard_at), moment(now)) == state


@pytest.mark.parametrize(
    ("now", "heard_at", "state"),
    [
        ("11:07", "10:37", "under_way"),
        ("11:37", "10:37", "not_heard"),  # it was to be over at 11:07
        ("12:06", "11:40", "under_way"),
        ("12:07", "11:40", "not_done"),
    ],
)
def test_under_way_is_under_way_however_late_it_was_begun(now: str, heard_at: str, state: str):
    """The carer is there: from when she came it takes as long as it was planned to take."""
    visit = visit_of_seven() | {"started_at": moment("10:37")}

    assert state_of(visit, moment(heard_at), moment(now)) == state


def moment(time: str) -> str:
    return f"2026-11-23T{time}:00.000Z"


def visit_of_seven() -> dict[str, str | None]:
    """From seven to half past, and nobody has come."""
    times = {"starts_at": moment("07:00"), "ends_at": moment("07:30")}
    return {**times, "started_at": None, "finished_at": None, "cancelled_at": None}


async def test_a_visit_of_two_stands_with_both_and_counts_once(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    await anna.push(anna.change("finish_visit", "karen"))

    page = (await lis.get("/board")).text

    assert state_on(page, f"visit-{id_of('karen')}") == "done"
    assert state_on(page, f"visit-{id_of('karen')}-{id_of('bo')}") == "done"
    assert re.search(r'<li class="done">.*?<strong>1</strong>', page, re.DOTALL)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("not_home", "finished"),
        ("refused", "finished"),
        ("moved", "finished"),
        ("extra", "done"),
        ("other", "done"),
    ],
)
async def test_a_visit_that_was_finished_and_not_carried_out_is_not_called_done(
    town: Town, kind: str, state: str
):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    deviation = anna.change("report_deviation", kind=kind)
    await anna.push(deviation, anna.change("finish_visit"))

    page = (await lis.get("/board")).text
    numbers = (await lis.get("/board/totals?day=2026-11-23")).text

    assert state_on(page, f"visit-{id_of('else')}") == state
    row = page.partition(f'id="visit-{id_of("else")}"')[2].partition("</li>")[0]
    assert ("Afsluttet" in row, "Udført" in row) == (state == "finished", state == "done")
    assert re.findall(r'<li class="(?:done|deviating)[^>]*>.*?<strong>(\d+)', numbers, re.DOTALL) == [
        "1" if state == "done" else "0",
        "1",
    ]
    assert " data-deviating" in row.partition(">")[0]


async def test_the_board_says_how_many_visits_stand_with_two(town: Town):
    lis = await town.sign_in("lis")
    page, totals = [(await lis.get(path)).text for path in ("/board", "/board/totals?day=2026-11-24")]

    assert "har to medarbejdere" not in totals
    assert "1 besøg har to medarbejdere" in page


async def test_a_number_names_the_state_of_a_visit_on_the_page_and_nothing_leads_nowhere(town: Town):
    lis = await town.sign_in("lis")
    page = (await lis.get("/board")).text
    totals = page.partition('id="totals"')[2].partition("</ul>")[0]
    states = re.findall(r'<a href="#carers" data-first="(\w+)">', totals)

    assert states
    assert len(states) == len(re.findall(r"<strong>[1-9]", totals))
    assert all(f'data-state="{state}"' in page.partition('id="carers"')[2] for state in states)


async def test_a_visit_that_is_opened_says_what_the_board_said_of_it_and_whom_to_call(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    town.now += timedelta(minutes=20)  # nine o'clock, half an hour after its end
    path = f"/board/visits/{id_of('else')}"
    silent = (await lis.get(path)).text
    await anna.push()
    async with town.database.transaction() as tx:
        await tx.execute("update person set phone = '+45 00 00 41 01' where id = :id", {"id": id_of("anna")})
    heard = (await lis.get(path)).text
    await anna.push(anna.change("finish_visit"))
    done = (await lis.get(path)).text

    assert [state_on(page, "known") for page in (silent, heard, done)] == ["not_heard", "not_done", "done"]
    assert "Ikke hørt fra telefonen endnu" in silent
    assert [page.count("Intet modtaget") for page in (silent, heard, done)] == [2, 0, 0]
    assert [page.count("Ikke endnu") for page in (silent, heard, done)] == [0, 2, 1]
    assert "intet nummer kendes: skriv det på personens side" in silent
    assert f'<a href="/people/{id_of("anna")}?from={id_of("else")}">Anna Lund</a>' in silent
    assert (await lis.get(f"/people/{id_of('anna')}")).status_code == 200
    assert 'href="tel:+4500004101"' in heard
    assert ["Ring, før du konkluderer" in page for page in (silent, heard, done)] == [True, True, False]


async def test_a_phone_that_is_shut_out_is_said_on_the_board_and_at_the_visit_until_a_newer_one_is_heard(
    town: Town,
):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    await anna.push()
    paths = (f"/board/carers/{id_of('anna')}?day={day_of(town.now)}", f"/board/visits/{id_of('else')}")

    async def said() -> list[bool]:
        return ["telefonen er lukket ude" in (await lis.get(path)).text.lower() for path in paths]

    before = await said()
    async with town.database.transaction() as tx:
        [phone] = await tx.rows("select id from phone where person_id = :id", {"id": id_of("anna")})
        await revoke_access(tx, phone["id"], "lost", id_of("lis"), town.now)
    shut = await said()
    town.now += timedelta(minutes=1)
    newer = await town.sign_in("anna")
    newer.phone = new_id()
    await newer.push()

    assert (before, shut, await said()) == ([False, False], [True, True], [False, False])


async def test_the_name_of_a_carer_of_another_team_leads_to_no_page_that_does_not_open(town: Town):
    lis = await town.sign_in("lis")
    async with town.database.transaction() as tx:
        params = {"person": id_of("anna"), "team": id_of("syd")}
        await tx.execute("update role set team_id = :team where person_id = :person", params)
    page = (await lis.get(f"/board/visits/{id_of('else')}")).text

    assert "Anna Lund" in page
    assert f"/people/{id_of('anna')}" not in page
    assert (await lis.get(f"/people/{id_of('anna')}")).status_code == 404


async def test_a_visit_is_read_with_both_times(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    note = anna.note("Else var glad i dag.")
    town.now += timedelta(hours=3)
    await anna.push(note)

    page = (await lis.get(f"/board/visits/{id_of('else')}")).text

    assert "Else var glad i dag." in page
    assert re.search(r"08[.:]40", page)
    assert re.search(r"11[.:]40", page)


async def test_two_carers_who_answered_differently_unseen_are_marked(town: Town):
    lis, anna, bo = [await town.sign_in(person) for person in ("lis", "anna", "bo")]
    step_id = id_of("karen Hjælp til bad")

    await anna.push(anna.change("answer_step", "karen", step_id=step_id, answer="alone"))
    await bo.push(bo.change("answer_step", "karen", step_id=step_id, answer="carer"))

    visit = (await lis.get(f"/board/visits/{id_of('karen')}")).text

    assert "Forskellige svar: Hjælp til bad" in (await lis.get("/board")).text
    assert "Forskellige svar: Hjælp til bad" in visit.partition('id="known"')[2].partition("</p>")[0]
    step = plain(visit.partition(f'id="step-{step_id}"')[2].partition("</tr>")[0])
    assert re.search(
        r"Anna Lund · 08\.40 · Borgeren selv .*Bo Friis · 08\.40 · Medarbejderen · gælder: det nyeste", step
    )
    assert "Alle er gemt" in step
    assert step.count("gælder") == 1


async def test_an_answer_of_somebody_who_is_not_on_the_visit_says_so(town: Town):
    lis, anna, bo = [await town.sign_in(person) for person in ("lis", "anna", "bo")]
    step_id = id_of("else Giv medicin")
    await anna.push(anna.change("answer_step", step_id=step_id, answer="alone"))
    town.now += timedelta(minutes=1)
    await bo.push(bo.change("answer_step", "else", step_id=step_id, answer="carer"))
    step = plain((await lis.get(f"/board/visits/{id_of('else')}")).text.partition(f'id="step-{step_id}"')[2])

    assert "Bo Friis (ikke på besøget) · 08.41 · Medarbejderen" in step
    assert "Anna Lund · 08.40" in step


async def test_numbers_that_never_came_are_named(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    await anna.push({**anna.note("et"), "n": 1}, {**anna.note("to"), "n": 5})

    assert "2–4" in (await lis.get("/board")).text


async def test_what_was_refused_is_shown_to_the_leader_and_the_organiser_with_its_words(town: Town):
    lis, ove, anna = [await town.sign_in(person) for person in ("lis", "ove", "anna")]
    await anna.push({**anna.note("Kan ikke forstås."), "name": "fly"})

    pages = [(await lis.get("/held")).text, (await ove.get("/held")).text]

    assert all("Kan ikke forstås." in page for page in pages)
    assert 'href="/held"' in (await lis.get("/board")).text


async def test_what_needs_a_look_stands_on_the_board_of_the_danish_day_on_which_it_came(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")
    midnight = town.now.replace(hour=23, minute=0)
    for now in (midnight - timedelta(milliseconds=1), midnight):
        town.now = now
        await anna.push({**anna.note("Kan ikke forstås."), "name": "fly"})

    boards = [(await lis.get(f"/board/days/2026-11-{day}")).text for day in (22, 23, 24, 25)]

    assert ["1 ændring skal ses på" in board for board in boards] == [False, True, True, False]


async def test_a_leader_sees_nothing_of_another_team(town: Town):
    mia, anna = await town.sign_in("mia"), await town.sign_in("anna")
    await anna.push({**anna.note("Kan ikke forstås."), "name": "fly"})

    board, visit, row, held = [
        await mia.get(path)
        for path in (
            "/board",
            f"/board/visits/{id_of('else')}",
            f"/board/carers/{id_of('anna')}?day=2026-11-23",
            "/held",
        )
    ]

    assert "Solveig" in board.text
    assert "Else" not in board.text
    assert (visit.status_code, row.status_code) == (404, 404)
    assert "Kan ikke forstås." not in held.text


@pytest.mark.parametrize("path", ["/board", "/board/days/2026-11-24", "/board/live", "/held"])
async def test_the_board_is_not_for_carers(town: Town, path: str):
    anna = await town.sign_in("anna")

    assert (await anna.get(path)).status_code == 404


async def test_another_day_without_visits_is_an_empty_board(town: Town):
    lis = await town.sign_in("lis")

    answer = await lis.get("/board/days/2026-11-24")

    assert answer.status_code == 200
    assert "data-state" not in answer.text
    assert "Planlæggeren henter planen ind" in answer.text


async def test_a_day_that_is_over_and_had_no_visits_says_nothing_of_a_plan_to_come(town: Town):
    lis = await town.sign_in("lis")

    page = (await lis.get("/board/days/2026-11-02")).text

    assert "Ingen besøg kendes fra denne dag" in page
    assert "Planlæggeren henter planen ind" not in page


async def test_the_board_is_poked_with_names_when_something_changed(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")

    async with listening(lis) as heard:
        await anna.push(anna.change("start_visit", "karen"))
        names = {await asyncio.wait_for(heard.get(), 5) for _ in range(2)}
    row = await lis.get(f"/board/carers/{id_of('bo')}?day=2026-11-23")

    assert names == {f"carer-{id_of('anna')}", f"carer-{id_of('bo')}"}
    assert row.text.lstrip().startswith("<section")
    assert f'id="visit-{id_of("karen")}-{id_of("bo")}"' in row.text


async def test_a_form_without_a_phone_pokes_the_board_too(town: Town):
    lis, anna = await town.sign_in("lis"), await town.sign_in("anna")

    async with listening(lis) as heard:
        await anna.do("start_visit", visit_id=id_of("else"))

        assert await asyncio.wait_for(heard.get(), 5) == f"carer-{id_of('anna')}"


async def test_a_leader_hears_only_the_own_teams(town: Town):
    lis, mia, anna, carl = [await town.sign_in(person) for person in ("lis", "mia", "anna", "carl")]

    async with listening(lis) as at_lis, listening(mia) as at_mia:
        await anna.push()
        await carl.push()
        first = await asyncio.wait_for(at_lis.get(), 5), await asyncio.wait_for(at_mia.get(), 5)

    assert first == (f"carer-{id_of('anna')}", f"carer-{id_of('carl')}")
    assert (at_lis.empty(), at_mia.empty()) == (True, True)


async def test_the_stream_is_never_packed_and_never_kept(town: Town):
    lis = await town.sign_in("lis")

    async with lis.http.stream("GET", "/board/live", headers={"Accept-Encoding": "gzip, zstd"}) as stream:
        headers = stream.headers

    assert headers["content-type"].startswith("text/event-stream")
    assert (headers["cache-control"], headers.get("content-encoding")) == ("no-store", None)


@pytest.mark.wall_clock
async def test_the_server_stops_soon_with_boards_open(tmp_path: Path):
    async with open_town(tmp_path) as town:
        lis, mia = await town.sign_in("lis"), await town.sign_in("mia")
        tasks = [asyncio.create_task(read_to_the_end(leader)) for leader in (lis, mia)]
        await open_boards(town, 2)

        began = time.monotonic()
        await town.stop()
        took = time.monotonic() - began
        await asyncio.gather(*tasks, return_exceptions=True)

    assert took < SOON


async def sign_out(town: Town, lis: Browser) -> None:
    await lis.http.post("/sign-out")


async def shut_out(town: Town, lis: Browser) -> None:
    await (await town.sign_in("ove")).http.post(f"/people/{id_of('lis')}/shut-out")


async def end_elsewhere(town: Town, lis: Browser) -> None:
    await (await town.sign_in("lis")).http.post("/access/sign-out-elsewhere")


async def become_a_carer(town: Town, lis: Browser) -> None:
    async with town.database.transaction() as tx:
        await tx.execute(
            "update role set ended_at = '2026-11-23' where person_id = :id and name = 'leader'",
            {"id": id_of("lis")},
        )
        await roles.add_role(tx, id_of("lis"), Role("carer", id_of("nord")), "2026-11-01")


async def leave_it_open(town: Town, lis: Browser) -> None:
    town.now += timedelta(days=14, seconds=1)


async def use_it_for_long(town: Town, lis: Browser) -> None:
    async with town.database.transaction() as tx:
        await tx.execute("update sign_in set used_at = '2027-02-21', ends_at = '2027-02-21T07:40:00.000Z'")
    town.now += timedelta(days=90)


@pytest.mark.parametrize(
    "end", [sign_out, shut_out, end_elsewhere, become_a_carer, leave_it_open, use_it_for_long]
)
async def test_an_open_board_hears_nothing_more_within_seconds_of_the_end_of_its_sign_in(
    town: Town, monkeypatch: pytest.MonkeyPatch, end: Callable[[Town, Browser], Awaitable[None]]
):
    monkeypatch.setattr(board_stream, "CHECK_EVERY", 0.05)
    lis = await town.sign_in("lis")

    reading = asyncio.create_task(read_to_the_end(lis))
    await open_boards(town, 1)
    before = reading.done(), town.boards.count
    await end(town, lis)
    await asyncio.wait_for(reading, 5)

    assert (before, town.boards.count) == ((False, 1), 0)


def test_a_board_waits_for_two_words_of_the_server_before_it_takes_it_for_lost():
    script = resource("static/shared_stream.js").read_text()
    quiet_for = re.search(r"QUIET_FOR = ([\d_]+);", script)

    assert quiet_for
    assert int(quiet_for[1]) == 2 * board_stream.PING_EVERY * 1000


def test_of_too_many_boards_of_one_sign_in_the_oldest_ends_and_nobody_elses():
    boards = Boards()
    other = boards.open(["nord"], "mia")

    mine = [boards.open(["nord"], "lis") for _ in range(MOST_OF_ONE + 2)]

    assert boards.count == MOST_OF_ONE + 1
    assert [board.is_closed for board in mine] == [True, True] + [False] * MOST_OF_ONE
    assert not other.is_closed


async def test_a_board_that_is_closed_tells_nothing_that_still_waited():
    boards = Boards()
    open_board = boards.open(["nord"])
    boards.notify([Notice("anna", frozenset(["nord"]))])

    open_board.close()

    assert [name async for name in open_board.names()] == []


async def read_to_the_end(leader: Browser) -> None:
    async with leader.http.stream("GET", "/board/live") as stream:
        async for _ in stream.aiter_lines():
            pass


async def open_boards(town: Town, count: int) -> None:
    """Wait until so many are open."""
    async with asyncio.timeout(10):
        while town.boards.count != count:  # noqa: ASYNC110 - boards tell nobody how many they are
            await asyncio.sleep(0.02)


async def test_a_board_that_is_closed_is_forgotten(town: Town):
    lis = await town.sign_in("lis")

    async with listening(lis):
        while_open = town.boards.count
    await open_boards(town, 0)

    assert (while_open, town.boards.count) == (1, 0)


async def test_a_leader_cannot_change_what_happened(town: Town):
    lis = await town.sign_in("lis")

    answer = await lis.do("write_note", visit_id=id_of("else"), note_id=new_id(), text="Fra lederen")

    assert answer.status_code == 403


async def test_boards_of_two_processes_hear_each_other(tmp_path: Path):
    with make_company(2) as [one, other], engines.open_settled(tmp_path, settle) as address:
        await boards_hear_each_other(address, tmp_path, one, other)


async def boards_hear_each_other(address: str, folder: Path, one: Company, other: Company) -> None:
    async with (
        open_town_at(address, folder, company=one) as here,
        open_town_at(address, folder, company=other) as there,
    ):
        lis, mia = await here.sign_in("lis"), await there.sign_in("lis")
        anna, carl = await there.sign_in("anna"), await here.sign_in("carl")

        async with listening(lis) as at_lis, listening(mia) as at_mia:
            await carl.push(carl.note("i en anden gruppe", visit="solveig"))
            await anna.push(anna.note("hej"))
            heard = [await asyncio.wait_for(board.get(), 5) for board in (at_lis, at_mia)]

    assert heard == [f"carer-{id_of('anna')}"] * 2


@pytest.mark.postgresql
async def test_a_process_that_could_not_hear_sends_its_boards_away(tmp_path: Path):
    async with open_town(tmp_path) as town:
        lis = await town.sign_in("lis")
        async with listening(lis), town.database.transaction() as tx:
            await tx.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%'"
            )
            await open_boards(town, 0)

            assert town.boards.count == 0


def test_many_pokes_are_few_messages_and_none_is_too_long():
    notices = [Notice(new_id(), frozenset(new_id() for _ in range(teams))) for teams in [*range(30), 500]]

    messages = write_messages(notices)

    heard: defaultdict[str, set[str]] = defaultdict(set)
    for message in messages:
        for notify in read_message(message):
            heard[notify.carer_id] |= notify.team_ids
    assert heard == {notify.carer_id: notify.team_ids for notify in notices if notify.team_ids}
    assert max(len(message.encode()) for message in messages) <= MOST_IN_A_MESSAGE
    assert len(messages) < 8


async def test_a_board_that_stays_open_over_a_new_version_goes_on_counting(town: Town):
    """Its script is the old one, the totals that it fetches are the new version's: the event keeps its name for ever."""
    leader = await town.sign_in("lis")

    board = await leader.get("/board")

    assert "haand-poke from:body" in board.text
    assert 'new CustomEvent("haand-poke")' in resource("static/following.js").read_text("utf-8")


@pytest.mark.parametrize(
    "day", ["9999-12-31", "2100-01-01", "2019-12-31", "0001-01-01", "20261123", "2026-02-30"]
)
async def test_a_day_that_is_not_ours_is_not_found_and_no_page_dies_of_it(town: Town, day: str):
    lis = await town.sign_in("lis")

    answers = [await lis.get(f"/board/days/{day}"), await lis.get(f"/board/carers/{id_of('anna')}?day={day}")]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("day", ["2020-01-01", "2099-12-31"])
async def test_the_first_and_the_last_day_that_are_ours_are_shown(town: Town, day: str):
    lis = await town.sign_in("lis")

    assert (await lis.get(f"/board/days/{day}")).status_code == 200
