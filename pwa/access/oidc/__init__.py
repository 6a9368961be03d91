"""Knows OpenID Connect Core 1.0, as one who asks: a provider's doors and keys, and whether its word holds.

Knows no people and no pages. The libraries, joserfc and httpx2, are an extra: they are imported where a provider is
opened, and only when one is set.
"""

from typing import TYPE_CHECKING

from pwa.access.oidc.claims import AuthRequest, IdentityClaims, InvalidToken, ProviderDown, auth_request_of
from pwa.config import Settings
from pwa.words import Clock

if TYPE_CHECKING:
    from pwa.access.oidc.provider import Provider

__all__ = [
    "AuthRequest",
    "ExtraMissing",
    "IdentityClaims",
    "InvalidToken",
    "Provider",
    "ProviderDown",
    "auth_request_of",
    "open_provider",
]


class ExtraMissing(Exception):
    """Single sign-on is set, and its libraries are not installed."""


def open_provider(settings: Settings, clock: Clock) -> "Provider | None":
    """The provider of the settings, None if none is set. Asks it nothing yet. Raises ExtraMissing."""
    if not settings.oidc_issuer:
        return None
    try:
        from pwa.access.oidc.provider import Provider
    except ModuleNotFoundError:
        raise ExtraMissing from None
    return Provider(settings, clock)
