"""What somebody searches for is found however it is written, and with a slip in it. Twin: tests/worker/pages/searching.test.js."""

import json
from pathlib import Path
from time import process_time

import pytest

from pwa.searching import matching

CASES = json.loads((Path(__file__).parent / "cases" / "searching.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["searches"], ids=lambda case: case["query"])
def test_a_search_finds_what_is_meant(case):
    fits = matching(case["query"], CASES["texts"])

    assert [place for place, fit in enumerate(fits) if fit] == case["finds"]


@pytest.mark.no_database
@pytest.mark.parametrize(
    "written", ["a" * 60_000, "aaaaab " * 10_000, " ".join(map(str, range(10_000, 19_000)))]
)
def test_a_search_of_any_length_costs_no_more_than_a_short_one(written: str):
    texts = [
        " ".join(f"a{'ab' * (number % 7)}{number}" for number in range(some, some + 40)) for some in range(50)
    ]
    begun = process_time()
    matching(written[:100], texts)
    short = process_time()

    matching(written, texts)

    assert process_time() - short < 5 * (short - begun) + 0.05
