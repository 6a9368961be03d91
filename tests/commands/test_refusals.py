"""What a command refuses before it does anything: what others may read, a folder with nothing in it, a newer database."""

import asyncio
import errno
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from pwa.audit.signed_heads import HeadKeys
from pwa.care.sync.sealing_keys import SealingKeys
from pwa.commands.disk_words import words_of_disk
from pwa.commands.terminal import in_words
from pwa.config import read_settings
from pwa.database import migrations, open_database
from tests import command_runner as commands
from tests.commands.test_command_line import DATABASE, database, settings_in
from tests.engines import engines

NOTHING_DONE = "Der er ikke gjort noget."
PEOPLE = "medarbejder;navn;rolle;gruppe\n4101;Mette Kjær;medarbejder;Nord\n"
__all__ = ["database"]  # a fixture
WORK = [["sweep"], ["import", "people", "people.csv"], ["new-key"]]
"""What is done to a municipality that there is."""
SERVED = {"HAAND_ORIGIN": "https://haand.example.dk", "PORT": "0"}


@pytest.fixture(autouse=True)
def people(tmp_path: Path) -> None:
    """A list of people beside the data's folder."""
    (tmp_path / "people.csv").write_text(PEOPLE)


def run(*arguments: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; files are named from the folder that the data's is in."""
    named = [str(data.parent / each) if each == "people.csv" else each for each in arguments]
    return commands.run(*named, **settings_in(data, **more))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a municipality that has begun, made as an older version made it: by whoever has no umask."""
    folder = tmp_path / "data"
    assert run("invite", "Lene Holm", data=folder).returncode == 0
    return folder


# What others may read --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_whatever_a_command_writes_is_for_its_owner_alone(tmp_path: Path):
    command = [sys.executable, "-c", "import os; os.umask(0); from pwa.commands import main; main(['demo', '--carers', '2'])"]  # fmt: skip
    env = {**os.environ, "HAAND_DATA": str(tmp_path / "data"), "DATABASE_URL": DATABASE.get(), "PORT": "0"}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout
    assert "/demo" in process.stdout.readline()
    process.terminate()
    process.wait(30)
    process.stdout.close()

    written = [tmp_path / "data", *(tmp_path / "data").rglob("*")]
    assert len(written) > 5
    assert [path.name for path in written if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


@pytest.mark.parametrize("name", [".", "sealing", "sealing/orders.pem", "haand.sqlite3", "haand.sqlite3-wal"])
@pytest.mark.parametrize("others", [0o040, 0o004, 0o002, 0o010])
@pytest.mark.sqlite
def test_data_that_others_may_read_is_not_used_and_it_is_said_how_to_close_it(
    data: Path, name: str, others: int
):
    path = data / name
    path.touch()
    mode = stat.S_IMODE(path.stat().st_mode)
    path.chmod(mode | others)

    refused = [run(*work, data=data) for work in [*WORK, ["demo"], ["verify"], ["invite", "Lene"], ["backup", str(data / "x.sqlite3")]]]  # fmt: skip

    assert {command.returncode for command in refused} == {1}
    [said] = {command.stderr for command in refused}
    assert str(path) in said
    assert not (data / "x.sqlite3").exists()
    mend = said.rpartition(": ")[2]
    subprocess.run(mend, shell=True, check=True)
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert run("sweep", data=data).returncode == 0


@pytest.mark.postgresql
def test_keys_that_others_may_read_are_not_used_whatever_keeps_the_database(data: Path):
    (data / "sealing" / "orders.pem").chmod(0o644)

    refused = [run(*work, data=data) for work in [*WORK, ["demo"]]]

    assert {command.returncode for command in refused} == {1}
    assert "orders.pem" in refused[0].stderr


@pytest.mark.sqlite
@pytest.mark.parametrize("command", ["verify", "restore"])
def test_a_backup_that_others_may_read_is_not_used(data: Path, tmp_path: Path, command: str):
    backup = tmp_path / "a copy.sqlite3"
    assert run("backup", str(backup), data=data).returncode == 0
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    backup.chmod(0o644)

    refused = run(command, str(backup), data=data)

    assert (refused.returncode, f"chmod go= '{backup}'" in refused.stderr) == (1, True)
    backup.chmod(0o600)
    assert run(command, str(backup), data=data).returncode == 0


@pytest.mark.no_database
def test_a_key_of_tls_that_all_may_read_is_not_used(tmp_path: Path):
    key = tmp_path / "key.pem"
    key.write_text("-")
    key.chmod(0o644)

    refused = run("demo", "--certificate", str(key), "--key", str(key), data=tmp_path / "data")

    assert (refused.returncode, f"chmod o= {key}" in refused.stderr) == (1, True)


@pytest.mark.no_database
def test_of_a_file_that_is_none_of_ours_nobody_is_told_to_close_it(tmp_path: Path):
    file = tmp_path / "passwd"
    file.write_text("root:x:0:0\n")
    file.chmod(0o644)
    os.mkfifo(tmp_path / "pipe", 0o644)

    refused = [run("verify", str(each), data=tmp_path / "data") for each in (file, tmp_path / "pipe")]

    assert [each.returncode for each in refused] == [1, 1]
    assert not any("chmod" in each.stdout + each.stderr for each in refused)


@pytest.mark.parametrize(
    "work", [*WORK, ["verify"], ["status"], ["serve"], ["demo"], ["invite", "Ida"], ["backup", "x"], ["restore", "x"], ["import", "list"]],
    ids=lambda work: work[0],
)  # fmt: skip
def test_what_no_command_expects_of_a_disk_is_said_in_words(tmp_path: Path, work: list[str]):
    """A name that no disk takes says no to root, too, where rights do not."""
    refused = run(*work, data=tmp_path / ("x" * 300), **SERVED)

    assert refused.returncode == (3 if work == ["status"] else 1)
    assert "kan ikke læses eller skrives lige nu" in refused.stderr


def test_a_folder_of_somebody_elses_and_a_full_disk_are_not_the_same(tmp_path: Path):
    denied, full = (OSError(number, "", str(tmp_path)) for number in (errno.EACCES, errno.ENOSPC))

    assert "Denne bruger må ikke læse" in words_of_disk(denied, tmp_path)
    not_mounted = PermissionError(errno.EACCES, "", str(tmp_path / "not mounted"))
    assert "Er dens disk tilsluttet" in words_of_disk(not_mounted, tmp_path)
    assert "er fuld" in words_of_disk(full, tmp_path)


@pytest.mark.parametrize("address", ["192.0.2.1", "eth0"])
def test_an_address_that_is_not_this_machines_is_not_called_a_port_that_is_taken(
    tmp_path: Path, address: str
):
    refused = commands.run("serve", **settings_in(tmp_path / "data", **SERVED, HAAND_LISTEN=address))

    assert refused.returncode == 1
    assert f"{address} er ikke en IP-adresse på denne maskine" in refused.stderr


# Names and keys --------------------------------------------------------------------------------------------


@pytest.mark.no_database
@pytest.mark.parametrize("said", [["backup", ""], ["restore", ""], ["verify", ""], ["verify", "x", "--photos", ""]], ids=" ".join)  # fmt: skip
def test_a_variable_that_is_not_set_is_not_the_folder_that_one_is_in(tmp_path: Path, said: list[str]):
    refused = run(*said, data=tmp_path / "data")

    assert (refused.returncode, "er tomt" in refused.stderr) == (2, True)


@pytest.mark.parametrize("name", ["sealing/0001.pem", "sealing/orders.pem", "log-keys/0001.pem"])
def test_a_damaged_key_is_named_before_anything_is_done(data: Path, name: str):
    key = data / name
    assert run("new-key", data=data).returncode == run("new-key", "--log", data=data).returncode == 0
    key.write_text("junk")
    key.chmod(0o600)

    served = {"HAAND_ORIGIN": "https://haand.example.dk", "PORT": "0", "HAAND_DATA": str(data)}
    refused = [commands.run("serve", **served, DATABASE_URL=DATABASE.get())]
    if "orders" not in name:
        refused.append(run("new-key", *(["--log"] if "log" in name else []), data=data))

    assert {each.returncode for each in refused} == {1}
    assert all(str(key) in each.stderr and "Traceback" not in each.stderr for each in refused)


READ_BY = {
    "sealing/0001.pem": [["new-key"], ["serve"]],
    "sealing/orders.pem": [["invite", "Lene Holm"], ["serve"]],
    "log-keys/0001.pem": [["new-key", "--log"], ["verify"], ["serve"]],
}
"""By which commands each key is read."""
PASSWORD = BestAvailableEncryption(b"kode")


def pem_of(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, closed_by: KeySerializationEncryption
) -> bytes:
    """A key as others keep theirs."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, closed_by)


WRONG_KEYS = {
    "empty": b"",
    "junk": bytes(range(256)),
    "of another kind": pem_of(ed25519.Ed25519PrivateKey.generate(), NoEncryption()),
    "of another curve": pem_of(ec.generate_private_key(ec.SECP384R1()), NoEncryption()),
    "with a password": pem_of(ec.generate_private_key(ec.SECP256R1()), PASSWORD),
    "a folder": None,
    "a pipe": None,
    "leads nowhere": None,
    "leads to itself": None,
}


def put_wrong_key(file: Path, what: str) -> None:
    """In the place of a key, something that is none."""
    file.unlink()
    if what == "a folder":
        file.mkdir(mode=0o700)
    elif what == "a pipe":
        os.mkfifo(file, 0o600)
    elif what.startswith("leads"):
        file.symlink_to(file if "itself" in what else file.with_name("elsewhere"))
    else:
        file.write_bytes(WRONG_KEYS[what] or b"")
        file.chmod(0o600)


@pytest.mark.sqlite
@pytest.mark.parametrize("what", WRONG_KEYS)
def test_whatever_lies_in_a_keys_place_every_command_that_reads_it_names_the_file(data: Path, what: str):
    SealingKeys.open(data / "sealing")
    HeadKeys.open(data / "log-keys")
    for name, said in READ_BY.items():
        whole = (data / name).read_bytes()
        put_wrong_key(data / name, what)
        served = {
            "HAAND_ORIGIN": "https://haand.example.dk",
            "PORT": "0",
            "HAAND_DATA": str(data),
            "DATABASE_URL": DATABASE.get(),
        }
        refused = [commands.run(*each, **served) for each in said]
        reason = "er ikke en af Hånds nøgler" if WRONG_KEYS[what] is not None else "kan ikke læses"
        assert [(each.returncode, str(data / name) in each.stderr, reason in each.stderr) for each in refused] == [(1, True, True)] * len(said)  # fmt: skip
        assert "Traceback" not in "".join(each.stderr for each in refused)
        (data / name).rmdir() if what == "a folder" else (data / name).unlink()
        (data / name).write_bytes(whole)
        (data / name).chmod(0o600)


@pytest.mark.sqlite
def test_where_a_municipalitys_keys_are_no_empty_database_is_made(data: Path):
    SealingKeys.open(data / "sealing")
    (data / "haand.sqlite3").write_bytes(b"")

    refused = run("serve", data=data, **SERVED)

    assert (refused.returncode, "haand restore" in refused.stderr) == (1, True)
    assert (data / "haand.sqlite3").stat().st_size == 0


@pytest.mark.sqlite
def test_a_key_of_orders_that_is_lost_is_not_made_anew_in_silence(data: Path):
    SealingKeys.open(data / "sealing")
    (data / "sealing" / "orders.pem").unlink()
    refused = run("invite", "Lene Holm", data=data)
    still_gone = not (data / "sealing" / "orders.pem").exists()
    made = run("new-key", "--orders", data=data)
    again = (data / "sealing" / "orders.pem").read_bytes()
    kept = run("new-key", "--orders", data=data)

    assert ("Koder, der er givet ud før, gælder ikke mere" in made.stdout, "Intet blev gjort" in kept.stdout) == (True, True)  # fmt: skip
    assert (refused.returncode, "new-key --orders" in refused.stderr, still_gone) == (1, True, True)
    assert (made.returncode, run("invite", "Lene Holm", data=data).returncode) == (0, 0)
    assert (data / "sealing" / "orders.pem").read_bytes() == again


A_PHONE = """
insert into phone (id, person_id, sign_in_id, build, bound_at, heard_at, skew_ms, highest_n)
select 'p', id, 's', 'b', '2026-12-01T07:00:00.000Z', '2026-12-01T07:00:00.000Z', 0, 0 from person
"""


def keys_in(data: Path) -> list[str]:
    """Which keys are there."""
    return sorted(file.relative_to(data).as_posix() for file in data.rglob("*.pem"))


def test_where_phones_have_come_no_key_is_made_in_the_place_of_those_they_seal_to(data: Path):
    """As after a restore on another machine, to which nobody has copied the keys yet."""
    SealingKeys.open(data / "sealing")
    HeadKeys.open(data / "log-keys")
    asyncio.run(alter(data, A_PHONE))
    for key in data.rglob("*.pem"):
        key.unlink()

    looked = run("status", data=data)
    refused = [commands.run(*work, **settings_in(data, **SERVED)) for work in (["serve"], ["invite", "Ida"])]

    assert all((each.returncode, "Telefoner har forseglet" in each.stderr) == (1, True) for each in refused)
    assert "Der mangler nøgler" in looked.stdout
    assert keys_in(data) == []


def test_a_key_that_is_made_for_lost_ones_leaves_their_numbers_to_the_copy(data: Path):
    asyncio.run(alter(data, A_PHONE))
    for key in data.rglob("*.pem"):
        key.unlink()

    run("new-key", data=data)
    run("new-key", data=data)
    run("new-key", "--orders", data=data)

    assert keys_in(data) == ["sealing/1000.pem", "sealing/1001.pem", "sealing/orders.pem"]
    assert run("invite", "Ida", data=data).returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file for somebody else")
def test_roots_new_key_is_whoevers_folder_it_lies_in(data: Path):
    os.chown(data / "sealing", 65534, 65534)

    assert run("new-key", data=data).returncode == 0

    made = (data / "sealing" / "0001.pem").stat()
    assert (made.st_uid, made.st_gid, stat.S_IMODE(made.st_mode)) == (65534, 65534, 0o600)


def test_no_key_signs_the_access_log_in_the_place_of_those_whose_signatures_are_there(data: Path):
    (data / "access-log-heads").write_text("{}")
    (data / "access-log-heads").chmod(0o600)

    refused = commands.run("serve", **settings_in(data, **SERVED))

    assert (refused.returncode, "access-log-heads" in refused.stderr) == (1, True)
    assert "log-keys" not in "".join(keys_in(data))


# A folder with nothing in it -------------------------------------------------------------------------------


@pytest.mark.parametrize("work", [*WORK, ["verify"]], ids=lambda work: work[0])
def test_in_an_empty_folder_no_command_makes_a_municipality_and_says_that_all_is_well(
    tmp_path: Path, work: list[str]
):
    if not engines.is_sqlite:
        asyncio.run(emptied(DATABASE.get()))
    try:
        refused = run(*work, data=tmp_path / "wrong")
    finally:
        asyncio.run(made_again())

    assert refused.returncode == 1
    assert refused.stdout == ""
    assert (
        "HAAND_DATA" in refused.stderr or "DATABASE_URL" in refused.stderr or "findes ikke" in refused.stderr
    )
    assert not (tmp_path / "wrong").exists()


async def emptied(address: str) -> None:
    """A database of somebody else's, in which there is nothing of ours."""
    there = await asyncpg.connect(address)
    await there.execute("drop schema public cascade; create schema public")
    await there.close()


async def made_again() -> None:
    """With our tables, for the next test."""
    if not engines.is_sqlite:
        await (await open_database(DATABASE.get())).close()


# A newer database ------------------------------------------------------------------------------------------


async def made_newer(data: Path) -> None:
    """A version of next year has been here."""
    number = migrations("sqlite" if engines.is_sqlite else "postgresql")[-1][0] + 1
    if engines.is_sqlite:
        with closing(sqlite3.connect(data / "haand.sqlite3")) as connection:
            connection.execute(f"pragma user_version = {number}")
        return
    there = await asyncpg.connect(DATABASE.get())
    await there.execute("insert into schema_version (number) values ($1)", number)
    await there.close()


async def made_older() -> None:
    """As it was, for the next test."""
    if not engines.is_sqlite:
        there = await asyncpg.connect(DATABASE.get())
        await there.execute("delete from schema_version where number > $1", migrations("postgresql")[-1][0])
        await there.close()


@pytest.mark.parametrize("work", [*WORK, ["demo"], ["invite", "Lene Holm"]], ids=lambda work: work[0])
def test_an_older_program_does_not_touch_what_a_newer_one_has_brought_further(data: Path, work: list[str]):
    asyncio.run(made_newer(data))
    try:
        refused = run(*work, data=data)
    finally:
        asyncio.run(made_older())

    assert refused.returncode == 1
    assert "En nyere udgave af Hånd har brugt databasen" in refused.stderr
    assert NOTHING_DONE in refused.stderr


async def alter(data: Path, statement: str) -> None:
    """Change the database past the program."""
    if engines.is_sqlite:
        with closing(sqlite3.connect(data / "haand.sqlite3", isolation_level=None)) as connection:
            connection.execute(statement)
        return
    there = await asyncpg.connect(DATABASE.get())
    await there.execute(statement)
    await there.close()


@pytest.mark.parametrize("work", [*WORK, ["import", "list"]], ids=" ".join)
def test_what_an_unreleased_version_made_is_told_in_words(data: Path, work: list[str]):
    asyncio.run(alter(data, "alter table file_import rename column turn to no_turn"))
    try:
        refused = run(*work, data=data)
        looked = run("status", data=data)
    finally:
        asyncio.run(alter(data, "alter table file_import rename column no_turn to turn"))

    assert refused.returncode == 1
    assert "der aldrig blev udgivet, har lavet databasen: file_import er ikke" in refused.stderr
    assert "upgrade.md" in refused.stderr
    assert "der aldrig blev udgivet, har lavet databasen" in looked.stdout


async def newest_seen(change: str = "") -> int:
    """The newest migration that the database has seen, after this statement."""
    there = await asyncpg.connect(DATABASE.get())
    try:
        if change:
            await there.execute(change)
        return int(await there.fetchval("select max(number) from schema_version"))
    finally:
        await there.close()


@pytest.mark.postgresql
def test_verify_looks_at_an_older_database_and_does_not_bring_it_up_to_date(data: Path):
    newest = migrations("postgresql")[-1][0]
    older = asyncio.run(newest_seen(f"delete from schema_version where number = {newest}"))
    try:
        looked = run("verify", data=data)
        after = asyncio.run(newest_seen())
    finally:
        asyncio.run(newest_seen(f"insert into schema_version values ({newest}) on conflict do nothing"))

    assert (looked.returncode, looked.stderr) == (0, "")
    assert "Linjer i adgangsloggen set igennem" in looked.stdout
    assert (older, after) == (newest - 1, newest - 1)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "work",
    [["import", "list"], ["import", "undo", "--dry-run"], ["import", "people", "people.csv", "--dry-run"], ["invite", "Lene"], ["demo"], ["end-access", "Lene"], *WORK],
    ids=" ".join,
)  # fmt: skip
def test_only_a_server_brings_a_database_up_to_date(tmp_path: Path, work: list[str]):
    (data := tmp_path / "older").mkdir(mode=0o700)
    with closing(sqlite3.connect(data / "haand.sqlite3")) as connection:
        for _, script in migrations("sqlite")[:28]:
            connection.executescript(script)
        connection.execute("pragma user_version = 28")
        connection.commit()
    (data / "haand.sqlite3").chmod(0o600)
    named = [str(tmp_path / each) if each == "people.csv" else each for each in work]

    refused = commands.run(*named, HAAND_DATA=str(data), HAAND_ORIGIN=SERVED["HAAND_ORIGIN"], PORT="0")

    assert (refused.returncode, "(skema 28 af " in refused.stderr) == (1, True)
    assert NOTHING_DONE in refused.stderr
    with closing(sqlite3.connect(data / "haand.sqlite3")) as connection:
        assert connection.execute("pragma user_version").fetchall() == [(28,)]


# A file that is another program's ---------------------------------------------------------------------------


TO_A_DATABASE = [
    ["import", "list"],
    ["import", "undo"],
    ["import", "undo", "--dry-run"],
    ["invite", "Lene"],
    ["demo"],
    *WORK[:2],
]


@pytest.mark.sqlite
@pytest.mark.parametrize("work", TO_A_DATABASE, ids=" ".join)
def test_a_file_that_is_no_database_of_ours_is_said_to_be_none_and_is_left_as_it_is(
    tmp_path: Path, work: list[str]
):
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    text, others = data / "text.sqlite3", data / "others.sqlite3"
    text.write_text("medarbejder;navn\n" * 100)
    with closing(sqlite3.connect(others)) as connection:
        connection.executescript("create table song (name text); insert into song values ('Ud')")
    for file in (text, others):
        file.chmod(0o600)
        before = file.read_bytes()
        named = [str(tmp_path / each) if each == "people.csv" else each for each in work]

        refused = commands.run(*named, **settings_in(data, DATABASE_URL=f"sqlite:///{file}"))

        assert refused.returncode == 1
        assert f"{file} er ikke en af Hånds databaser" in refused.stderr
        assert NOTHING_DONE in refused.stderr
        assert "fuld" not in refused.stderr
        if file == text:
            assert file.read_bytes() == before
        else:
            with closing(sqlite3.connect(others)) as connection:
                assert connection.execute("select name from sqlite_schema").fetchall() == [("song",)]


@pytest.mark.sqlite
def test_a_damaged_database_is_said_to_be_damaged(data: Path):
    file = data / "haand.sqlite3"
    content = bytearray(file.read_bytes())
    content[4096 : 40 * 4096] = bytes(39 * 4096)
    file.write_bytes(content)

    refused = run("import", "list", data=data)

    assert (refused.returncode, "er beskadiget" in refused.stderr) == (1, True), refused.stderr


# The library's own words -----------------------------------------------------------------------------------


@pytest.mark.no_database
@pytest.mark.parametrize(
    "said",
    [
        ["--help"], ["sweep", "--help"], ["serve", "--help"], ["demo", "-h"], ["import", "-h"], ["invite"], ["swep"],
        ["sweep", "--older"], ["sweep", "--older-than"], ["sweep", "--older-than", "x"], ["sweep", "--older-than", "0"],
        ["import"], ["import", "plans", "x"], ["import", "plan"], ["import", "plan", "/nowhere"], ["new-key", "x"],
        ["serve", "--key", "/"], ["demo", "--open-to-all=1"], ["demo", "--seed", "1.5"], [],
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_word_of_the_command_line_is_english(tmp_path: Path, said: list[str]):
    command = run(*said, data=tmp_path / "data")

    words = set((command.stdout + command.stderr).lower().replace("'", " ").replace(":", " ").split())
    english = {
        "usage", "options", "commands", "error", "try", "help.", "missing", "invalid", "value", "no", "such",
        "option", "argument", "command", "show", "this", "message", "exit.", "default", "is", "not", "integer", "path",
        "file", "directory", "got", "unexpected", "extra", "requires", "does", "take", "[options]", "[args]...", "choose",
    }  # fmt: skip
    assert words & english <= (
        {"file"} if said[0:1] == ["import"] or not said or said == ["--help"] else set()
    )
    assert words & {"brug", "fejl"}


# The demo --------------------------------------------------------------------------------------------------


def test_the_demo_lets_nobody_into_a_real_municipality(data: Path):
    refused = run("demo", data=data)

    assert refused.returncode == 1
    assert "lukker hvem som helst ind" in refused.stderr
    assert not (data / "demo").exists()


def test_a_reader_who_goes_away_is_not_taken_for_a_full_disk():
    with pytest.raises(BrokenPipeError), in_words(read_settings()):
        raise BrokenPipeError
