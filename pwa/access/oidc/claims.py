"""Knows what is asked of a provider and what comes of it; knows no library."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256


class ProviderDown(Exception):
    """The provider does not answer, or not as one does. The reason is for us."""


class InvalidToken(Exception):
    """What came back does not hold. The reason is a word of ours or of the standard's, for the log."""


@dataclass(frozen=True, slots=True)
class AuthRequest:
    """The three secrets of one question.

    Who answers must know the state (RFC 6749 §10.12), the token the nonce (Core §3.1.2.1), and who redeems the code the
    verifier (RFC 7636).
    """

    state: str
    nonce: str
    verifier: str

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier beforehand: S256 (RFC 7636 §4.2)."""
        return _text_of(sha256(self.verifier.encode()).digest())


@dataclass(frozen=True, slots=True)
class IdentityClaims:
    """What a provider has said, and what of it holds: who it is, by issuer and subject.

    `values` are those of the claim that carries roles; None: the provider says that they stand elsewhere.
    `authenticated_at` is when it was proved, None if it does not say.
    """

    issuer: str
    subject: str
    name: str
    values: frozenset[str] | None
    authenticated_at: datetime | None


def auth_request_of(kind: str, challenge: bytes) -> AuthRequest:
    """The three that belong to a challenge of 256 random bits; of none of them another can be made.

    The state says aloud what it was begun for, so that the page it comes back to knows whom to ask.
    """

    def secret(what: str) -> str:
        return _text_of(sha256(f"haand {what} ".encode() + challenge).digest())

    return AuthRequest(f"{kind}.{secret('state')}", secret("nonce"), secret("verifier"))


def _text_of(raw: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(raw).decode().rstrip("=")
