"""Knows how the scripts that a browser fetches are made of those here; knows nothing about what is in them."""

import subprocess
from pathlib import Path

from pwa.web.build import LibrariesMissing, read_bundles

ROOT = Path(__file__).parents[1]


def make_bundles(house: Path = ROOT) -> None:
    """Make them anew, as the Makefile does."""
    subprocess.run(["node", ROOT / "tools" / "bundle.mjs", house], check=True)


def bring_bundles_up_to_date() -> None:
    """Make them anew if a script has changed since."""
    try:
        read_bundles(ROOT / "static" / "bundles")
    except LibrariesMissing:
        make_bundles()


def what_the_phone_says_itself() -> str:
    """The code of the worker: its words are on the phone as those of the templates are."""
    return "".join(path.read_text("utf-8") for path in sorted((ROOT / "service_worker").rglob("*.js")))
