"""Knows how to wait for something to become true in another process; knows no browser."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

SOON = 15.0
OFTEN, SELDOM = 0.05, 0.2
"""How long it rests between two looks: in the first second, and after it. A look at a page costs three programs work."""
# What JavaScript holds for true, an empty object among them, comes in a list, and so is true in Python too.
TRUE = "Promise.resolve(%s).then((found) => (found ? [found] : null))"


class NeverCame(AssertionError):
    """What we waited for did not happen."""


def wait_until(what: str, look: Callable[[], Found], seconds: float = SOON) -> Found:
    """The first true answer of `look`; raises NeverCame with `what` and the last answer."""
    began = time.monotonic()
    while not (found := look()):
        waited = time.monotonic() - began
        if waited > seconds:
            raise NeverCame(f"{what} within {seconds:g} s; the last answer was {found!r}")
        time.sleep(OFTEN if waited < 1 else SELDOM)
    return found
