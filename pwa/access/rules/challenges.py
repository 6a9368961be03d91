"""Knows challenges: each for one purpose, one browser and one answer; knows nothing of what is answered."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from pwa.access.queries import challenges
from pwa.access.webauthn import bytes_of, text_of
from pwa.database import Transaction
from pwa.words import to_text

LASTS = timedelta(minutes=5)

LASTS_ELSEWHERE = timedelta(minutes=10)
"""For those that are answered at a provider's, where somebody may have to look for another phone first."""

Kind = Literal["sign_in", "confirm", "add_passkey", "code", "sso", "sso_link", "sso_confirm"]
"""What a challenge is for; answered for something else it is none."""


def is_elsewhere(kind: Kind) -> bool:
    """Whether it is answered at a provider's."""
    return kind.startswith("sso")


def lasts(kind: Kind) -> timedelta:
    """How long somebody has for it."""
    return LASTS_ELSEWHERE if is_elsewhere(kind) else LASTS


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge. `token` goes into the browser's short cookie, and only its hash is kept.

    `code_hash` is of the code that somebody has come with, None if they came without.
    """

    challenge: bytes
    person_id: str | None
    code_hash: str | None = None
    token: str = ""


async def begin(
    tx: Transaction, kind: Kind, person_id: str | None, now: datetime, code_hash: str | None = None
) -> Challenge:
    """A new challenge."""
    begun = Challenge(secrets.token_bytes(32), person_id, code_hash, secrets.token_urlsafe(32))
    await challenges.remove_ended(tx, to_text(now))
    row = challenges.NewCeremony(
        text_of(begun.challenge), person_id, to_text(now + lasts(kind)), code_hash, hash_of(begun.token), kind
    )
    await challenges.add_challenge(tx, row)
    return begun


async def take(tx: Transaction, kind: Kind, token: str, now: datetime) -> Challenge | None:
    """The challenge that this browser was given, if it was given one for this and is in time.

    It is used up, whatever the answer is worth: commit before the answer is looked at.
    """
    row = await challenges.take_challenge(tx, hash_of(token), kind)
    if row is None or row.ends_at <= to_text(now):
        return None
    return Challenge(bytes_of(row.challenge), row.person_id, row.code_hash)


def hash_of(token: str) -> str:
    """What the database keeps of a random token: SHA-256 in hex, which for 256 random bits is enough."""
    return sha256(token.encode()).hexdigest()
