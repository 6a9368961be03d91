"""Knows which build of the program this is, as far as anybody wrote it down; knows nothing of what browsers are given."""

from functools import cache
from pathlib import Path

from pwa import __version__

FILE = "built.txt"
"""In a wheel: the day and the commit that it was made of, with a plus if its tree was other than that."""
SOURCE = "source"
"""Of a source tree nobody can say more: it changes while one looks."""


@cache
def commit_of_build() -> str:
    """`2026-12-01 b86d0c94`; "" where it is not known."""
    try:
        return Path(__file__).with_name(FILE).read_text("utf-8").strip()
    except OSError:
        return ""


def version_in_full() -> str:
    """The version and the build, which tells apart what has the same version."""
    return f"{__version__} ({commit_of_build() or SOURCE})"
