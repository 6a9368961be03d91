"""What an operator is told in the morning, and what a program that watches makes of it."""

import asyncio
import json
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from subprocess import CompletedProcess
from threading import Thread
from typing import get_args

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from pwa.access.queries.contact import get_contact, list_silent
from pwa.audit.queries import count_unsequenced
from pwa.backups.verified import LastVerify, Of, write_last_verify
from pwa.backups.verified import State as Verified
from pwa.built import version_in_full
from pwa.care.queries.held_everywhere import get_held_everywhere
from pwa.care.queries.planned_days import find_last_day
from pwa.commands.disk_words import is_damaged, words_of_disk
from pwa.commands.status import NAMES
from pwa.commands.terminal import say_new
from pwa.config import Settings, read_settings
from pwa.database import migrations, open_database, serving, sqlite_code_of
from pwa.database.interface import NO_PARAMS, Params, Row, Values
from pwa.database.sqlite.transaction import SqliteTransaction
from pwa.imports.queries.file_imports import (
    Doing,
    FileImport,
    Kind,
    State,
    add_import,
    list_last_of_each_kind,
)
from pwa.problems import Unavailable
from pwa.status.check import Check, Level
from pwa.status.of_database import (
    KINDS,
    OF_SQLITE,
    OTHERS,
    SAID_OF_IMPORT,
    check_planned,
    list_import_checks,
    look_inside,
)
from pwa.status.of_machine import check_backups, check_certificate
from pwa.status.of_verify import check_verified
from pwa.words import to_text
from tests.commands.test_command_line import DATABASE, database, run, running_demo
from tests.commands.test_refusals import emptied, made_again, made_newer, made_older
from tests.engines import engines
from tests.house import House

__all__ = ["database"]  # a fixture
NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
PEOPLE = "medarbejder;navn;rolle;gruppe\n4101;Mette Kjær;medarbejder;Nord\n;;;\n"


@contextmanager
def something_that_answers(status: int) -> Iterator[int]:
    """A port at which /readyz is answered so, as the server would."""

    class Ready(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Ready) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a municipality that has begun, with its keys."""
    folder = tmp_path / "data"
    assert run("invite", "Lene Holm", data=folder).returncode == 0
    for more in ([], ["--log"]):
        assert run("new-key", *more, data=folder).returncode == 0
    return folder


def private(file: Path, content: bytes) -> Path:
    """A file as our commands write it."""
    file.write_bytes(content)
    file.chmod(0o600)
    return file


def status(data: Path, answers: int = 200, *arguments: str, **settings: str) -> CompletedProcess[str]:
    """What the command says while a server answers so."""
    backups = data.parent / "backups"
    backups.mkdir(exist_ok=True)
    private(backups / "haand.dump", b"PGDMP")
    with something_that_answers(answers) as port:
        return run(
            "status", *arguments, data=data, PORT=str(port), **{"HAAND_BACKUPS": str(backups), **settings}
        )


def told(data: Path, **settings: str) -> dict[str, dict[str, object]]:
    """What it says to a program, by what was looked at."""
    said = json.loads(status(data, 200, "--json", **settings).stdout)
    return {check["name"]: check for check in said["checks"]}


def test_all_is_well_is_said_first_and_ends_with_0(data: Path):
    said = status(data)

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("ALT ER VEL: intet skal ses på.\n")
    assert "skema" in said.stdout
    assert "Lene" not in said.stdout


def test_a_program_is_told_the_same_with_every_value(data: Path):
    (data.parent / "people.csv").write_text(PEOPLE)
    run("import", "people", str(data.parent / "people.csv"), data=data)

    checks = told(data)

    assert checks["plan"]["level"] == "warning", "there are carers, and no visit was ever planned"
    assert set(checks) >= {"version", "server", "database", "documents", "import_people", "held", "phones", "access_log", "end_of_log", "backup", "disk", "keys"}  # fmt: skip
    assert checks["import_people"]["values"]["added"] == 1  # type: ignore[index]
    assert checks["database"]["values"]["engine"] == ("SQLite" if engines.is_sqlite else "PostgreSQL")  # type: ignore[index]


def test_where_nobody_knows_of_a_backup_that_is_a_warning(data: Path):
    said = status(data, HAAND_BACKUPS="")

    assert said.returncode == 1
    assert re.search(r"ADVARSEL +Backup .*HAAND_BACKUPS er ikke sat", said.stdout)


def test_a_folder_with_nothing_in_it_is_not_told_to_put_keys_back_that_there_never_were(tmp_path: Path):
    checks = told(tmp_path / "empty", DATABASE_URL="" if engines.is_sqlite else DATABASE.get())
    assert checks["keys"]["level"] == "ok"
    assert "første gang serveren startes" in str(checks["keys"]["message"])
    if engines.is_sqlite:
        assert "En ny kommune begynder med haand invite" in str(checks["database"]["todo"])


def test_where_a_server_has_signed_keys_that_are_gone_are_critical(data: Path):
    assert told(data)["keys"]["level"] == "ok"
    for key in [*(data / "sealing").glob("0*.pem"), *(data / "log-keys").glob("*.pem")]:
        key.unlink()
    before = told(data)["keys"]["level"]
    (data / "access-log-heads").touch(0o600)

    assert (before, told(data)["keys"]["level"]) == ("ok", "critical")


@pytest.mark.sqlite
def test_looking_at_a_file_leaves_nothing_beside_it(data: Path, tmp_path: Path):
    copy = tmp_path / "copy.sqlite3"
    assert run("backup", str(copy), data=data).returncode == 0
    (data / "haand.sqlite3").chmod(0o644)  # what SQLite makes beside it is as open
    before = {path.name for folder in (data, tmp_path) for path in folder.iterdir()}

    status(data)
    (data / "haand.sqlite3").chmod(0o600)
    for looks in (
        ["verify"],
        ["verify", str(copy)],
        ["import", "list"],
        ["backup", str(tmp_path / "again.sqlite3")],
    ):
        assert run(*looks, data=data).returncode == 0

    there = {path.name for folder in (data, tmp_path) for path in folder.iterdir()}
    assert there - before == {"backups", "again.sqlite3", "verified-database", "verified-backup"}


@pytest.mark.sqlite
def test_looking_leaves_the_log_of_whoever_has_the_file_open(data: Path):
    with closing(sqlite3.connect(data / "haand.sqlite3", isolation_level=None)) as served:
        served.execute("insert into team (id, name) values ('x', 'Ny')")
        status(data)
        assert (data / "haand.sqlite3-wal").stat().st_size > 0
        assert served.execute("select name from team where id = 'x'").fetchall() == [("Ny",)]


def test_a_server_that_does_not_answer_is_critical_and_it_is_said_how_to_start_it(data: Path):
    silent = run("status", data=data, PORT="1")
    without_database = status(data, 503)

    assert silent.returncode == without_database.returncode == 2
    assert "systemctl start haand" in silent.stdout
    assert "503" in without_database.stdout


@pytest.mark.no_database
def test_an_import_that_was_broken_off_before_anything_came_in_is_no_half_plan():
    began = replace(an_import("plan", "broken_off", 1), added=0)

    [check] = list_import_checks([began], NOW)

    assert (check.level, "before anything came in" in check.message) == (Level.WARNING, True)


@pytest.mark.no_database
@pytest.mark.parametrize(("code", "says"), [(11, "damaged"), (8, "may not"), (5, "locked")])
def test_what_is_wrong_with_a_file_is_not_called_its_disk(tmp_path: Path, code: int, says: str):
    cause = sqlite3.OperationalError("malformed")
    cause.sqlite_errorcode = code
    unavailable = Unavailable()
    unavailable.__cause__ = cause

    message, _ = OF_SQLITE.get(sqlite_code_of(unavailable), OTHERS[Unavailable])
    words = words_of_disk(unavailable, tmp_path)

    assert says in message
    assert ({11: "er beskadiget", 8: "må ikke", 5: "har låst"}[code]) in words
    assert is_damaged(unavailable) == (code == 11)


@pytest.mark.sqlite
def test_a_server_of_another_build_than_the_command_is_a_warning(data: Path):
    with serving(data / "haand.sqlite3", "0.1.0 (2026-11-30 22e4ef1a)"):
        other = status(data)
    with serving(data / "haand.sqlite3", version_in_full()):
        same = status(data)

    assert (other.returncode, "en anden udgave: 0.1.0 (2026-11-30 22e4ef1a)" in other.stdout) == (1, True)
    assert (same.returncode, f"Hånd {version_in_full()}" in same.stdout) == (0, True)


def test_a_refused_import_is_a_warning_with_its_mistakes(data: Path):
    (data.parent / "people.csv").write_text(PEOPLE.replace("medarbejder;Nord", "konge;Nord"))
    run("import", "people", str(data.parent / "people.csv"), data=data)

    said = status(data)

    assert said.returncode == 1
    assert said.stdout.startswith("ADVARSEL: 1 af ")
    assert re.search(r"ADVARSEL +Import +Listen over medarbejdere blev afvist .*Fejl: 1\.", said.stdout)
    assert "Kjær" not in said.stdout


@pytest.mark.no_database
def test_every_kind_and_every_end_of_an_import_has_its_sentence():
    assert set(SAID_OF_IMPORT) == set(get_args(State))
    assert set(KINDS) == set(get_args(Kind))
    assert {f"import_{kind}" for kind in get_args(Doing)} <= set(NAMES)


def an_import(kind: Doing, state: State, hours: float) -> FileImport:
    """One that began, and ended, so many hours ago."""
    at = to_text(NOW - timedelta(hours=hours))
    return FileImport(f"{1000 - hours:09.3f}", "", kind, "a.csv", "", "", "", at, at, at, state, added=1)


@pytest.mark.parametrize(
    ("rows", "names", "level"),
    [
        ([("undo", "done", 0), ("plan", "undone", 1)], ["import_plan"], Level.WARNING),
        ([("undo", "stopped", 0), ("plan", "done", 1)], ["import_plan"], Level.OK),
        ([("undo", "stopped", 0), ("plan", "done", 60)], ["import_plan"], Level.WARNING),
        ([("undo", "broken_off", 0), ("plan", "done", 1)], ["import_plan", "import_undo"], Level.CRITICAL),
        ([("undo", "under_way", 1), ("plan", "done", 2)], ["import_plan", "import_undo"], Level.CRITICAL),
        ([("undo", "under_way", 0), ("plan", "done", 1)], ["import_plan", "import_undo"], Level.OK),
        ([("plan", "under_way", 2 / 60)], ["import_plan"], Level.CRITICAL),
        ([("plan", "done", 0), ("undo", "broken_off", 1)], ["import_plan"], Level.OK),
        ([("guides", "refused", 23)], ["import_guides"], Level.WARNING),
        ([("people", "stopped", 23)], ["import_people"], Level.WARNING),
        ([("guides", "refused", 25)], ["import_guides"], Level.OK),
        ([("plan", "refused", 25)], ["import_plan"], Level.WARNING),
        ([("plan", "broken_off", 1)], ["import_plan"], Level.CRITICAL),
        ([("undo", "done", 0), ("plan", "broken_off", 1)], ["import_plan"], Level.WARNING),
    ],
)
async def test_an_undo_is_not_taken_for_a_plan_that_came_in(
    house: House, rows: list[tuple[Doing, State, float]], names: list[str], level: Level
):
    async with house.database.transaction() as tx:
        for row in rows:
            await add_import(tx, an_import(*row))
    async with house.database.snapshot() as tx:
        checks = list_import_checks(await list_last_of_each_kind(tx), NOW)

    assert [check.name for check in checks] == names
    assert max(check.level for check in checks) == level


def test_where_there_is_no_database_it_says_so_and_makes_none(tmp_path: Path):
    if not engines.is_sqlite:
        asyncio.run(emptied(DATABASE.get()))
    try:
        said = status(tmp_path / "wrong")
    finally:
        asyncio.run(made_again())

    assert said.returncode == 2
    assert "Der er intet af Hånds i databasen." in said.stdout
    assert not (tmp_path / "wrong").exists()


def test_a_database_of_a_newer_version_is_critical_and_not_touched(data: Path):
    asyncio.run(made_newer(data))
    try:
        said = status(data)
    finally:
        asyncio.run(made_older())

    assert said.returncode == 2
    assert "En nyere udgave af Hånd har brugt den" in said.stdout


@pytest.mark.sqlite
def test_a_database_of_an_older_version_is_not_brought_up_to_date_by_looking(data: Path):
    (data / "haand.sqlite3").unlink()
    with closing(sqlite3.connect(data / "haand.sqlite3")) as connection:
        for _, script in migrations("sqlite")[:28]:
            connection.executescript(script)
        connection.execute("pragma user_version = 28")

    said = status(data)

    assert said.returncode == 1
    assert "skema 28 af " in said.stdout
    with closing(sqlite3.connect(data / "haand.sqlite3")) as connection:
        assert connection.execute("pragma user_version").fetchall() == [(28,)]


@pytest.mark.sqlite
def test_a_locked_a_damaged_and_another_programs_file_are_each_said_in_a_line(data: Path):
    file = data / "haand.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("pragma locking_mode = exclusive")
        other.execute("begin exclusive")
        locked = status(data)
        other.execute("rollback")
    file.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    damaged = status(data)
    file.write_text("et brev")
    a_letter = status(data)

    assert [each.returncode for each in (locked, damaged, a_letter)] == [2, 2, 2]
    assert "har låst den" in locked.stdout
    assert "beskadiget" in damaged.stdout or "ikke en af Hånds" in damaged.stdout
    assert "ikke en af Hånds databaser" in a_letter.stdout


@pytest.mark.postgresql
def test_a_database_server_that_is_not_there_is_said_in_a_line(data: Path):
    said = status(data, DATABASE_URL="postgresql://haand:secret@127.0.0.1:1/haand")

    assert said.returncode == 2
    assert "PostgreSQL svarer ikke" in said.stdout
    assert "systemctl status postgresql" in said.stdout
    assert "fuser" not in said.stdout
    assert "secret" not in said.stdout + said.stderr


def test_a_wrong_setting_is_3_for_nothing_could_be_asked(data: Path):
    said = status(data, HAAND_ORIGN="https://haand.example.dk")

    assert (said.returncode, said.stdout) == (3, "")
    assert "Mente du HAAND_ORIGIN?" in said.stderr


def test_lost_keys_and_keys_that_others_may_read_are_critical(data: Path):
    (data / "sealing" / "0001.pem").chmod(0o644)
    open_to_others = status(data)
    (data / "sealing" / "orders.pem").unlink()
    lost = status(data)

    assert open_to_others.returncode == lost.returncode == 2
    assert "chmod go= " in open_to_others.stdout
    assert re.search(r"Der mangler nøgler: \S+/sealing/orders.pem\.", lost.stdout)


@pytest.mark.postgresql
def test_several_processes_count_together_what_prometheus_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "counts").mkdir()
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "counts"))
    monkeypatch.setenv("HAAND_METRICS", "hemmelig-nok-til-alle")
    shown = {"Authorization": "Bearer hemmelig-nok-til-alle"}
    with running_demo(tmp_path / "data", "--untouched", "--processes", "2") as (_, address):
        for _ in range(10):
            httpx2.get(address)
        said = {httpx2.get(address.replace("/demo", "/metrics"), headers=shown).text for _ in range(6)}

    counted = {re.findall(r'^haand_requests_total\{[^}]*path="/demo"[^}]*\} (\S+)', text, re.MULTILINE)[0] for text in said}  # fmt: skip
    assert counted == {"10.0"}
    assert all(text.count("haand_held_changes 0.0") == 1 for text in said)


# The machine, on both sides of each boundary ---------------------------------------------------------------


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("hours", "level"), [(1, Level.OK), (26, Level.OK), (27, Level.WARNING), (74, Level.WARNING), (75, Level.CRITICAL)]
)  # fmt: skip
def test_a_backup_is_judged_by_its_age(tmp_path: Path, hours: int, level: Level):
    for more in (0, 500):
        made_at = NOW - timedelta(hours=hours + more)
        private(tmp_path / f"haand-{made_at:%Y-%m-%dT%H%M%S}Z.sqlite3", b"SQLite format 3\0")
    (tmp_path / ".haand-2026-11-30T055900Z.sqlite3.ab.part").touch()

    check = check_backups(tmp_path, NOW)

    assert (check.level, check.values["hours"], check.values["count"]) == (level, hours, 2)


def header(pages: int) -> bytes:
    """That of an SQLite file of so many pages, of 1,024 bytes."""
    return b"SQLite format 3\0" + (1024).to_bytes(2, "big") + bytes(10) + pages.to_bytes(4, "big") + bytes(68)


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("content", "size", "level"),
    [
        (b"", 0, Level.CRITICAL),
        (b"<html>", 0, Level.CRITICAL),
        (b"SQLite format 3\0" + bytes(984), 10_001, Level.CRITICAL),
        (b"SQLite format 3\0" + bytes(984), 10_000, Level.OK),
        (header(2) + bytes(1948), 0, Level.OK),
        (header(4) + bytes(1948), 0, Level.CRITICAL),
    ],
)
def test_what_cannot_be_a_backup_is_critical(tmp_path: Path, content: bytes, size: int, level: Level):
    private(tmp_path / "haand-2026-11-30T020000Z.sqlite3", content)

    assert check_backups(tmp_path, NOW, size).level == level


@pytest.mark.no_database
def test_a_backup_that_others_may_read_is_a_warning_with_what_closes_it(tmp_path: Path):
    private(tmp_path / "haand.dump", b"PGDMP").chmod(0o640)

    check = check_backups(tmp_path, datetime.now(UTC))

    assert (check.level, "chmod go= " in check.todo) == (Level.WARNING, True)


@pytest.mark.sqlite
def test_what_verify_found_and_when_is_told_until_it_finds_nothing(data: Path):
    never = status(data)
    backup = data.parent / "haand-1.sqlite3"
    assert run("backup", str(backup), data=data).returncode == 0
    run("verify", data=data)
    run("verify", str(backup), data=data)
    well = status(data)
    backup.write_bytes(backup.read_bytes()[:-4096])
    run("verify", str(data.parent / "mistyped.sqlite3"), data=data)
    mistyped = status(data)

    damaged = run("verify", str(backup), data=data)

    wrong, told_wrong = status(data), told(data)["verify_backup"]
    backup.unlink()
    run("backup", str(backup), data=data)
    run("verify", str(backup), data=data)
    assert (never.returncode, "haand verify har ikke kørt her." in never.stdout) == (0, True)
    assert (well.returncode, well.stdout.count("Eftersyn")) == (0, 2)
    assert "haand-1.sqlite3 er læst til ende" in well.stdout
    assert mistyped.returncode == 0
    assert (damaged.returncode, wrong.returncode, told_wrong["level"]) == (1, 2, "critical")
    assert re.search(r"KRITISK +Eftersyn +haand verify fandt noget galt i haand-1.sqlite3", wrong.stdout)
    assert status(data).returncode == 0
    assert (data / "verified-backup").stat().st_mode & 0o077 == 0


@pytest.mark.sqlite
def test_verify_of_a_folder_reads_the_newest_also_where_one_was_named_by_hand(data: Path):
    (backups := data.parent / "kept").mkdir()
    assert run("backup", str(backups / "haand-before-the-upgrade.sqlite3"), data=data).returncode == 0
    os.utime(backups / "haand-before-the-upgrade.sqlite3", (0, 0))
    empty = run("verify", str(data / "sealing"), data=data)
    assert run("backup", str(backups), data=data).returncode == 0
    [newest] = backups.glob("haand-2*Z.sqlite3")

    well = run("verify", str(backups), data=data)
    newest.write_bytes(newest.read_bytes()[:-4096])
    wrong = run("verify", str(backups), data=data)

    assert (empty.returncode, well.returncode, wrong.returncode) == (1, 0, 1)
    assert well.stdout.startswith(f"Den nyeste er {newest}.\n")
    assert (
        wrong.stderr.splitlines()[-1]
        == "Hvad det betyder, og hvad der skal gøres: docs/running/backup.md, Verifying."
    )


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("of", "state", "days", "level"),
    [
        ("backup", "well", 8, Level.OK),
        ("backup", "well", 9, Level.WARNING),
        ("database", "well", 9, Level.OK),
        ("backup", "not_done", 0, Level.WARNING),
        ("database", "wrong", 9, Level.CRITICAL),
    ],
)
def test_a_verify_is_judged_by_what_it_found_and_of_a_backup_by_its_age(
    tmp_path: Path, of: Of, state: Verified, days: int, level: Level
):
    write_last_verify(tmp_path, of, LastVerify(to_text(NOW - timedelta(days=days)), "haand.sqlite3", state))

    [check] = check_verified(tmp_path, NOW)

    assert (check.name, check.level) == (f"verify_{of}", level)


@pytest.mark.no_database
def test_a_backup_on_the_disk_of_the_data_is_a_remark(tmp_path: Path):
    private(tmp_path / "haand.dump", b"PGDMP")

    check = check_backups(tmp_path, datetime.now(UTC), 0, tmp_path)
    (tmp_path / "sealing").mkdir()
    beside = check_backups(tmp_path, datetime.now(UTC))

    assert (check.level, "disk of the data" in check.todo) == (Level.OK, True)
    assert (beside.level, beside.todo) == (Level.OK, "")


async def test_no_visit_from_today_on_is_a_warning_and_the_last_planned_day_is_not(house: House):
    async with house.database.snapshot() as tx:
        last = await find_last_day(tx)
    assert last

    async def levels(day: date) -> list[Level]:
        async with house.database.snapshot() as tx:
            return [
                check.level
                for check in await check_planned(tx, datetime(day.year, day.month, day.day, 11, tzinfo=UTC))
            ]

    that_day = date.fromisoformat(last)
    assert await levels(that_day) == [Level.OK]
    assert await levels(that_day + timedelta(days=1)) == [Level.WARNING]
    await house.database.write(
        lambda tx: tx.execute(f"update visit set cancelled_at = '{to_text(NOW)}' where day = '{last}'")
    )
    assert await levels(that_day) == [Level.WARNING], "what is cancelled is not planned"
    await house.database.write(lambda tx: tx.execute(f"update visit set cancelled_at = '{to_text(NOW)}'"))
    assert await levels(date(2020, 1, 1)) == [Level.WARNING]


async def test_a_database_without_anybody_is_new_and_empty(tmp_path: Path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    await (await open_database(Settings(data=folder, DATABASE_URL=DATABASE.get()).database)).close()

    looked = (await asyncio.to_thread(told, folder))["database"]
    await asyncio.to_thread(run, "invite", "Ida", data=folder)
    after = (await asyncio.to_thread(told, folder))["database"]

    assert (looked["level"], after["level"]) == ("warning", "ok")
    assert "ny og tom" in str(looked["message"])


@pytest.mark.sqlite
def test_whoever_makes_a_database_is_told_that_it_is_new_and_where(tmp_path: Path):
    said = [run("invite", "Ida", data=tmp_path / "data").stderr for _ in range(2)]

    assert "NY, TOM database" in said[0]
    assert str(tmp_path / "data" / "haand.sqlite3") in said[0]
    assert said[1] == ""


@pytest.mark.no_database
def test_a_new_database_of_a_server_is_named_without_who_signs_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv(
        "DATABASE_URL", "postgresql://haand:hemmelig@db.example.dk:5432/nordby?sslmode=require"
    )

    say_new(read_settings())

    said = capsys.readouterr().err
    assert "NY, TOM database: db.example.dk/nordby." in said
    assert "hemmelig" not in said


@pytest.mark.no_database
def test_an_empty_folder_of_backups_is_critical_and_one_that_is_not_set_a_warning(tmp_path: Path):
    levels = [check_backups(each, NOW).level for each in (tmp_path, tmp_path / "no", None)]

    assert levels == [Level.CRITICAL, Level.CRITICAL, Level.WARNING]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("days", "level"), [(22, Level.OK), (20, Level.WARNING), (4, Level.WARNING), (2, Level.CRITICAL), (-1, Level.CRITICAL)]
)  # fmt: skip
def test_a_certificate_is_judged_by_its_end(tmp_path: Path, days: int, level: Level):
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    ends = NOW + timedelta(days=days, minutes=1)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(NOW - timedelta(days=90)).not_valid_after(ends).sign(key, SHA256())
    )  # fmt: skip
    (tmp_path / "fullchain.pem").write_bytes(made.public_bytes(Encoding.PEM))

    [check] = check_certificate(tmp_path / "fullchain.pem", NOW, "haand.example.dk")

    assert (check.level, check.values["days"]) == (level, days)
    assert ("ran out" in check.message) == (days < 0)
    assert [each.level for each in check_certificate(tmp_path / "no.pem", NOW)] == [Level.CRITICAL]
    assert check_certificate(None, NOW) == []


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("named", "level"),
    [("haand.example.dk", Level.OK), ("*.example.dk", Level.OK), ("*.dk", Level.WARNING), ("other.example.dk", Level.WARNING)],
)  # fmt: skip
def test_a_certificate_of_another_name_is_a_warning(tmp_path: Path, named: str, level: Level):
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(NOW - timedelta(days=90)).not_valid_after(NOW + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(named)]), critical=False).sign(key, SHA256())
    )  # fmt: skip
    (tmp_path / "fullchain.pem").write_bytes(made.public_bytes(Encoding.PEM))

    [check] = check_certificate(tmp_path / "fullchain.pem", NOW, "haand.example.dk")

    assert check.level == level


# What is asked of the database -----------------------------------------------------------------------------


async def test_what_is_held_and_which_phones_are_silent_is_told_without_anybodys_name(house: House):
    anna = house.phone_of("anna")
    await anna.push({**anna.note("Kan ikke forstås."), "name": "fly"})
    async with house.database.snapshot() as tx:
        held = await get_held_everywhere(tx, "2026-01-01T00:00:00.000Z", 10)
        contact = await get_contact(tx, "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z")
        later = await get_contact(tx, "2026-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z")
        silent = await list_silent(tx, "2026-01-01T00:00:00.000Z", 3)

    assert (held.count, held.oldest_at is None) == (1, False)
    assert (contact.in_use, contact.lately, later.lately) == (1, 1, 0)
    assert [heard_at for _, heard_at in silent] == [contact.last_at]


async def test_a_silence_does_not_become_well_by_lasting_and_what_waits_is_not_called_nothing(house: House):
    anna = house.phone_of("anna")
    await anna.push({**anna.note("Kan ikke forstås."), "name": "fly"})

    async def told(days: int) -> dict[str, Check]:
        async with house.database.snapshot() as tx:
            now = house.now + timedelta(days=days)
            return {check.name: check for check in await look_inside(tx, now, [], None, 730)}

    soon, late = await told(8), await told(40)
    await house.database.write(lambda tx: tx.execute(f"update phone set revoked_at = '{to_text(house.now)}'"))
    revoked = await told(40)

    assert [each["phones"].level for each in (soon, late, revoked)] == [
        Level.WARNING,
        Level.WARNING,
        Level.OK,
    ]
    assert [each["held"].level for each in (soon, late)] == [Level.WARNING, Level.OK]
    assert late["held"].values["older"] == 1


class Explained(SqliteTransaction):
    """A transaction that notes how SQLite goes about each question."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.connection, self.plans = connection, list[str]()

    async def tuples(self, sql: str, params: Params = NO_PARAMS) -> list[Values]:
        self._explain(sql, params)
        return await super().tuples(sql, params)

    async def rows(self, sql: str, params: Params = NO_PARAMS) -> list[Row]:
        self._explain(sql, params)
        return await super().rows(sql, params)

    def _explain(self, sql: str, params: Mapping[str, object]) -> None:
        self.plans += [row[3] for row in self.connection.execute(f"explain query plan {sql}", params)]


@pytest.mark.sqlite
async def test_nothing_that_grows_with_the_years_is_read_from_one_end_to_the_other(data: Path):
    with closing(sqlite3.connect(data / "haand.sqlite3")) as connection:
        tx = Explained(connection)
        await get_held_everywhere(tx, "2026-01-01T00:00:00.000Z", 10)
        await count_unsequenced(tx, 10)
        await list_last_of_each_kind(tx)

    scans = [plan for plan in tx.plans if plan.startswith("SCAN") and "INDEX" not in plan]
    assert len(tx.plans) > 5
    assert [plan for plan in scans if plan.split()[1] not in {"those", "file_import"}] == []
