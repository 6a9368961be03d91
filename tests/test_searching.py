"""What somebody searches for is found however it is written, and with a slip in it. Twin: tests/worker/pages/searching.test.js."""

import json
from pathlib import Path

import pytest

from pwa.searching import matching

CASES = json.loads((Path(__file__).parent / "cases" / "searching.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["searches"], ids=lambda case: case["query"])
def test_a_search_finds_what_is_meant(case):
    fits = matching(case["query"], CASES["texts"])

    assert [place for place, fit in enumerate(fits) if fit] == case["finds"]
