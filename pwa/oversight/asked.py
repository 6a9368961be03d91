"""Knows how a search stands in an address without its words: names are in no address, history, referrer or proxy's log.

What was asked is sealed with a secret of the installation, for whoever asked: AES-256-GCM, the person's id beside it.
So a page of what was found is an ordinary page, that can be gone back to and fetched again.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SECRET = "searches"
"""What the installation's secret for searches is called, see OrderKey.secret_for."""
NONCE = 12


class Asked(msgspec.Struct, frozen=True):
    """What the form of a search said, as it was written."""

    citizen: str = ""
    person: str = ""
    first: str = ""
    last: str = ""


NOTHING = Asked()
"""The page before anything was searched for."""


def seal(asked: Asked, secret: bytes, person_id: str) -> str:
    """A search as it may stand in an address."""
    nonce = secrets.token_bytes(NONCE)
    sealed = AESGCM(secret).encrypt(nonce, msgspec.json.encode(asked), person_id.encode())
    return urlsafe_b64encode(nonce + sealed).decode()


def unseal(said: str, secret: bytes, person_id: str) -> Asked:
    """The search that this person sealed here, or NOTHING."""
    try:
        raw = urlsafe_b64decode(said)
        opened = AESGCM(secret).decrypt(raw[:NONCE], raw[NONCE:], person_id.encode())
        return msgspec.json.decode(opened, type=Asked)
    except (ValueError, InvalidTag, msgspec.DecodeError):
        return NOTHING
