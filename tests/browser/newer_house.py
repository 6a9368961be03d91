"""Knows how to make the whole app once more, newer than today's or older; knows no story."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.browser.server import HOUSE
from tests.bundles import make_bundles

WHAT_RUNS = ("pwa", "service_worker", "static", "templates")


def newer_house(folder: Path) -> Path:
    """The whole app once more, a rule of its style more: another build."""
    for part in WHAT_RUNS:
        shutil.copytree(HOUSE / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "static" / "styles" / "base.css").open("a") as style:
        style.write("\n.newer {\n  color: inherit;\n}\n")
    return folder


WITH_ANOTHER_STORE = [
    (r"const CARER_VERSION = ", "const CARER_VERSION = 1 + "),
    (r"\n  fact: undefined,\n", '\n  fact: undefined,\n  handover: "id",\n'),
    (r"name === PHONE \? 1 :", "name === PHONE ? 2 :"),
    (
        r'  database\.createObjectStore\("phone"\);',
        '  for (const name of ["phone", "shift"])\n'
        "    if (!database.objectStoreNames.contains(name)) database.createObjectStore(name);",
    ),
]
"""In databases.js: what is found, and what stands there instead."""


WITHOUT_SHORT_FORM = [
    (r"      \.\.\.TAKES_SHORT,\n", ""),
    (r"documents: body\.documents\.map\(whole\), ", ""),
]
"""In exchange.js."""


def house_without_short_form(folder: Path) -> Path:
    """An older app, whose phones know nothing of documents that come short."""
    _change(newer_house(folder) / "service_worker" / "sync" / "exchange.js", WITHOUT_SHORT_FORM)
    make_bundles(folder)
    return folder


def house_with_another_store(folder: Path) -> Path:
    """A newer app whose phones keep more: one more store in each database, whose versions are the next."""
    _change(newer_house(folder) / "service_worker" / "store" / "databases.js", WITH_ANOTHER_STORE)
    make_bundles(folder)
    return folder


def _change(module: Path, others: Sequence[tuple[str, str]]) -> None:
    text = module.read_text()
    for found, instead in others:
        text, count = re.subn(found, instead, text)
        assert count == 1, f"{found}: {module.name} says it otherwise now"
    module.write_text(text)
