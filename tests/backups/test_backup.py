"""A backup while people work, a restore that loses nothing, and a check that finds a single flipped byte."""

import asyncio
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pwa.access.queries import roles
from pwa.care.documents.refresh import refresh
from pwa.commands.backup import LARGE, shown_progress
from pwa.database import open_database
from pwa.database.sqlite import copying, replacing
from pwa.documents.store import DocumentRef
from pwa.words import new_id
from tests.commands.test_command_line import run, run_process, running_demo, signed_in
from tests.house import House
from tests.keeping import (
    Pushing,
    ask,
    backup,
    break_a_reference,
    count_changes,
    damage_a_page,
    database_file,
    digest,
    epochs,
    flip,
    names,
    older,
    people,
    set_version,
)  # fmt: skip
from tests.photo_requests import name_of, photo, put
from tests.small_town import id_of, open_town

pytestmark = pytest.mark.sqlite

__all__ = ["backup", "database_file"]

# Backing up ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_backup_in_the_middle_of_a_storm_is_whole(tmp_path: Path):
    with (
        running_demo(tmp_path / "data") as (_, address),
        signed_in(address, "carer") as carer,
        Pushing(carer) as pushing,
    ):
        pushing.wait_for(5)
        command = run_process("backup", str(tmp_path), data=tmp_path / "data")
        pushing.wait_for(5)
    [backup] = tmp_path.glob("haand-*.sqlite3")

    checked = ask("verify", str(backup), data=tmp_path / "data")

    assert command.stdout.startswith("Databasen er i ")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert 0 < count_changes(backup) < count_changes(tmp_path / "data" / "haand.sqlite3")
    assert oct(backup.stat().st_mode)[-3:] == "600"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", backup.name]


def test_a_copy_is_one_moment_however_much_is_written_meanwhile(
    database_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(copying, "PAGES_AT_ONCE", 8)
    steps: list[int] = []
    with closing(sqlite3.connect(database_file, isolation_level=None)) as writer:

        def write(done: int, _of: int) -> None:
            steps.append(done)
            writer.execute("insert into team (id, name) values (?, 'x')", [str(len(steps))])

        copying.copy_database(database_file, tmp_path / "kopi.sqlite3", write)

    assert len(steps) > 5
    assert steps == sorted(set(steps))
    with closing(sqlite3.connect(tmp_path / "kopi.sqlite3")) as copy:
        assert copy.execute("select count(*) from team where name = 'x'").fetchone() == (0,)


def test_nothing_is_overwritten(database_file: Path, tmp_path: Path):
    (tmp_path / "there.sqlite3").write_text("noget andet")

    command = ask("backup", str(tmp_path / "there.sqlite3"), data=database_file.parent)

    assert (command.returncode, (tmp_path / "there.sqlite3").read_text()) == (1, "noget andet")
    assert "bliver ikke overskrevet" in command.stderr


@pytest.mark.parametrize(
    ("data", "to", "words"),
    [
        ("data", "ingen/kopi.sqlite3", "Mappen"),
        ("ingen", "kopi.sqlite3", "findes ikke"),
        ("data", "data/demo", "data/demo"),
        ("data", "data/demo", "bliver ikke overskrevet"),
        ("data", "ingen", "Er den anden maskines disk der?"),
        ("data", "ingen/", "Er den anden maskines disk der?"),
    ],
)
def test_what_cannot_be_copied_is_said_in_words(
    database_file: Path, tmp_path: Path, data: str, to: str, words: str
):
    (tmp_path / "data" / "demo").write_text("en fil")

    command = ask("backup", str(tmp_path / to), data=tmp_path / data)

    assert command.returncode == 1
    assert words in command.stderr
    assert not (tmp_path / "ingen").exists()
    assert command.stderr.endswith("Der blev ikke lavet en sikkerhedskopi.\n")
    assert "Traceback" not in command.stderr


def test_a_damaged_database_is_not_called_a_backup(database_file: Path, tmp_path: Path):
    damage_a_page(database_file)

    command = ask("backup", str(tmp_path / "kopi.sqlite3"), data=database_file.parent)

    assert command.returncode == 1
    assert "beskadiget" in command.stderr
    assert not (tmp_path / "kopi.sqlite3").exists()
    assert list(tmp_path.glob(".*.part")) == []


def test_a_terminal_is_told_how_far_a_large_copy_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    with shown_progress() as progress:
        progress(LARGE // 2, LARGE)
        progress(LARGE, LARGE)

    assert capsys.readouterr().err == "\rKopierer: 50 %\rKontrollerer ...\n"


def test_nobody_is_told_about_a_small_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    with shown_progress() as progress:
        progress(10, 10)

    assert capsys.readouterr().err == ""


# Restoring -------------------------------------------------------------------------------------------------


def test_the_database_that_was_there_is_moved_aside_with_its_log(database_file: Path, backup: Path):
    with closing(sqlite3.connect(database_file)) as connection:  # killed: its log is not in the file
        connection.execute("update person set name = 'Anna Skov' where name = 'Anna Lund'")
        connection.commit()
        shutil.copytree(database_file.parent, database_file.parent.with_name("killed"))
    killed = database_file.parent.with_name("killed")
    assert (killed / "haand.sqlite3-wal").stat().st_size > 0

    said = ask("restore", str(backup), data=killed).stdout

    [aside] = killed.glob("haand-before-restore-*.sqlite3")
    assert str(aside) in said
    assert "Hent igen det ind" in said
    assert [names(file, "Anna") for file in (aside, killed / "haand.sqlite3")] == [
        ["Anna Skov"],
        ["Anna Lund"],
    ]


def test_a_restored_database_is_sound_and_of_another_epoch(database_file: Path, backup: Path):
    before = set(epochs(database_file))

    ask("restore", str(backup), data=database_file.parent)

    assert ask("verify", data=database_file.parent).returncode == 0
    assert before.isdisjoint(epochs(database_file))
    assert sorted(path.name for path in database_file.parent.glob("haand*") if path.suffix != ".sqlite3") == [
        "haand.sqlite3.lock",
        "haand.sqlite3.serving",
    ]


def test_a_machine_that_has_nothing_yet_is_restored_too(backup: Path, tmp_path: Path):
    command = ask("restore", str(backup), data=tmp_path / "new")

    assert command.returncode == 0
    assert "var der" not in command.stdout
    assert ask("verify", data=tmp_path / "new").returncode == 0


def test_an_older_backup_gets_todays_schema(database_file: Path, tmp_path: Path):
    older(tmp_path / "older")

    command = ask("restore", str(tmp_path / "older"), data=database_file.parent)

    assert command.returncode == 0, command.stderr
    assert "ikke" not in ask("verify", data=database_file.parent).stdout


@pytest.mark.slow
def test_a_server_that_runs_is_not_restored_under_its_feet(tmp_path: Path, backup: Path):
    with running_demo(tmp_path / "running"):
        restored = run_process("restore", str(backup), data=tmp_path / "running")
        second = run_process("demo", data=tmp_path / "running", PORT="0")
        imported = run("import", "people", str(people(tmp_path)), data=tmp_path / "running")

    assert (restored.returncode, second.returncode) == (1, 1)
    assert "En server kører" in restored.stderr
    assert "En server kører" in second.stderr
    assert imported.returncode == 0
    assert list((tmp_path / "running").glob("haand-before-*")) == []


@pytest.mark.slow
async def test_nobody_else_may_have_it_open_either(database_file: Path, backup: Path):
    database = await open_database(database_file)
    command = await asyncio.to_thread(run_process, "restore", str(backup), data=database_file.parent)
    await database.close()

    assert command.returncode == 1
    assert "Et andet program" in command.stderr
    assert command.stderr.endswith("Alt er, som det var.\n")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda file: file.write_text("en fil"), "ikke en af Hånds"),
        (
            lambda file: sqlite3.connect(file).execute("create table change (id)").connection.close(),
            "ikke en af",
        ),
        (lambda file: set_version(file, 999), "nyere version"),
        (damage_a_page, "beskadiget"),
        (break_a_reference, "SQLite siger: foreign key: answer"),
        (lambda file: file.unlink(), "findes ikke"),
    ],
)
def test_what_is_no_backup_of_ours_is_refused_and_everything_is_as_it_was(
    database_file: Path, backup: Path, make, words: str
):
    before = digest(database_file)
    if words.startswith("ikke"):
        backup.unlink()
    make(backup)

    command = ask("restore", str(backup), data=database_file.parent)

    assert command.returncode == 1
    assert words in command.stderr
    assert "Traceback" not in command.stderr
    assert digest(database_file) == before
    assert list(database_file.parent.glob(".*.part*")) == []


def test_a_disk_that_fails_at_the_last_step_is_not_said_to_have_changed_nothing(
    database_file: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
):
    times = iter([None, OSError()])

    def fail(_: Path) -> None:
        if error := next(times):
            raise error

    monkeypatch.setattr(replacing, "sync", fail)

    command = ask("restore", str(backup), data=database_file.parent)

    assert command.returncode == 1
    assert "efter et strømsvigt" in command.stderr
    assert "som det var" not in command.stderr


def test_the_database_itself_is_no_backup(database_file: Path):
    command = ask("restore", str(database_file), data=database_file.parent)

    assert (command.returncode, "selve databasen" in command.stderr) == (1, True)


# Verifying -------------------------------------------------------------------------------------------------


def test_a_sound_database_is_said_to_be_and_left_as_it_was(database_file: Path):
    before = digest(database_file)

    command = ask("verify", data=database_file.parent)

    assert command.returncode == 0
    assert command.stdout.endswith("Kontrollerede ændringer: 3.\nAlt er i orden.\n")
    assert digest(database_file) == before


def test_one_flipped_byte_of_what_was_received_is_found(database_file: Path):
    flip(database_file, b'write_note","seen"', 1)

    command = ask("verify", data=database_file.parent)

    assert command.returncode == 1
    assert "loggen" in command.stderr
    assert "SQLite" not in command.stderr


def test_one_flipped_byte_of_a_document_is_found_and_no_words_are_said(database_file: Path):
    flip(database_file, b'Note 1","written_at', 1)

    command = ask("verify", data=database_file.parent)

    assert command.returncode == 1
    assert f"1 (visit-{id_of('else')})" in command.stderr
    assert "Note" not in command.stderr


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("update note_of_no_trigger set text = 'andet'", "svarer til deres rækker: 2 (citizen-"),
        ("delete from document where id like 'person-%'", "der mangler: 6"),
        ("update counter set seq = seq - 1 where team_id <> ''", "foran gruppens tæller: 8"),
        ("delete from guide", "svarer til deres rækker: 1"),
        ("update document set body = 'x' where id like 'guide-%'", "svarer til deres rækker: 1"),
        ("update visit_plan set body = '' where visit_id = 'ELSE'", "svarer til tabellerne: 1 (visit-ELSE)"),
        (
            "update visit_step set label = 'x' where visit_id = 'ELSE'",
            "svarer til tabellerne: 1 (visit-ELSE)",
        ),
    ],
)
def test_what_does_not_fit_together_is_found(database_file: Path, sql: str, words: str):
    with closing(sqlite3.connect(database_file)) as connection:
        connection.execute("drop trigger note_is_not_updated")
        connection.execute(sql.replace("note_of_no_trigger", "note").replace("ELSE", id_of("else")))
        connection.commit()

    command = ask("verify", data=database_file.parent)

    assert command.returncode == 1
    assert words.replace("ELSE", id_of("else")) in command.stderr


def test_one_flipped_bit_of_what_is_planned_at_a_visit_is_found_and_the_visit_named(database_file: Path):
    with closing(sqlite3.connect(database_file)) as connection:
        [(plan,)] = connection.execute(
            "select body from visit_plan where visit_id = ?", [id_of("else")]
        ).fetchall()
    flip(database_file, plan.encode()[:200], 1, at=plan.index("label") + 8)

    command = ask("verify", data=database_file.parent)

    assert command.returncode == 1
    assert f"svarer til tabellerne: 1 (visit-{id_of('else')})" in command.stderr


async def test_the_closing_words_of_a_restore_say_how_many_photos_are_there_and_whether_the_keys_are(
    tmp_path: Path,
):
    async with open_town(tmp_path / "old") as town:
        anna = await town.sign_in("anna")
        for seed in (1, 2):
            assert (await put(anna, photo(seed))).status_code == 201
    old, new, backup = tmp_path / "old", tmp_path / "new", tmp_path / "backup.sqlite3"
    assert (await asyncio.to_thread(ask, "backup", str(backup), data=old)).returncode == 0

    bare = (await asyncio.to_thread(ask, "restore", str(backup), data=new)).stdout
    whole = (await asyncio.to_thread(ask, "restore", str(backup), data=old)).stdout

    assert f"nævner: 2. Heraf i {new / 'blobs'}: 0." in bare
    assert "Kopiér de 2, der mangler" in bare
    assert "Der mangler nøgler" in bare
    assert f"nævner: 2. Heraf i {old / 'blobs'}: 2." in whole
    assert "mangler" not in whole


async def test_a_photo_that_is_missing_and_one_with_other_bytes_are_named(tmp_path: Path):
    kept, spoilt, gone = (photo(seed) for seed in (1, 2, 3))
    async with open_town(tmp_path) as town:
        anna = await town.sign_in("anna")
        for one in (kept, spoilt, gone):
            assert (await put(anna, one)).status_code == 201
    backup = tmp_path / "backup"
    backup.mkdir()

    well = await asyncio.to_thread(ask, "verify", data=tmp_path)
    copied = await asyncio.to_thread(ask, "backup", str(backup / "kopi.sqlite3"), data=tmp_path)
    without = await asyncio.to_thread(ask, "verify", str(backup / "kopi.sqlite3"), data=tmp_path)
    shutil.copytree(tmp_path / "blobs", backup / "blobs")
    whole = await asyncio.to_thread(ask, "verify", str(backup / "kopi.sqlite3"), data=tmp_path)
    file_of(backup, spoilt).write_bytes(file_of(backup, kept).read_bytes())
    file_of(backup, gone).unlink()
    harmed = await asyncio.to_thread(ask, "verify", str(backup / "kopi.sqlite3"), data=tmp_path)
    elsewhere = ("--photos", str(tmp_path / "blobs"))
    other = await asyncio.to_thread(ask, "verify", str(backup / "kopi.sqlite3"), *elsewhere, data=tmp_path)

    assert (well.returncode, "billeder: 3." in well.stdout) == (0, True)
    assert (
        f"Kopiér dem nu, bagefter: {tmp_path / 'blobs'}, {tmp_path / 'sealing'}, {tmp_path / 'log-keys'} ("
        in copied.stdout
    )
    assert (without.returncode, "Billeder, der mangler: 3 (" in without.stderr) == (1, True)
    assert (whole.returncode, other.returncode) == (0, 0)
    assert harmed.returncode == 1
    assert f"Billeder, der mangler: 1 ({name_of(gone)})." in harmed.stderr
    assert f"Billeder, der ikke er, som de blev gemt: 1 ({name_of(spoilt)})." in harmed.stderr


def file_of(folder: Path, content: bytes) -> Path:
    """Where a photo lies, by the name that phones know."""
    with closing(sqlite3.connect(folder / "kopi.sqlite3")) as connection:
        [(stored_as,)] = connection.execute(
            "select stored_as from photo where sha256 = ?", [name_of(content)]
        ).fetchall()
    return folder / "blobs" / str(stored_as)


async def test_photos_copied_after_the_database_are_all_there_and_copied_before_it_one_may_not_be(
    tmp_path: Path,
):
    backup = tmp_path / "backup"
    backup.mkdir()
    async with open_town(tmp_path) as town:
        anna = await town.sign_in("anna")
        await put(anna, photo(1))
        await asyncio.to_thread(ask, "backup", str(backup / "first.sqlite3"), data=tmp_path)
        await put(anna, photo(2))
        shutil.copytree(tmp_path / "blobs", backup / "blobs")
        await put(anna, photo(3))
        await asyncio.to_thread(ask, "backup", str(backup / "last.sqlite3"), data=tmp_path)

    first = await asyncio.to_thread(ask, "verify", str(backup / "first.sqlite3"), data=tmp_path)
    last = await asyncio.to_thread(ask, "verify", str(backup / "last.sqlite3"), data=tmp_path)

    assert (first.returncode, "billeder: 1." in first.stdout) == (0, True)
    assert f"Billeder, der mangler: 1 ({name_of(photo(3))})." in last.stderr


def test_a_backup_of_before_the_access_log_is_checked_as_far_as_it_goes_and_says_so(tmp_path: Path):
    older(tmp_path / "older")

    command = ask("verify", str(tmp_path / "older"), data=tmp_path)

    assert command.returncode == 1
    assert "no such table: access_" in command.stderr
    assert "i orden" not in command.stdout + command.stderr


def test_a_damaged_page_is_said_in_words(database_file: Path):
    damage_a_page(database_file)

    command = ask("verify", data=database_file.parent)

    assert command.returncode == 1
    assert "beskadiget" in command.stderr
    assert "Traceback" not in command.stderr


async def test_a_day_that_is_over_may_keep_the_names_of_its_time(house: House, tmp_path: Path):
    await house.push(house.phone_of("anna").note())
    async with house.database.transaction() as tx:
        await roles.set_person(tx, id_of("anna"), "Anna Skov", "da")
        await tx.execute("delete from document where id like 'citizen-%'")
        await tx.execute("update visit set day = '2020-01-01'")
        await tx.execute(
            "update document set day = '2020-01-01', keep_until = '2020-01-02' where day is not null"
        )
        await tx.execute(
            "update document set body = replace(body, '2026-11-23\",\"starts', '2020-01-01\",\"starts')"
        )
        await tx.execute(
            "update visit_plan set body = replace(body, 'day\":\"2026-11-23', 'day\":\"2020-01-01')"
        )
        await tx.execute("update document set touched = touched + 1")
        await refresh(tx, [DocumentRef("", "person", id_of("anna"))], new_id)

    command = await asyncio.to_thread(ask, "verify", data=tmp_path)

    assert (command.returncode, command.stderr) == (0, "")


GIVES_A_ROLE = """
create trigger helpful after insert on phone begin
  update person set name = 'Mallory' where id = new.person_id;
end
"""


@pytest.mark.parametrize(
    "change",
    [GIVES_A_ROLE, "create view everything as select * from person", "drop trigger change_is_not_deleted"],
)
def test_a_backup_into_which_somebody_has_put_orders_of_their_own_is_not_restored(
    database_file: Path, backup: Path, change: str
):
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute(change)
    before = digest(database_file)

    verified = ask("verify", str(backup), data=database_file.parent)
    restored = ask("restore", str(backup), data=database_file.parent)

    assert (verified.returncode, restored.returncode) == (1, 1)
    assert "ikke er Hånds" in verified.stderr
    assert "ikke er Hånds" in restored.stderr
    assert digest(database_file) == before
