"""Knows how to wait for something to become true in another process; knows no browser."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

SOON = 15.0
# What JavaScript holds for true, an empty object among them, comes in a list, and so is true in Python too.
TRUE = "Promise.resolve(%s).then((found) => (found ? [found] : null))"


class NeverCame(AssertionError):
    """What we waited for did not happen."""


def wait_until(what: str, look: Callable[[], Found], seconds: float = SOON) -> Found:
    """The first true answer of `look`; raises NeverCame with `what` and the last answer."""
    until = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > until:
            raise NeverCame(f"{what} within {seconds:g} s; the last answer was {found!r}")
        time.sleep(0.05)
    return found
