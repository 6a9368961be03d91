"""What tests of backup, restore and verify share: the commands, files to do it to, and ways to spoil them."""

import hashlib
import sqlite3
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from pwa.database import migrations
from pwa.words import clock, new_id, to_text
from tests import command_runner as commands
from tests.house import Json, open_house


def ask(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    """A command, carried out in this process."""
    return commands.run(*arguments, HAAND_DATA=str(data))


@pytest.fixture
async def database_file(tmp_path: Path) -> Path:
    """A database with a little in it, that nobody has open."""
    folder = tmp_path / "data"
    folder.mkdir()
    async with open_house(folder) as house:
        await house.push(*(house.phone_of("anna").note(f"Note {number}") for number in range(3)))
    return folder / "haand.sqlite3"


@pytest.fixture
def backup(database_file: Path, tmp_path: Path) -> Path:
    """A backup of that database."""
    assert ask("backup", str(tmp_path / "kopi.sqlite3"), data=database_file.parent).returncode == 0
    return tmp_path / "kopi.sqlite3"


def set_version(file: Path, version: int) -> None:
    """Say that another version wrote it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"pragma user_version = {version}")


def break_a_reference(file: Path) -> None:
    """Let an answer belong to nobody."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            "insert into answer values ('t', 'v', 'c', null, null, '', 'now', 'now', 'nobody', 1, 1, null)"
        )
        connection.commit()


def damage_a_page(file: Path) -> None:
    """Write nonsense over a page that is in use."""
    with closing(sqlite3.connect(file)) as connection:
        [(page,)] = connection.execute(
            "select rootpage from sqlite_schema where name = 'document'"
        ).fetchall()
        [(size,)] = connection.execute("pragma page_size").fetchall()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\xff" * size)


def digest(file: Path) -> str:
    """What tells whether a file is as it was."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def older(file: Path) -> None:
    """A database as the first version made it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(migrations("sqlite")[0][1])
        connection.execute("pragma user_version = 1")


def names(file: Path, start: str) -> list[str]:
    """The people whose names begin so."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("select name from person where name like ?", [f"{start}%"]).fetchall()
    return [name for (name,) in rows]


def epochs(file: Path) -> list[str]:
    """The epochs of a database's counters."""
    with closing(sqlite3.connect(file)) as connection:
        return [epoch for (epoch,) in connection.execute("select epoch from counter")]


def people(folder: Path) -> Path:
    """A list of employees."""
    file = folder / "people.csv"
    file.write_text("medarbejder;navn;rolle;gruppe\n4101;Mette Kjær;medarbejder;Nord\n")
    return file


def count_changes(file: Path) -> int:
    """How many changes a database holds."""
    with closing(sqlite3.connect(file)) as connection:
        [(count,)] = connection.execute("select count(*) from change").fetchall()
    return int(count)


class Pushing:
    """A thread that pushes notes from a phone of its own, as fast as they are answered."""

    def __init__(self, browser: httpx2.Client) -> None:
        self.browser = browser
        self.phone = new_id()
        self.pushed = threading.Semaphore(0)
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._push)
        self.now = to_text(clock())

    def __enter__(self) -> "Pushing":
        documents = self.send([])["documents"]
        self.visits = [document["body"]["visit_id"] for document in documents if document["id"][0] == "v"]
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.thread.join()

    def wait_for(self, pushes: int) -> None:
        """Wait until so many more are answered."""
        for _ in range(pushes):
            assert self.pushed.acquire(timeout=10)

    def send(self, changes: list[Json]) -> Json:
        push = {"phone": self.phone, "build": "b1", "now": self.now, "cursor": None, "changes": changes}
        answer: Json = self.browser.post("/sync", json=push).json()
        return answer

    def _push(self) -> None:
        n = 0
        while not self.is_over.is_set():
            notes = [self.note(n + number) for number in range(1, 21)]
            fates = self.send(notes)["fates"]
            assert {fate["fate"] for fate in fates} == {"applied"}
            n += len(notes)
            self.pushed.release()

    def note(self, n: int) -> Json:
        args = {"visit_id": self.visits[n % len(self.visits)], "note_id": new_id(), "text": "Sov godt. " * 20}
        return {"id": new_id(), "n": n, "name": "write_note", "v": 1, "at": self.now, "seen": 1, "args": args}


def flip(file: Path, inside: bytes, which: int, at: int = 0) -> None:
    """Flip one bit of the first letter of a text, or so many bytes on, at one of the places where it stands."""
    content = bytearray(file.read_bytes())
    place = -1
    for _ in range(which):
        place = content.index(inside, place + 1)
    content[place + at] ^= 1
    file.write_bytes(content)
