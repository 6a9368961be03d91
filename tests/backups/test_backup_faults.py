"""Backup and restore on a machine that stops or a disk that is full: no half file under a name that promises a whole.

strace makes the faults; where it is missing or may not trace, that is said loudly (tests/machine.py).
"""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.tracing import calls_of, run_under
from tests.keeping import ask, backup, database_file, digest

__all__ = ["backup", "database_file"]

pytestmark = [pytest.mark.sqlite, pytest.mark.strace, pytest.mark.slow]

NAMES = "link,linkat,unlink,unlinkat,rename,renameat,renameat2"


def finals(folder: Path) -> list[Path]:
    """What is there under a name that anybody looks for."""
    return [file for file in folder.iterdir() if not file.name.startswith(".")]


@pytest.mark.parametrize(
    "fault",
    ["pwrite64:signal=SIGKILL:when=40", "fsync,fdatasync:signal=SIGKILL:when=1", f"{NAMES}:signal=SIGKILL"],
)
def test_a_backup_that_is_killed_leaves_no_half_file_under_its_name(
    database_file: Path, tmp_path: Path, fault: str
):
    target = tmp_path / "kopier"
    target.mkdir()

    command = run_under(fault, "backup", str(target), data=database_file.parent)
    halves = finals(target)
    again = ask("backup", str(target), data=database_file.parent)

    assert (command.returncode, halves) == (-9, [])
    assert again.returncode == 0
    [file] = finals(target)
    assert ask("verify", str(file), data=tmp_path).returncode == 0


@pytest.mark.parametrize("fault", ["pwrite64:error=ENOSPC:when=40+", "fsync,fdatasync:error=EIO:when=1"])
def test_a_disk_that_is_full_or_fails_is_said_in_words_and_nothing_is_left(
    database_file: Path, tmp_path: Path, fault: str
):
    target = tmp_path / "kopier"
    target.mkdir()

    command = run_under(fault, "backup", str(target), data=database_file.parent)

    assert command.returncode == 1
    assert "disken er fuld" in command.said
    assert "Traceback" not in command.said
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("fault", ["pwrite64:error=ENOSPC:when=40+", "fsync,fdatasync:error=EIO:when=3"])
def test_a_restore_that_does_not_fit_leaves_everything_as_it_was(
    database_file: Path, backup: Path, fault: str
):
    before = digest(database_file)

    command = run_under(fault, "restore", str(backup), data=database_file.parent)

    assert command.returncode == 1
    assert "disken er fuld" in command.said
    assert command.said.endswith("Alt er, som det var.\n")
    assert digest(database_file) == before
    assert ask("verify", data=database_file.parent).returncode == 0


def people_of(file: Path) -> list[str]:
    """Everybody in a database."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        return sorted(name for (name,) in connection.execute("select name from person"))


def test_a_restore_killed_at_any_name_that_it_gives_loses_nothing_and_can_be_done_again(
    database_file: Path, backup: Path, tmp_path: Path
):
    log = leave_a_log(database_file)
    as_it_was = database_file.parent
    traced = shutil.copytree(as_it_was, tmp_path / "traced")
    points = calls_of(NAMES, "restore", str(backup), data=traced)
    became: dict[str, tuple[int, bool, int, int, bool]] = {}

    for point in points:
        data = shutil.copytree(as_it_was, tmp_path / point)
        name, _, when = point.partition(":")
        command = run_under(f"{name}:signal=SIGKILL:{when}", "restore", str(backup), data=data)
        kept = [people_of(file) for file in data.glob("haand*.sqlite3")]
        again = ask("restore", str(backup), data=data)
        verified = ask("verify", data=data)
        people = people_of(data / database_file.name)
        became[point] = (
            command.returncode,
            log in kept,
            again.returncode,
            verified.returncode,
            people == log,
        )

    assert len(points) >= 16
    assert became == dict.fromkeys(points, (-9, True, 0, 0, False))


def leave_a_log(database_file: Path) -> list[str]:
    """A server was killed: the newest of what it answered stands in the log beside the file. Gives the people."""
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(database_file)], capture_output=True, text=True, check=False
    )
    assert killed.returncode == -9
    assert Path(f"{database_file}-wal").stat().st_size > 0
    return sorted(["Ny Medarbejder", *killed.stdout.splitlines()])


KILLED = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
for (name,) in connection.execute("select name from person"):
    print(name, flush=True)
connection.execute("insert into person (id, name) values ('01939f00-0000-7000-8000-000000000001', 'Ny Medarbejder')")
connection.commit()
os.kill(os.getpid(), 9)
"""
