"""What anybody looks at stands in the access log, whole and for its time, and only its officer looks into it."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest

from pwa.access.queries import people, roles
from pwa.app import ROUTES
from pwa.audit.chain import START, remove_old, seal_of
from pwa.audit.queries import add_anchor
from pwa.audit.writer import AccessEvent, AccessLog
from pwa.backups.verify import verify_access_log
from pwa.care.documents.access_purpose import purpose_of
from pwa.care.queries.citizens import list_citizens_of_visits
from pwa.database import Row, SqliteDatabase
from pwa.words import Person, Role, new_id, to_text
from tests import command_runner as commands
from tests.engines import engines
from tests.house import House, open_house, open_house_at
from tests.keeping import ask
from tests.small_town import FROM_OUR_PAGE, LONG_AGO, id_of

COLUMNS = (
    "n", "hash", "id", "at", "received_at", "kind", "what", "day", "person_id", "sign_in_id", "phone_id", "purpose",
    "words", "about",
)  # fmt: skip


@pytest.fixture
async def control(house: House) -> House:
    """The town with two data-protection officers: Dora for everything, Sus for Syd."""
    await let_in(house, "dora", "Dora Dam", "kommune")
    await let_in(house, "sus", "Sus Ravn", "syd")
    return house


async def let_in(house: House, who: str, name: str, team: str) -> None:
    async with house.database.transaction() as tx:
        await roles.set_person(tx, id_of(who), name, "da")
        await roles.add_role(tx, id_of(who), Role("dpo", id_of(team)), LONG_AGO)


async def get(house: House, who: str, path: str) -> httpx2.Response:
    cookie = house.cookies.get(who) or await house.sign_in(who)
    return await house.http.get(path, headers={"Cookie": cookie})


async def send(house: House, who: str, path: str, **form: str) -> httpx2.Response:
    cookie = house.cookies.get(who) or await house.sign_in(who)
    return await house.http.post(path, data=form, headers={"Cookie": cookie, **FROM_OUR_PAGE})


async def entries(house: House) -> list[Row]:
    """What stands in the log, in the order in which it came."""
    return await house.rows("select * from access_log order by received_at, id")


async def last(house: House) -> Row:
    return (await entries(house))[-1]


def visits_of(entry: Row) -> set[str]:
    return {visit_id for _, _, visit_id in json.loads(entry["about"])}


async def chained(house: House) -> None:
    """Wait until every entry has its place."""
    for _ in range(200):
        if not await house.rows("select id from access_log where n is null"):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("an entry got no place")


async def wrong_in(house: House) -> list[str]:
    """What a check finds, in the words of the finding's ids."""
    verified = await verify_access_log(house.database, house.now)
    return [str(finding.values["ids"]) for finding in verified.findings]


# What is written down --------------------------------------------------------------------------------------


async def test_a_carers_visit_is_in_the_log_before_it_is_on_the_screen(house: House):
    assert (await get(house, "anna", f"/visits/{id_of('else')}")).status_code == 200

    entry = await last(house)
    [sign_in] = await house.rows("select id from sign_in where person_id = :id", id=id_of("anna"))
    assert (entry["kind"], entry["what"], entry["purpose"]) == ("read", "visit", "own_route")
    assert (entry["person_id"], entry["sign_in_id"]) == (id_of("anna"), sign_in["id"])
    assert json.loads(entry["about"]) == [[id_of("nord"), id_of("Else Holm"), id_of("else")]]
    assert entry["at"] == to_text(house.now)


async def test_whoever_opens_a_colleagues_visit_steps_in(house: House):
    await get(house, "bo", f"/visits/{id_of('else')}")

    assert (await last(house))["purpose"] == "substitute"


async def test_whoever_visits_the_same_citizen_these_days_hands_over(house: House):
    body = await house.phone().visit("else")
    bo = {"id": id_of("bo"), "name": "Bo Friis"}
    await house.plan({**body, "visit_id": id_of("else in the evening"), "carers": [bo]})

    await get(house, "bo", f"/visits/{id_of('else')}")

    assert (await last(house))["purpose"] == "handover"


async def test_a_day_names_its_visits(house: House):
    await get(house, "anna", "/")

    assert visits_of(await last(house)) == {id_of("else"), id_of("karen"), id_of("knud")}


async def test_what_a_sync_brings_is_one_entry_and_an_hour_later_what_is_new(house: House):
    anna, bo = house.phone(), house.phone("bo")
    await anna.sync()
    await bo.push(bo.note(visit="karen"))
    await anna.sync()
    await anna.push(anna.note())
    house.pass_time(hours=1)
    await bo.push(bo.note(visit="karen"))
    await anna.sync()

    mine = [entry for entry in await entries(house) if entry["person_id"] == id_of("anna")]
    assert [visits_of(entry) for entry in mine] == [
        {id_of("else"), id_of("karen"), id_of("knud")},
        {id_of("karen")},
    ]
    assert {(entry["what"], entry["purpose"], entry["phone_id"]) for entry in mine} == {
        ("sync", "own_route", anna.id)
    }


async def test_a_board_is_noted_once_an_hour_and_names_its_day(house: House):
    for path in (
        "/board",
        "/board",
        f"/board/carers/{id_of('anna')}?day=2026-11-23",
        "/board/days/2026-11-24",
    ):
        assert (await get(house, "lis", path)).status_code in (200, 404)

    boards = [entry["day"] for entry in await entries(house) if entry["what"] == "board"]
    assert boards == ["2026-11-23", "2026-11-24"]


async def test_a_search_stands_with_what_was_searched_for(house: House):
    await get(house, "anna", "/guides?q=loftlift")

    assert ((await last(house))["kind"], (await last(house))["words"]) == ("search", "loftlift")


async def test_an_export_is_noted(house: House):
    anna = house.phone()
    await anna.push(anna.change("fly"))
    await get(house, "anna", "/waiting/export")

    entry = await last(house)
    assert (entry["kind"], entry["what"], visits_of(entry)) == ("export", "waiting", {id_of("else")})


async def test_no_word_of_a_note_comes_into_the_log(house: House):
    anna = house.phone()
    await anna.push(anna.note("Meget fortroligt."), anna.change("fly", text="Meget fortroligt."))
    for who, path in (
        ("anna", "/"),
        ("anna", "/waiting"),
        ("lis", f"/board/visits/{id_of('else')}"),
        ("lis", "/held"),
    ):
        await get(house, who, path)

    assert len(await entries(house)) >= 5
    assert "fortroligt" not in json.dumps(await entries(house))


# Refused ---------------------------------------------------------------------------------------------------


ANOTHERS = {
    "visit_id": id_of("else"), "carer_id": id_of("anna"), "citizen_id": id_of("Else Holm"),
    "guide_id": id_of("loftlift"),
}  # fmt: skip


def addresses_of_anothers() -> list[str]:
    """Every page that is about one thing, for a thing of Nord's."""
    pages = [route for route in ROUTES if "GET" in (route.methods or ())]
    found = []
    for route in pages:
        names = set(route.param_convertors)
        if names and names <= ANOTHERS.keys():
            found.append(route.path.format(**ANOTHERS))
    return sorted(found)


def test_the_walk_meets_every_kind_of_page():
    walked = "\n".join(addresses_of_anothers())

    assert all(
        f"{part}/" in walked for part in ("/visits", "/guides", "/board/carers", "/board/visits", "/citizens")
    )


@pytest.mark.parametrize("path", addresses_of_anothers())
@pytest.mark.parametrize("who", ["carl", "mia", "sus"])
async def test_what_is_another_teams_is_not_found_and_that_is_noted(control: House, who: str, path: str):
    answer = await get(control, who, f"{path}?day=2026-11-23")

    refused = [entry for entry in await entries(control) if entry["kind"] == "refused"]
    assert answer.status_code == 404
    may_ask = {"/board/carers": ("mia",), "/access-log": ("sus",)}
    names = next(
        (names for start, names in may_ask.items() if path.startswith(start)), ("carl", "mia", "sus")
    )
    assert [entry["person_id"] for entry in refused] == ([id_of(who)] if who in names else [])


async def test_what_is_nowhere_is_not_found_and_nothing_is_noted(house: House):
    await house.sign_in("anna")
    assert (await get(house, "anna", f"/visits/{new_id()}")).status_code == 404

    assert await entries(house) == []


async def test_another_teams_change_cannot_be_dealt_with_and_that_is_noted(house: House):
    anna = house.phone()
    await anna.push(anna.change("fly"))
    [change] = await house.rows("select team_id, id, digest from change where problem is not null")

    answer = await send(house, "mia", "/held/dealt_with", **change)

    assert answer.status_code == 404
    assert ((await last(house))["kind"], visits_of(await last(house))) == ("refused", {id_of("else")})


# Why -------------------------------------------------------------------------------------------------------


async def test_a_leader_is_asked_why_once_a_day_for_each_citizen(house: House):
    path = f"/board/visits/{id_of('else')}"
    assert "Hvorfor åbner du besøget?" in (await get(house, "lis", path)).text

    said = await send(
        house, "lis", "/access-log/purpose", visit_id=id_of("else"), purpose="other", words="Klage"
    )

    assert (said.status_code, said.headers["location"]) == (303, path)
    house.pass_time(minutes=1)
    assert "Hvorfor åbner du besøget?" not in (await get(house, "lis", path)).text
    assert [(entry["kind"], entry["purpose"], entry["words"]) for entry in await entries(house)] == [
        ("read", "not_said", ""),
        ("purpose", "other", "Klage"),
        ("read", "other", "Klage"),
    ]
    house.pass_time(hours=20)
    assert "Hvorfor åbner du besøget?" in (await get(house, "lis", path)).text


@pytest.mark.parametrize(
    ("who", "form", "status"),
    [
        ("lis", {"purpose": "other", "words": " "}, 422),
        ("lis", {"purpose": "control"}, 422),
        ("lis", {"purpose": "other", "words": "x" * 201}, 422),
        ("mia", {"purpose": "overview"}, 404),
        ("anna", {"purpose": "overview"}, 404),
    ],
)
async def test_a_reason_that_is_none_is_not_taken(house: House, who: str, form: dict[str, str], status: int):
    answer = await send(house, who, "/access-log/purpose", visit_id=id_of("else"), **form)

    assert answer.status_code == status
    assert not [entry for entry in await entries(house) if entry["kind"] == "purpose"]


# Read without a network ------------------------------------------------------------------------------------


async def anna_and_log(house: House) -> tuple[Person, AccessLog]:
    async with house.database.snapshot() as tx:
        anna = await people.get_person(tx, id_of("anna"), to_text(house.now))
    assert anna
    return anna, AccessLog(house.database, lambda: house.now, new_id, list_citizens_of_visits, purpose_of)


async def test_what_was_read_in_a_cellar_stands_with_its_time_however_often_it_comes(house: House):
    anna, log = await anna_and_log(house)
    at = to_text(house.now - timedelta(hours=3))
    reads = [(id_of("else"), at), (id_of("solveig"), at), ("nonsense", at)]

    for _ in range(2):
        await log.receive_views(anna, "sign-in", "phone", reads)
    await log.close()

    found = {entry["purpose"]: entry for entry in await entries(house)}
    assert len(await entries(house)) == 2
    assert (found["own_route"]["at"], found["own_route"]["received_at"]) == (at, to_text(house.now))
    assert (found["substitute"]["phone_id"], visits_of(found["substitute"])) == ("phone", {id_of("solveig")})
    assert await wrong_in(house) == []


@pytest.mark.parametrize(
    "at",
    ["tomorrow", "2027-01-01T00:00:00.000Z"],
)
async def test_a_time_that_cannot_be_is_put_right(house: House, at: str):
    anna, log = await anna_and_log(house)

    assert await log.receive_views(anna, "sign-in", "phone", [(id_of("else"), at)]) == 1
    await log.close()

    [entry] = await entries(house)
    assert (entry["at"], entry["purpose"]) == (to_text(house.now), "own_route")


async def test_what_was_looked_at_without_a_network_comes_with_the_sync_with_its_time(house: House):
    anna, at = house.phone(), to_text(house.now - timedelta(hours=3))
    await anna.sync()
    looked = [{"visit_id": id_of("else"), "at": at}]

    first = (await anna.post(anna.note(), looked=looked)).json()
    again = (await anna.post(looked=looked)).json()
    without = (await anna.post()).json()

    assert [first["fates"][0]["fate"], first["looked"], again["looked"]] == ["applied", True, True]
    assert "looked" not in without
    [entry] = [entry for entry in await entries(house) if entry["what"] == "offline"]
    assert (entry["at"], entry["phone_id"], visits_of(entry)) == (at, anna.id, {id_of("else")})


@pytest.mark.parametrize(
    "looked", [[{"visit_id": "else", "at": "now"}], [{}], {}, "all", [{"visit_id": id_of("else")}]]
)
async def test_looks_in_another_form_are_refused_as_the_rest_of_a_push_is(house: House, looked: Any):
    answer = await house.phone().post(looked=looked)

    assert (answer.status_code, answer.json()["code"]) == (422, "NotAsDescribed")


@pytest.mark.sqlite
async def test_looks_that_cannot_be_written_down_just_now_are_sent_again(house: House):
    anna = house.phone()
    await anna.sync()
    assert isinstance(house.database, SqliteDatabase)
    await house.database.writer.connection.aside.execute_fetchall("pragma busy_timeout = 10")
    with closing(sqlite3.connect(house.folder / "haand.sqlite3", isolation_level=None)) as other:
        other.execute("begin immediate")
        answer = await anna.post(looked=[{"visit_id": id_of("else"), "at": to_text(house.now)}])
        other.rollback()

    assert answer.status_code == 200
    assert "looked" not in answer.json()


# The chain -------------------------------------------------------------------------------------------------


async def fill(house: House, count: int = 5, ago: timedelta = timedelta()) -> None:
    """Some entries in which no column is empty."""
    anna, _ = await anna_and_log(house)
    log = AccessLog(house.database, lambda: house.now - ago, new_id, list_citizens_of_visits, purpose_of)
    for number in range(count):
        look = AccessEvent(
            kind="read", what="board", purpose="overview", citizens=[(id_of("nord"), id_of("Else Holm"))],
            day="2026-11-23", words=f"Klage {number}",
        )  # fmt: skip
        await log.record_access(anna, id_of("sign-in"), look, id_of("phone"))
    await log.close()
    await chained(house)


async def spoil(house: House, table: str, column: str, old: Any, new: Any) -> None:
    """Write something else where only somebody with the disk in hand can."""
    if engines.is_sqlite:
        with closing(sqlite3.connect(house.address.removeprefix("sqlite:///"))) as here:
            here.execute("pragma ignore_check_constraints = on")
            here.execute(f"drop trigger {table}_is_not_updated")
            here.execute(f"update {table} set {column} = ? where {column} = ?", (new, old))
            here.commit()
        return
    there = await asyncpg.connect(house.address)
    try:
        await there.execute("set session_replication_role = replica")
        await there.execute(f"update {table} set {column} = $1 where {column} = $2", new, old)
    finally:
        await there.close()


OTHER = {"kind": "export", "what": "visit", "purpose": "not_said"}
"""PostgreSQL refuses a word that is none, so there it becomes another one."""


def flipped(column: str, value: Any) -> Any:
    """One bit of it is another."""
    if isinstance(value, int):
        return value ^ 64
    if column in OTHER and not engines.is_sqlite:
        return OTHER[column]
    return chr(ord(value[-1]) ^ 1) if len(value) == 1 else value[:-1] + chr(ord(value[-1]) ^ 1)


@pytest.mark.parametrize("column", COLUMNS)
async def test_one_flipped_bit_of_any_column_is_found_and_named(house: House, column: str):
    await fill(house)
    assert await wrong_in(house) == []
    before = {row["n"]: row for row in await house.rows("select * from access_log")}
    old, new = before[3][column], flipped(column, before[3][column])
    spoilt = {n for n, row in before.items() if row[column] == old}

    await spoil(house, "access_log", column, old, new)

    after = {row["n"]: row["id"] for row in await house.rows("select n, id from access_log")}
    broken = {"n": {4, new}, "hash": {3, 4}}.get(
        column, spoilt
    )  # what comes after it does not hold on to it either
    assert await wrong_in(house) == [", ".join(f"{n}: {after[n]}" for n in sorted(broken))]


@pytest.mark.parametrize("column", ["count", "removed_at", "rule", "seal", "hash"])
async def test_one_flipped_bit_of_an_anchor_is_found(house: House, column: str):
    await fill(house, ago=timedelta(days=800))
    await fill(house, 2)
    await remove_old(house.database, house.now, 730)
    assert await wrong_in(house) == []
    [anchor] = await house.rows("select * from access_anchor")

    await spoil(house, "access_anchor", column, anchor[column], flipped(column, anchor[column]))

    assert str(anchor["n"]) in await wrong_in(house)


@pytest.mark.parametrize(("count", "wrong"), [(2, ["3"]), (3, []), (4, ["3"])])
async def test_an_anchor_that_names_another_number_than_is_gone_is_found_however_well_it_is_sealed(
    house: House, count: int, wrong: list[str]
):
    await fill(house)
    [third] = await house.rows("select n, hash from access_log where n = 3")
    anchor = {**third, "count": count, "removed_at": to_text(house.now), "rule": "received long ago"}

    async with house.database.transaction() as tx:
        await add_anchor(tx, {**anchor, "seal": seal_of(START, anchor)})

    assert await wrong_in(house) == wrong


async def test_an_entry_that_is_gone_is_missed(house: House):
    await fill(house)
    if engines.is_sqlite:
        with closing(sqlite3.connect(house.address.removeprefix("sqlite:///"))) as here:
            here.execute("drop trigger access_log_is_not_deleted")
            here.execute("delete from access_log where n = 3")
            here.commit()
    else:
        there = await asyncpg.connect(house.address)
        await there.execute("set session_replication_role = replica; delete from access_log where n = 3")
        await there.close()

    [entry] = await house.rows("select id from access_log where n = 4")
    assert await wrong_in(house) == [f"4: {entry['id']}"]


async def test_an_entry_that_is_hidden_from_the_search_is_missed(house: House):
    await fill(house, 1)
    await spoil(house, "access_log_about", "citizen_id", id_of("Else Holm"), id_of("somebody else"))

    assert len(await wrong_in(house)) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "update access_log set words = 'x'",
        "update access_log set n = null, hash = null",
        "delete from access_log",
        "delete from access_log_about",
        "update access_log_about set citizen_id = 'x'",
        pytest.param("truncate access_log cascade", marks=pytest.mark.postgresql),
        pytest.param("truncate access_log_about", marks=pytest.mark.postgresql),
    ],
)
async def test_the_log_is_neither_changed_nor_emptied(house: House, sql: str):
    await fill(house)

    with pytest.raises(Exception, match=r"never|before its time"):
        async with house.database.transaction() as tx:
            await tx.execute(sql)

    assert len(await entries(house)) == 5


# Its time --------------------------------------------------------------------------------------------------


async def test_what_has_had_its_time_goes_and_the_chain_goes_on_from_an_anchor(house: House):
    await fill(house, 3, timedelta(days=731))
    await fill(house, 2, timedelta(days=729))

    removed = [await remove_old(house.database, house.now, 730) for _ in range(2)]

    [anchor] = await house.rows("select * from access_anchor")
    assert removed == [3, 0]
    assert (anchor["n"], anchor["count"], anchor["removed_at"]) == (3, 3, to_text(house.now))
    assert anchor["rule"] == f"received before {to_text(house.now - timedelta(days=730))}, 730 days"
    assert [entry["n"] for entry in await entries(house)] == [4, 5]
    assert len(await house.rows("select entry_id from access_log_about")) == 2
    await fill(house, 1)
    assert await wrong_in(house) == []


async def test_a_chain_that_was_removed_whole_goes_on(house: House):
    await fill(house, 2, timedelta(days=900))
    await remove_old(house.database, house.now - timedelta(days=100), 730)

    await fill(house, 1)

    assert [entry["n"] for entry in await entries(house)] == [3]
    await remove_old(house.database, house.now + timedelta(days=800), 730)
    assert [anchor["n"] for anchor in await house.rows("select n from access_anchor order by n")] == [2, 3]
    assert await wrong_in(house) == []


# Several processes -----------------------------------------------------------------------------------------


@pytest.fixture
async def houses(tmp_path: Path) -> AsyncIterator[tuple[House, House]]:
    """Two servers on one database."""
    async with open_house(tmp_path) as one, open_house_at(one.address, tmp_path) as other:
        yield one, other


@pytest.mark.postgresql
async def test_two_servers_make_one_chain(houses: tuple[House, House]):
    cookies = [await house.sign_in("anna") for house in houses]

    async def look(number: int) -> None:
        house, cookie = houses[number % 2], cookies[number % 2]
        answer = await house.http.get(f"/visits/{id_of('else')}", headers={"Cookie": cookie})
        assert answer.status_code == 200

    await asyncio.gather(*(look(number) for number in range(60)))
    await chained(houses[0])

    assert [row["n"] for row in await houses[0].rows("select n from access_log order by n")] == list(
        range(1, 61)
    )
    assert await wrong_in(houses[0]) == []


@pytest.mark.sqlite
async def test_a_disk_that_cannot_be_written_keeps_nobody_from_reading_and_nothing_is_forgotten(house: House):
    await house.sign_in("anna")
    with closing(sqlite3.connect(house.address.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("begin immediate")
        shown = await get(house, "anna", f"/visits/{id_of('else')}")
        other.execute("rollback")
    await get(house, "anna", f"/visits/{id_of('karen')}")

    assert shown.status_code == 200
    assert [visits_of(entry) for entry in await entries(house)] == [{id_of("else")}, {id_of("karen")}]


async def test_nobody_waits_for_those_who_come_later(house: House):
    anna, log = await anna_and_log(house)
    notes: list[asyncio.Task[None]] = []

    def look() -> asyncio.Task[None]:
        what = AccessEvent(kind="read", what="board", purpose="overview", day=str(len(notes)))
        notes.append(asyncio.create_task(log.record_access(anna, "sign-in", what)))
        return notes[-1]

    async def keep_coming() -> None:
        while True:
            look()
            await asyncio.sleep(0)

    first, coming = look(), asyncio.create_task(keep_coming())
    await asyncio.wait_for(asyncio.shield(first), 5)
    coming.cancel()

    assert not all(note.done() for note in notes)
    await asyncio.gather(*notes)
    await log.close()
    assert len(await entries(house)) == len(notes)


# The command line ------------------------------------------------------------------------------------------


@pytest.mark.sqlite
async def test_verify_says_where_the_log_ends_and_names_what_is_wrong(tmp_path: Path):
    async with open_house(tmp_path) as house:
        await fill(house)
        [entry] = await house.rows("select * from access_log where n = 5")
    well = await asyncio.to_thread(ask, "verify", data=tmp_path)

    await spoil(house, "access_log", "words", "Klage 1", "Klage 0")
    harmed = await asyncio.to_thread(ask, "verify", data=tmp_path)

    assert well.returncode == 0
    assert f"Den sidste er nummer 5: {entry['hash']}" in well.stdout
    assert harmed.returncode == 1
    assert "Linjer i adgangsloggen, som ikke er det, der blev skrevet: 1 (2: " in harmed.stderr


async def test_sweep_removes_by_the_setting_and_verify_is_well_on_both_engines(tmp_path: Path, house: House):
    await fill(house, 2, timedelta(days=400))
    settings = {"HAAND_DATA": str(tmp_path), "DATABASE_URL": house.address, "HAAND_ACCESS_LOG_DAYS": "365"}

    swept = await asyncio.to_thread(lambda: commands.run("sweep", **settings))
    verified = await asyncio.to_thread(lambda: commands.run("verify", **settings))

    assert "Linjer i adgangsloggen, der er ældre end 365 dage og er fjernet: 2." in swept.stdout
    assert verified.returncode == 0, verified.stderr
    assert ("pg_amcheck" in verified.stdout) == (not engines.is_sqlite)


# The officer -----------------------------------------------------------------------------------------------


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
    of_else = (await get(control, "dora", "/access-log?citizen=else&first=2026-11-23&last=2026-11-23")).text
    of_bo = (await get(control, "dora", "/access-log?person=friis&first=2026-11-23&last=2026-11-23")).text
    before = (await get(control, "dora", "/access-log?first=2026-11-20&last=2026-11-22")).text

    assert all(name in everything for name in ("Anna Lund", "Bo Friis", "Carl Juhl", "Lis Bang"))
    assert "Vikar for en anden" in of_else
    assert "Lis Bang" in of_else  # the board on which Else stood
    assert "Skrevet: Notat" in of_else
    assert "fortroligt" not in everything
    assert "Carl Juhl" not in of_else
    assert ("Bo Friis" in of_bo, "Anna Lund" in of_bo) == (True, False)
    assert "Der er ikke fundet noget" in before


@pytest.mark.parametrize(
    ("day", "is_found"),
    [("2026-11-15", False), ("2026-11-16", True), ("2026-11-30", True), ("2026-12-01", False)],
)
async def test_a_citizen_is_found_by_name_who_is_visited_within_a_week_of_the_days(
    control: House, day: str, is_found: bool
):
    page = (await get(control, "dora", f"/access-log?citizen=else&first={day}&last={day}")).text

    assert (f'href="/access-log/citizens/{id_of("Else Holm")}"' in page) is is_found


async def test_an_officer_of_one_team_sees_nothing_of_another(control: House):
    await get(control, "anna", "/")
    await get(control, "carl", f"/visits/{id_of('else')}")
    await get(control, "carl", f"/visits/{id_of('solveig')}")

    page = (await get(control, "sus", "/access-log")).text

    assert ("Solveig Riis" in page, "Else Holm" in page, "Anna Lund" in page) == (True, False, False)


async def test_who_looks_into_the_log_stands_in_it(control: House):
    await get(control, "dora", "/access-log?citizen=else&first=2026-11-23&last=2026-11-23")

    entry = await last(control)
    assert (entry["person_id"], entry["what"], entry["purpose"]) == (id_of("dora"), "access_log", "control")
    assert entry["words"].startswith("else; 2026-11-23")
    assert json.loads(entry["about"]) == [[id_of("nord"), id_of("Else Holm"), ""]]
    assert "Dora Dam" in (await get(control, "dora", "/access-log")).text


async def test_a_refused_change_is_found_by_reference(control: House):
    carl = control.phone("carl")
    [fate] = await carl.push(carl.note("Hemmeligt.", visit="else"))
    assert fate.problem == "NotYourTeam"

    page = (await get(control, "dora", "/access-log?citizen=else&first=2026-11-23&last=2026-11-23")).text

    assert "Afvist: Ændring" in page
    assert "Hemmeligt" not in page


@pytest.mark.parametrize(
    "days", ["first=x&last=y", "first=2026-11-23&last=2026-11-01", "first=2020-01-01&last=2026-11-01"]
)
async def test_days_that_cannot_be_shown_are_said_to_be(control: House, days: str):
    page = await get(control, "dora", f"/access-log?{days}")

    assert (page.status_code, "De dage kan ikke vises" in page.text) == (200, True)


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


async def test_ten_reads_of_last_month_are_drawn_and_judged(control: House):
    monday = control.now
    control.now = monday - timedelta(days=35)
    for _ in range(6):
        for visit in ("else", "karen"):
            control.pass_time(minutes=1)
            await get(control, "lis", f"/board/visits/{id_of(visit)}")
    control.now = monday
    control.cookies.clear()
    await get(control, "anna", f"/visits/{id_of('else')}")
    await chained(control)

    drawn = await send(control, "dora", "/access-log/samples")
    sample = await control.rows("select entry_id from access_sample order by position")
    for form in (
        {"verdict": "follow_up", "words": "Spørg Lis."},
        {"verdict": "right", "words": "Det var en klage."},
    ):
        await send(control, "dora", "/access-log/verdict", entry_id=sample[0]["entry_id"], **form)
    page = (await get(control, "dora", "/access-log/samples")).text

    assert (drawn.status_code, len({row["entry_id"] for row in sample})) == (303, 10)
    assert page.count('id="entry-') == 10
    assert "Anna Lund" not in page
    assert page.index("Spørg Lis.") < page.index("Det var en klage.")
    assert "1 af 10 er set efter" in page


async def test_a_verdict_needs_a_sample_words_and_the_officer(control: House):
    await get(control, "anna", f"/visits/{id_of('else')}")
    entry_id = (await last(control))["id"]
    not_drawn = await send(control, "dora", "/access-log/verdict", entry_id=entry_id, verdict="right")
    async with control.database.transaction() as tx:
        await tx.execute(
            "insert into access_sample (id, entry_id, position, drawn_at, drawn_by_id) values (:id, :entry, 0, :at, :by)",
            {"id": new_id(), "entry": entry_id, "at": to_text(control.now), "by": id_of("dora")},
        )

    answers = [
        await send(control, who, "/access-log/verdict", entry_id=entry_id, verdict=verdict)
        for who, verdict in (("dora", "follow_up"), ("dora", "perhaps"), ("sus", "right"), ("lis", "right"))
    ]

    assert not_drawn.status_code == 404
    assert [answer.status_code for answer in answers] == [422, 422, 404, 404]
    assert await control.rows("select entry_id from access_verdict") == []


async def test_where_nobody_read_anything_nothing_is_drawn(control: House):
    answer = await send(control, "dora", "/access-log/samples")

    assert answer.headers["location"] == "/access-log/samples?none"
