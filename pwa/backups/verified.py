"""Knows what the last verify of the database, and of a backup, came to, for whoever asks how all is; not how one is done."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Literal

import msgspec

from pwa.words import to_moment

Of = Literal["database", "backup"]
State = Literal["well", "wrong", "not_done"]
"""`wrong`: something was found; `not_done`: it was not read to its end."""


class LastVerify(msgspec.Struct, frozen=True):
    """What was read when, how many things were found, and what came of it."""

    at: str
    file: str
    state: State
    findings: int = 0


def read_last_verify(data: Path, of: Of) -> LastVerify | None:
    """The last one; None if there has been none here, or nobody can read what was written of it."""
    with suppress(OSError, ValueError, msgspec.MsgspecError):
        last = msgspec.json.decode(_place(data, of).read_bytes(), type=LastVerify)
        to_moment(last.at)
        return last
    return None


def write_last_verify(data: Path, of: Of, last: LastVerify) -> None:
    """Write it down, whole, in the folder of all data; where there is none, as on a machine that only keeps backups, nowhere.

    Raises OSError.
    """
    if not data.is_dir():
        return
    half = data / f".verified-{of}-{os.getpid()}"
    half.write_bytes(msgspec.json.encode(last))
    half.chmod(0o600)
    whose = data.stat()
    with suppress(PermissionError):  # root writes it for whoever runs the server
        os.chown(half, whose.st_uid, whose.st_gid)
    half.replace(_place(data, of))


def _place(data: Path, of: Of) -> Path:
    return data / f"verified-{of}"
