"""docs/security.md names only what is there: files, tests, settings, headings; and all of ASVS that it promises."""

import re
from collections import Counter
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from pwa.config import Settings, variable

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"

TEST = re.compile(r"`(tests/[\w/.]+)::([^`]+)`")
FILE = re.compile(r"`((?:pwa|service_worker|static|templates|tests|tools|requirements)/[^`:]*|[\w-]+\.json)`")
LINK = re.compile(r"\]\(([\w./-]*)(?:#([\w-]+))?\)")
SETTING = re.compile(r"\bHAAND_[A-Z_]+\b")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \|(?:[^|]*\|) ([^|]+) \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)

LAST = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
"""The last requirement of level 1 or 2 in each section of ASVS 5.0.0, V1 to V16. Those before it are too."""
MET = {"yes", "**partly**", "**no**", "host", "–"}

pytestmark = pytest.mark.no_database


@cache
def text_of(path: Path) -> str:
    """A file's text; "" when there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def missing_tests(page: str) -> list[str]:
    """The tests that are named and do not exist, as path::name."""
    return [
        f"{path}::{name}"
        for path, name in TEST.findall(page)
        if not _defines(text_of(ROOT / path), path, name)
    ]


def _defines(source: str, path: str, name: str) -> bool:
    if path.endswith(".js"):
        return f'test("{name}"' in source
    return re.search(rf"^(?:async )?def {re.escape(name)}\(", source, re.MULTILINE) is not None


def missing_files(page: str) -> list[str]:
    """The files and folders that are named and do not exist."""
    return [path for path in FILE.findall(page) if not (ROOT / path).exists()]


def missing_settings(page: str) -> set[str]:
    """The settings that are named and do not exist."""
    return set(SETTING.findall(page)) - {variable(field) for field in Settings.model_fields}


def broken_links(page: str) -> list[str]:
    """The links that lead to no file or to no heading."""
    return [
        f"{file}#{anchor}"
        for file, anchor in LINK.findall(page)
        if not (PAGE.parent / file).exists() or (anchor and anchor not in _anchors(_linked(file, page)))
    ]


def _linked(file: str, page: str) -> str:
    return text_of(PAGE.parent / file) if file else page


def _anchors(page: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_test_that_is_named_exists():
    page = text_of(PAGE)

    assert len(TEST.findall(page)) > 100
    assert missing_tests(page) == []


def test_every_file_that_is_named_exists():
    page = text_of(PAGE)

    assert len(FILE.findall(page)) > 40
    assert missing_files(page) == []


def test_every_setting_that_is_named_exists():
    assert missing_settings(text_of(PAGE)) == set()


def test_every_link_leads_somewhere():
    assert broken_links(text_of(PAGE)) == []


def test_every_requirement_of_levels_one_and_two_has_its_row_once():
    numbers = [row[0] for row in ROW.findall(text_of(PAGE))]

    wanted = chain.from_iterable(
        (f"{section}.{number}" for number in range(1, last + 1)) for section, last in LAST.items()
    )
    assert numbers == list(wanted)


def test_what_is_said_to_be_met_names_a_test_or_a_section_or_says_that_there_is_none():
    rows = ROW.findall(text_of(PAGE))

    assert {met for _, met, _, _ in rows} == MET
    bare = [number for number, met, how, test in rows if met == "yes" and "::" not in test]
    unsaid = [
        row for row in rows if row[0] in bare and not row[3].startswith("no test") and "](" not in row[2]
    ]
    assert unsaid == []


def test_what_is_met_is_counted_rightly():
    page = text_of(PAGE)

    count = Counter(met.strip("*") for _, met, _, _ in ROW.findall(page))
    assert (
        f"Of {count.total()}: {count['yes']} yes, {count['partly']} partly, {count['no']} no, "
        f"{count['host']} host, {count['–']} do not apply."
    ) in page


def test_a_name_that_is_wrong_is_found():
    page = """`tests/access/test_sign_in_page.py::test_an_answer_is_good_once` `tests/access/test_sign_in_page.py::test_an_answer_is`
    `tests/test_doors.py::test_x` `tests/worker/sync/outbox.test.js::nobody wrote this` `pwa/no.py` `pwa/app.py`
    HAAND_NOTHING HAAND_DATA [a](#threat) [b](running/backup.md) [c](no.md)
## Threat model"""

    assert missing_tests(page) == [
        "tests/access/test_sign_in_page.py::test_an_answer_is",
        "tests/test_doors.py::test_x",
        "tests/worker/sync/outbox.test.js::nobody wrote this",
    ]
    assert missing_files(page) == ["pwa/no.py"]
    assert missing_settings(page) == {"HAAND_NOTHING"}
    assert broken_links(page) == ["#threat", "no.md#"]
