"""The command line, as somebody at a terminal meets it: on a folder of its own, and where it matters in a process of its own."""

import asyncio
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from contextvars import ContextVar
from pathlib import Path

import httpx2
import pytest

from pwa.access.queries.teams import list_names, list_parents
from pwa.commands.serve import bring_up_to_date, unasked
from pwa.config import Settings, SettingsWrong, read_settings
from pwa.database import migrations, open_database
from tests import command_runner as commands
from tests.browser.server import Server
from tests.engines import engines
from tests.small_town import FROM_OUR_PAGE

PLAN = """besøg;gruppe;medarbejder;borger;navn;adresse;dato;start;minutter;tjekliste
1;Nord;anna;b1;Else Holm;Møllevej 3;23-11-2026;25:61;30;Morgenpleje
"""
PEOPLE = """medarbejder;navn;rolle;gruppe;Yndlingsfarve
4101;Mette Kjær;medarbejder;Nord;grøn
"""

SOON = 10.0
"""Seconds: the server says one; a machine that has other things to do may need more."""
WAITS = 60.0
"""Seconds after which something that was waited for does not happen any more."""

DATABASE = ContextVar("DATABASE", default="")
"""DATABASE_URL of the commands of a test; empty is the file in their folder."""


@pytest.fixture(autouse=True)
def database(tmp_path: Path) -> Iterator[None]:
    """Let the commands find the test's own database."""
    if engines.is_sqlite:
        yield
        return
    with engines.open_empty(tmp_path) as address:
        DATABASE.set(address)
        yield


def settings_in(data: Path, **more: str) -> dict[str, str]:
    """What the environment says to a command of this test."""
    return {"HAAND_DATA": str(data), "DATABASE_URL": DATABASE.get(), **more}


def run(*arguments: str, data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in this process."""
    return commands.run(*arguments, **settings_in(data, **settings))


def run_process(*arguments: str, data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pwa", *arguments],
        env={**os.environ, **settings_in(data, **settings)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def make_municipality(data: Path) -> None:
    """One that has begun, with an administrator."""
    assert run("invite", "Lene Holm", data=data).returncode == 0


@contextmanager
def running_demo(data: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demo and the address that it says to open."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pwa", "demo", *arguments],
        env={**os.environ, **settings_in(data, PORT="0")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout
        found = re.search(r"http://localhost:\d+/demo", process.stdout.readline())
        assert found, "it did not say where to click"
        yield process, found[0]
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


@contextmanager
def signed_in(address: str, role: str) -> Iterator[httpx2.Client]:
    """A browser of the first person with this role."""
    with httpx2.Client(base_url=address.removesuffix("/demo"), timeout=10) as browser:
        found = re.search(rf'value="([0-9a-f-]+)" data-role="{role}"', browser.get("/demo").text)
        assert found
        answer = browser.post("/demo/sign-in", data={"person": found[1]})
        browser.headers |= {"Cookie": answer.headers["set-cookie"].partition(";")[0], **FROM_OUR_PAGE}
        yield browser


@pytest.mark.slow
def test_the_demo_says_where_to_click_and_a_carer_finds_the_day_there(tmp_path: Path):
    with running_demo(tmp_path) as (_, address), signed_in(address, "carer") as carer:
        page = carer.get("/").text

    assert page.count('<li id="visit-') > 3


@pytest.mark.slow
def test_loading_the_demo_again_the_same_day_changes_nothing(tmp_path: Path):
    with running_demo(tmp_path):
        pass
    files = [
        ("people", "demo/people.csv"),
        *(("plan", f"demo/{path.name}") for path in sorted((tmp_path / "demo").glob("plan-*.csv"))),
    ]

    said = [run("import", kind, str(tmp_path / path), data=tmp_path).stdout for kind, path in files]

    assert len(said) == 5
    assert all(
        re.fullmatch(
            r"(Dage hos en gruppe, der ikke ændres: .*\n)?Nye: 0\. Flyttede: 0\. Ændrede: 0\. Aflyste: 0\. Som før: [1-9]\d*\.\n",
            line,
        )
        for line in said
    ), said


@pytest.mark.wall_clock
def test_the_demo_stops_soon_with_a_board_open(tmp_path: Path):
    with (
        running_demo(tmp_path) as (process, address),
        signed_in(address, "leader") as leader,
        leader.stream("GET", "/board/live") as board,
    ):
        assert next(board.iter_lines()) == "event: hello"

        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(WAITS)
        took = time.monotonic() - began

    assert took < SOON


def test_a_wrong_row_is_named_in_danish_and_nothing_is_imported(tmp_path: Path):
    (tmp_path / "plan.csv").write_text(PLAN)
    make_municipality(tmp_path / "data")

    command = run("import", "plan", str(tmp_path / "plan.csv"), data=tmp_path / "data")

    assert command.returncode == 1
    assert "Række 2, start: " in command.stderr
    assert command.stderr.endswith("Intet blev hentet ind.\n")


def test_a_column_that_nobody_knows_is_said_though_the_rest_is_read(tmp_path: Path):
    (tmp_path / "people.csv").write_text(PEOPLE)
    make_municipality(tmp_path / "data")

    silent = run(
        "import", "people", str(tmp_path / "people.csv"), "--ignore-column", "yndlings-farve", "--dry-run", data=tmp_path / "data"
    )  # fmt: skip
    command = run("import", "people", str(tmp_path / "people.csv"), data=tmp_path / "data")

    assert (silent.returncode, silent.stderr) == (0, "")
    assert command.stderr.splitlines() == [
        "Række 1, Yndlingsfarve: Vi kender ikke kolonnen. Den bliver ikke læst."
    ]
    assert (
        command.stdout
        == "Nye grupper (1):\n  Nord\nNye: 1. Flyttede: 0. Ændrede: 0. Aflyste: 0. Som før: 0.\n"
    )


def test_whoever_was_let_in_before_there_was_a_list_stands_above_all_that_it_brings(tmp_path: Path):
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "later.csv").write_text(PEOPLE.replace("Nord", "Havn"))
    make_municipality(tmp_path / "data")
    first = run("import", "people", str(tmp_path / "people.csv"), data=tmp_path / "data")
    later = run("import", "people", str(tmp_path / "later.csv"), data=tmp_path / "data")

    async def look() -> dict[str, str | None]:
        there = await open_database(Settings(data=tmp_path / "data", DATABASE_URL=DATABASE.get()).database)
        async with there.snapshot() as tx:
            names = await list_names(tx)
            under = {names[id]: parent and names[parent] for id, parent in (await list_parents(tx)).items()}
        await there.close()
        return under

    assert asyncio.run(look()) == {"Kommunen": None, "Nord": "Kommunen", "Havn": None}
    assert ("står ikke under" in first.stderr, "“Havn” står ikke under" in later.stderr) == (False, True)


@pytest.mark.parametrize(("kind", "name"), [("plan", "folder"), ("guides", "file")])
def test_a_folder_is_not_a_file_and_the_other_way_about(tmp_path: Path, kind: str, name: str):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    make_municipality(tmp_path / "data")

    command = run("import", kind, str(tmp_path / name), data=tmp_path / "data")

    assert command.returncode == 1
    assert name in command.stderr
    assert "kan ikke læses" in command.stderr
    assert "HAAND_DATA" not in command.stderr


@pytest.mark.no_database
@pytest.mark.slow
def test_a_real_server_that_does_not_know_its_own_address_says_which_setting_is_missing(tmp_path: Path):
    command = run_process("serve", data=tmp_path)

    assert command.returncode == 1
    assert "HAAND_ORIGIN" in command.stderr
    assert "Traceback" not in command.stderr


@pytest.mark.no_database
def test_a_real_server_does_not_run_without_vaults(tmp_path: Path):
    command = run("serve", data=tmp_path, HAAND_ORIGIN="https://haand.example.dk", HAAND_VAULT="off")

    assert command.returncode == 1
    assert "HAAND_VAULT" in command.stderr
    assert "HAAND_ORIGIN" not in command.stderr


@pytest.mark.parametrize(
    ("arguments", "settings", "slots"),
    [
        ([], {}, []),
        (["--vault", "auto"], {}, ["prf", "prf+pin"]),
        ([], {"HAAND_VAULT": "prf+pin,pin"}, ["prf+pin", "pin"]),
        (["--vault", "pin"], {"HAAND_VAULT": "prf"}, ["pin"]),
    ],
)
@pytest.mark.no_database
@pytest.mark.slow
def test_the_demos_phones_have_a_vault_only_when_somebody_says_so(
    tmp_path: Path,
    arguments: list[str],
    settings: dict[str, str],
    slots: list[str],
):
    demo = Server(tmp_path / "data", tuple(arguments), settings)
    demo.start()
    told = httpx2.get(f"{demo.origin}/vault").json()
    demo.stop()

    assert told["slots"] == slots


def test_a_newer_key_is_made_and_named(tmp_path: Path):
    make_municipality(tmp_path)

    first, second = run("new-key", data=tmp_path), run("new-key", data=tmp_path)

    assert re.search(r"[0-9a-f]{16}", first.stdout)
    assert first.stdout != second.stdout
    assert sorted(path.name for path in (tmp_path / "sealing").glob("0*")) == ["0001.pem", "0002.pem"]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://haand:secret@db/haand"),
        ("DATABASE_URL", "postgresql://db:secret/haand"),
        ("PORT", "http"),
        ("HAAND_ORIGIN", "haand.example.dk/"),
        ("HAAND_ORIGIN", "https://haand.example.dk:99999"),
        ("HAAND_PROXIES", "nope"),
        ("HAAND_PROXIES", "10.0.0.4,,10.0.0.6"),
        ("HAAND_LOG_LEVEL", "loud"),
        ("HAAND_VAULT", "fingerprint"),
        ("HAAND_LOCK_MINUTES", "1000"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(tmp_path: Path, name: str, value: str):
    command = run("demo", data=tmp_path, **{name: value})

    assert command.returncode == 1
    assert name in command.stderr
    assert value not in command.stderr


@pytest.mark.no_database
@pytest.mark.parametrize("work", [["serve"], ["demo"], ["sweep"], ["import", "plan", "/"], ["backup", "x"], ["restore", "x"], ["verify"], ["new-key"], ["invite", "Lene"]], ids=lambda work: work[0])  # fmt: skip
def test_a_setting_that_nobody_knows_stops_every_command_and_the_nearest_is_named(
    tmp_path: Path, work: list[str]
):
    command = run(*work, data=tmp_path, HAAND_ORIGN="https://haand.example.dk", HAAND_SECRET="1", HAND_VAULT="pin")  # fmt: skip

    assert command.returncode == 1
    assert command.stderr.removeprefix("Fejl: ").splitlines() == [
        "HAAND_ORIGN kender vi ikke. Mente du HAAND_ORIGIN?",
        "HAAND_SECRET kender vi ikke. Alle indstillinger står i docs/running/settings.md.",
        "HAND_VAULT kender vi ikke. Mente du HAAND_VAULT?",
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("https://haand.example.dk/", "https://haand.example.dk"),
        ("HTTPS://Haand.Example.DK:443", "https://haand.example.dk"),
        ("https://haand.example.dk:8443/", "https://haand.example.dk:8443"),
        ("https://hånd.example.dk", "https://xn--hnd-ula.example.dk"),
        ("http://LOCALHOST:80/", "http://localhost"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_address_is_understood_as_browsers_write_it(
    monkeypatch: pytest.MonkeyPatch, said: str, meant: str
):
    monkeypatch.setenv("HAAND_ORIGIN", said)

    assert read_settings().origin == meant


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("haand.example.dk", "der begynder med https://"),
        ("ftp://haand.example.dk", "der begynder med https://"),
        ("https://haand.example.dk/app", "uden noget efter"),
        ("https://haand.example.dk?x", "uden noget efter"),
        ("https://lene@haand.example.dk", "uden noget efter"),
        ("http://haand.example.dk", "gemmer intet"),
        ("https://192.168.1.5", "kan ikke høre til et tal"),
        ("https://[2001:db8::1]", "kan ikke høre til et tal"),
        ("https://", "den adresse, folk åbner"),
        ("https://haand example.dk", "den adresse, folk åbner"),
    ],
)
def test_an_address_that_is_none_is_told_what_is_wrong_with_it(tmp_path: Path, said: str, why: str):
    command = run("serve", data=tmp_path, HAAND_ORIGIN=said)

    assert command.returncode == 1
    assert command.stderr.startswith("Fejl: HAAND_ORIGIN skal være ")
    assert why in command.stderr


OIDC = {"HAAND_OIDC_ISSUER": "https://login.example/x/v2.0", "HAAND_OIDC_CLIENT_ID": "haand"}


@pytest.mark.no_database
def test_single_sign_on_that_is_half_set_names_what_is_missing(tmp_path: Path):
    command = run("demo", data=tmp_path, **OIDC)

    assert command.returncode == 1
    assert "HAAND_OIDC_CLIENT_SECRET skal" in command.stderr
    assert "HAAND_OIDC_CLIENT_ID" not in command.stderr


@pytest.mark.no_database
@pytest.mark.parametrize(
    "issuer", ["http://login.example", "https://a b", "https://login.example/?x", "ldap://x"]
)
def test_a_provider_is_asked_over_tls_only(tmp_path: Path, issuer: str):
    command = run("demo", data=tmp_path, **{**OIDC, "HAAND_OIDC_ISSUER": issuer})

    assert command.returncode == 1
    assert "HAAND_OIDC_ISSUER" in command.stderr


@pytest.mark.no_database
def test_the_providers_secret_can_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "secret"
    for name, said in {**OIDC, "HAAND_OIDC_CLIENT_SECRET_FILE": str(file)}.items():
        monkeypatch.setenv(name, said)
    with pytest.raises(SettingsWrong, match="HAAND_OIDC_CLIENT_SECRET_FILE"):
        read_settings()
    file.write_text("hemmelig\n")

    settings = read_settings()

    assert settings.oidc_client_secret.get_secret_value() == "hemmelig"
    assert "hemmelig" not in repr(settings)


@pytest.mark.no_database
@pytest.mark.slow
def test_single_sign_on_without_its_libraries_is_said_at_the_start(tmp_path: Path):
    """They are an extra; without it and without the settings everything else runs."""
    (tmp_path / "joserfc.py").write_text("raise ModuleNotFoundError('joserfc')")
    settings = {**OIDC, "HAAND_OIDC_CLIENT_SECRET": "hemmelig", "PYTHONPATH": str(tmp_path), "PORT": "0"}

    command = run_process("demo", data=tmp_path / "data", **settings)

    assert command.returncode == 1
    assert "requirements/sso.txt" in command.stderr
    assert "Traceback" not in command.stderr
    (tmp_path / "httpx2.py").write_text("raise ModuleNotFoundError('httpx2')")
    assert run_process("--help", data=tmp_path, PYTHONPATH=str(tmp_path)).returncode == 0


@pytest.mark.no_database
def test_a_taken_port_is_said_in_words(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = run("demo", data=tmp_path, PORT=str(taken.getsockname()[1]))

    assert command.returncode == 1
    assert "PORT=8001" in command.stderr


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path):
    (tmp_path / "data").write_text("en fil, ikke en mappe")

    command = run_process("demo", data=tmp_path / "data", PORT="0")

    assert command.returncode == 1
    assert "HAAND_DATA" in command.stderr
    assert "Traceback" not in command.stderr


@pytest.mark.sqlite
async def test_it_is_said_that_the_database_is_brought_up_to_date_before_anybody_waits_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "new").mkdir()
    with closing(sqlite3.connect(tmp_path / "haand.sqlite3")) as older:
        for _, script in migrations("sqlite")[:-1]:
            older.executescript(script)
        older.execute(f"pragma user_version = {migrations('sqlite')[-2][0]}")

    await bring_up_to_date(Settings(data=tmp_path))
    said = capsys.readouterr().err
    await bring_up_to_date(Settings(data=tmp_path))
    again = capsys.readouterr().err
    await bring_up_to_date(Settings(data=tmp_path / "new"))

    newest = migrations("sqlite")[-1][0]
    assert said.startswith(f"Databasen bringes fra skema {newest - 1} til {newest}.")
    assert again == ""
    assert "skema" not in capsys.readouterr().err


SECRET = "0123456789abcdef" * 2


# Several processes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cores", "metrics", "folder", "processes"), [
    (1, "", "", 1), (2, "", "", 2), (64, "", "", 4), (4, SECRET, "", 1), (4, SECRET, "/run/haand", 4),
])  # fmt: skip
@pytest.mark.no_database
def test_as_many_processes_serve_as_there_are_cores_four_at_most_and_one_where_they_would_count_apart(
    monkeypatch: pytest.MonkeyPatch, cores: int, metrics: str, folder: str, processes: int
):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    if folder:
        monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", folder)

    assert unasked(Settings(metrics=metrics)) == processes


@pytest.mark.no_database
@pytest.mark.slow
def test_a_database_that_does_not_answer_is_said_in_words(tmp_path: Path):
    command = run_process(
        "demo", data=tmp_path, PORT="0", DATABASE_URL="postgresql://haand:secret@127.0.0.1:1/haand"
    )

    assert command.returncode == 1
    assert "DATABASE_URL" in command.stderr
    assert "secret" not in command.stderr
    assert "Traceback" not in command.stderr


def children_of(process: subprocess.Popen[str]) -> set[int]:
    """The processes that serve."""
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {int(child) for child in found}


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so, a minute at most."""
    latest = time.monotonic() + WAITS
    while not is_so():
        assert time.monotonic() < latest, "it did not happen"
        time.sleep(0.05)


@pytest.mark.postgresql
def test_a_board_hears_every_process_whichever_it_is_open_at(tmp_path: Path):
    with (
        running_demo(tmp_path, "--processes", "2") as (_, address),
        signed_in(address, "leader") as leader,
        signed_in(address, "carer") as carer,
        ExitStack() as open_boards,
    ):
        visit = re.findall(r'<li id="visit-([0-9a-f-]+)"', carer.get("/").text)[0]
        boards = [
            open_boards.enter_context(leader.stream("GET", "/board/live")).iter_lines() for _ in range(8)
        ]
        assert {next(board) for board in boards} == {"event: hello"}

        carer.post("/do/start_visit", data={"visit_id": visit})

        heard = [next(line for line in board if line.startswith("event: carer-")) for board in boards]

    assert len(set(heard)) == 1


@pytest.mark.postgresql
def test_a_process_that_dies_is_started_again_and_all_of_them_stop_when_asked(tmp_path: Path):
    with running_demo(tmp_path, "--processes", "2") as (process, address):
        wait_until(lambda: len(children_of(process)) == 2)
        before = children_of(process)
        os.kill(min(before), signal.SIGKILL)
        wait_until(lambda: len(children_of(process) - before) == 1)
        ready = httpx2.get(address.replace("/demo", "/readyz"))

        process.send_signal(signal.SIGTERM)
        code = process.wait(WAITS)

    assert (ready.status_code, code) == (200, 0)


@pytest.mark.wall_clock
@pytest.mark.postgresql
def test_several_processes_stop_soon(tmp_path: Path):
    with running_demo(tmp_path, "--processes", "2") as (process, _):
        wait_until(lambda: len(children_of(process)) == 2)

        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(WAITS)
        took = time.monotonic() - began

    assert took < SOON


@pytest.mark.postgresql
def test_no_process_outlives_the_one_that_looks_after_it(tmp_path: Path):
    with running_demo(tmp_path, "--processes", "2") as (process, _):
        wait_until(lambda: len(children_of(process)) == 2)
        children = children_of(process)
        process.kill()

        wait_until(lambda: not any(is_running(child) for child in children))


def is_running(pid: int) -> bool:
    """Whether a process is there and not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
