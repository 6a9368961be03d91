"""Knows how the address that people open is written, and what is wrong with one that is none; knows no settings."""

import re
from urllib.parse import SplitResult, urlsplit

from pwa.words import N_

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
"""Browsers let a page of this machine do without TLS what others may do with it only (W3C Secure Contexts §3.1)."""
NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:.]{2,45}")
IS_NUMBER = re.compile(r"[0-9.]+|[0-9a-f.]*:[0-9a-f:.]*")
"""An IP address (of IPv6 without its brackets): no passkey's relying party can be one (WebAuthn L3 §5.1.2)."""
DEFAULT_PORTS = {"https": 443, "http": 80}

NO_SCHEME = N_("an address that begins with https://, e.g. https://haand.example.dk")
MORE_BEHIND = N_("https:// and a name with nothing behind it, e.g. https://haand.example.dk")
NO_NAME = N_("an address with a name, for a passkey belongs to no number, e.g. https://haand.example.dk")
NO_TLS = N_("an address with https://, for phones keep nothing of a page that comes without")
NOT_READABLE = N_("the address that people open, e.g. https://haand.example.dk, without a path")


class NotAnOrigin(ValueError):
    """Its text is what it must be, a message's id."""


def as_browsers_write(address: str) -> str:
    """An origin as a browser compares it (RFC 6454 §6.2): lower case, no slash, no port that goes without saying.

    Raises NotAnOrigin.

    >>> as_browsers_write("HTTPS://Haand.Example.dk:443/"), as_browsers_write("https://hånd.dk")
    ('https://haand.example.dk', 'https://xn--hnd-ula.dk')
    """
    if not re.match("https?://", address, re.IGNORECASE):
        raise NotAnOrigin(NO_SCHEME)
    try:
        parts = urlsplit(address)
        host, port = _host(parts), parts.port
    except ValueError:
        raise NotAnOrigin(NOT_READABLE) from None
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise NotAnOrigin(MORE_BEHIND)
    if not NAME.fullmatch(host) or port == 0:
        raise NotAnOrigin(NOT_READABLE)
    if parts.scheme == "http" and host not in HERE:
        raise NotAnOrigin(NO_TLS)
    if parts.scheme == "https" and host not in HERE and IS_NUMBER.fullmatch(host):
        raise NotAnOrigin(NO_NAME)
    shown = f"[{host}]" if ":" in host else host
    is_said = port is not None and port != DEFAULT_PORTS[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if is_said else "")


def _host(parts: SplitResult) -> str:
    """A name in ASCII, as it is looked up; raises ValueError."""
    host = parts.hostname or ""
    return host if host.isascii() else host.encode("idna").decode()
