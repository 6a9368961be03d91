"""Only the data-protection officer looks into the access log, finds what is to be found, and stands in it too."""

import asyncio
import html
import json
import re
import threading
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from pwa.oversight import search as search_module
from tests.access_log import entries, get, last, send
from tests.house import House
from tests.small_town import id_of

MONDAY = "2026-11-23"


async def search(house: House, who: str = "dora", **form: str) -> str:
    """The address to which a search leads."""
    answer = await send(house, who, "/access-log", **form)
    assert answer.status_code == 303
    return answer.headers["location"]


async def found(house: House, **form: str) -> str:
    """The page of what a search finds."""
    return (await get(house, "dora", await search(house, **form))).text


@pytest.mark.parametrize("who", ["anna", "lis", "ove"])
@pytest.mark.parametrize(
    "path", ["/access-log", "/access-log/samples", f"/access-log/citizens/{id_of('Else Holm')}"]
)
async def test_for_everybody_else_there_is_no_log(house: House, who: str, path: str):
    assert (await get(house, who, path)).status_code == 404


async def test_the_officer_begins_at_the_log_and_finds_by_citizen_person_and_day(control: House):
    anna = control.phone()
    await anna.push(anna.note("Meget fortroligt."))
    await get(control, "bo", f"/visits/{id_of('else')}")
    await get(control, "carl", f"/visits/{id_of('solveig')}")
    await get(control, "lis", "/board")

    everything = (await get(control, "dora", "/access-log")).text
    of_else = await found(control, citizen="else", first=MONDAY, last=MONDAY)
    of_bo = await found(control, person="friis", first=MONDAY, last=MONDAY)
    before = await found(control, first="2026-11-20", last="2026-11-22")

    assert all(name in everything for name in ("Anna Lund", "Bo Friis", "Carl Juhl", "Lis Bang"))
    assert "Vikar for en anden" in of_else
    assert "Lis Bang" in of_else  # the board on which Else stood
    assert "Skrevet: Notat" in of_else
    assert "fortroligt" not in everything
    assert "Carl Juhl" not in of_else
    assert ("Bo Friis" in of_bo, "Anna Lund" in of_bo) == (True, False)
    assert "Der er ikke fundet noget" in before


@pytest.mark.parametrize(
    ("asked", "is_found"), [("holm,", True), ("Else-Holm", True), ("hollm", True), ("cykel", False)]
)
async def test_a_name_is_found_however_it_is_written(control: House, asked: str, is_found: bool):
    page = await found(control, citizen=asked, first=MONDAY, last=MONDAY)

    assert (f'href="/access-log/citizens/{id_of("Else Holm")}"' in page) is is_found


@pytest.mark.parametrize(
    ("day", "is_found"),
    [("2026-11-15", False), ("2026-11-16", True), ("2026-11-30", True), ("2026-12-01", False)],
)
async def test_a_citizen_is_found_by_name_who_is_visited_within_a_week_of_the_days(
    control: House, day: str, is_found: bool
):
    page = await found(control, citizen="else", first=day, last=day)

    assert (f'href="/access-log/citizens/{id_of("Else Holm")}"' in page) is is_found


async def test_an_officer_of_one_team_sees_nothing_of_another(control: House):
    await get(control, "anna", "/")
    await get(control, "carl", f"/visits/{id_of('else')}")
    await get(control, "carl", f"/visits/{id_of('solveig')}")

    page = (await get(control, "sus", "/access-log")).text

    assert ("Solveig Riis" in page, "Else Holm" in page, "Anna Lund" in page) == (True, False, False)


async def test_what_one_page_does_not_hold_stands_on_the_next_and_nothing_is_pushed_out(
    control: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(search_module, "MOST_SHOWN", 2)
    anna, where = control.phone(), {"person": "anna lund", "first": MONDAY, "last": MONDAY}
    for number in range(5):
        await anna.push(anna.note(f"{number}"))
    shown: list[str] = []
    address: str | None = await search(control, **where)

    while address:
        page = (await get(control, "dora", address)).text
        shown += re.findall(r'id="entry-([^"]+)" data-kind="wrote"', page)
        older = re.search(r'href="(/access-log\?search=[^"]+)"', page)
        address = older and html.unescape(older[1])

    assert len(shown) == len(set(shown)) == 5


@pytest.mark.parametrize("page", ["0", "-1", "51", "1e3", "²", "", "99999999999999999999"])
async def test_a_page_that_there_is_not_is_the_first(control: House, page: str):
    assert (await get(control, "dora", f"/access-log?page={page}")).status_code == 200


async def test_who_looks_into_the_log_stands_in_it(control: House):
    await found(control, citizen="else", first=MONDAY, last=MONDAY)

    entry = await last(control)
    assert (entry["person_id"], entry["what"], entry["purpose"]) == (id_of("dora"), "access_log", "control")
    assert entry["words"].startswith("else; 2026-11-23")
    assert json.loads(entry["about"]) == [[id_of("nord"), id_of("Else Holm"), ""]]
    assert "Dora Dam" in (await get(control, "dora", "/access-log")).text


async def test_a_refused_change_is_found_by_reference(control: House):
    carl = control.phone("carl")
    [fate] = await carl.push(carl.note("Hemmeligt.", visit="else"))
    assert fate.problem == "NotYourTeam"

    page = await found(control, citizen="else", first=MONDAY, last=MONDAY)

    assert "Afvist: Ændring" in page
    assert "Hemmeligt" not in page


@pytest.mark.parametrize(
    ("first", "last_day"), [("x", "y"), ("2026-11-23", "2026-11-01"), ("2020-01-01", "2026-11-01")]
)
async def test_days_that_cannot_be_shown_are_said_to_be(control: House, first: str, last_day: str):
    page = await found(control, first=first, last=last_day)

    assert "De dage kan ikke vises" in page


async def test_whom_somebody_searches_for_stands_in_no_address_and_no_log_line(control: House):
    with capture_logs() as lines:
        address = await search(control, citizen="Else Holm", person="Bo Friis", first=MONDAY, last=MONDAY)
        page = await get(control, "dora", address)

    said = f"{address} {page.request.url} {page.headers} {lines}".lower()
    assert 'value="Else Holm"' in page.text
    assert not [name for name in ("else", "holm", "bo friis", "friis", MONDAY) if name in said]


@pytest.mark.parametrize("query", ["citizen=else", "search=else", "search=", "search=AAAA", "search=%F8"])
async def test_an_address_that_says_a_name_finds_nobody_by_it(control: House, query: str):
    page = (await get(control, "dora", f"/access-log?{query}")).text

    assert ('name="citizen" value=""' in page, (await last(control))["words"]) == (
        True,
        "2026-11-17 - 2026-11-23",
    )


async def test_the_address_of_a_search_says_to_nobody_else_what_was_searched_for(control: House):
    address = await search(control, citizen="else")

    assert 'name="citizen" value=""' in (await get(control, "sus", address)).text
    assert (await get(control, "lis", address)).status_code == 404


async def test_who_is_no_officer_is_told_nothing_of_a_search(control: House):
    answer = await send(control, "lis", "/access-log", citizen="else")

    assert answer.status_code == 404


async def test_an_extract_has_dates_and_purposes_and_nobodys_name(control: House):
    await get(control, "anna", f"/visits/{id_of('else')}")
    await send(
        control, "lis", "/access-log/purpose",
        visit_id=id_of("else"), purpose="other", words="=HYPERLINK(1) til Anna Lund",
    )  # fmt: skip
    control.pass_time(minutes=1)
    await get(control, "lis", f"/board/visits/{id_of('else')}")
    path = f"/access-log/citizens/{id_of('Else Holm')}"

    page, file = await get(control, "dora", path), await get(control, "dora", f"{path}/csv")

    assert file.content.decode("utf-8-sig").splitlines() == [
        "Dag;Tid;Hvad;Hvorfor;Med ord",
        "23-11-2026;08:41;Læst: Adgangslog;Kontrol;",
        "23-11-2026;08:41;Læst: Besøg;Noget andet;'=HYPERLINK(1) til …",
        "23-11-2026;08:40;Læst: Besøg;Egen rute;",
    ]
    assert "Else Holm" in page.text
    assert not [name for name in ("Anna Lund", "Lis Bang") if name in page.text]
    assert [entry["kind"] for entry in await entries(control)][-2:] == ["read", "export"]


async def test_a_search_that_is_too_long_is_not_cut_but_refused_and_stays_in_its_field(control: House):
    for length, is_refused in ((100, False), (101, True)):
        page = await found(control, citizen="x" * length)

        assert ("Teksten er for lang" in page) == is_refused
        assert f'value="{"x" * length}"' in page


async def test_a_long_search_keeps_nobody_waiting(control: House, monkeypatch: pytest.MonkeyPatch):
    has_begun, is_served, waited = threading.Event(), threading.Event(), []

    def slow(_: str, texts: Sequence[str]) -> list[bool]:
        has_begun.set()
        waited.append(is_served.wait(10))
        return [True] * len(texts)

    monkeypatch.setattr(search_module, "matching", slow)
    address = await search(control, citizen="else", first=MONDAY, last=MONDAY)
    searching = asyncio.create_task(get(control, "dora", address))
    assert await asyncio.to_thread(has_begun.wait, 10)

    served = await get(control, "lis", "/board")
    is_served.set()

    assert (served.status_code, (await searching).status_code, waited) == (200, 200, [True])
