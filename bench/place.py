"""Knows where a municipality lies and how to get a fresh copy of it; knows nothing of who lives there."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from bench.problems import BenchStopped

NUMBERS = count(1)


@dataclass(frozen=True)
class Place:
    """A folder, and a PostgreSQL database if the rows do not lie in the folder's file.

    `server` is a database of the same server through which others are made and removed.
    """

    folder: Path
    url: str = ""
    server: str = ""

    @property
    def file(self) -> Path:
        """SQLite's file."""
        return self.folder / "haand.sqlite3"

    @property
    def address(self) -> str:
        """Where its database is."""
        return self.url or f"sqlite:///{self.file}"

    def environment(self) -> dict[str, str]:
        """What tells a program of ours that this is its place."""
        return {"HAAND_DATA": str(self.folder), **({"DATABASE_URL": self.url} if self.url else {})}

    def remove(self) -> None:
        """Be as if it had never been."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.url:
            run("dropdb", "--force", "--if-exists", "--maintenance-db", self.server, name_of(self.url))


def new_place(folder: Path, server: str = "") -> Place:
    """An empty place; `server` is the URL of a PostgreSQL database, or nothing for SQLite."""
    folder.mkdir(mode=0o700, parents=True)
    return Place(folder, _new_database(server), server)


@contextmanager
def copied(place: Place) -> Iterator[Place]:
    """A copy for one run, on the disk before the run begins, gone after it."""
    folder = place.folder.with_name(f"{place.folder.name}-{next(NUMBERS)}")
    shutil.copytree(place.folder, folder)
    copy = Place(folder, _new_database(place.server, place.url), place.server)
    settle(folder)
    try:
        yield copy
    finally:
        copy.remove()


def settle(folder: Path) -> None:
    """Wait until a folder's files are on the disk, or they would be written while a run waits for its own writing."""
    for file in (file for file in folder.rglob("*") if file.is_file()):
        with file.open("rb") as opened:
            os.fsync(opened)


def _new_database(server: str, template: str = "") -> str:
    if not server:
        return ""
    name = f"haand_bench_{os.getpid()}_{next(NUMBERS)}"
    as_before = ("--template", name_of(template)) if template else ()
    run("createdb", "--maintenance-db", server, *as_before, name)
    parts = urlsplit(server)
    # A host that is a folder stands in the query, and then the address has nothing between its slashes.
    url = urlunsplit(parts._replace(path=f"/{name}"))
    return url if parts.netloc else url.replace(":/", ":///", 1)


def name_of(url: str) -> str:
    """A database's name.

    >>> name_of("postgresql://haand@localhost:5433/haand?sslmode=disable")
    'haand'
    """
    return urlsplit(url).path.strip("/")


def run(*command: str) -> None:
    """Run one of PostgreSQL's programs; raises BenchStopped with what it said."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise BenchStopped(f"{command[0]} is missing; it comes with PostgreSQL.") from None
    except subprocess.CalledProcessError as error:
        raise BenchStopped(f"{command[0]}: {error.stderr.strip()}") from None
