"""Knows how a private key of the installation becomes a file that is whole; knows nothing of what the key is for."""

import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


class KeyTrouble(Exception):
    """A key cannot be used; `file` is its place."""

    def __init__(self, file: Path) -> None:
        super().__init__(file.name)
        self.file = file


class KeyDamaged(KeyTrouble):
    """A file is not one of our keys."""


class KeyUnreadable(KeyTrouble):
    """There is something, and it is no file, or not ours to read."""


class KeyMissing(KeyTrouble):
    """There is none, where there was one before."""


class KeysLost(KeyTrouble):
    """A folder has none of the keys that phones have sealed to; `file` is the folder."""


class SignersLost(KeyTrouble):
    """None of the keys is there that have signed what is in a file; `file` is that."""


def list_numbered(folder: Path) -> list[Path]:
    """The keys of a folder that has one after the other, in order."""
    return sorted(folder.glob("[0-9][0-9][0-9][0-9].pem"))


def read_key(file: Path) -> ec.EllipticCurvePrivateKey:
    """The key in a file. Raises KeyDamaged, KeyUnreadable."""
    if not file.is_file():  # of a pipe nothing would ever be read
        raise KeyUnreadable(file)
    try:
        private = load_pem_private_key(file.read_bytes(), None)
    except OSError:
        raise KeyUnreadable(file) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyDamaged(file) from None
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise KeyDamaged(file)
    return private


def write_key(folder: Path, name: str) -> None:
    """Write a new key whole, or not at all; if another process was first, its key is the one."""
    private = ec.generate_private_key(ec.SECP256R1())
    content = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    half = folder / f".{name}-{os.getpid()}"
    descriptor = os.open(half, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        whose = folder.stat()
        with suppress(PermissionError):  # root makes it for whoever runs the server
            os.chown(half, whose.st_uid, whose.st_gid)
        try:
            os.link(half, folder / name)
        except FileExistsError:
            return
        there = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(there)
        finally:
            os.close(there)
    finally:
        half.unlink()
