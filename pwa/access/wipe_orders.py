"""Knows the key that orders to phones are signed with: makes it, keeps it, signs and reads; knows no phones.

Other secrets of the installation are made of it. A phone obeys nothing but what is signed with it: no wrong answer of whatever stands in between makes one wipe itself.
ECDSA on P-256 with SHA-256, the signature as WebCrypto has it: r, then s. Twin: service_worker/sync/orders.js.
"""

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pwa.key_files import KeyMissing, read_key, write_key

NAME = "orders.pem"
HALF = 32
SIGNING = ec.ECDSA(SHA256())

What = Literal["vault", "phone"]
"""What a phone is to wipe: all of one carer's, or all that it has."""


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Wipe this: `phone` is the id of whose order it is, and nobody else obeys it."""

    order: Literal["wipe"]
    what: What
    phone: str
    at: str


@dataclass(frozen=True, slots=True)
class Signed:
    """An order as a phone gets it: the text that was signed, and the signature in base64."""

    text: str
    signature: str


class NotOurs(Exception):
    """No order, or not signed with this key."""


def make_order_key(folder: Path) -> bool:
    """Another one where it is lost for good: what was made of the lost one is worth nothing any more. One that is there stays;
    gives whether there was none. Raises OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    was_there = os.path.lexists(folder / NAME)
    write_key(folder, NAME)
    return not was_there


class OrderKey:
    """The key of an installation, in the folder of its keys. Every process has the same."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public_text = b64encode(point).decode()

    @classmethod
    def open(cls, folder: Path) -> "OrderKey":
        """The key that is there; a folder without any key gets one. Raises KeyTrouble, OSError."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / NAME
        if not os.path.lexists(file):
            # Another process that starts at the same moment makes this one before the others.
            if any(folder.glob("*.pem")) and not os.path.lexists(file):
                raise KeyMissing(file)
            write_key(folder, NAME)
        return cls(read_key(file))

    def secret_for(self, what: str) -> bytes:
        """A secret of this installation for one thing, 32 bytes; it is not in the database. HKDF-SHA256, RFC 5869."""
        scalar = self._private.private_numbers().private_value.to_bytes(HALF)
        return HKDF(SHA256(), HALF, None, f"haand {what}".encode()).derive(scalar)

    def sign(self, order: Order) -> Signed:
        """The order, so that the phone can see that it is ours."""
        text = msgspec.json.encode(order).decode()
        r, s = decode_dss_signature(self._private.sign(text.encode(), SIGNING))
        return Signed(text, b64encode(r.to_bytes(HALF) + s.to_bytes(HALF)).decode())

    def read(self, signed: Signed) -> Order:
        """What was ordered; raises NotOurs."""
        try:
            raw = b64decode(signed.signature, validate=True)
            r, s = int.from_bytes(raw[:HALF]), int.from_bytes(raw[HALF:])
            self._private.public_key().verify(encode_dss_signature(r, s), signed.text.encode(), SIGNING)
            return msgspec.json.decode(signed.text, type=Order)
        except (InvalidSignature, ValueError, msgspec.DecodeError):
            raise NotOurs from None
