"""Knows by what a browser is told from its neighbours at one address; knows no cookie and no limits.

Many come from one address: a municipality's office, a mobile network. Each browser has a name of its own, and after
somebody has got in with it a name of that person, the same in each of the person's browsers: whoever gets in and takes a new
name has no more tries for it. Names are made by the server and signed, so that nobody makes one up for themselves.
"""

import hmac
import secrets
from dataclasses import dataclass

SECRET = "browsers"
"""What the installation's secret for these names is called, see OrderKey.secret_for."""
STRANGER, KNOWN = "browser", "known"


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser is called: by itself, or (`is_known`) by whom it let in last. Nobody can be found by it."""

    name: str
    is_known: bool


def name_browser(secret: bytes, person_id: str | None = None) -> str:
    """The signed name of a new browser, or of one that has let somebody in."""
    name = _mac(secret, f"person {person_id}") if person_id else secrets.token_hex(16)
    kind = KNOWN if person_id else STRANGER
    return f"{kind}.{name}.{_mac(secret, f'{kind}.{name}')}"


def read_browser(secret: bytes, said: str) -> Browser | None:
    """The browser that says so, or None if that is no name of ours.

    >>> read_browser(b"s", name_browser(b"s", "anna")) == read_browser(b"s", name_browser(b"s", "anna"))
    True
    >>> read_browser(b"s", name_browser(b"other", "anna"))
    """
    kind, _, rest = said.partition(".")
    name, _, mac = rest.partition(".")
    if not hmac.compare_digest(mac.encode(), _mac(secret, f"{kind}.{name}").encode()):
        return None
    return Browser(name, kind == KNOWN)


def _mac(secret: bytes, text: str) -> str:
    return hmac.digest(secret, text.encode(), "sha256").hex()[:32]
