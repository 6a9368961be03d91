"""Knows when an ID token holds (OpenID Connect Core 1.0 §3.1.3.7); knows nothing of where it came from."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidClaimError, InvalidKeyIdError, JoseError, MissingClaimError
from joserfc.jwk import KeySet

from pwa.access.oidc.claims import IdentityClaims, InvalidToken
from pwa.config import Settings

ALGORITHMS = ("RS256", "ES256")
LEEWAY = 60
"""Seconds that two clocks may differ."""
LONGEST_SUBJECT = 255
MOST_VALUES = 1000
Claims = Mapping[str, Any]


class UnknownKey(Exception):
    """The token is signed with a key that was not there when the keys were fetched."""


def check(
    id_token: str, access_token: str | None, keys: KeySet, nonce: str, settings: Settings, now: datetime
) -> IdentityClaims:
    """What a token says, if all of it holds. Raises InvalidToken, UnknownKey."""
    token = _signed(id_token, keys)
    needed: jwt.ClaimsOption = {"essential": True}
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": settings.oidc_issuer},
        aud={"essential": True, "value": settings.oidc_client_id},
        nonce={"essential": True, "value": nonce},
        sub=needed,
        exp=needed,
        iat=needed,
    )
    try:
        registry.validate(token)
        _check_own(token, access_token, nonce, settings.oidc_client_id)
    except JoseError as wrong:
        raise InvalidToken(f"{wrong.error} {getattr(wrong, 'claim', '')}".strip()) from None
    _check_strength(token, settings)
    return IdentityClaims(
        settings.oidc_issuer,
        _subject(token),
        _name(token),
        _values(token, settings.oidc_roles_claim),
        _authenticated_at(token, now),
    )


def _check_own(token: Claims, access_token: str | None, nonce: str, client: str) -> None:
    """What an ID token is held to besides any other signed token (§2, §3.1.3.7, §3.1.3.8). Raises JoseError."""
    if token["nonce"] != nonce:  # a list with it in is not it
        raise InvalidClaimError("nonce")
    azp, audience = token.get("azp"), token["aud"]
    if azp is None and audience not in (client, [client]):
        raise MissingClaimError("azp")
    if azp not in (None, client):
        raise InvalidClaimError("azp")
    at_hash = token.get("at_hash")
    if at_hash and access_token and at_hash != _half_hash(access_token):
        raise InvalidClaimError("at_hash")
    if not isinstance(token.get("auth_time") or 0, int | float):
        raise InvalidClaimError("auth_time")
    if not isinstance(token.get("amr") or [], list):
        raise InvalidClaimError("amr")


def _half_hash(access_token: str) -> str:
    """The left half of its SHA-256, which all of ALGORITHMS sign with (§3.1.3.6)."""
    half = sha256(access_token.encode(errors="replace")).digest()[:16]
    return urlsafe_b64encode(half).decode().rstrip("=")


def _signed(id_token: str, keys: KeySet) -> dict[str, Any]:
    """The token, if one of these keys has signed it as an ID token is signed: never `none`, never a shared secret."""
    try:
        token = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
    except InvalidKeyIdError:
        raise UnknownKey from None
    except JoseError as wrong:
        raise InvalidToken(wrong.error) from None
    except (ValueError, TypeError, KeyError):
        raise InvalidToken("not a token") from None
    if token.header.get("typ", "JWT") != "JWT":
        raise InvalidToken("another kind of token")
    return token.claims


def _check_strength(token: Claims, settings: Settings) -> None:
    """Whether somebody has proved it as strongly as is set. Raises InvalidToken."""
    if settings.oidc_acr and token.get("acr") not in settings.oidc_acr.split():
        raise InvalidToken("acr")
    said = token.get("amr") or []
    if settings.oidc_amr and not set(settings.oidc_amr.split()) & {
        each for each in said if isinstance(each, str)
    }:
        raise InvalidToken("amr")


def _subject(token: Claims) -> str:
    """At most 255 ASCII signs (§2)."""
    subject: str = token["sub"]
    if not (0 < len(subject) <= LONGEST_SUBJECT and subject.isascii() and subject.isprintable()):
        raise InvalidToken("sub")
    return subject


def _name(token: Claims) -> str:
    """What somebody is called, as far as the provider says so; else what they type there."""
    for claim in ("name", "preferred_username"):
        if isinstance(said := token.get(claim), str) and said.strip():
            return said
    return ""


def _values(token: Claims, claim: str) -> frozenset[str] | None:
    """A list of texts, or one. Where there are too many a provider leaves them out and says where they are (§5.6.2)."""
    if claim in (token.get("_claim_names") or {}):
        return None
    said = token.get(claim, [])
    found = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    return frozenset(each for each in found[:MOST_VALUES] if isinstance(each, str) and each.isprintable())


def _authenticated_at(token: Claims, now: datetime) -> datetime | None:
    said = token.get("auth_time")
    if not isinstance(said, int) or not 0 < said < 2**33:
        return None
    at = datetime.fromtimestamp(said, UTC)
    return (
        min(at, now) if at <= now + timedelta(seconds=LEEWAY) else None
    )  # what has not been yet proves nothing
