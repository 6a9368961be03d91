"""Knows what a carer does with her vault, and how to look for words on the disk of her phone; knows no page behind it."""

import csv
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.any_browser import Browser, sign_in, wait_for_worker
from tests.browser.kept import wait_for_documents
from tests.browser.phone import Phone
from tests.browser.server import HOUSE, Server
from tests.browser.snappy import unpack

CODE = "271828"
ANOTHER_CODE = "314159"
IS_LOCKED = "Boolean(document.querySelector('body.unlock.ready'))"
IS_OPEN = "Boolean(document.querySelector('body.carer'))"
ENCODINGS = ("utf-8", "latin-1", "utf-16-le")
"""How browsers write text down."""
SEEDED = HOUSE / "pwa" / "demo" / "files"


def type_code(browser: Browser, code: str = CODE) -> None:
    """Press the keys of a code, one after the other."""
    for digit in code:
        browser.tap(f".keys button[value='{digit}']")


def choose_code(browser: Browser, code: str = CODE) -> None:
    """Choose a code on the page that asks for one, and wait until it has led on."""
    browser.wait_for("document.querySelector('body.unlock.ready')?.dataset.mode === 'choose'")
    type_code(browser, code)
    browser.wait_for("document.querySelector('#ask').textContent === 'Skriv koden igen'")
    type_code(browser, code)
    browser.wait_for(IS_OPEN, seconds=30)


def unlock(browser: Browser, code: str = CODE) -> None:
    """Open the vault on the page that asks for its code."""
    browser.wait_for("document.querySelector('body.unlock.ready')?.dataset.mode === 'open'")
    type_code(browser, code)
    browser.wait_for(IS_OPEN, seconds=30)


def has_vaults() -> bool:
    """Whether the stories are told on phones with vaults (HAAND_VAULT=pin); those about vaults always are."""
    return os.environ.get("HAAND_VAULT", "off") != "off"


def go_in(browser: Browser, origin: str, role: str, person: str = "") -> None:
    """Sign in, and be where the day begins."""
    sign_in(browser, origin, role, person)
    if role == "carer":
        pass_the_lock(browser)


def pass_the_lock(browser: Browser) -> None:
    """Choose a code, or enter it, where carers have vaults."""
    if not has_vaults():
        return
    browser.wait_for(IS_LOCKED, seconds=30)
    if browser.evaluate("document.body.dataset.mode") == "choose":
        choose_code(browser)
    else:
        unlock(browser)


def begin_the_locked_day(phone: Phone, server: Server, person: str = "", code: str = CODE) -> str:
    """Sign in, choose a code, wait until the phone carries the day, and give the carer's id."""
    sign_in(phone, server.origin, "carer", person)
    choose_code(phone, code)
    wait_for_worker(phone)
    carer = str(phone.evaluate("document.body.dataset.person"))
    wait_for_documents(phone, carer)
    phone.go(f"{server.origin}/")
    expect(phone.page.locator("h1.day").first).to_be_visible()
    return carer


def lock(phone: Phone) -> None:
    """Lock it by hand."""
    phone.tap("form.lock button")
    phone.wait_for(IS_LOCKED)


def seeded_words() -> set[str]:
    """Every name, address and note about a door of the made-up municipality."""
    wanted = {"citizens.csv": ("navn", "adresse", "dør"), "people.csv": ("navn",)}
    return {
        row[column]
        for name, columns in wanted.items()
        for row in _rows(SEEDED / name)
        for column in columns
        if row.get(column)
    }


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        yield from csv.DictReader(opened, delimiter=";")


def found_on_disk(profile: Path, words: Iterable[str]) -> dict[str, set[str]]:
    """Which of the words stand in which file below the browser's folder, in any way a browser writes them."""
    sought = {
        (word, word.encode(encoding))
        for word in words
        for encoding in ENCODINGS
        if _is_written(word, encoding)
    }
    found: dict[str, set[str]] = {}
    for file in profile.rglob("*"):
        if file.is_file() and not file.is_symlink():
            for content in (file.read_bytes(), *_rows_of_firefox(file)):
                for word, written in sought:
                    if written in content:
                        found.setdefault(str(file.relative_to(profile)), set()).add(word)
    return found


def _rows_of_firefox(file: Path) -> Iterator[bytes]:
    """The rows of an IndexedDB of Firefox's, unpacked; the log beside it (`-wal`) is read along."""
    if file.suffix != ".sqlite" or file.parent.name != "idb":
        return
    with tempfile.TemporaryDirectory() as folder:
        for part in file.parent.glob(f"{file.name}*"):
            if part.is_file():
                shutil.copy(part, folder)
        with closing(sqlite3.connect(Path(folder) / file.name)) as database:
            for (row,) in database.execute("select data from object_data where typeof(data) = 'blob'"):
                yield unpack(row)


def _is_written(word: str, encoding: str) -> bool:
    try:
        return bool(word.encode(encoding))
    except UnicodeEncodeError:
        return False
