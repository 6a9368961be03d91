"""Knows what on the disk is for its owner alone, and how it is said that others may read it; changes nothing itself."""

import contextlib
import shlex
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from pwa.commands.words import say
from pwa.config import Settings
from pwa.database import BESIDE, sqlite_file

OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""What a group or all may do with a file."""
BEGINS = b"SQLite format 3\0"


def list_readable(settings: Settings) -> list[tuple[Path, str]]:
    """What of the folder of all data, the database and the keys others may read, and the command that closes each."""
    file = sqlite_file(settings.database)
    kept = [file, *(file.with_name(file.name + suffix) for suffix in BESIDE)] if file else []
    keys = [key for folder in (settings.sealing, settings.head_keys) for key in sorted(folder.glob("*.pem"))]
    return list(_open_to([settings.data, settings.sealing, settings.head_keys, *keys, *kept], OTHERS))


def stop_if_readable(settings: Settings) -> None:
    """End the command if there is any of that. What is not there is made private."""
    _stop_at(list_readable(settings))


def stop_if_file_readable(file: Path | None) -> None:
    """The same of a backup. What is no database is not ours to say anything of."""
    _stop_at(_open_to([file] if file and is_database(file) else [], OTHERS))


def stop_if_key_readable(key: Path | None) -> None:
    """The same of a key of TLS, which the host's own group may read."""
    _stop_at(_open_to([key] if key else [], stat.S_IRWXO))


def is_database(file: Path) -> bool:
    """Whether this is a file of SQLite's."""
    if not file.is_file():
        return False
    with contextlib.suppress(OSError), file.open("rb") as opened:
        return opened.read(len(BEGINS)) == BEGINS
    return False


def _open_to(paths: Iterable[Path], others: int) -> Iterator[tuple[Path, str]]:
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError:
            continue  # whoever opens it says what is wrong with it
        if mode & others:
            whole = "-R " if path.is_dir() else ""
            yield path, f"chmod {whole}{'go' if others == OTHERS else 'o'}= {shlex.quote(str(path))}"


def _stop_at(readable: Iterable[tuple[Path, str]]) -> None:
    for path, command in readable:
        raise click.ClickException(
            say(
                "Others on this machine may read %(path)s. Nothing was done. Close it to them, and try again: %(command)s",
                path=str(path),
                command=command,
            )
        )
