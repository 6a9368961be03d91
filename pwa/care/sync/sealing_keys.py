"""Knows the keys that phones seal waiting changes to: makes them, keeps them, opens with them; knows no changes.

HPKE (RFC 9180), base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Twin: service_worker/vault/sealing.js.
What is sealed begins with a byte for the form and eight for the key that it was sealed to.
"""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
)

from pwa.key_files import list_numbered, read_key, write_key

FORM = b"\x01"
ID_LENGTH = 8
AFTER_A_LOSS = 1000
"""The number of the first key that is made where older ones are lost."""
SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class NotOpened(Exception):
    """Sealed to a key that is not here, in a form that is not ours, for something else, or broken."""


@dataclass(frozen=True)
class SealingKey:
    """One key pair. `public` is the point as 65 bytes; `id` is the beginning of its SHA-256."""

    id: bytes
    public: bytes
    private: ec.EllipticCurvePrivateKey

    @property
    def public_text(self) -> str:
        """The public half as a phone is told."""
        return b64encode(self.public).decode()


class SealingKeys:
    """The keys in a folder, one file each, by number. The last one seals; all of them open.

    Every process of an installation has the same folder, so each can open what was sealed to any of them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._keys: dict[bytes, SealingKey] = {}
        self._names: list[str] = []
        self._read()

    @classmethod
    def open(cls, folder: Path) -> "SealingKeys":
        """The keys that are there; the first is made if none is. Raises OSError."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _names(folder):
            write_key(folder, _name(1))
        return cls(folder)

    @property
    def current(self) -> SealingKey:
        """The one to seal to from now on."""
        return next(reversed(self._keys.values()))

    def open_sealed(self, sealed: bytes, info: bytes) -> bytes:
        """What was sealed for this purpose; raises NotOpened."""
        head = len(FORM) + ID_LENGTH
        key = self._find(sealed[len(FORM) : head])
        if key is None or not sealed.startswith(FORM):
            raise NotOpened
        try:
            return SUITE.decrypt(sealed[head:], key.private, info)
        except InvalidTag:
            raise NotOpened from None

    def _find(self, key_id: bytes) -> SealingKey | None:
        # Another process may have made a newer one.
        if key_id not in self._keys and _names(self.folder) != self._names:
            self._read()
        return self._keys.get(key_id)

    def _read(self) -> None:
        names = _names(self.folder)
        keys = [_key(self.folder / name) for name in names]
        # In this order, because changes are opened in several threads: whoever sees the names finds the keys.
        self._keys = {key.id: key for key in keys}
        self._names = names


def add_key(folder: Path, *, are_lost: bool = False) -> SealingKey:
    """Make a newer key, and keep the older for what is on its way. Raises OSError.

    Where the older `are_lost` theirs are the low numbers still: a copy that is found can be put back beside it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = _names(folder)
    first = AFTER_A_LOSS if are_lost else 1
    write_key(folder, _name(int(names[-1].partition(".")[0]) + 1 if names else first))
    return SealingKeys(folder).current


def _names(folder: Path) -> list[str]:
    return [path.name for path in list_numbered(folder)]


def _name(number: int) -> str:
    return f"{number:04}.pem"


def _key(file: Path) -> SealingKey:
    private = read_key(file)
    public = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return SealingKey(sha256(public).digest()[:ID_LENGTH], public, private)
