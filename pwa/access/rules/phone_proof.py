"""Knows what a phone shows besides its sign-in's cookie, and what that proves; knows no requests.

Of its vault: a secret that lies in it, or only that it is closed. Of itself: a secret of its own, which is not in the vault,
for what waits is delivered while that is closed. The database holds the SHA-256 of both, and nothing they could be made from.
"""

import re
from hashlib import sha256
from typing import Literal, NamedTuple

from pwa.access.queries.phones import Phone

SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
"""256 random bits in base64 for addresses."""
CLOSED = re.compile(r"closed\.([0-9a-f]{64})")

Standing = Literal["open", "closed", "another"]
"""How the vault of a sign-in's phone stands, as far as a request shows. `another`: it is open, and not the one of this sign-in."""


class ShownVault(NamedTuple):
    """What a request shows of its phone's vault. `vault_hash` says which one it is, None if the phone did not know."""

    is_open: bool
    vault_hash: str | None


def read_vault(shown: str, person_id: str) -> ShownVault | None:
    """What is said of this person's vault; None where there is none, or it is somebody else's.

    >>> read_vault("anna." + "x" * 43, "anna").is_open, read_vault("anna.closed", "anna").is_open
    (True, False)
    >>> read_vault("bo.closed", "anna") is None
    True
    """
    whose, _, said = shown.partition(".")
    if whose != person_id or not said:
        return None
    if SECRET.fullmatch(said):
        return ShownVault(True, sha256(shown.encode()).hexdigest())
    named = CLOSED.fullmatch(said)
    return ShownVault(False, named[1] if named else None)


def standing(vault_hash: str | None, shown: ShownVault | None) -> Standing:
    """How the vault stands for a sign-in that is bound to the one of this hash, or to none.

    Where none has ever been shown the cookie is enough: a browser without a worker has no vault, and a leader's tablet.
    """
    if shown is None:
        return "closed" if vault_hash else "open"
    if not shown.is_open:
        return "closed"
    return "open" if vault_hash in (None, shown.vault_hash) else "another"


def hash_of_secret(shown: str) -> str | None:
    """What is kept of a phone's own secret; None of what is none."""
    return sha256(shown.encode()).hexdigest() if SECRET.fullmatch(shown) else None


def proves(phone: Phone, secret_hash: str | None, is_shown_by_token: bool) -> bool:
    """Whether whoever shows this is the phone. One of before has shown no secret yet: its token of delivery stands for it."""
    return secret_hash == phone.secret_hash if phone.secret_hash else is_shown_by_token
