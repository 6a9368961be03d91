"""Knows which names this server answers to, and what a Host header may look like; knows nothing of what is asked for."""

import re
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from pwa.web.problem_responses import answer_problem
from pwa.web.problems import WrongHost
from pwa.web.requests import AppRequest

HOST = re.compile(
    rb"([a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?|\[[0-9a-f:.]{2,45}\])(:[0-9]{1,5})?", re.IGNORECASE
)
"""A name or an address of RFC 3986 and perhaps a port: no user, no path, no sign that a cache reads otherwise."""
OF_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")


def is_here(address: str) -> bool:
    """Whether an address is this machine's for itself alone.

    >>> is_here("127.0.0.1"), is_here("0.0.0.0"), is_here("localhost")
    (True, False, False)
    """
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def names_of(origin: str, is_here_only: bool = False) -> frozenset[str]:
    """The names that this server answers to: its own, and this machine's for whoever watches it.

    If it has none of its own: any; or this machine's, where nobody else is to come, so that no page of another's reaches it by
    a name that was led here.

    >>> sorted(names_of("https://haand.example.dk")), sorted(names_of("")), len(names_of("", is_here_only=True))
    (['127.0.0.1', '[::1]', 'haand.example.dk', 'localhost'], [], 3)
    """
    address = urlsplit(origin)
    name = f"[{address.hostname}]" if ":" in (address.hostname or "") else address.hostname
    if not name:
        return frozenset(OF_THIS_MACHINE if is_here_only else ())
    return frozenset([name, *OF_THIS_MACHINE])


def is_ours(headers: Collection[tuple[bytes, bytes]], names: Collection[str]) -> bool:
    """Whether a request says once, and readably, that it is for one of these names (RFC 9112 §3.2)."""
    said = [value for name, value in headers if name == b"host"]
    if len(said) != 1 or not (host := HOST.fullmatch(said[0])):
        return False
    return not names or host[1].decode().lower() in names


class RefuseWrongHost:
    """Answers WrongHost before anything makes an address of the Host header."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_ours(scope["headers"], self.names):
            await self.app(scope, receive, send)
        else:
            await answer_problem(AppRequest(scope), WrongHost())(scope, receive, send)
